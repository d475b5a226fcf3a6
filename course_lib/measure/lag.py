"""Loop lag: how late a loop comes to what is due.

A callback that blocks the loop delays everyone else's. To see it from inside, ask the loop for a wake-up at fixed
moments (every 5 ms) and note how late each comes. The moments are a schedule, not "5 ms after the last one": when the
loop was blocked for 100 ms, twenty wake-ups were missed, and each counts with its own lateness (100, 95, … 5 ms), as
twenty visitors at those moments would have felt it. Counting the block once is the mistake called *coordinated
omission*.

`LagMeter` is the rule, without loop or clock; `probe` puts it on a running asyncio loop, `watch` on the course's own
event loop.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

from course_lib.measure.latency import Summary
from course_lib.record import Event, Record

__all__ = ["LagMeter", "Watch", "probe", "watch"]


class LagMeter:
    """Turns the moments of waking into lags.

    Args:
        start: the moment it begins, in seconds of any clock.
        interval: seconds between the moments at which a wake-up is due.
        limit: how many lags are kept; later ones are counted in `dropped`.

    Raises:
        ValueError: `interval` is not positive.
    """

    def __init__(self, start: float, interval: float = 0.005, limit: int = 100_000) -> None:
        if not interval > 0:
            raise ValueError(f"expected an interval above 0 seconds, got {interval}")
        self.interval = interval
        self.dropped = 0
        self._start = start
        self._limit = limit
        self._count = 1
        self._lags: list[float] = []

    def __repr__(self) -> str:
        return f"<LagMeter: {len(self._lags)} lags, one every {self.interval * 1e3:g} ms>"

    @property
    def due(self) -> float:
        """The next moment at which a wake-up is due."""
        return self._start + self._count * self.interval

    def woke(self, now: float) -> None:
        """The loop came at `now`: note how late it is for every moment that has passed."""
        while self.due <= now:
            if len(self._lags) < self._limit:
                self._lags.append(now - self.due)
            else:
                self.dropped += 1
            self._count += 1

    @property
    def lags(self) -> list[float]:
        """Seconds by which the loop was late, for each moment, in order."""
        return list(self._lags)

    def summary(self) -> Summary:
        """The lags in five numbers, in seconds.

        Raises:
            ValueError: no moment has passed yet.
        """
        return Summary.of(self._lags)

    def record(self, title: str = "loop lag") -> Record:
        """One event of kind "lag" per moment, in lane "loop"; its duration is the lag."""
        events = (Event((i + 1) * self.interval, "loop", "lag", duration=lag) for i, lag in enumerate(self._lags))
        return Record(tuple(events), title, {"interval": self.interval})


@contextlib.asynccontextmanager
async def probe(interval: float = 0.005) -> AsyncIterator[LagMeter]:
    """Measure the lag of the running asyncio loop while the block lasts.

    Raises:
        ValueError: `interval` is not positive.
    """
    loop = asyncio.get_running_loop()
    meter = LagMeter(loop.time(), interval)
    handle: asyncio.TimerHandle

    def wake() -> None:
        nonlocal handle
        meter.woke(loop.time())
        handle = loop.call_at(meter.due, wake)

    handle = loop.call_at(meter.due, wake)
    try:
        yield meter
    finally:
        handle.cancel()
        meter.woke(loop.time())  # a block at the very end counts too


class Watch:
    """A `LagMeter` on a loop with `set_timeout`; made by `watch`."""

    def __init__(
        self,
        set_timeout: Callable[..., Any],
        clear_timeout: Callable[[Any], None],
        meter: LagMeter,
        clock: Callable[[], float],
    ) -> None:
        self.meter = meter
        self._set_timeout = set_timeout
        self._clear_timeout = clear_timeout
        self._clock = clock
        self._timer = self._arm()

    def __repr__(self) -> str:
        return f"<Watch: {self.meter!r}, {'stopped' if self._timer is None else 'running'}>"

    def stop(self) -> LagMeter:
        """Measure no more; the meter. Twice is fine."""
        if self._timer is not None:
            self._clear_timeout(self._timer)
            self._timer = None
            self.meter.woke(self._clock())
        return self.meter

    def _arm(self) -> Any:
        return self._set_timeout(self._wake, max(self.meter.due - self._clock(), 0.0) * 1e3)

    def _wake(self) -> None:
        self.meter.woke(self._clock())
        self._timer = self._arm()


def watch(
    interval: float = 0.005,
    *,
    set_timeout: Callable[..., Any] | None = None,
    clear_timeout: Callable[[Any], None] | None = None,
    clock: Callable[[], float] = time.perf_counter,
) -> Watch:
    """Measure the lag of the course's event loop from now until ``stop()``; it keeps the loop alive until then.

    That loop counts whole milliseconds, as Node does: up to 1 ms of every lag is the cut, not a callback.

    Args:
        interval: seconds between wake-ups, at least 0.001.
        set_timeout, clear_timeout: those of the loop; by default of the loop that runs in this thread.
        clock: seconds from any fixed point.

    Raises:
        ValueError: `interval` is not positive.
    """
    if set_timeout is None or clear_timeout is None:
        from course_lib import eventloop

        set_timeout, clear_timeout = eventloop.set_timeout, eventloop.clear_timeout
    return Watch(set_timeout, clear_timeout, LagMeter(clock(), interval), clock)
