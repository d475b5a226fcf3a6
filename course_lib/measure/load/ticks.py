"""Waking an event loop at exact moments.

`asyncio.sleep` and `call_at` will not do for a schedule: the selector's time-out counts in milliseconds (epoll_wait's
argument is one, rounded up), so a message due in 50 µs leaves a millisecond later, and that millisecond is in every
latency. Three ways around it, the best first:

- ``os.timerfd_create`` (Linux, Python 3.13): the kernel's own high-resolution timer, as a file that becomes readable
  when it fires. The loop sleeps until then. One system call more per tick.
- the same two system calls through ctypes (Linux, older Python): a few microseconds more, and only at the start.
- elsewhere a *bounded spin*: the loop sleeps while the next moment is far away and turns without sleeping for the last
  two milliseconds (twenty on Windows). It costs a processor, and flatters the server: who does not sleep need
  not wake up.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import struct
import sys
import time
from collections.abc import Callable
from typing import Final

__all__ = ["Spin", "Ticks", "TimerFile", "lead", "start"]

SPIN: Final = 0.02 if sys.platform == "win32" else 0.002
"""Seconds before a moment in which `Spin` does not sleep any more: more than a selector may oversleep."""

_CLOCK_MONOTONIC: Final = 1
_ABSOLUTE: Final = 1


def lead(interval: float) -> float:
    """Seconds by which `TimerFile` wakes before a moment, so that the message leaves in time; who is early, waits.

    It is what Python needs from waking to sending: 30 µs when it has slept for long and the processor's caches are
    cold, less when it is woken often. (Not what the kernel needs to wake it: any program has to bear that.)
    """
    return min(30e-6, interval / 20)


class Ticks:
    """Calls `tick` at `start`, `start` + `interval`, … of ``time.perf_counter()``, or `lead` before, until closed.

    Moments that passed while the loop was busy are one call.
    """

    name = "none"
    """How it is done, for the result."""

    def __init__(self) -> None:
        self.count = 0
        """How many calls there were."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.name}, {self.count} ticks>"

    def close(self) -> None:
        """No more ticks. Twice is fine."""


class TimerFile(Ticks):
    """By a timerfd: see timerfd_create(2). Its clock is that of ``time.perf_counter()``, CLOCK_MONOTONIC on Linux.

    Raises:
        OSError: the kernel gave none.
    """

    def __init__(
        self, loop: asyncio.AbstractEventLoop, start: float, interval: float, tick: Callable[[], object]
    ) -> None:
        super().__init__()
        self._loop = loop
        self._tick = tick
        # an interval of 0 would mean "once", and a start of 0 "never"
        nanoseconds = max(round(interval * 1e9), 1000)
        if sys.platform == "linux" and sys.version_info >= (3, 13):
            self.name = "os.timerfd_create"
            self._file = os.timerfd_create(time.CLOCK_MONOTONIC, flags=os.TFD_NONBLOCK | os.TFD_CLOEXEC)
            first = max(round((start - lead(interval)) * 1e9), 1)
            os.timerfd_settime_ns(self._file, flags=os.TFD_TIMER_ABSTIME, initial=first, interval=nanoseconds)
        else:
            self.name = "timerfd through ctypes"
            self._file = _timer_file(start - lead(interval), nanoseconds)
        loop.add_reader(self._file, self._fired)

    def _fired(self) -> None:
        try:
            os.read(self._file, 8)
        except BlockingIOError:
            return
        self.count += 1
        self._tick()

    def close(self) -> None:
        """Take the timer from the loop, and close it. Twice is fine."""
        if self._file >= 0:
            self._loop.remove_reader(self._file)
            os.close(self._file)
            self._file = -1


def _timer_file(start: float, nanoseconds: int) -> int:
    """The two system calls, for a Python that does not have them."""
    libc = ctypes.CDLL(None, use_errno=True)
    file: int = libc.timerfd_create(_CLOCK_MONOTONIC, os.O_NONBLOCK | os.O_CLOEXEC)  # the flags of the same names
    if file < 0:
        raise OSError(ctypes.get_errno(), "expected a timerfd from the kernel, got none")
    whole, rest = divmod(max(round(start * 1e9), 1), 1_000_000_000)
    times = struct.pack("@llll", *divmod(nanoseconds, 1_000_000_000), whole, rest)  # struct itimerspec
    if libc.timerfd_settime(file, _ABSOLUTE, times, None) != 0:
        os.close(file)
        raise OSError(ctypes.get_errno(), "expected the timerfd to take a time, got an error")
    return file


class Spin(Ticks):
    """By turning the loop without sleeping when a moment is near: works everywhere, and costs a processor."""

    name = "spin"

    def __init__(
        self, loop: asyncio.AbstractEventLoop, start: float, interval: float, tick: Callable[[], object]
    ) -> None:
        super().__init__()
        self._loop = loop
        self._start = start
        self._interval = interval
        self._tick = tick
        self._due = start
        self._handle: asyncio.Handle = loop.call_soon(self._turn)

    def _turn(self) -> None:
        now = time.perf_counter()
        if now >= self._due:
            passed = int((now - self._start) / self._interval) + 1
            self._due = self._start + passed * self._interval
            self.count += 1
            self._tick()
        early = self._due - time.perf_counter()
        if early > SPIN:
            self._handle = self._loop.call_later(early - SPIN, self._turn)
        else:
            self._handle = self._loop.call_soon(self._turn)

    def close(self) -> None:
        """Turn no more. Twice is fine."""
        self._handle.cancel()


def start(loop: asyncio.AbstractEventLoop, at: float, interval: float, tick: Callable[[], object]) -> Ticks:
    """Call `tick` from `loop` at `at` (of ``time.perf_counter()``) and every `interval` seconds, as well as we can."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):  # a kernel or a libc without timers as files
            return TimerFile(loop, at, interval, tick)
    return Spin(loop, at, interval, tick)
