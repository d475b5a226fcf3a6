"""What happened, when, and where: the one idea the course is built on.

An experiment runs something real and returns a `Record`. A picture is a pure function of a record. So every
widget has a static twin, every claim can be asserted in a test without a screen, and a run can be replayed.

An `Event` is one thing that happened: a time, a *lane* (who or where: a phase, a thread, a client), a *kind* (what
sort of thing), a *label* (the words a learner reads) and a *detail* (whatever else is known, as JSON).
"""

from __future__ import annotations

import json
import math
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, TypeAlias

__all__ = ["Event", "Json", "Record", "Recorder"]

Json: TypeAlias = "bool | int | float | str | tuple[Json, ...] | Mapping[str, Json] | None"
"""A value JSON can hold, in its frozen form: tuples for arrays, read-only mappings for objects."""

_NOTHING: Mapping[str, Json] = MappingProxyType({})


def _nothing() -> Mapping[str, Json]:
    return _NOTHING


def _freeze(value: object) -> Json:
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, Mapping):
        return MappingProxyType({str(key): _freeze(item) for key, item in value.items()})
    if isinstance(value, (list, tuple)):
        return tuple(_freeze(item) for item in value)
    raise TypeError(f"expected a value JSON can hold, got {value!r}")


def _thaw(value: Json) -> Any:
    if isinstance(value, Mapping):
        return {key: _thaw(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_thaw(item) for item in value]
    return value


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened.

    Attributes:
        at: seconds since the start of the record.
        lane: who or where, for example ``"timers"`` or ``"client 3"``.
        kind: what sort of thing, for example ``"start"`` or ``"output"``.
        label: the words a learner reads.
        duration: seconds it took; 0.0 for a moment.
        detail: anything else that is known, frozen JSON.

    Raises:
        ValueError: a time or duration that is not finite.
        TypeError: a detail that JSON cannot hold.
    """

    at: float
    lane: str
    kind: str
    label: str = ""
    duration: float = 0.0
    detail: Mapping[str, Json] = field(default_factory=_nothing)

    def __post_init__(self) -> None:
        if not (math.isfinite(self.at) and math.isfinite(self.duration)):  # NaN would leave a record without an order
            raise ValueError(f"expected a finite time and duration, got {self.at!r} and {self.duration!r}")
        object.__setattr__(self, "detail", _freeze(self.detail) if self.detail else _NOTHING)

    def __hash__(self) -> int:
        return hash((self.at, self.lane, self.kind, self.label, self.duration))

    def __reduce__(self) -> tuple[Any, ...]:
        return Event, (self.at, self.lane, self.kind, self.label, self.duration, _thaw(self.detail))

    @property
    def end(self) -> float:
        """Seconds since the start of the record at which it was over."""
        return self.at + self.duration


@dataclass(frozen=True)
class Record:
    """Events in order of time; events at the same time keep the order in which they were given.

    Attributes:
        events: the events, earliest first.
        title: one line that says what was run.
        meta: facts about the whole run (versions, options, lane titles), frozen JSON.
    """

    events: tuple[Event, ...] = ()
    title: str = ""
    meta: Mapping[str, Json] = field(default_factory=_nothing)

    def __post_init__(self) -> None:
        object.__setattr__(self, "events", tuple(sorted(self.events, key=lambda event: event.at)))
        object.__setattr__(self, "meta", _freeze(self.meta) if self.meta else _NOTHING)

    def __hash__(self) -> int:
        return hash((self.events, self.title))

    def __reduce__(self) -> tuple[Any, ...]:
        return Record, (self.events, self.title, _thaw(self.meta))

    def __len__(self) -> int:
        return len(self.events)

    def __iter__(self) -> Iterator[Event]:
        return iter(self.events)

    def __getitem__(self, index: int) -> Event:
        return self.events[index]

    def __repr__(self) -> str:
        return f"<Record {self.title!r}: {len(self)} events, {len(self.lanes)} lanes, {self.duration:.3f} s>"

    @property
    def lanes(self) -> tuple[str, ...]:
        """Every lane, in order of first appearance."""
        return tuple(dict.fromkeys(event.lane for event in self.events))

    @property
    def kinds(self) -> tuple[str, ...]:
        """Every kind, in order of first appearance."""
        return tuple(dict.fromkeys(event.kind for event in self.events))

    @property
    def duration(self) -> float:
        """Seconds from 0 to the end of the event that ended last."""
        return max((event.end for event in self.events), default=0.0)

    def labels(
        self, *, lane: str | Collection[str] | None = None, kind: str | Collection[str] | None = None
    ) -> list[str]:
        """The labels of the chosen events, in order: what most claims are about."""
        return [event.label for event in self.where(lane=lane, kind=kind)]

    def where(
        self,
        keep: Callable[[Event], bool] | None = None,
        *,
        lane: str | Collection[str] | None = None,
        kind: str | Collection[str] | None = None,
    ) -> Record:
        """The part of the record in the given lane(s) and kind(s) for which `keep` holds."""
        lanes, kinds = _choice(lane), _choice(kind)
        chosen = (
            event
            for event in self.events
            if (lanes is None or event.lane in lanes)
            and (kinds is None or event.kind in kinds)
            and (keep is None or keep(event))
        )
        return replace(self, events=tuple(chosen))

    def shifted(self, seconds: float) -> Record:
        """The same record, every event `seconds` later (earlier when negative)."""
        return replace(self, events=tuple(replace(event, at=event.at + seconds) for event in self.events))

    def merge(self, *others: Record) -> Record:
        """One record of this one's events and the others', by time; at the same time, in the order given."""
        events = self.events + tuple(event for other in others for event in other.events)
        meta: dict[str, Json] = {}
        for other in reversed((self, *others)):
            meta.update(other.meta)
        return replace(self, events=events, meta=meta)

    def to_json(self) -> str:
        """The record as one line of JSON; `from_json` gives it back equal."""
        rows = [[e.at, e.lane, e.kind, e.label, e.duration, _thaw(e.detail)] for e in self.events]
        return json.dumps({"record": 1, "title": self.title, "meta": _thaw(self.meta), "events": rows})

    @classmethod
    def from_json(cls, text: str) -> Record:
        """The record that `to_json` wrote.

        Raises:
            ValueError: the text is not a record in format 1.
        """
        data = json.loads(text)
        if not isinstance(data, dict) or data.get("record") != 1:
            raise ValueError(f'expected a JSON object with "record": 1, got {text[:60]!r}')
        try:
            return cls(tuple(Event(*row) for row in data["events"]), data["title"], data["meta"])
        except (KeyError, TypeError) as error:
            raise ValueError(f"expected the events, title and meta of a record, got {text[:60]!r}") from error


def _choice(value: str | Collection[str] | None) -> Collection[str] | None:
    return (value,) if isinstance(value, str) else value


class Recorder:
    """Collects events from any thread, stamps them with a clock, and keeps at most `limit` of them.

    Args:
        title: the record's title.
        clock: seconds from any fixed point; the first reading becomes 0.
        limit: later events than this are counted in ``meta["dropped"]``, not kept.
    """

    def __init__(
        self, title: str = "", *, clock: Callable[[], float] = time.perf_counter, limit: int = 100_000
    ) -> None:
        self._title = title
        self._clock = clock
        self._limit = limit
        self._origin = clock()
        self._lock = threading.Lock()
        self._events: list[Event] = []
        self._dropped = 0

    def __repr__(self) -> str:
        return f"<Recorder {self._title!r}: {len(self._events)} events>"

    def now(self) -> float:
        """Seconds since the recorder was made."""
        return self._clock() - self._origin

    def add(
        self, lane: str, kind: str, label: str = "", *, at: float | None = None, duration: float = 0.0, **detail: object
    ) -> None:
        """Note that something happened, now or at a given time of this recorder's clock."""
        event = Event(self.now() if at is None else at, lane, kind, label, duration, detail)  # type: ignore[arg-type]
        with self._lock:
            if len(self._events) < self._limit:
                self._events.append(event)
            else:
                self._dropped += 1

    def extend(self, events: Iterable[Event]) -> None:
        """Add events that carry their own times."""
        for event in events:
            self.add(event.lane, event.kind, event.label, at=event.at, duration=event.duration, **event.detail)

    def record(self, **meta: object) -> Record:
        """What has been collected so far, with facts about the run."""
        with self._lock:
            events, dropped = tuple(self._events), self._dropped
        facts = {**meta, "dropped": dropped} if dropped else meta
        return Record(events, self._title, facts)  # type: ignore[arg-type]
