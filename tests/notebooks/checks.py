"""What a committed lesson must be, as plain functions over a notebook: each returns what is wrong, in sentences."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from course_lib.commands.notebook import read

__all__ = [
    "alt_problems",
    "compared",
    "exercises",
    "link_problems",
    "text_link_problems",
    "texts",
    "unsolved_problems",
    "verdicts",
]

UNCOMPARED = {"nbval-ignore-output", "nbval-skip"}
BARE = re.compile(r"<Figure size .*>|<IPython\.core\.display\.\w+ object>|[A-Z]\w*\(.*\)", re.DOTALL)
"""What Python says of a picture or widget that says nothing of itself."""


def compared(notebook: Any) -> int:
    """How many cells strict nbval compares: with a count, with text in an output, and not exempted by a tag."""
    return sum(
        cell.cell_type == "code"
        and cell.execution_count is not None
        and UNCOMPARED.isdisjoint(cell.metadata.get("tags", ()))
        and "NBVAL_IGNORE_OUTPUT" not in cell.source
        and any(_compares(output) for output in cell.outputs)
        for cell in notebook.cells
    )


def _compares(output: Any) -> bool:
    return output.output_type == "stream" or any(mime.startswith("text/") for mime in output.get("data", {}))


def exercises(notebook: Any) -> dict[str, int]:
    """The exercises that a learner solves in the notebook: id → index of the cell tagged ``exercise-<id>``."""
    return {
        tag.removeprefix("exercise-"): index
        for index, cell in enumerate(notebook.cells)
        for tag in cell.metadata.get("tags", ())
        if tag.startswith("exercise-")
    }


def unsolved_problems(notebook: Any) -> list[str]:
    """Exercises whose check does not say, in the committed outputs, that nobody has tried yet."""
    said = verdicts(exercises(notebook), [cell.get("outputs", ()) for cell in notebook.cells])
    return [
        f"expected a check that says '{name}: not attempted yet', got {words!r}"
        for name, words in said.items()
        if words != "not attempted yet"
    ]


def texts(outputs: Any) -> Iterator[str]:
    """The plain text of outputs: what was displayed, and what was printed, a line each."""
    for output in outputs:
        if output["output_type"] == "stream":
            yield from output["text"].splitlines()
        elif "data" in output:
            yield output["data"].get("text/plain", "")


def verdicts(names: Iterable[str], outputs: Iterable[Any]) -> dict[str, str]:
    """What the check of each exercise said last, in the outputs of all cells; "" where it said nothing."""
    said = [text.splitlines()[0] for cell in outputs for text in texts(cell) if text]
    spoken = {name: [line for line in said if line.startswith(f"{name}: ")] for name in names}
    return {name: lines[-1].removeprefix(f"{name}: ") if lines else "" for name, lines in spoken.items()}


class _Html(HTMLParser):
    """Finds in HTML: links, anchors, and pictures without words."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.mute: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        self.ids.update(values[name] for name in ("id", "name") if name in values)
        if tag == "img" and not values.get("alt", "").strip():
            self.mute.append(f"an <img> without alt text ({values.get('src', '')[:40]})")
        named = values.get("role") == "img" and values.get("aria-label", "").strip()
        if tag == "svg" and not named and values.get("aria-hidden") != "true":
            self.mute.append("an <svg> without role=img and aria-label")


def alt_problems(notebook: Any) -> list[str]:
    """Pictures that a learner who cannot see them learns nothing from."""
    found = []
    for cell in notebook.cells:
        mute = []
        if cell.cell_type == "markdown":
            source = _prose(cell.source)
            mute += [
                f"![]({target})" for alt, target in re.findall(r"!\[([^\]]*)\]\(([^)]*)\)", source) if not alt.strip()
            ]
            mute += _Html(source).mute
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            mute += _Html(data.get("text/html", "")).mute
            if "image/svg+xml" in data:
                mute += _Html(data["image/svg+xml"]).mute
            for mime in ("image/png", "image/jpeg"):
                alt = output.get("metadata", {}).get(mime, {}).get("alt", "")
                words = data.get("text/plain", "").strip()
                if mime in data and not alt and (not words or BARE.fullmatch(words)):
                    mute.append(f"a picture with nothing but {words[:40]!r} for words")
        found += [f"cell {cell.id}: {what}" for what in mute]
    return found


def link_problems(notebook: Any, path: Path) -> list[str]:
    """Links in prose and displayed HTML that lead nowhere: no such file, or no such heading in it."""
    found = []
    for cell in notebook.cells:
        targets = []
        if cell.cell_type == "markdown":
            source = _prose(cell.source)
            targets += re.findall(r"\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)", source) + _Html(source).links
        for output in cell.get("outputs", ()):
            targets += _Html(output.get("data", {}).get("text/html", "")).links
        found += [f"cell {cell.id}: {words}" for target in targets if (words := _dead(target, path))]
    return found


def text_link_problems(path: Path) -> list[str]:
    """Links in a Markdown file that lead nowhere."""
    source = _prose(path.read_text(encoding="utf-8"))
    return [words for target in re.findall(r"\]\(([^)\s]+)\)", source) if (words := _dead(target, path))]


def _dead(target: str, path: Path) -> str:
    if re.match(r"https?://[\w.-]+\w(?:[:/?#]|$)|mailto:|data:", target):
        return ""
    name, _, fragment = unquote(target).partition("#")
    file = path if not name else path.parent / name
    if not file.exists():
        return f"{target} leads to no file"
    if (
        fragment
        and fragment not in _anchors(file)
        and not (file.suffix == ".py" and re.fullmatch(r"L\d+(-L\d+)?", fragment))
    ):
        return f"{target} leads to no heading"
    return ""


def _anchors(file: Path) -> set[str]:
    """The anchors of a notebook as JupyterLab makes them, of a Markdown file as GitHub makes them."""
    if file.suffix == ".ipynb":
        sources = [cell.source for cell in read(file).cells if cell.cell_type == "markdown"]
        headings = [re.sub(r"[`*]", "", heading) for source in sources for heading in _headings(source)]
        ids = set().union(*(_Html(source).ids for source in sources))
        return ids | {heading.strip().replace(" ", "-") for heading in headings}
    source = file.read_text(encoding="utf-8")
    return {re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in _headings(source)}


def _headings(source: str) -> list[str]:
    return re.findall(r"^#{1,6} +(.+?)\s*#*$", _prose(source, code=True), re.MULTILINE)


def _prose(source: str, *, code: bool = False) -> str:
    """Markdown without fenced code; without inline code too, unless `code`."""
    source = re.sub(r"^(```|~~~).*?^\1\s*$", "", source, flags=re.MULTILINE | re.DOTALL)
    return source if code else re.sub(r"`[^`\n]*`", "", source)
