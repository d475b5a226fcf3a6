"""When did it arrive?

A loop that finds thirty answers ready reads them one after the other. Whoever looks at the clock while reading gives
the last one the time that reading the other twenty-nine took: five microseconds each, on a server that needs ten. But
all thirty were there when the selector returned. So the selector notes that moment, and a read that brings one whole
answer takes it as the time of arrival. (A read that brings several does not: the second may have come meanwhile.)

In an open loop, that is. In a closed one, time taken off a latency would only go into the pause before that client's
next message, where nobody sees it.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable

from course_lib.measure.load.connection import now

__all__ = ["StampedLoop", "heard_of"]


class _StampedSelector(selectors.DefaultSelector):
    """Notes when it last found something."""

    at = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(timeout)
        self.at = now()
        return ready


class StampedLoop(asyncio.SelectorEventLoop):
    """asyncio's own loop, which knows when its selector last returned."""

    def __init__(self) -> None:
        self._stamps = _StampedSelector()
        super().__init__(self._stamps)

    def heard(self) -> float:
        """The moment at which the kernel said what is ready now."""
        return self._stamps.at


def heard_of(loop: asyncio.AbstractEventLoop) -> Callable[[], float]:
    """What tells when that which is being read has arrived: with other loops, the clock."""
    return loop.heard if isinstance(loop, StampedLoop) else now
