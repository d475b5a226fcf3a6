"""What the loop leaves behind: one row per callback, and a record that can be replayed step by step.

Writing must be cheap, or watching the loop would change what is seen; reading may take its time. So while the loop runs it only
adds to a *journal*, a flat list, and everything else (numbers, labels, who scheduled what) is worked out afterwards by
`reading.read`. The journal's notes are tuples that begin with a `Note`, but the commonest two have a short form:

- a callable: this tick was queued (its time is that of the callback that queued it, for reading the clock twice per
  tick would double the price);
- a number: the next tick or microtask began at this time; it ended when the next one began. Both queues are first in,
  first out, so there is no need to say which.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from itertools import repeat
from operator import length_hint
from time import perf_counter
from typing import Any

from .drain import Queues
from .naming import checked
from .outside import Ready

__all__ = ["Note", "Trace", "TracedQueues"]


class Note(enum.Enum):
    """What a note in the journal says; in brackets what follows in the tuple."""

    ENTER = "the loop came to a phase (phase, iteration, time)"
    WAIT = "an item waits (item, lane, callback, name, why, time)"
    DROP = "an item was cleared (item, time)"
    START = "a phase's callback began (item, name, why, queue, time)"
    END = "it ended (time)"
    QUEUED = "a named tick or a microtask was queued (queue, callback, name)"
    RUN = "a queue is run from here on (queue)"
    RAN = "until here (time)"
    OUTPUT = "a line was logged (line, time)"


class Trace:
    """The journal, and the loop's way of writing it.

    Args:
        clock: seconds from any fixed point.
    """

    def __init__(self, clock: Callable[[], float] = perf_counter) -> None:
        self.clock = clock
        self.origin = clock()
        self.journal: list[Any] = []

    def __repr__(self) -> str:
        return f"<Trace: {len(self.journal)} notes>"

    def enter(self, phase: str, iteration: int) -> None:
        """The loop came to a phase in which something runs, or (poll) in which it waits."""
        self.journal.append((Note.ENTER, phase, iteration, self.clock()))

    def wait(self, item: Any, lane: str, why: str) -> None:
        """An item (timer, immediate, …) waits to be called; told again when it begins to wait anew."""
        callback = None if isinstance(item, Ready) else item.callback  # what is Node's own has no name for a learner
        self.journal.append((Note.WAIT, item, lane, callback, item.name, why, self.clock()))

    def drop(self, item: object) -> None:
        """An item was cleared and will not run."""
        self.journal.append((Note.DROP, item, self.clock()))

    def output(self, line: str) -> None:
        """The running callback logged a line."""
        self.journal.append((Note.OUTPUT, line, self.clock()))

    def call(self, item: Any, queue: str = "cb") -> object:
        """Call a phase's callback and note when it began and ended."""
        self.journal.append((Note.START, item, item.name, getattr(item, "why", ""), queue, self.clock()))
        try:
            return item.callback()
        finally:
            self.journal.append((Note.END, self.clock()))


class TracedQueues(Queues):
    """`Queues` that keep a journal. The drain rule is inherited; only adding to and emptying a queue is done with notes."""

    def __init__(self, trace: Trace, *told: Callable[[Any], object]) -> None:
        self.trace = trace
        super().__init__(*told)

    def _make_next_tick(self) -> Callable[..., None]:
        append, note = self.ticks.append, self.trace.journal.append

        def next_tick(callback: Callable[..., object], *args: object, name: str | None = None) -> None:
            if args or not callable(callback):
                callback = checked(callback, args)
            if name is None:
                note(callback)
            else:
                note((Note.QUEUED, "tick", callback, name))
            append(callback)

        return next_tick

    def queue_microtask(self, job: Callable[[], object], *, name: str | None = None) -> None:
        """Put a job at the end of the microtask queue."""
        self.trace.journal.append((Note.QUEUED, "micro", job, name))
        self.microtasks.append(job)

    def run_ticks(self) -> None:
        """Run ticks until there are none."""
        ticks, take, adopt = self.ticks, self.ticks.popleft, self.adopt
        note, clock = self.trace.journal.append, self.trace.clock
        while ticks:
            self.queue = "tick"
            note((Note.RUN, "tick"))
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
                note((Note.RAN, clock()))
            self._on_chunk(self.chunk - length_hint(steps))

    def run_microtasks(self) -> None:
        """Run microtasks until there are none."""
        jobs, take, adopt = self.microtasks, self.microtasks.popleft, self.adopt
        note, clock = self.trace.journal.append, self.trace.clock
        while jobs:
            self.queue = "micro"
            note((Note.RUN, "micro"))
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
                note((Note.RAN, clock()))
            self._on_chunk(self.chunk - length_hint(steps))
