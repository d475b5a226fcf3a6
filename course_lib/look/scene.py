"""One drawing list, two outputs.

A `Scene` is a list of shapes on a plane whose origin is the top left corner, in px. It becomes SVG for the screen (text
stays text, colours follow the theme) or PNG for places where no kernel runs (see `look.raster`). Because the list is
data, tests can ask it where everything stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from . import text as texts
from .html import esc
from .palette import INK, LINE, css

__all__ = ["Anchor", "Box", "Circle", "Path", "Rect", "Scene", "Shape", "Text"]

Anchor: TypeAlias = Literal["start", "middle", "end"]
Box: TypeAlias = tuple[float, float, float, float]
"""Left, top, right, bottom in px."""

_UI = "var(--jp-ui-font-family, system-ui, sans-serif)"
_CODE = "var(--jp-code-font-family, monospace)"


def _n(value: float) -> str:
    """A number as short as a tenth of a pixel allows."""
    return f"{value:.1f}".removesuffix(".0")


def _stroke(paint: str, width: float, dash: str) -> str:
    if paint == "none":
        return ""
    return f' stroke="{css(paint)}" stroke-width="{_n(width)}"' + (f' stroke-dasharray="{dash}"' if dash else "")


def _element(name: str, attributes: str, title: str) -> str:
    return f"<{name} {attributes}><title>{esc(title)}</title></{name}>" if title else f"<{name} {attributes}/>"


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle, its corners rounded by `radius` px."""

    x: float
    y: float
    w: float
    h: float
    fill: str = "none"
    stroke: str = "none"
    width: float = 1.0
    radius: float = 0.0
    dash: str = ""
    title: str = ""

    @property
    def box(self) -> Box:
        """Where it stands."""
        return self.x, self.y, self.x + self.w, self.y + self.h

    def svg(self) -> str:
        """As an SVG element."""
        where = f'x="{_n(self.x)}" y="{_n(self.y)}" width="{_n(self.w)}" height="{_n(self.h)}"'
        corner = f' rx="{_n(self.radius)}"' if self.radius else ""
        paint = f' fill="{css(self.fill)}"' + _stroke(self.stroke, self.width, self.dash)
        return _element("rect", where + corner + paint, self.title)


@dataclass(frozen=True, slots=True)
class Circle:
    """A circle around (`x`, `y`)."""

    x: float
    y: float
    r: float
    fill: str = "none"
    stroke: str = "none"
    width: float = 1.0
    title: str = ""

    @property
    def box(self) -> Box:
        """Where it stands."""
        return self.x - self.r, self.y - self.r, self.x + self.r, self.y + self.r

    def svg(self) -> str:
        """As an SVG element."""
        where = f'cx="{_n(self.x)}" cy="{_n(self.y)}" r="{_n(self.r)}" fill="{css(self.fill)}"'
        return _element("circle", where + _stroke(self.stroke, self.width, ""), self.title)


@dataclass(frozen=True, slots=True)
class Path:
    """Straight lines through `points`; `closed` joins the last to the first."""

    points: tuple[tuple[float, float], ...]
    stroke: str = INK
    width: float = 1.0
    fill: str = "none"
    dash: str = ""
    closed: bool = False
    title: str = ""

    @property
    def box(self) -> Box:
        """Where it stands."""
        xs, ys = [x for x, _ in self.points], [y for _, y in self.points]
        return min(xs), min(ys), max(xs), max(ys)

    def svg(self) -> str:
        """As an SVG element."""
        steps = "L".join(f"{_n(x)} {_n(y)}" for x, y in self.points) + ("Z" if self.closed else "")
        shape = f'd="M{steps}" fill="{css(self.fill)}" stroke-linejoin="round"'
        return _element("path", shape + _stroke(self.stroke, self.width, self.dash), self.title)


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text; (`x`, `y`) is the anchor on its baseline. `full` is the whole text where `text` is elided."""

    x: float
    y: float
    text: str
    size: float = 11.0
    anchor: Anchor = "start"
    bold: bool = False
    mono: bool = False
    fill: str = INK
    full: str = ""

    @property
    def box(self) -> Box:
        """Where it stands at most: the width is an upper bound."""
        wide = texts.width(self.text, self.size, bold=self.bold, mono=self.mono)
        left = self.x - {"start": 0.0, "middle": wide / 2, "end": wide}[self.anchor]
        return left, self.y - 0.8 * self.size, left + wide, self.y + 0.25 * self.size

    def svg(self) -> str:
        """As an SVG element."""
        style = f'font-size="{_n(self.size)}" font-family="{_CODE if self.mono else _UI}" fill="{css(self.fill)}"'
        weight = ' font-weight="600"' if self.bold else ""
        anchor = f' text-anchor="{self.anchor}"' if self.anchor != "start" else ""
        title = f"<title>{esc(self.full)}</title>" if self.full else ""
        where = f'x="{_n(self.x)}" y="{_n(self.y)}"'
        return f'<text {where} {style}{weight}{anchor} xml:space="preserve">{title}{esc(self.text)}</text>'


Shape: TypeAlias = Rect | Circle | Path | Text


class Scene:
    """A picture being drawn, `width` by `height` px."""

    def __init__(self, width: float, height: float) -> None:
        self.width = width
        self.height = height
        self.shapes: list[Shape] = []

    def __repr__(self) -> str:
        return f"<Scene {_n(self.width)} by {_n(self.height)} px, {len(self.shapes)} shapes>"

    def add(self, *shapes: Shape) -> None:
        """Draw shapes above everything drawn so far."""
        self.shapes.extend(shapes)

    def rect(
        self,
        x: float,
        y: float,
        w: float,
        h: float,
        *,
        fill: str = "none",
        stroke: str = "none",
        width: float = 1.0,
        radius: float = 0.0,
        dash: str = "",
        title: str = "",
    ) -> None:
        """Draw a rectangle; `title` is shown when the pointer rests on it."""
        self.add(Rect(x, y, max(w, 0.0), max(h, 0.0), fill, stroke, width, radius, dash, title))

    def line(
        self, x1: float, y1: float, x2: float, y2: float, *, stroke: str = LINE, width: float = 1.0, dash: str = ""
    ) -> None:
        """Draw a straight line."""
        self.add(Path(((x1, y1), (x2, y2)), stroke, width, "none", dash))

    def path(
        self,
        points: Iterable[tuple[float, float]],
        *,
        stroke: str = INK,
        width: float = 1.0,
        fill: str = "none",
        dash: str = "",
        closed: bool = False,
        title: str = "",
    ) -> None:
        """Draw straight lines through `points`; nothing when there are none."""
        if chosen := tuple(points):
            self.add(Path(chosen, stroke, width, fill, dash, closed, title))

    def circle(
        self,
        x: float,
        y: float,
        r: float,
        *,
        fill: str = "none",
        stroke: str = "none",
        width: float = 1.0,
        title: str = "",
    ) -> None:
        """Draw a circle."""
        self.add(Circle(x, y, r, fill, stroke, width, title))

    def marker(self, x: float, y: float, kind: str, *, fill: str, stroke: str, r: float = 4.0, title: str = "") -> None:
        """Draw one of the markers of `palette.SERIES` around (`x`, `y`)."""
        corners = {
            "square": ((-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)),
            "triangle": ((0, -1.15), (1.1, 0.85), (-1.1, 0.85)),
            "diamond": ((0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0)),
        }
        if kind == "circle":
            self.circle(x, y, r, fill=fill, stroke=stroke, width=2, title=title)
        elif kind == "cross":
            for sign in (1, -1):
                self.path([(x - r, y - sign * r), (x + r, y + sign * r)], stroke=stroke, width=2.2, title=title)
        else:
            points = [(x + r * dx, y + r * dy) for dx, dy in corners[kind]]
            self.path(points, stroke=stroke, width=2, fill=fill, closed=True, title=title)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = 11.0,
        anchor: Anchor = "start",
        bold: bool = False,
        mono: bool = False,
        fill: str = INK,
        room: float | None = None,
    ) -> float:
        """Draw one line of text, elided to `room` px (default: to the scene's edge), and return its width in px."""
        line = texts.printable(" ".join(text.split()))
        if room is None:
            left, right = max(x - 2, 0.0), max(self.width - x - 2, 0.0)
            room = {"start": right, "end": left, "middle": 2 * min(left, right)}[anchor]
        shown = texts.elide(line, room, size, bold=bold, mono=mono)
        self.add(Text(x, y, shown, size, anchor, bold, mono, fill, line if shown != line else ""))
        return texts.width(shown, size, bold=bold, mono=mono)

    def lines(
        self, x: float, y: float, lines: Sequence[str], *, size: float = 11.0, fill: str = INK, bold: bool = False
    ) -> float:
        """Draw lines of text under each other, the first on baseline `y`; return the baseline after the last."""
        for at, line in enumerate(lines):
            self.text(x, y + at * size * 1.4, line, size=size, fill=fill, bold=bold)
        return y + len(lines) * size * 1.4

    def svg(self, alt: str) -> str:
        """The picture as an `<svg>` element whose accessible name is `alt`. It shrinks with its place, never grows."""
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_n(self.width)} {_n(self.height)}" role="img" '
            f'aria-label="{esc(alt)}" style="display:block;width:100%;max-width:{_n(self.width)}px;height:auto">'
        )
        return head + "".join(shape.svg() for shape in self.shapes) + "</svg>"

    def png(self, dpi: float = 144.0) -> bytes:
        """The picture as a PNG in the light theme, `width` times dpi / 96 pixels wide."""
        from .raster import png

        return png(self, dpi)
