"""Everything that can be put off until later: what a program and the I/O shells call on a loop.

Nothing runs here. Each method puts a callback into the store of the phase it belongs to; `core.EventLoop` decides when
it comes out.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from typing import Any

from .drain import Queues
from .immediates import Immediate, Immediates
from .naming import checked
from .outside import IO, Handle, Job, Ready
from .promise import Promise
from .rules import NodeRules
from .timers import Timeout, TimerLists, milliseconds
from .trace import Trace, TracedQueues

__all__ = ["Scheduler"]


class Scheduler:
    """The stores of a loop.

    Args:
        io: the clock and the I/O.
        rules: which Node version to follow.
        trace: keep a row for every callback.

    Attributes:
        phase: ``"main"`` or the name of the phase whose callback (with the ticks and microtasks after it) runs now.
        output: the lines logged so far.
        rows: for each line ``(line, phase, queue)``.
        active: the servers, sockets and files that keep the loop alive.
    """

    def __init__(self, io: IO, rules: NodeRules, *, trace: bool) -> None:
        self.io = io
        self.rules = rules
        self.trace = Trace() if trace else None
        told = (self._uncaught, self._unhandled, self._count)
        self.queues = TracedQueues(self.trace, *told) if self.trace else Queues(*told)
        self.next_tick = self.queues.next_tick
        self.timers = TimerLists(self._milliseconds, self._timer_waits if trace else None)
        self.immediates = Immediates()
        self.pending: deque[Ready] = deque()
        self.closing: list[Ready] = []
        self.active: dict[Handle, None] = {}
        self.phase = "main"
        self.output: list[str] = []
        self.rows: list[tuple[str, str, str]] = []
        self._uncaught_handlers: list[Callable[[Exception], object]] = []
        self._rejection_handlers: list[Callable[[object, Promise[Any]], object]] = []
        self._origin = io.now()
        self._loop_time = 0  # the clock as it was last read, like uv_now()

    # What a program calls

    def log(self, line: object) -> None:
        """Add a line to the output, with a note of where it came from."""
        text = str(line)
        self.output.append(text)
        self.rows.append((text, self.phase, self.queues.queue))
        if self.trace:
            self.trace.output(text)

    def now(self) -> float:
        """Milliseconds since the loop was made, by its own clock."""
        return self.io.now() - self._origin

    def busy(self, milliseconds: float) -> None:
        """Keep this thread busy for so long, by the loop's own clock."""
        if isinstance(milliseconds, bool) or not isinstance(milliseconds, (int, float)):
            raise TypeError(f"expected a time in milliseconds (a number), got {milliseconds!r}")
        if not 0 <= milliseconds < math.inf:
            raise ValueError(f"expected a time of 0 ms or more, and not for ever, got {milliseconds!r}")
        self.io.spend(milliseconds)

    def set_timeout(
        self, callback: Callable[..., object], delay: float = 0, *args: object, name: str | None = None
    ) -> Timeout:
        """Call back in the timers phase, `delay` ms from now at the earliest (see `timers.milliseconds`)."""
        return self.timers.add(checked(callback, args), milliseconds(delay), name=name)

    def set_interval(
        self, callback: Callable[..., object], delay: float = 0, *args: object, name: str | None = None
    ) -> Timeout:
        """Call back every `delay` ms, counted from when the callback last began."""
        return self.timers.add(checked(callback, args), milliseconds(delay), repeat=True, name=name)

    def set_immediate(self, callback: Callable[..., object], *args: object, name: str | None = None) -> Immediate:
        """Call back in the next check phase."""
        if args or not callable(callback):
            callback = checked(callback, args)
        immediate = Immediate(self.immediates, callback, name)
        if self.trace:
            self.trace.wait(immediate, "check", "setImmediate", callback)
        return immediate

    def clear_timeout(self, timer: Timeout | None) -> None:
        """Cancel a timer or interval; one that is over, was cleared before, or ``None`` is no error, as in Node."""
        if timer is None:
            return
        if not isinstance(timer, Timeout):
            raise TypeError(f"expected what set_timeout or set_interval returned, got {timer!r}")
        if self.timers.clear(timer) and self.trace:
            self.trace.drop(timer)

    clear_interval = clear_timeout

    def clear_immediate(self, immediate: Immediate | None) -> None:
        """Cancel an immediate, also a later one of the phase that is running."""
        if immediate is None:
            return
        if not isinstance(immediate, Immediate):
            raise TypeError(f"expected what set_immediate returned, got {immediate!r}")
        if immediate.clear() and self.trace:
            self.trace.drop(immediate)

    def queue_microtask(self, callback: Callable[..., object], *args: object, name: str | None = None) -> None:
        """Call back in the microtask queue, which promises use too."""
        if args or not callable(callback):
            callback = checked(callback, args)
        self.queues.queue_microtask(callback, name=name)

    def on_uncaught_exception(self, handler: Callable[[Exception], object]) -> None:
        """Tell the handler of exceptions nobody caught, instead of ending the program."""
        self._uncaught_handlers.append(checked(handler))

    def on_unhandled_rejection(self, handler: Callable[[Any, Promise[Any]], object]) -> None:
        """Tell the handler ``(reason, promise)`` of rejections nobody handles, instead of ending the program."""
        self._rejection_handlers.append(checked(handler))

    # What the I/O shells call

    def feed_pending(self, callback: Callable[[], object], why: str) -> None:
        """Report a result in the pending phase: what failed at once must not be told from inside the call."""
        ready = Ready(callback, None, why)
        self.pending.append(ready)
        if self.trace:
            self.trace.wait(ready, "pending", why)

    def feed_close(self, callback: Callable[[], object], why: str) -> None:
        """Tell of a closed handle in the close phase."""
        ready = Ready(callback, None, why)
        self.closing.append(ready)
        if self.trace:
            self.trace.wait(ready, "close", why)

    def submit(self, job: Job) -> None:
        """Give a job to the thread pool; its callback runs in the poll phase."""
        if self.trace:
            self.trace.wait(job, "poll", job.why)
        self.io.submit(job)

    # What the loop adds

    def _uncaught(self, error: Exception) -> None:
        raise NotImplementedError

    def _unhandled(self, promise: Promise[Any]) -> None:
        raise NotImplementedError

    def _count(self, ran: int) -> None:
        raise NotImplementedError

    def _milliseconds(self) -> int:
        self._loop_time = int(self.io.now() - self._origin)
        return self._loop_time

    def _timer_waits(self, timer: Timeout) -> None:
        if self.trace:
            why = f"{'setInterval' if timer.repeat else 'setTimeout'} {timer.delay:g} ms"
            self.trace.wait(timer, "timers", why, timer.callback)
