"""Bars along a time axis: which events share one, and where their labels go."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from ..look import palette
from ..look import text as texts
from ..look.palette import SOFT
from ..look.scene import Scene
from ..record import Event
from .picture import WIDTH
from .scales import UNITS, Scale, counted, number

__all__ = ["Bar", "Chart", "bars", "stacked"]

_CROWD: Final = 24
"""In a row of more bars than this, labels stand inside bars only."""


@dataclass(frozen=True, slots=True)
class Bar:
    """Events drawn as one bar, from `left` to `right` px: several when they are too close to be told apart."""

    left: float
    right: float
    events: tuple[Event, ...]


def bars(events: Iterable[Event], x: Scale) -> list[Bar]:
    """The bars of one row, left to right, never overlapping; a moment is two px wide.

    Bars that touch stay apart unless one of them is too narrow to be seen beside the other.
    """
    found: list[Bar] = []
    for event in sorted(events, key=lambda one: one.at):
        left = x(event.at)
        right = max(x(event.end), left + 2)
        narrow = found and min(right - left, found[-1].right - found[-1].left) < 4
        if found and left < found[-1].right + (1 if narrow else -0.5):
            last = found[-1]
            found[-1] = Bar(last.left, max(last.right, right), (*last.events, event))
        else:
            found.append(Bar(left, right, (event,)))
    return found


def stacked(events: Iterable[Event]) -> list[list[Event]]:
    """The events in as few rows as keep them from overlapping, each in the first row that is free."""
    rows: list[list[Event]] = []
    for event in sorted(events, key=lambda one: one.at):
        row = next((row for row in rows if row[-1].end <= event.at), None)
        if row is None:
            rows.append([event])
        else:
            row.append(event)
    return rows


@dataclass(frozen=True)
class Chart:
    """A scene with lanes along a time axis, and the unit of its times."""

    scene: Scene
    x: Scale
    unit: str

    def time(self, seconds: float) -> str:
        """A time as text, with its unit."""
        return f"{number(seconds / UNITS[self.unit])} {self.unit}"

    def grid(self, top: float, bottom: float) -> None:
        """Lines at round times, and the times below them."""
        for tick in self.x.ticks(90):
            at = self.x(tick)
            self.scene.line(at, top, at, bottom)
            label = f"{number(tick / UNITS[self.unit])} {self.unit}"
            half = texts.width(label, 11) / 2
            self.scene.text(min(at, WIDTH - 6 - half), bottom + 15, label, anchor="middle", fill=SOFT)

    def name(self, y: float, height: float, title: str, paint: str) -> None:
        """A lane's swatch and title, left of the grid."""
        self.scene.rect(16, y + 3, 5, height - 6, fill=paint, radius=2)
        self.scene.text(28, y + height / 2 + 4, title, size=12, bold=True, room=self.x.start - 40)

    def row(self, y: float, height: float, drawn: Sequence[Bar], paint: str, edge: float) -> None:
        """The bars of one row, each with its label in it or beside it where there is room before `edge`."""
        taken = self.x.start
        for at, bar in enumerate(drawn):
            wide = bar.right - bar.left
            self.scene.rect(
                bar.left,
                y,
                wide - (1 if wide > 4 else 0),
                height,
                fill=paint,
                radius=3 if wide > 8 else 0,
                title=self._said(bar),
            )
            label = bar.events[0].label if len(bar.events) == 1 else counted(len(bar.events), "event")
            following = drawn[at + 1].left if at + 1 < len(drawn) else edge
            taken = self._label(label, bar, y + height / 2 + 4, paint, taken, following, len(drawn) <= _CROWD)

    def _label(
        self, label: str, bar: Bar, base: float, paint: str, taken: float, following: float, beside: bool
    ) -> float:
        """Write a bar's label inside it, else right of it, else left of it; returns where the next may begin."""
        wide, needed = bar.right - bar.left, texts.width(label, 11) + 10
        after, before = following - bar.right, bar.left - taken
        if not label:
            return bar.right
        if wide >= needed or (wide >= 60 and max(after, before) < needed):
            ink = palette.text_on(paint)
            self.scene.text(bar.left + wide / 2, base, label, anchor="middle", fill=ink, room=wide - 8)
        elif beside and after < needed <= before:
            self.scene.text(bar.left - 5, base, label, anchor="end")
        elif beside and after >= min(needed, 60):
            return bar.right + 5 + self.scene.text(bar.right + 5, base, label, room=after - 9)
        return bar.right

    def _said(self, bar: Bar) -> str:
        first, last = bar.events[0], bar.events[-1]
        if len(bar.events) > 1:
            return f"{counted(len(bar.events), 'event')} from {self.time(first.at)} to {self.time(last.end)}"
        took = f", took {self.time(first.duration)}" if first.duration else ""
        return f"{first.label or first.kind}: at {self.time(first.at)}{took}"
