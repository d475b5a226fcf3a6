"""What the loop leaves behind: one row per callback, and a record that can be replayed step by step.

Writing must be cheap, or watching the loop would change what is seen; reading may take its time. So while the loop runs
it only adds to a *journal*, one flat list, and everything else (labels, durations, who scheduled what) is worked out
afterwards by `reading.read`. A note is a `Note` followed by its values, but the commonest two have a short form:

- a callable: this tick was queued (its time is that of the callback that queued it, for reading the clock twice per
  tick would double the price);
- a number: a time. While a queue is run, the next tick or microtask began, and the one before it ended: both queues are
  first in, first out, so there is no need to say which. Otherwise the running callback ended.

Flat, because a tuple per note would be one more object for the garbage collector to visit, again and again.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from itertools import repeat
from operator import length_hint
from time import perf_counter
from typing import Any, Protocol

from .drain import Queues
from .naming import checked

__all__ = ["Note", "Trace", "TracedQueues"]


class Note(enum.Enum):
    """What a note in the journal says; in brackets the values that follow it."""

    ENTER = "the loop came to a phase (phase, iteration, time or None: that of the callback that follows)"
    WAIT = "an item waits (number, its number before, lane, callback, name, why, time)"
    DROP = "an item was cleared (number, time)"
    START = "an item's callback began (number, time)"
    OUTSIDE = "a callback began that had not waited (name, why, queue, time)"
    QUEUED = "a named tick or a microtask was queued (queue, callback, name)"
    RUN = "a queue is run from here on (queue)"
    RAN = "until here (time)"
    OUTPUT = "a line was logged (line, time)"


# Bound once: looking a member up in an Enum costs as much as writing the note.
_ENTER, _WAIT, _DROP, _START = Note.ENTER, Note.WAIT, Note.DROP, Note.START
_OUTSIDE, _QUEUED, _RUN, _RAN, _OUTPUT = Note.OUTSIDE, Note.QUEUED, Note.RUN, Note.RAN, Note.OUTPUT


class Traceable(Protocol):
    """What can wait: a timer, an immediate, a `Ready`.

    Attributes:
        number: the trace's; -1 as long as it has none.
    """

    callback: Any
    name: str | None
    number: int


class Trace:
    """The journal, and the loop's way of writing it.

    Args:
        clock: seconds from any fixed point.
    """

    def __init__(self, clock: Callable[[], float] = perf_counter) -> None:
        self.clock = clock
        self.origin = clock()
        self.journal: list[Any] = []
        self._note = self.journal.extend
        self._numbers = 0

    def __repr__(self) -> str:
        return f"<Trace: {len(self.journal):,} entries>"

    def enter(self, phase: str, iteration: int, *, waits: bool = False) -> None:
        """The loop came to a phase in which something runs next, or (poll) in which it `waits`."""
        self._note((_ENTER, phase, iteration, self.clock() if waits else None))

    def wait(self, item: Traceable, lane: str, why: str, callback: object = None) -> None:
        """An item waits to be called; told again when it begins to wait anew. `callback` may name it."""
        before = item.number
        item.number = number = self._numbers
        self._numbers = number + 1
        self._note((_WAIT, number, before, lane, callback, item.name, why, self.clock()))

    def drop(self, item: Traceable) -> None:
        """An item was cleared and will not run."""
        self._note((_DROP, item.number, self.clock()))

    def output(self, line: str) -> None:
        """The running callback logged a line."""
        self._note((_OUTPUT, line, self.clock()))

    def call(self, item: Traceable, why: str = "") -> object:
        """Call a phase's callback and note when it began and ended."""
        if item.number >= 0:
            self._note((_START, item.number, self.clock()))
        else:
            self._note((_OUTSIDE, item.name, why or getattr(item, "why", ""), "cb", self.clock()))
        try:
            return item.callback()
        finally:
            self.journal.append(self.clock())

    def call_outside(self, callback: Callable[[], object], why: str, queue: str) -> object:
        """Call something that no phase and no queue holds: a handler of unhandled rejections."""
        self._note((_OUTSIDE, None, why, queue, self.clock()))
        try:
            return callback()
        finally:
            self.journal.append(self.clock())


class TracedQueues(Queues):
    """`Queues` that keep a journal: adding to and emptying a queue are noted, the drain rule is inherited."""

    def __init__(self, trace: Trace, *told: Callable[[Any], object]) -> None:
        self.trace = trace
        super().__init__(*told)

    def _make_next_tick(self) -> Callable[..., None]:
        append, journal = self.ticks.append, self.trace.journal
        note = journal.append

        def next_tick(callback: Callable[..., object], *args: object, name: str | None = None) -> None:
            if args or not callable(callback):
                callback = checked(callback, args)
            if name is None:
                note(callback)
            else:
                journal.extend((_QUEUED, "tick", callback, name))
            append(callback)

        return next_tick

    def queue_microtask(self, job: Callable[[], object], *, name: str | None = None) -> None:
        """Put a job at the end of the microtask queue."""
        self.trace.journal.extend((_QUEUED, "micro", job, name))
        self.microtasks.append(job)

    def run_ticks(self) -> None:
        """Run ticks until there are none."""
        ticks, take, adopt = self.ticks, self.ticks.popleft, self.adopt
        journal, clock = self.trace.journal, self.trace.clock
        note = journal.append
        while ticks:
            self.queue = "tick"
            journal.extend((_RUN, "tick"))
            steps = repeat(None, self.chunk)
            try:
                for _ in steps:
                    note(clock())
                    result = take()()
                    if result is not None:
                        adopt(result)
                    if not ticks:
                        break
            finally:
                journal.extend((_RAN, clock()))
            self._on_chunk(self.chunk - length_hint(steps))

    def run_microtasks(self) -> None:
        """Run microtasks until there are none."""
        jobs, take, adopt = self.microtasks, self.microtasks.popleft, self.adopt
        journal, clock = self.trace.journal, self.trace.clock
        note = journal.append
        while jobs:
            self.queue = "micro"
            journal.extend((_RUN, "micro"))
            steps = repeat(None, self.chunk)
            try:
                for _ in steps:
                    note(clock())
                    result = take()()
                    if result is not None:
                        adopt(result)
                    if not jobs:
                        break
            except Exception as error:
                self._on_error(error)
            finally:
                journal.extend((_RAN, clock()))
            self._on_chunk(self.chunk - length_hint(steps))
