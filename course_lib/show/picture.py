"""A picture: a drawing, the finding in a sentence, and the same facts as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from ..look import html
from ..look import text as texts
from ..look.palette import LINE, SOFT
from ..look.scene import Scene

if TYPE_CHECKING:
    from ..look.widget import Fallback

__all__ = ["WIDTH", "Picture", "Table", "begin", "finish", "folded", "nothing"]

WIDTH: Final = 880.0
"""How wide a picture is, in px."""
ROWS: Final = 200
"""How many rows of a table are shown; `Picture.table` holds all of them."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of texts under headers."""

    headers: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()

    @classmethod
    def of(cls, headers: Sequence[object], rows: Sequence[Sequence[object]]) -> Table:
        """A table of the values' texts.

        Raises:
            ValueError: a row is longer or shorter than the headers.
        """
        for at, row in enumerate(rows):
            if len(row) != len(headers):
                raise ValueError(f"expected {len(headers)} cells in row {at}, got {len(row)}")
        return cls(tuple(map(str, headers)), tuple(tuple(map(str, row)) for row in rows))

    def html(self) -> str:
        """As HTML, at most `ROWS` rows of it."""
        return html.table(self.headers, self.rows, limit=ROWS)

    def text(self) -> str:
        """As lines of text, columns aligned."""
        lines = [self.headers, *self.rows]
        wide = [max((len(line[at]) for line in lines), default=0) for at in range(len(self.headers))]
        return "\n".join("  ".join(c.ljust(w) for c, w in zip(line, wide, strict=True)).rstrip() for line in lines)


@dataclass(frozen=True, eq=False)
class Picture:
    """A drawing with all that must go with it.

    It displays as a widget: the drawing, and below it the table, folded. Where no widget can live, a PNG with the
    sentence as its alternative text stands for it. Its text form names only the title, because everything else may be
    measured, and stored outputs must be equal on every machine.

    Attributes:
        title: what is shown.
        scene: the drawing, title and caption included.
        alt: the finding, in one sentence.
        table: the same facts as text.
        caption: how it was measured.
    """

    title: str
    scene: Scene
    alt: str
    table: Table = field(default_factory=Table)
    caption: str = ""

    def __repr__(self) -> str:
        return f"Picture: {self.title}"

    @property
    def svg(self) -> str:
        """The drawing as an ``<svg>`` element named by `alt`."""
        return self.scene.svg(self.alt)

    def png(self, dpi: float = 144.0) -> bytes:
        """The drawing as a PNG in the light theme, 880 px wide at 96 dpi."""
        return self.scene.png(dpi)

    def table_html(self) -> str:
        """The table, folded, as HTML; empty when there is none."""
        return folded("as a table", self.table) if self.table.rows else ""

    def widget(self) -> Fallback:
        """The picture as a widget."""
        import ipywidgets

        from ..look.widget import Fallback

        parts = [ipywidgets.HTML(part) for part in (html.wrap(self.svg), self.table_html()) if part]
        return Fallback(parts, text=repr(self), png=self.png, alt=self.alt)

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        return self.widget()._repr_mimebundle_(**kwargs)


def begin(title: str, height: float, *, width: float = WIDTH, note: str = "") -> Scene:
    """A scene with its title, and beside it a soft note, on baseline 24; draw from y = 40 on."""
    scene = Scene(width, height)
    room = width - 32 - (texts.width(note, 12) + 16 if note else 0)
    wide = scene.text(16, 24, title, size=15, bold=True, room=room)
    if note:
        scene.text(16 + wide + 14, 24, note, size=12, fill=SOFT)
    return scene


def finish(scene: Scene, caption: str, y: float) -> None:
    """Write the caption below `y` and let the scene end under it."""
    lines = texts.wrap(caption, scene.width - 32, 11) if caption else []
    scene.height = scene.lines(16, y + 18, lines, fill=SOFT) if lines else y + 8


def folded(summary: str, table: Table) -> str:
    """A table behind a line to click on, standing under a picture's left edge."""
    return f'<div style="margin-left:14px">{html.details(summary, table.html())}</div>'


def nothing(title: str, what: str, caption: str = "", headers: Sequence[str] = ()) -> Picture:
    """The picture of an empty experiment: it says that there was `what`."""
    scene = begin(title, 96)
    scene.rect(16, 40, WIDTH - 32, 44, stroke=LINE, radius=6, dash="4 3")
    scene.text(WIDTH / 2, 66, what, size=12, anchor="middle", fill=SOFT)
    finish(scene, caption, 90)
    return Picture(title, scene, f"{title}: {what}", Table(tuple(headers)), caption)
