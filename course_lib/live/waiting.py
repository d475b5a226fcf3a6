"""Waiting that the stop button ends at once.

A thread that waits in C code hears a KeyboardInterrupt only when it comes back to Python. On Linux and macOS a signal
wakes a lock; on Windows it does not. So whoever waits here waits in slices: at most a tenth of a second deaf.
"""

from __future__ import annotations

import time
from collections.abc import Callable

__all__ = ["SLICE", "wait_in_slices"]

SLICE = 0.1
"""Seconds a single wait may last."""


def wait_in_slices(
    wait: Callable[[float], bool], timeout: float | None, clock: Callable[[], float] = time.monotonic
) -> bool:
    """Call `wait(seconds)` until it returns True or `timeout` seconds have passed; say which of the two it was.

    Args:
        wait: waits up to the seconds it is given, for example ``threading.Event().wait``.
        timeout: seconds; None waits for ever.
        clock: seconds from any fixed point.
    """
    end = None if timeout is None else clock() + timeout
    while True:
        left = SLICE if end is None else min(SLICE, end - clock())
        if wait(max(left, 0.0)):
            return True
        if end is not None and clock() >= end:
            return False
