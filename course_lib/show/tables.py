"""Tables: facts as HTML that stays the same everywhere, or measured figures that no test compares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from ..look import html
from ..look import text as texts
from ..look.palette import LINE, SOFT
from ..look.scene import Scene
from .picture import WIDTH, Picture, Table, begin, finish
from .scales import counted

if TYPE_CHECKING:
    from ..look.widget import Fallback

__all__ = ["Facts", "Measured", "drawn", "table"]

_ROWS: Final = 30


class Facts:
    """A table whose content is the same on every machine: HTML, and aligned text."""

    def __init__(self, content: Table, title: str) -> None:
        self.content = content
        self.title = title

    def __repr__(self) -> str:
        return f"{self.title}\n{self.content.text()}" if self.title else self.content.text()

    def _repr_html_(self) -> str:
        return html.table(self.content.headers, self.content.rows, caption=self.title)


class Measured(Picture):
    """A table of measured figures: HTML in a widget, and a picture where no widget can live."""

    metadata: Mapping[str, Any] = {}

    def __repr__(self) -> str:
        return f"Table: {self.title}"

    def widget(self) -> Fallback:
        """The table as a widget."""
        import ipywidgets

        from ..look.widget import Fallback

        inner = html.table(self.table.headers, self.table.rows, caption=self.title)
        note = f'<div style="font-size:11px">{html.esc(self.caption)}</div>' if self.caption else ""
        return Fallback([ipywidgets.HTML(inner + note)], text=repr(self), png=self.png, alt=self.alt)


def drawn(content: Table, title: str, caption: str = "") -> Scene:
    """A table as a drawing: at most 30 rows, cells elided where the columns do not fit."""
    scene = begin(title, 100) if title else Scene(WIDTH, 100)
    y, rows = (42.0 if title else 10.0), content.rows[:_ROWS]
    wanted = [
        max([texts.width(head, 12, bold=True), *(texts.width(row[at], 12) for row in rows)]) + 24
        for at, head in enumerate(content.headers)
    ]
    room = WIDTH - 32
    share = min(room / sum(wanted), 1.0) if wanted else 1.0
    places = [16 + sum(wanted[:at]) * share for at in range(len(wanted))]
    for bold, row in [(True, content.headers), *((False, row) for row in rows)]:
        for at, cell in enumerate(row):
            fill = SOFT if bold else "ink"
            scene.text(places[at], y + 15, cell, size=12, bold=bold, fill=fill, room=wanted[at] * share - 10)
        y += 22
        scene.line(16, y, 16 + min(sum(wanted) * share, room), y, stroke=LINE)
    if len(content.rows) > _ROWS:
        scene.text(16, y + 16, f"… and {len(content.rows) - _ROWS:,} more rows", fill=SOFT)
        y += 22
    finish(scene, caption, y)
    return scene


def table(
    headers: Sequence[object],
    rows: Sequence[Sequence[object]],
    *,
    title: str = "",
    measured: bool = False,
    caption: str = "",
) -> Facts | Measured:
    """A table.

    Args:
        headers: one for each column.
        rows: cells, shown as their texts.
        title: what is shown; a measured table needs one, because its title is all that its text form says.
        measured: True when a cell depends on the machine or its speed: then no test compares the content.
        caption: how it was measured (measured tables only).

    Raises:
        ValueError: a row is longer or shorter than the headers, or a measured table has no title.
    """
    content = Table.of(headers, rows)
    if not measured:
        return Facts(content, title)
    if not title:
        raise ValueError("expected a title for a measured table, got none")
    first = ", ".join(content.rows[0]) if content.rows else "no rows"
    alt = f"{title}: {counted(len(content.rows), 'row')}; first: {first}"
    return Measured(title, drawn(content, title, caption), alt, content, caption)
