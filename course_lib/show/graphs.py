"""Boxes and arrows: who depends on whom, in layers, top to bottom.

A box stands one row below the lowest box that points at it; an arrow that passes a row gets a place of its own there,
so that it does not run through a box; arrows that close a circle point upwards. Within a row everything stands as near
as possible to what it hangs on (the method of Sugiyama, Tagawa and Toda, 1981, with few sweeps: graphs here are small).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, TypeAlias

from ..look import text as texts
from ..look.palette import BAD, CARD, GOOD, INK, LINE, PAGE, SHADE, SOFT
from ..look.scene import Scene
from .picture import WIDTH, Picture, Table, begin, finish, nothing
from .scales import counted

__all__ = ["Arrow", "graph"]

Arrow: TypeAlias = tuple[str, str] | tuple[str, str, str]
"""From, to, and the words on it."""
_ROW: Final = 92.0
_BOX: Final = 40.0
_HEADERS: Final = ("from", "to", "what", "marked")
_Slot: TypeAlias = str | tuple[int, int]
"""A box by its name, or the place where an arrow (by number) passes a row."""


def graph(
    nodes: Sequence[str] | Mapping[str, str],
    arrows: Sequence[Arrow],
    *,
    marked: Collection[tuple[str, str]] = (),
    mark: str = "in a cycle",
    order: Sequence[str] = (),
    done: Collection[str] = (),
    now: str | None = None,
    title: str = "Graph",
    caption: str = "",
) -> Picture:
    """A directed graph.

    Args:
        nodes: the boxes, or each with a second line.
        arrows: between them; a box that only an arrow names is added.
        marked: arrows drawn dashed, in the colour of trouble, and said to be `mark`.
        mark: what being marked means.
        order: boxes in the order in which something happened to them: numbered 1, 2, ….
        done: boxes with a ✓.
        now: the box that has its turn.
        title: of the picture.
        caption: what else to say.
    """
    hints = dict(nodes) if isinstance(nodes, Mapping) else dict.fromkeys(nodes, "")
    for arrow in arrows:
        hints.setdefault(arrow[0], "")
        hints.setdefault(arrow[1], "")
    if not hints:
        return nothing(title, "no boxes", caption, _HEADERS)
    layout = _Layout(list(hints), [(one[0], one[1]) for one in arrows])
    scene = begin(title, 100)
    drawn = _Drawing(scene, layout, hints, set(marked))
    for number, arrow in enumerate(arrows):
        drawn.arrow(number, arrow)
    for name in hints:
        drawn.box(name, order, done, now)
    for number, arrow in enumerate(arrows):
        drawn.words(number, arrow)
    finish(scene, ". ".join(part for part in (f"dashed: {mark}" if marked else "", caption) if part), drawn.bottom)
    table = Table.of(_HEADERS, [(*_three(one), mark if (one[0], one[1]) in drawn.marked else "") for one in arrows])
    return Picture(title, scene, _alt(title, hints, arrows, drawn.marked, mark, order, now), table, caption)


def _three(arrow: Arrow) -> tuple[str, str, str]:
    return (arrow[0], arrow[1], arrow[2] if len(arrow) == 3 else "")


def _alt(
    title: str,
    hints: Mapping[str, str],
    arrows: Sequence[Arrow],
    marked: set[tuple[str, str]],
    mark: str,
    order: Sequence[str],
    now: str | None,
) -> str:
    said = f"{title}: {counted(len(hints), 'box', 'boxes')}, {counted(len(arrows), 'arrow')}"
    if marked:
        said += f"; {mark}: " + ", ".join(f"{one} to {two}" for one, two in sorted(marked))
    if order:
        said += "; order: " + ", ".join(order)
    return said + (f"; now {now}" if now else "")


@dataclass
class _Layout:
    """Where everything stands: for each row its boxes and the places of passing arrows, left to right."""

    names: list[str]
    arrows: list[tuple[str, str]]
    level: dict[str, int] = field(default_factory=dict)
    rows: list[list[_Slot]] = field(default_factory=list)
    ways: list[list[_Slot]] = field(default_factory=list)

    def __post_init__(self) -> None:
        back = _closing(self.names, self.arrows)
        down = [(b, a) if (a, b) in back else (a, b) for a, b in self.arrows if a != b]
        self.level = dict.fromkeys(self.names, 0)
        for _ in self.names:
            for one, two in down:
                self.level[two] = max(self.level[two], self.level[one] + 1)
        self.rows = [[] for _ in range(max(self.level.values()) + 1)]
        for name in self.names:
            self.rows[self.level[name]].append(name)
        for number, (one, two) in enumerate(self.arrows):
            self.ways.append(self._way(number, one, two))
        for _ in range(3):
            self._sweep(self.rows)
            self._sweep(list(reversed(self.rows)))
        self._sweep(self.rows)

    def _way(self, number: int, one: str, two: str) -> list[_Slot]:
        first, last = self.level[one], self.level[two]
        step = 1 if last > first else -1
        between: list[_Slot] = [(number, row) for row in range(first + step, last, step)]
        for row, slot in zip(range(first + step, last, step), between, strict=True):
            self.rows[row].append(slot)
        return [one, *between, two]

    def _sweep(self, rows: list[list[_Slot]]) -> None:
        near: dict[_Slot, list[_Slot]] = {}
        for way in self.ways:
            for one, two in pairwise(way):
                near.setdefault(one, []).append(two)
                near.setdefault(two, []).append(one)
        for above, row in pairwise(rows):
            places = {slot: (at + 0.5) / len(above) for at, slot in enumerate(above)}
            own = {slot: (at + 0.5) / len(row) for at, slot in enumerate(row)}

            def wish(slot: _Slot, places: Mapping[_Slot, float] = places, own: Mapping[_Slot, float] = own) -> float:
                pulls = [places[one] for one in near.get(slot, ()) if one in places]
                return sum(pulls) / len(pulls) if pulls else own[slot]

            row.sort(key=wish)


def _closing(names: Iterable[str], arrows: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
    """The arrows that lead back to a box on the way to them."""
    below: dict[str, list[str]] = {}
    for one, two in arrows:
        below.setdefault(one, []).append(two)
    found: set[tuple[str, str]] = set()
    seen: set[str] = set()

    def walk(name: str, above: tuple[str, ...]) -> None:
        seen.add(name)
        for other in below.get(name, ()):
            if other in above or other == name:
                found.add((name, other))
            elif other not in seen:
                walk(other, (*above, name))

    for name in names:
        if name not in seen:
            walk(name, ())
    return found


class _Drawing:
    def __init__(self, scene: Scene, layout: _Layout, hints: Mapping[str, str], marked: set[tuple[str, str]]) -> None:
        self.scene, self.layout, self.hints = scene, layout, hints
        self.marked = marked & set(layout.arrows)
        self.bottom = 56 + len(layout.rows) * _ROW - (_ROW - _BOX)
        self.at: dict[_Slot, tuple[float, float]] = {}
        self.wide: dict[str, float] = {}
        for index, row in enumerate(layout.rows):
            self._place(row, 56 + index * _ROW + _BOX / 2)

    def _place(self, row: list[_Slot], y: float) -> None:
        room = (WIDTH - 32) / len(row)
        for at, slot in enumerate(row):
            self.at[slot] = (16 + (at + 0.5) * room, y)
            if isinstance(slot, str):
                said = max(texts.width(slot, 12, bold=True), texts.width(self.hints[slot], 10)) + 44
                self.wide[slot] = min(max(said, 90), room - 14)

    def box(self, name: str, order: Sequence[str], done: Collection[str], now: str | None) -> None:
        """One box with its two lines, its number and its tick."""
        (x, y), wide, hint = self.at[name], self.wide[name], self.hints[name]
        circle = any(name in pair for pair in self.marked)
        stroke = GOOD if name == now else BAD if circle else LINE
        fill = SHADE if name == now else CARD
        self.scene.rect(x - wide / 2, y - _BOX / 2, wide, _BOX, fill=PAGE, radius=7)
        line = 2.5 if name == now else 1.5
        self.scene.rect(x - wide / 2, y - _BOX / 2, wide, _BOX, fill=fill, stroke=stroke, width=line, radius=7)
        self.scene.text(x, y + (0 if hint else 4), name, size=12, bold=True, anchor="middle", room=wide - 12)
        if hint:
            self.scene.text(x, y + 14, hint, size=10, anchor="middle", fill=SOFT, room=wide - 12)
        if name in order:
            self.scene.circle(x - wide / 2, y - _BOX / 2, 9, fill=PAGE, stroke=SOFT)
            number = str(list(order).index(name) + 1)
            self.scene.text(x - wide / 2, y - _BOX / 2 + 4, number, size=10, bold=True, anchor="middle")
        if name in done:
            self.scene.text(x + wide / 2 - 10, y - 6, "✓", size=12, bold=True, anchor="middle", fill=GOOD)
        if name == now:
            self.scene.text(x + wide / 2 - 11, y - 7, "▶", size=9, anchor="middle", fill=GOOD)

    def points(self, number: int) -> list[tuple[float, float]]:
        """An arrow's corners, from box edge to box edge; two arrows between the same boxes keep apart."""
        way = self.layout.ways[number]
        one, two = self.layout.arrows[number]
        points = [self.at[slot] for slot in way]
        if one == two:
            (x, y), wide = points[0], self.wide[one] / 2
            return [(x + wide, y - 8), (x + wide + 18, y - 8), (x + wide + 18, y + 8), (x + wide + 2, y + 8)]
        if self.layout.level[one] == self.layout.level[two]:
            side = 1 if points[1][0] > points[0][0] else -1
            y = points[0][1]
            return [(points[0][0] + side * self.wide[one] / 2, y), (points[-1][0] - side * self.wide[two] / 2, y)]
        down = 1 if points[-1][1] > points[0][1] else -1
        apart = 9 * down if (two, one) in self.layout.arrows else 0
        moved = [(x + apart, y) for x, y in points]
        moved[0] = (moved[0][0], moved[0][1] + down * _BOX / 2)
        moved[-1] = (moved[-1][0], moved[-1][1] - down * (_BOX / 2 + 2))
        return moved

    def arrow(self, number: int, arrow: Arrow) -> None:
        """The line and its head."""
        marked = (arrow[0], arrow[1]) in self.marked
        paint = BAD if marked else SOFT
        points = self.points(number)
        says = f"{arrow[0]} to {arrow[1]}"
        self.scene.path(points, stroke=paint, width=1.8 if marked else 1.4, dash="6 3" if marked else "", title=says)
        (x1, y1), (x2, y2) = points[-2:]
        length = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5 or 1.0
        ux, uy = (x2 - x1) / length, (y2 - y1) / length
        left, right = (x2 - 9 * ux - 4 * uy, y2 - 9 * uy + 4 * ux), (x2 - 9 * ux + 4 * uy, y2 - 9 * uy - 4 * ux)
        self.scene.path([(x2, y2), left, right], stroke=paint, fill=paint, closed=True)

    def words(self, number: int, arrow: Arrow) -> None:
        """What stands on an arrow, near its beginning, so that words on arrows to one box keep apart."""
        said = arrow[2] if len(arrow) == 3 else ""
        if not said:
            return
        (x1, y1), (x2, y2) = self.points(number)[:2]
        part = 0.36
        x, y = x1 + part * (x2 - x1), y1 + part * (y2 - y1) + 3
        room = 120.0
        wide = texts.width(texts.elide(said, room, 10), 10)
        self.scene.rect(x - wide / 2 - 3, y - 9, wide + 6, 12, fill=PAGE)
        self.scene.text(x, y, said, size=10, anchor="middle", fill=INK, room=room)
