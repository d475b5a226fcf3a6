"""The event loop itself: Node's phases, walked in Node's order, without a clock, a socket or a thread of its own.

`EventLoop` decides *what runs next*; the clock that says when, and the I/O that waits for the system, are passed in. On
`real.RealIO` it serves real sockets and files; on `virtual.VirtualIO` the same rules run in no time at all, always with the same outcome.

    run main program; drain                       start()
    timers, if any are due                        spin()
    while alive:
        pending; idle; prepare
        poll: wait for I/O                        as long as nothing else is to be done
        pending again
        check: immediates
        close callbacks, last closed first
        timers

Source: libuv ``src/unix/core.c`` (``uv_run``), Node ``src/env.cc`` (``RunTimers``, ``CheckImmediate``).
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

from .aliveness import keepers
from .drain import Queues
from .errors import LoopLimit, UnhandledRejection
from .immediates import Immediate, Immediates
from .naming import checked
from .outside import IO, Handle, Job, Ready
from .promise import Promise
from .rules import NodeRules
from .timers import Timeout, TimerLists, milliseconds
from .trace import Trace, TracedQueues

__all__ = ["EventLoop"]

EVERY = 1024
"""How many iterations may pass before the limits are looked at, when the loop never has to wait."""


class EventLoop:
    """One event loop with Node's rules.

    Args:
        io: the clock and the I/O; the loop owns it and closes it.
        rules: which Node version to follow.
        limit: seconds (of the loop's own clock, and of real time) after which a program is stopped; ``None`` for never.
        max_callbacks: callbacks after which a program is stopped; ``None`` for never.
        trace: keep a row for every callback. Without it only the output and where each line came from are kept.

    Attributes:
        phase: ``"main"`` or the name of the phase whose callback (with the ticks and microtasks after it) runs now.
        iteration: 0 before the loop, then 1, 2, ….
        output: the lines logged so far.
        rows: for each line ``(line, phase, queue)``.
    """

    def __init__(
        self,
        io: IO,
        *,
        rules: NodeRules | None = None,
        limit: float | None = None,
        max_callbacks: int | None = None,
        trace: bool = True,
    ) -> None:
        self.io = io
        self.rules = rules if rules is not None else NodeRules()
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
        self.iteration = 0
        self.output: list[str] = []
        self.rows: list[tuple[str, str, str]] = []
        self._uncaught_handlers: list[Callable[[Exception], object]] = []
        self._rejection_handlers: list[Callable[[object, Promise[Any]], object]] = []
        self._limit = limit
        self._max_callbacks = max_callbacks
        self._ran = 0
        self._main: Ready | None = None
        self._opened = time.monotonic()
        self._origin = io.now()
        if max_callbacks is not None:
            self.queues.chunk = min(self.queues.chunk, max(1, max_callbacks))

    def __repr__(self) -> str:
        return f"<EventLoop: {self.phase} phase of iteration {self.iteration}, {'alive' if self.alive else 'nothing to do'}>"

    def __enter__(self) -> EventLoop:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

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

    def set_timeout(
        self, callback: Callable[..., object], delay: float = 0, *args: object, name: str | None = None
    ) -> Timeout:
        """Call back in the timers phase, `delay` ms from now at the earliest (see `timers.milliseconds`)."""
        return self._set_timer(callback, delay, args, repeat=False, name=name)

    def set_interval(
        self, callback: Callable[..., object], delay: float = 0, *args: object, name: str | None = None
    ) -> Timeout:
        """Call back every `delay` ms, counted from when the callback last began."""
        return self._set_timer(callback, delay, args, repeat=True, name=name)

    def set_immediate(self, callback: Callable[..., object], *args: object, name: str | None = None) -> Immediate:
        """Call back in the next check phase."""
        if args or not callable(callback):
            callback = checked(callback, args)
        immediate = self.immediates.add(callback, name)
        if self.trace:
            self.trace.wait(immediate, "check", "setImmediate")
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
        if self.immediates.clear(immediate) and self.trace:
            self.trace.drop(immediate)

    def queue_microtask(self, callback: Callable[..., object], *args: object, name: str | None = None) -> None:
        """Call back in the microtask queue, which promises use too."""
        if args or not callable(callback):
            callback = checked(callback, args)
        self.queues.queue_microtask(callback, name=name)

    def on_uncaught_exception(self, handler: Callable[[Exception], object]) -> None:
        """Tell the handler of exceptions nobody caught, instead of ending the program."""
        self._uncaught_handlers.append(checked(handler))

    def on_unhandled_rejection(self, handler: Callable[[object, Promise[Any]], object]) -> None:
        """Tell the handler ``(reason, promise)`` of rejected promises without a handler, instead of ending the program."""
        self._rejection_handlers.append(checked(handler))

    # What the I/O shells call

    def feed_pending(self, callback: Callable[[], object], name: str | None = None, why: str = "pending") -> None:
        """Report a result in the pending phase: what failed at once must not be told from inside the call."""
        ready = Ready(callback, name, why)
        self.pending.append(ready)
        if self.trace:
            self.trace.wait(ready, "pending", why)

    def feed_close(self, callback: Callable[[], object], name: str | None = None, why: str = "close") -> None:
        """Tell of a closed handle in the close phase."""
        ready = Ready(callback, name, why)
        self.closing.append(ready)
        if self.trace:
            self.trace.wait(ready, "close", why)

    def submit(self, job: Job) -> None:
        """Give a job to the thread pool; its callback runs in the poll phase."""
        if self.trace:
            self.trace.wait(job, "poll", job.why)
        self.io.submit(job)

    # The walk

    @property
    def alive(self) -> bool:
        """True while something is left to be done or waited for; unref'd things do not count."""
        return bool(self.immediates.refs or self.timers.refs or self.active or self.pending or self.closing)

    def start(self, main: Callable[[], object], *, module: str = "commonjs") -> None:
        """Run the main program and drain. The body of an ES module (``module="esm"``) runs as a microtask.

        Raises:
            ValueError: another kind of module.
        """
        if module not in ("commonjs", "esm"):
            raise ValueError(f'expected module "commonjs" or "esm", got {module!r}')
        ready = Ready(checked(main), getattr(main, "__name__", "main"), "main program")
        if module == "esm":
            main_body = ready.callback
            ready = Ready(
                lambda: self.queues.queue_microtask(main_body, name=ready.name), "module loader", "main program"
            )
            if self.rules.esm_main_in_poll:
                self._main = ready
                return
        self._enter("main")
        self._call_and_drain(ready, after_error=self._drain)

    def spin(self) -> None:
        """Walk through the phases until nothing keeps the loop alive.

        An exception nobody caught, a `LoopLimit` or an interrupt leaves the loop as it stands: it may be spun again.
        """
        if self.alive or self._main:
            self._timers()
        while self.alive or self._main:
            self.iterate()
        self.phase = "main"

    def iterate(self) -> None:
        """One iteration, from pending to timers."""
        self.iteration += 1
        if not self.iteration % EVERY or self._max_callbacks is not None:
            self._check_limits()
        if self.pending:
            self._run_pending()
        self._poll()
        self._pending_after_poll()
        self._check()
        if self.closing:
            self._run_closing()
        if self.rules.unref_timer_at_exit or self.alive:
            self._timers()

    def close(self) -> None:
        """Give every socket, file and thread back; calling it twice is safe."""
        self.active.clear()
        self.io.close()

    # The phases

    def _timers(self) -> None:
        timers = self.timers
        if timers.wake is None:
            return
        now = self._milliseconds()
        if timers.wake > now:
            return
        self._enter("timers")
        while True:
            try:
                timers.process(now, self._call, self._drain_between)
                break
            except Exception as error:
                self._uncaught(error)
        timers.arm(now)
        self._drain()

    def _run_pending(self) -> None:
        self._enter("pending")
        batch, self.pending = self.pending, deque()
        while batch:
            try:
                self._call_and_drain(batch.popleft())
            except BaseException:
                self.pending.extendleft(reversed(batch))
                raise

    def _pending_after_poll(self) -> None:
        for _ in range(8):  # not for ever: check must come round
            if not self.pending:
                break
            self._run_pending()

    def _poll(self) -> None:
        if self._main:
            main, self._main = self._main, None
            self._enter("poll")
            self._call_and_drain(main)
        timeout = self._poll_timeout()
        if not self.io.busy and timeout == 0:
            return
        if self.trace and timeout != 0:
            self._enter("poll")
        for ready in self._wait(timeout):
            self._enter("poll")
            self._call_and_drain(ready)

    def _poll_timeout(self) -> float | None:
        if self.immediates.refs or self.pending or self.closing or not self.alive:
            return 0
        if self.timers.wake is None:
            return None
        return max(0.0, self.timers.wake - self.now())

    def _wait(self, timeout: float | None) -> Iterable[Ready]:
        if timeout != 0 and self._limit is not None:
            left = max(0.0, self._limit * 1000 - self.now())
            timeout = left if timeout is None else min(timeout, left)
        batch = self.io.poll(timeout)
        if timeout != 0:
            self._check_limits()
        return batch

    def _check(self) -> None:
        immediates = self.immediates
        if self.queues and self.rules.check_drains_leftovers:
            self._drain()
        if not immediates:
            return
        self._enter("check")
        while True:
            try:
                immediates.process(self._call, self._drain_between)
            except Exception as error:
                self._uncaught(error)
            else:
                self._drain()
            if not immediates.outstanding:
                break

    def _run_closing(self) -> None:
        self._enter("close")
        batch, self.closing = self.closing, []
        while batch:
            try:
                self._call_and_drain(batch.pop())
            except BaseException:
                self.closing = batch + self.closing
                raise

    # One callback

    def _enter(self, phase: str) -> None:
        self.phase = phase
        if self.trace:
            self.trace.enter(phase, self.iteration)

    def _call(self, ready: Ready) -> None:
        self._ran += 1
        self.queues.queue = "cb"
        if self.trace is None:
            result = ready.callback()
        else:
            result = self.trace.call(ready)
        if result is not None:
            self.queues.adopt(result)

    def _call_and_drain(self, ready: Ready, after_error: Callable[[], object] | None = None) -> None:
        try:
            self._call(ready)
        except Exception as error:
            self._uncaught(error)
            if after_error:
                after_error()
        else:
            self._drain()

    def _drain(self) -> None:
        if self.queues:
            try:
                self.queues.drain()
            except LoopLimit:
                raise
            except Exception as error:
                self._uncaught(error)

    def _drain_between(self) -> None:
        if self.queues and self.rules.drain_between_callbacks:
            self.queues.drain()

    # Errors and limits

    def _uncaught(self, error: Exception) -> None:
        if isinstance(error, LoopLimit) or not self._uncaught_handlers:
            raise error
        for handler in self._uncaught_handlers:
            handler(error)
        # Node's way of making sure that ticks left behind by the failed callback run soon.
        self.set_immediate(_nothing, name="Node's empty immediate")

    def _unhandled(self, promise: Promise[Any]) -> None:
        reason = promise.reason
        if self._rejection_handlers:
            for handler in self._rejection_handlers:
                handler(reason, promise)
        else:
            self._uncaught(reason if isinstance(reason, Exception) else UnhandledRejection(reason))

    def _count(self, ran: int) -> None:
        self._ran += ran
        if ran >= self.queues.chunk:
            self._check_limits()

    def _check_limits(self) -> None:
        if self._max_callbacks is not None and self._ran > self._max_callbacks:
            raise LoopLimit(f"{self._max_callbacks:,} callbacks", keepers(self))
        if self._limit is not None:
            elapsed = max(self.now() / 1000, time.monotonic() - self._opened)
            if elapsed >= self._limit:
                raise LoopLimit(f"{self._limit:g} s", keepers(self))

    def _milliseconds(self) -> int:
        return int(self.io.now() - self._origin)

    def _set_timer(
        self, callback: Callable[..., object], delay: float, args: tuple[object, ...], *, repeat: bool, name: str | None
    ) -> Timeout:
        after = milliseconds(delay)
        return self.timers.add(checked(callback, args), after, repeat=repeat, name=name)

    def _timer_waits(self, timer: Timeout) -> None:
        assert self.trace is not None
        self.trace.wait(timer, "timers", f"{'setInterval' if timer.repeat else 'setTimeout'} {timer.delay:g} ms")


def _nothing() -> None: ...
