"""A recorded run, moment by moment.

The state at any moment is a pure fold over the events so far. A *step* is one callback: at step 0 nothing has run; at
step k the k-th callback is running, with everything it has printed and scheduled; the last step is after the last one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from ..record import Event, Record

__all__ = ["Item", "Moment", "fold", "moments"]


@dataclass(frozen=True, slots=True)
class Item:
    """A callback: its number, what it is called, the lane in which it waits or runs, and its event."""

    id: int
    label: str
    lane: str
    event: Event


@dataclass(frozen=True, slots=True)
class Moment:
    """The state between two events.

    Attributes:
        lane: the station where the marker stands; "" before the first.
        iteration: the round of the loop, None before it turns.
        waiting: items that wait, in the order in which they began to.
        running: the callback that runs now.
        done: how many callbacks have begun, the running one included.
        output: the lines printed so far.
        fresh: ids of the items that began to wait in this step.
        over: whether the run has ended.
    """

    lane: str = ""
    iteration: int | None = None
    waiting: tuple[Item, ...] = ()
    running: Item | None = None
    done: int = 0
    output: tuple[str, ...] = ()
    fresh: frozenset[int] = field(default_factory=frozenset)
    over: bool = False

    def in_lane(self, lane: str) -> tuple[Item, ...]:
        """What waits in one lane."""
        return tuple(item for item in self.waiting if item.lane == lane)


def _number(event: Event, key: str) -> int | None:
    value = event.detail.get(key)
    return value if isinstance(value, int) else None


def fold(moment: Moment, event: Event) -> Moment:
    """The state after one more event."""
    if event.kind == "enter":
        iteration = _number(event, "iteration")
        return replace(moment, lane=event.lane, iteration=moment.iteration if iteration is None else iteration)
    if event.kind == "wait":
        return _wait(moment, event)
    if event.kind == "drop":
        return replace(moment, waiting=_without(moment, _number(event, "item")))
    if event.kind == "start":
        return _start(moment, event)
    if event.kind == "end":
        return replace(moment, running=None)
    if event.kind == "output":
        return replace(moment, output=(*moment.output, event.label))
    return moment


def _without(moment: Moment, item: int | None) -> tuple[Item, ...]:
    return tuple(one for one in moment.waiting if one.id != item)


def _wait(moment: Moment, event: Event) -> Moment:
    item = _number(event, "item")
    if item is None:
        return moment
    waits = Item(item, event.label, event.lane, event)
    return replace(moment, waiting=(*_without(moment, item), waits), fresh=moment.fresh | {item})


def _start(moment: Moment, event: Event) -> Moment:
    item, iteration = _number(event, "item"), _number(event, "iteration")
    return replace(
        moment,
        lane=_at(moment, event),
        iteration=moment.iteration if iteration is None else iteration,
        waiting=_without(moment, item),
        running=Item(-1 if item is None else item, event.label, event.lane, event),
        done=moment.done + 1,
    )


def _at(moment: Moment, event: Event) -> str:
    """Where the marker stands while a callback runs: ticks and microtasks run without leaving the phase."""
    phase = event.detail.get("phase")
    if isinstance(phase, str) and phase:
        return phase
    return event.lane if event.detail.get("queue", "cb") == "cb" else moment.lane


def moments(record: Record) -> list[Moment]:
    """The state at each step: before anything, during each callback, and after the last."""
    found, state = [Moment()], Moment()
    events = list(record.where(kind={"enter", "wait", "drop", "start", "end", "output"}))
    first = next((at for at, event in enumerate(events) if event.kind == "start"), len(events))
    found[0] = _all(state, (e for e in events[:first] if e.kind == "wait"))
    pending = False
    for event in events:
        if pending and event.kind in ("end", "start", "enter"):
            found.append(state)
            state, pending = replace(state, fresh=frozenset()), False
        state = fold(state, event)
        pending = pending or event.kind == "start"
    if pending:
        found.append(state)
    return [*found, replace(state, running=None, fresh=frozenset(), over=True)] if len(found) > 1 else found


def _all(state: Moment, events: Iterable[Event]) -> Moment:
    for event in events:
        state = fold(state, event)
    return state
