"""Reading a journal: from the loop's notes to rows and to a record.

The record follows the stepper's convention: ``meta["lanes"]`` are the phases, ``meta["queues"]`` the two queues, and
the events are ``enter``, ``wait``, ``drop``, ``start``, ``end`` and ``output``; what the loop looked like at any moment
is a fold over the events before it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..record import Event, Record
from .naming import name_of
from .phases import PHASES, QUEUES, lane_table
from .trace import Note, Trace

__all__ = ["Callback", "Reading", "read"]

_FALLBACK = {"tick": "tick", "micro": "microtask", "rej": "unhandled rejection"}


@dataclass(frozen=True, slots=True)
class Callback:
    """One callback that ran.

    Attributes:
        iteration: of the loop; 0 before it.
        phase: ``"main"``, ``"timers"``, ``"pending"``, ``"poll"``, ``"check"`` or ``"close"``.
        queue: ``"cb"`` for the phase's own callback, ``"tick"``, ``"micro"``, or ``"rej"`` for an unhandled rejection.
        label: its name, or else the first line it logged, or else what it is.
        start: seconds since the loop was made.
        duration: seconds.
        item: its number in the record.
        by: the number of the callback that scheduled it, ``None`` when the outside world did.
        why: how it was scheduled, for example ``"setTimeout 10 ms"``.
    """

    iteration: int
    phase: str
    queue: str
    label: str
    start: float
    duration: float
    item: int
    by: int | None
    why: str


@dataclass(frozen=True)
class Reading:
    """A journal, read: the callbacks in the order in which they ran, and the record."""

    callbacks: tuple[Callback, ...]
    record: Record


@dataclass(slots=True)
class _Item:
    number: int
    lane: str
    name: str
    why: str
    by: int | None
    first_line: str | None = None
    kind: str = ""

    @property
    def label(self) -> str:
        return self.name or self.first_line or self.kind


@dataclass(slots=True)
class _Run:
    """A callback that began; `duration` is known once it has ended."""

    item: _Item
    queue: str
    phase: str
    iteration: int
    start: float
    duration: float = 0.0


@dataclass(slots=True)
class _Happening:
    """An event to be, whose label is still open."""

    at: float
    lane: str
    kind: str
    of: _Item | _Run | None = None
    text: str = ""
    detail: dict[str, object] = field(default_factory=dict)


class _Reader:
    def __init__(self, trace: Trace) -> None:
        self._origin = trace.origin
        self._phase, self._iteration = "main", 0
        self._time = 0.0
        self._items = 0
        self._waiting: dict[int, _Item] = {}
        self._numbers: dict[int, int] = {}
        self._queued: dict[str, deque[_Item]] = {"tick": deque(), "micro": deque()}
        self._queue = ""
        self._entering = False
        self._running: _Run | None = None
        self.runs: list[_Run] = []
        self.happenings: list[_Happening] = []
        self._read(trace.journal)

    def _read(self, journal: list[Any]) -> None:
        reads: dict[Note, tuple[Callable[..., None], int]] = {
            Note.ENTER: (self._enter, 3),
            Note.WAIT: (self._wait, 7),
            Note.DROP: (self._drop, 2),
            Note.START: (self._start, 2),
            Note.OUTSIDE: (self._outside, 4),
            Note.QUEUED: (self._enqueue, 3),
            Note.RUN: (self._run, 1),
            Note.RAN: (self._ran, 1),
            Note.OUTPUT: (self._output, 2),
        }
        at = 0
        while at < len(journal):
            note = journal[at]
            at += 1
            if type(note) is float:
                (self._next if self._queue else self._end)(note)
            elif type(note) is Note:
                method, count = reads[note]
                method(*journal[at : at + count])
                at += count
            else:
                self._enqueue("tick", note, None)

    def _at(self, time: float) -> float:
        self._time = max(self._time, time - self._origin)
        return self._time

    def _new(self, lane: str, name: str, why: str, kind: str, by: int | None) -> _Item:
        item = _Item(self._items, lane, name, why, by, kind=kind)
        self._items += 1
        return item

    def _by(self) -> int | None:
        return self._running.item.number if self._running else None

    def _say(
        self, at: float, lane: str, kind: str, of: _Item | _Run | None = None, text: str = "", **more: object
    ) -> None:
        self.happenings.append(_Happening(at, lane, kind, of, text, more))

    def _enter(self, phase: str, iteration: int, time: float | None) -> None:
        moved = (phase, iteration) != (self._phase, self._iteration)
        self._phase, self._iteration = phase, iteration
        self._entering = moved and time is None
        if moved and time is not None:
            self._say(self._at(time), phase, "enter", text=phase, iteration=iteration)

    def _wait(
        self, number: int, before: int, lane: str, callback: object, name: str | None, why: str, time: float
    ) -> None:
        self._drop(before, time)
        by = self._by()
        if by is None and before in self._numbers:
            by = self._numbers[before]  # an interval, which set itself
        item = self._new(lane, name or name_of(callback), why, why or lane, by)
        self._waiting[number] = item
        self._numbers[number] = item.number
        self._say(self._at(time), lane, "wait", item)

    def _drop(self, number: int, time: float) -> None:
        item = self._waiting.pop(number, None)
        if item is not None:
            self._say(self._at(time), item.lane, "drop", item)

    def _start(self, number: int, time: float) -> None:
        self._begin(self._waiting.pop(number), "cb", self._at(time))

    def _outside(self, name: str | None, why: str, queue: str, time: float) -> None:
        self._begin(self._new(self._phase, name or "", why, why or self._phase, None), queue, self._at(time))

    def _enqueue(self, queue: str, callback: object, name: str | None) -> None:
        kind = _FALLBACK[queue]
        item = self._new(
            queue, name or name_of(callback), "nextTick" if queue == "tick" else "microtask", kind, self._by()
        )
        self._queued[queue].append(item)
        self._say(self._time, queue, "wait", item)

    def _run(self, queue: str) -> None:
        self._queue = queue

    def _ran(self, time: float) -> None:
        self._end(time)
        self._queue = ""

    def _next(self, time: float) -> None:
        if self._running:
            self._end(time)
        self._begin(self._queued[self._queue].popleft(), self._queue, self._at(time))

    def _begin(self, item: _Item, queue: str, at: float) -> None:
        if self._entering:
            self._entering = False
            self._say(at, self._phase, "enter", text=self._phase, iteration=self._iteration)
        run = self._running = _Run(item, queue, self._phase, self._iteration, at)
        self.runs.append(run)
        self._say(at, item.lane, "start", run)

    def _end(self, time: float) -> None:
        run, self._running = self._running, None
        if run is not None:
            run.duration = self._at(time) - run.start
            self._say(run.start + run.duration, run.item.lane, "end", run)

    def _output(self, line: str, time: float) -> None:
        run = self._running
        if run is not None and run.item.first_line is None:
            run.item.first_line = line
        lane = run.item.lane if run else self._phase
        self._say(self._at(time), lane, "output", text=line, item=self._by())


def _event(happening: _Happening) -> Event:
    of, duration = happening.of, 0.0
    label, detail = happening.text, dict(happening.detail)
    if isinstance(of, _Run):
        label = of.item.label
        detail["item"] = of.item.number
        if happening.kind == "start":
            duration = of.duration
            detail |= {
                "queue": of.queue,
                "phase": of.phase,
                "iteration": of.iteration,
                "by": of.item.by,
                "why": of.item.why,
            }
    elif of is not None:
        label = of.label
        detail |= {"item": of.number, "by": of.by, "why": of.why}
    return Event(happening.at, happening.lane, happening.kind, label, duration, detail)  # type: ignore[arg-type]


def read(trace: Trace, title: str, **meta: object) -> Reading:
    """The rows and the record of what the journal holds.

    Args:
        title: the record's title.
        meta: facts about the run, for the record.
    """
    reader = _Reader(trace)
    events: Sequence[Event] = [_event(happening) for happening in reader.happenings]
    facts: dict[str, Any] = {"lanes": lane_table(PHASES), "queues": lane_table(QUEUES), **meta}
    callbacks = tuple(
        Callback(
            run.iteration, run.phase, run.queue, run.item.label, run.start, run.duration, run.item.number, run.item.by,
            run.item.why,
        )
        for run in reader.runs
    )  # fmt: skip
    return Reading(callbacks, Record(tuple(events), title, facts))
