"""Timers as Node keeps them: not one heap of timers, but one first-in-first-out *list per duration*.

All timers of 1000 ms, say, stand in one list, in the order they were set. Since they all wait equally long, the first
of the list is always the next one due, and setting or clearing a timer costs nothing but a link. Only the lists stand
in a priority queue, ordered by (expiry, id). Servers with 100,000 equal timeouts are the reason.

The price is visible. A list whose time has come is run as far as its timers are due before the next list is looked at:
a later 40 ms timer can run before a 10 ms timer that was due earlier. And ``now`` is read once per pass, so a timer set
inside a timer's callback never runs in the same pass.

This module knows no clock: every method is told the time, in whole milliseconds.
Source: Node ``lib/internal/timers.js`` (``insert``, ``listOnTimeout``, ``processTimers``, ``unenroll``).
"""

from __future__ import annotations

import heapq
import itertools
import math
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

__all__ = ["TIMEOUT_MAX", "Timeout", "TimerLists", "milliseconds"]

TIMEOUT_MAX = 2**31 - 1
"""Longest delay, ms: what a signed 32-bit number holds. A longer one becomes 1, as in Node."""


def milliseconds(delay: object) -> float:
    """The delay Node makes of what it is given: 1…2³¹-1 ms stay; 0, negatives, NaN and longer ones become 1.

    Raises:
        TypeError: the delay is no number. (JavaScript would turn ``"x"`` into NaN, and that into 1.)
    """
    if isinstance(delay, bool) or not isinstance(delay, (int, float)):
        raise TypeError(f"expected a delay in milliseconds (a number), got {delay!r}")
    return delay if 1 <= delay <= TIMEOUT_MAX else 1


class Timeout:
    """What `set_timeout` and `set_interval` return: a handle to clear, `unref`, `ref` or `refresh` the timer."""

    __slots__ = ("_lists", "callback", "delay", "destroyed", "name", "number", "refed", "repeat", "start")

    def __init__(
        self, lists: TimerLists, callback: Callable[[], object], delay: float, *, repeat: bool, name: str | None
    ) -> None:
        self._lists = lists
        self.callback: Callable[[], object] | None = callback
        self.delay = delay
        self.repeat = repeat
        self.name = name
        self.number = -1  # the trace's
        self.start = 0
        self.refed = True
        self.destroyed = False

    def __repr__(self) -> str:
        state = "cleared or over" if self.destroyed else "waiting" if self.refed else "waiting, unref'd"
        return f"<Timeout {self.delay:g} ms{', repeats' if self.repeat else ''}: {state}>"

    @property
    def msecs(self) -> int:
        """Which list it stands in: the delay without its fraction."""
        return math.trunc(self.delay)

    def has_ref(self) -> bool:
        """True while this timer, as long as it waits, keeps the loop alive."""
        return self.refed

    def unref(self) -> Timeout:
        """Let the loop end although this timer still waits."""
        if self.refed:
            self.refed = False
            self._lists.refs -= not self.destroyed
        return self

    def ref(self) -> Timeout:
        """Undo `unref`."""
        if not self.refed:
            self.refed = True
            self._lists.refs += not self.destroyed
        return self

    def refresh(self) -> Timeout:
        """Start waiting again from now, at the end of its list; a timer that has fired comes back to life."""
        self._lists.refresh(self)
        return self


class TimerList:
    """The timers of one duration, first set first; `expiry` is when the loop looks at it next."""

    __slots__ = ("expiry", "id", "msecs", "timers")

    def __init__(self, msecs: int, expiry: int, number: int) -> None:
        self.msecs = msecs
        self.expiry = expiry
        self.id = number
        self.timers: OrderedDict[Timeout, None] = OrderedDict()


class TimerLists:
    """Every timer that waits.

    Args:
        clock: read whenever a timer is set, refreshed or (intervals) begun, as Node does.
        on_wait: told of every timer that begins to wait: set, refreshed, or an interval once more.

    Attributes:
        refs: how many waiting timers keep the loop alive.
        wake: when the loop should next make a pass, in the clock's ms; ``None`` for never.
    """

    def __init__(self, clock: Callable[[], int], on_wait: Callable[[Timeout], object] | None = None) -> None:
        self.clock = clock
        self._on_wait = on_wait
        self.refs = 0
        self.wake: int | None = None
        self._next_expiry: float = math.inf
        self._by_duration: dict[int, TimerList] = {}
        self._queue: list[tuple[int, int, TimerList]] = []
        self._ids = itertools.count()

    def __repr__(self) -> str:
        return f"<TimerLists: {len(self)} timers in {len(self._by_duration)} lists>"

    def __len__(self) -> int:
        return sum(len(timers.timers) for timers in self._by_duration.values())

    def waiting(self) -> list[Timeout]:
        """Every waiting timer, list by list."""
        return [timer for timers in self._by_duration.values() for timer in timers.timers]

    def add(
        self, callback: Callable[[], object], delay: float, *, repeat: bool = False, name: str | None = None
    ) -> Timeout:
        """Set a timer of `delay` ms (see `milliseconds`) from now."""
        timer = Timeout(self, callback, delay, repeat=repeat, name=name)
        self.refs += 1
        self._insert(timer, self.clock())
        return timer

    def clear(self, timer: Timeout) -> bool:
        """Take the timer out; False when it is over or was cleared before, which is no error."""
        timer.callback = None
        if timer.destroyed:
            return False
        timer.destroyed = True
        timers = self._by_duration.get(timer.msecs)
        if timers is not None:
            timers.timers.pop(timer, None)
        if timer.refed:
            # Node leaves the emptied list of an unref'd timer in place: the next such timer finds it, and its old
            # expiry.
            if timers is not None and not timers.timers:
                self._drop(timers)
            self.refs -= 1
        timer.delay = -1
        return True

    def refresh(self, timer: Timeout) -> None:
        """See `Timeout.refresh`; a cleared timer stays cleared."""
        if timer.delay < 0:
            return
        self._insert(timer, self.clock())
        if timer.destroyed:
            timer.destroyed = False
            self.refs += timer.refed

    def process(self, now: int, call: Callable[[Any], object], drain: Callable[[], object]) -> None:
        """One pass: call every timer that is due at `now`, with `drain` between two timers and between two lists.

        An exception from `call` or `drain` leaves everything ready for the pass to be taken up again with the same
        `now`.
        """
        self._next_expiry = math.inf
        first = True
        while (timers := self._peek()) is not None:
            if timers.expiry > now:
                self._next_expiry = timers.expiry
                return
            if not first:
                drain()
            first = False
            self._run_list(timers, now, call, drain)

    def arm(self, loop_time: int) -> None:
        """After a pass: wake up for the next list, but never sooner than 1 ms ahead."""
        self.wake = None if self._next_expiry == math.inf else max(int(self._next_expiry), loop_time + 1)

    def _run_list(
        self, timers: TimerList, now: int, call: Callable[[Any], object], drain: Callable[[], object]
    ) -> None:
        first = True
        while timers.timers:
            timer = next(iter(timers.timers))
            if now - timer.start < timers.msecs:
                self._postpone(timers, max(timer.start + timers.msecs, now + 1))
                return
            if not first:
                drain()
            first = False
            timers.timers.pop(timer, None)
            if timer.callback is not None:  # else a tick, a moment ago, cleared it
                self._fire(timer, call)
            elif not timer.destroyed:
                self._retire(timer)
        if self._by_duration.get(timers.msecs) is timers:
            self._drop(timers)

    def _fire(self, timer: Timeout, call: Callable[[Any], object]) -> None:
        begun = self.clock() if timer.repeat else 0
        try:
            call(timer)
        finally:
            if timer.repeat and timer.delay != -1:
                self._insert(timer, begun)
            elif not timer.destroyed and not self._stands(timer):
                self._retire(timer)

    def _retire(self, timer: Timeout) -> None:
        timer.destroyed = True
        self.refs -= timer.refed

    def _stands(self, timer: Timeout) -> bool:
        timers = self._by_duration.get(timer.msecs)
        return timers is not None and timer in timers.timers

    def _insert(self, timer: Timeout, start: int) -> None:
        timer.start = start
        msecs = timer.msecs
        timers = self._by_duration.get(msecs)
        if timers is None:
            timers = self._by_duration[msecs] = TimerList(msecs, start + msecs, next(self._ids))
            heapq.heappush(self._queue, (timers.expiry, timers.id, timers))
            if timers.expiry < self._next_expiry:
                self._next_expiry = timers.expiry
                self.wake = timers.expiry
        timers.timers.pop(timer, None)
        timers.timers[timer] = None
        if self._on_wait is not None:
            self._on_wait(timer)

    def _postpone(self, timers: TimerList, expiry: int) -> None:
        timers.expiry, timers.id = expiry, next(self._ids)
        heapq.heappush(self._queue, (expiry, timers.id, timers))

    def _drop(self, timers: TimerList) -> None:
        del self._by_duration[timers.msecs]
        timers.id = -1

    def _peek(self) -> TimerList | None:
        """The list to look at next; entries that a newer one replaced are thrown away on the way."""
        while self._queue:
            _, number, timers = self._queue[0]
            if timers.id == number:
                return timers
            heapq.heappop(self._queue)
        return None
