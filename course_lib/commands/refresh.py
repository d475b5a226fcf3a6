"""``refresh``: execute the committed notebooks again and write them in their normalised form."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from course_lib.commands.isolation import isolated
from course_lib.commands.lessons import find
from course_lib.commands.notebook import CellError, execute, normalise, problems, read, text_of
from course_lib.commands.places import shown
from course_lib.commands.progress import Progress

__all__ = ["main", "refresh"]


def main(names: Sequence[str] = ()) -> int:
    """Refresh the named notebooks, or all; 1 when one of them failed or has something that must not be committed."""
    failed = False
    for path in find(names):
        try:
            left = refresh(path)
        except CellError as error:
            failed = True
            print(f"{shown(path)}: not written; {error}\n\n{error.source}\n\n{error.traceback}\n", file=sys.stderr)
            continue
        for problem in left:
            failed = True
            print(f"{shown(path)}: {problem}", file=sys.stderr)
    return int(failed)


def refresh(path: Path) -> list[str]:
    """Execute one notebook in its own folder, with no learner's progress, and write it back normalised.

    Returns:
        What still keeps it from being committed (see `notebook.problems`).

    Raises:
        CellError: a cell raised; the file is left as it was.
    """
    notebook = read(path)
    codes = sum(cell.cell_type == "code" for cell in notebook.cells)
    with isolated(), Progress(path.name, codes) as progress:
        execute(notebook, path.parent, timeout=120, on_cell=progress.step)
        progress.step(codes)
    notebook = normalise(notebook)
    text = text_of(notebook)
    path.write_text(text, encoding="utf-8", newline="\n")
    return problems(notebook, text)
