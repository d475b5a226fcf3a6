"""Small notebooks for tests, made in a line each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
from nbformat import v4

from course_lib.commands.notebook import normalise, text_of

__all__ = ["code", "notebook", "prose", "result", "stream", "write"]


def code(source: str, *outputs: Any, id: str = "", tags: tuple[str, ...] = ()) -> Any:
    """A code cell; its id is made from its source where none is given."""
    cell = v4.new_code_cell(source, outputs=list(outputs), execution_count=1)
    cell.id = id or "cell-" + "".join(letter for letter in source if letter.isalpha())[:40]
    if tags:
        cell.metadata["tags"] = list(tags)
    return cell


def prose(source: str, id: str = "") -> Any:
    """A Markdown cell."""
    cell = v4.new_markdown_cell(source)
    cell.id = id or "prose-" + "".join(letter for letter in source if letter.isalpha())[:40]
    return cell


def stream(text: str) -> Any:
    """What a cell printed."""
    return v4.new_output("stream", name="stdout", text=text)


def result(metadata: dict[str, Any] | None = None, **data: Any) -> Any:
    """What a cell displayed; MIME types are written with two underscores: ``text__plain="1"``."""
    named = {mime.replace("__", "/"): value for mime, value in data.items()}
    return v4.new_output("display_data", data=named, metadata=metadata or {})


def notebook(*cells: Any) -> Any:
    """A notebook in the normalised form."""
    made = v4.new_notebook()  # given cells, it would mend the faults that tests need
    made.cells = list(cells)
    return normalise(made)


def write(path: Path, *cells: Any) -> Path:
    """A normalised notebook in a file."""
    made = notebook(*cells)
    nbformat.validate(made)
    path.write_text(text_of(made), encoding="utf-8", newline="\n")
    return path
