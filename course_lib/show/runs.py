"""A record prepared for stepping: its stations, its queues, its moments, and each step in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from ..look import palette
from ..record import Record
from .moments import Item, Moment, moments
from .picture import Table
from .scales import UNITS, number, unit_for
from .strips import Mark

__all__ = ["Place", "Run", "sentence", "took"]

MOST: Final = 2_000
"""Nobody steps through more callbacks than this; later ones are left out, and counted."""


@dataclass(frozen=True, slots=True)
class Place:
    """A station or a queue: its name in the record, its title and a hint."""

    name: str
    title: str
    hint: str


def _places(record: Record, key: str) -> tuple[Place, ...]:
    described = record.meta.get(key, ())
    found = [one for one in described if isinstance(one, Mapping)] if isinstance(described, tuple) else []
    return tuple(Place(str(d["name"]), str(d.get("title") or d["name"]), str(d.get("hint") or "")) for d in found)


def _first(record: Record, most: int) -> tuple[Record, int]:
    """The part of a record in which its first `most` callbacks run, and how many are left out."""
    starts = [at for at, event in enumerate(record.events) if event.kind == "start"]
    if len(starts) <= most:
        return record, 0
    return replace(record, events=record.events[: starts[most]]), len(starts) - most


class Run:
    """A record prepared for stepping.

    Args:
        record: in the convention of `show.stepper`.
        predicted: the lines the learner expected.
        title: default: the record's.
    """

    def __init__(self, record: Record, predicted: Sequence[str] | None = None, title: str = "") -> None:
        self.record, self.left_out = _first(record, MOST)
        self.predicted = None if predicted is None else tuple(map(str, predicted))
        self.title = title or record.title
        self.queues = _places(record, "queues")
        self.stations = _places(record, "lanes") or self._unnamed()

    def __repr__(self) -> str:
        return f"<Run {self.title!r}: {self.last + 1} steps>"

    def _unnamed(self) -> tuple[Place, ...]:
        """Without a description, every lane in which something waits or runs is a station."""
        queues = {place.name for place in self.queues}
        lanes = self.record.where(kind={"enter", "wait", "start"}).lanes
        return tuple(Place(lane, lane, "") for lane in lanes if lane not in queues)[:12]

    @cached_property
    def moments(self) -> list[Moment]:
        """The state at each step."""
        return moments(self.record)

    @cached_property
    def started(self) -> tuple[Item, ...]:
        """Every callback, in the order in which they ran."""
        return tuple(moment.running for moment in self.moments if moment.running is not None)

    @cached_property
    def names(self) -> dict[int, str]:
        """What each callback is called, by its id."""
        return {item.id: item.label for item in self.started}

    @property
    def last(self) -> int:
        """The number of the last step."""
        return len(self.moments) - 1

    @cached_property
    def busiest(self) -> int:
        """The first step at which most waits: the one to show in a still picture."""
        return max(range(len(self.moments)), key=lambda at: (len(self.moments[at].waiting), -at))

    def title_of(self, name: str) -> str:
        """The title of a station or queue."""
        return next((place.title for place in (*self.stations, *self.queues) if place.name == name), name)

    def lane_of(self, item: Item) -> str:
        """Where a running item belongs: its queue when it has one of its own, else its station."""
        queue = item.event.detail.get("queue")
        names = {place.name for place in self.queues}
        if queue == "rej" and "micro" in names:
            return "micro"  # Node reports unhandled rejections when the microtask queue is empty
        return queue if isinstance(queue, str) and queue in names else item.lane

    @cached_property
    def colours(self) -> dict[str, str]:
        """The colour of every place, and of every lane in which something ran."""
        places = [place.name for place in (*self.stations, *self.queues)]
        return palette.colours([*places, *(self.lane_of(item) for item in self.started)])

    @cached_property
    def marks(self) -> tuple[Mark, ...]:
        """The strip's box for each callback."""
        lanes = [self.lane_of(item) for item in self.started]
        return tuple(
            Mark(lane, f"{at}. {item.label} ({self.title_of(lane)})", self.colours[lane])
            for at, (item, lane) in enumerate(zip(self.started, lanes, strict=True), start=1)
        )

    def scheduler(self, item: Item) -> str:
        """What the callback that scheduled `item` is called; "" when that is not known."""
        by = item.event.detail.get("by")
        return self.names.get(by, "") if isinstance(by, int) else ""

    def table(self) -> Table:
        """Every callback: when it ran, where, and who scheduled it."""
        rows = []
        for at, item in enumerate(self.started, start=1):
            iteration = item.event.detail.get("iteration", "")
            where = self.title_of(self.lane_of(item))
            rows.append((at, iteration, where, item.label, self.scheduler(item), took(item.event.duration)))
        return Table.of(("step", "iteration", "where", "callback", "scheduled by", "took"), rows)


def took(seconds: float) -> str:
    """A duration with its unit; "" for none."""
    if not seconds:
        return ""
    unit = unit_for(seconds)
    return f"{number(seconds / UNITS[unit], 2)} {unit}"


def sentence(run: Run, step: int) -> str:
    """The state at a step in a sentence: what the picture says, in words."""
    moment = run.moments[step]
    waiting = []
    for place in (*run.stations, *run.queues):
        if items := moment.in_lane(place.name):
            more = f" and {len(items) - 5} more" if len(items) > 5 else ""
            waiting.append(f"{place.title}: {', '.join(item.label for item in items[:5])}{more}")
    if moment.running is not None:
        what = f"{moment.running.label} is running ({run.title_of(run.lane_of(moment.running))})"
    else:
        what = "before anything has run" if step == 0 else "after the last callback"
    turn = f"iteration {moment.iteration}, " if moment.iteration is not None and moment.running else ""
    wait = f"waiting in {'; in '.join(waiting)}" if waiting else "nothing waits"
    said = f"output so far: {' '.join(moment.output[-12:])}" if moment.output else "nothing printed yet"
    return f"Step {step} of {run.last}, {turn}{what}; {wait}; {said}"
