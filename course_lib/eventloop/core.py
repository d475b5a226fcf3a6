"""The event loop itself: Node's phases, walked in Node's order, without a clock, a socket or a thread of its own.

`EventLoop` decides *what runs next*; the clock that says when, and the I/O that waits for the system, are passed in. On
`real.RealIO` it serves real sockets and files; on `virtual.VirtualIO` the same rules run in no time at all, always with
the same outcome.

    main program; drain                           start()
    timers, if any are due                        spin()
    while alive:                                  iterate()
        pending; idle; prepare
        poll: wait for I/O                        not if anything else is to be done
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
from .errors import LoopError, LoopLimit, UnhandledRejection
from .mainmodule import MainModule
from .naming import checked, name_of
from .outside import IO, Ready
from .promise import Promise
from .rules import NodeRules
from .scheduling import Scheduler

__all__ = ["EventLoop"]

EVERY = 1024
"""How many iterations may pass before the limits are looked at, when the loop never has to wait."""


class EventLoop(Scheduler):
    """One event loop with Node's rules.

    Args:
        io: the clock and the I/O; the loop owns it and closes it.
        rules: which Node version to follow; by default 24.
        limit: seconds, of the loop's own clock or of real time, after which a program is stopped; ``None`` for never.
        max_callbacks: callbacks after which a program is stopped; ``None`` for never. Looked at once per iteration, and
            within a queue that is never empty.
        trace: keep a row for every callback. Without it only the output and where each line came from are kept.

    Attributes:
        iteration: 0 before the loop, then 1, 2, ….
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
        if limit is not None and not limit >= 0:
            raise ValueError(f"expected a limit of 0 seconds or more, got {limit!r}")
        super().__init__(io, rules if rules is not None else NodeRules(), trace=trace)
        self.iteration = 0
        self._limit = limit
        self._max_callbacks = max_callbacks
        self._opened = time.monotonic()
        self._ran = 0
        self._closed = False
        self._next_check = 0
        self._main: Ready | None = None
        self._module: MainModule | None = None
        if max_callbacks is not None:
            self.queues.chunk = min(self.queues.chunk, max(1, max_callbacks))

    def __repr__(self) -> str:
        doing = "closed" if self._closed else "alive" if self.alive else "nothing to do"
        return f"<EventLoop: {self.phase} phase of iteration {self.iteration}, {doing}>"

    def __enter__(self) -> EventLoop:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def alive(self) -> bool:
        """True while something is left to be done or waited for; what is unref'd does not count."""
        return bool(
            self.immediates.refs or self.timers.refs or self.active or self.pending or self.closing or self._main
        )

    @property
    def unsettled(self) -> bool:
        """True while a top-level ``await`` of an ES-module main program has not come back."""
        return self._module is not None and self._module.unsettled

    def start(self, main: Callable[[], object], *, module: str = "commonjs") -> None:
        """Run the main program and drain. The body of an ES module (``module="esm"``) runs as a microtask.

        Raises:
            ValueError: another kind of module.
            LoopError: the loop was closed.
        """
        self._must_be_open()
        if module not in ("commonjs", "esm"):
            raise ValueError(f'expected module "commonjs" or "esm", got {module!r}')
        name = name_of(checked(main)) or "main"
        if module == "esm":
            body = self._module = MainModule(main, self.queues)
            load = Ready(lambda: self.queues.queue_microtask(body, name=name), "module loader", "main program")
            if self.rules.esm_main_in_poll:
                self._main = load
            else:
                self._call_and_drain(load)
            return
        self._call_and_drain(Ready(main, name, "main program"), drain_after_error=True)

    def spin(self) -> None:
        """Walk through the phases until nothing keeps the loop alive.

        An exception nobody caught, a `LoopLimit` or an interrupt leaves the loop as it stands: it may be spun again.

        Raises:
            LoopError: the loop was closed.
        """
        self._must_be_open()
        if self.alive and self.timers.wake is not None:
            self._timers()
        while self.immediates.refs or self.alive:
            self.iterate()
        self.phase = "main"

    def iterate(self) -> None:
        """One iteration, from pending to timers. A phase with nothing in its store is passed by."""
        self.iteration += 1
        if self.iteration >= self._next_check:
            self._check_limits()
        immediates = self.immediates
        if self.pending:
            self._run_pending()
        if (
            self.io.busy or not immediates.refs or self._main
        ):  # else: nothing can be ready, and there is no time to wait
            self._poll()
        if self.pending:
            self._pending_after_poll()
        queues = self.queues
        if (queues.ticks or queues.microtasks or queues.rejections) and self.rules.check_drains_leftovers:
            self._drain()
        if immediates.waiting or immediates.outstanding:
            self._check()
        if self.closing:
            self._run_closing()
        if self.timers.wake is not None and (self.rules.unref_timer_at_exit or self.alive):
            self._timers()

    def close(self) -> None:
        """Give every socket, file and thread back; calling it twice is safe."""
        self._closed = True
        self.active.clear()
        self.queues.close()
        self.io.close()

    def _must_be_open(self) -> None:
        if self._closed:
            raise LoopError("expected a loop that is open, got one that was closed")

    # The phases

    def _timers(self) -> None:
        timers, now = self.timers, self._milliseconds()
        if timers.wake is None or timers.wake > now:
            return
        self._enter("timers")
        while True:
            try:
                timers.process(now, self._call, self._drain_between)
                break
            except Exception as error:
                self._uncaught(error)
        timers.arm(self._loop_time)
        self._drain()

    def _run_pending(self) -> None:
        self._enter("pending")
        batch, self.pending = self.pending, deque()
        try:
            while batch:
                self._call_and_drain(batch.popleft())
        finally:
            self.pending.extendleft(reversed(batch))  # nothing, unless an error or an interrupt leaves the loop

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
        if timeout == 0 and not self.io.busy:
            return
        if self.trace and timeout != 0:
            self.trace.enter("poll", self.iteration, waits=True)
        for ready in self._wait(timeout):
            self._enter("poll")
            self._call_and_drain(ready)

    def _poll_timeout(self) -> float | None:
        if self.immediates.refs or self.pending or self.closing or not self.alive:
            return 0
        return None if self.timers.wake is None else max(0.0, self.timers.wake - self.now())

    def _wait(self, timeout: float | None) -> Iterable[Ready]:
        if timeout == 0:
            return self.io.poll(0)
        if self._limit is not None:
            left = max(0.0, self._limit * 1000 - self.now())
            timeout = left if timeout is None else min(timeout, left)
        self._next_check = self.iteration + 1
        return self.io.poll(timeout)

    def _check(self) -> None:
        self._enter("check")
        while True:
            try:
                self.immediates.process(self._call, self._drain_between)
            except Exception as error:
                self._uncaught(error)
            else:
                self._drain()
            if not self.immediates.outstanding:
                break

    def _run_closing(self) -> None:
        self._enter("close")
        batch, self.closing = self.closing, []
        try:
            while batch:
                self._call_and_drain(batch.pop())
        finally:
            self.closing[:0] = batch

    # One callback

    def _enter(self, phase: str) -> None:
        self.phase = phase
        if self.trace:
            self.trace.enter(phase, self.iteration)

    def _call(self, ready: Any) -> None:
        self._ran += 1
        self.queues.queue = "cb"
        result = ready.callback() if self.trace is None else self.trace.call(ready)
        if result is not None:
            self.queues.adopt(result)

    def _call_and_drain(self, ready: Ready, *, drain_after_error: bool = False) -> None:
        try:
            self._call(ready)
        except Exception as error:
            self._uncaught(error)
            if not drain_after_error:
                return
        self._drain()

    def _drain(self) -> None:
        queues = self.queues
        if queues.ticks or queues.microtasks or queues.rejections:
            try:
                queues.drain()
            except Exception as error:
                self._uncaught(error)

    def _drain_between(self) -> None:
        queues = self.queues
        if (queues.ticks or queues.microtasks or queues.rejections) and self.rules.drain_between_callbacks:
            queues.drain()

    # Errors and limits

    def _uncaught(self, error: Exception) -> None:
        if isinstance(error, LoopLimit) or not self._uncaught_handlers:
            raise error
        for handler in self._uncaught_handlers:
            self.queues.adopt(handler(error))
        # Node's way of making sure that ticks left behind by the failed callback run soon.
        self.set_immediate(_nothing, name="Node's empty immediate")

    def _unhandled(self, promise: Promise[Any]) -> None:
        if self.trace:
            self.trace.call_outside(lambda: self._tell_unhandled(promise), "unhandled rejection", "rej")
        else:
            self._tell_unhandled(promise)

    def _tell_unhandled(self, promise: Promise[Any]) -> None:
        reason = promise.reason
        for handler in self._rejection_handlers:
            self.queues.adopt(handler(reason, promise))
        if not self._rejection_handlers:
            self._uncaught(reason if isinstance(reason, Exception) else UnhandledRejection(reason))

    def _count(self, ran: int) -> None:
        self._ran += ran
        if ran >= self.queues.chunk:
            self._check_limits()

    def _check_limits(self) -> None:
        self._next_check = self.iteration + (EVERY if self._max_callbacks is None else 1)
        if self._max_callbacks is not None and self._ran > self._max_callbacks:
            raise LoopLimit(f"{self._max_callbacks:,} callbacks", keepers(self))
        if self._limit is not None:
            elapsed = max(self.now() / 1000.0, time.monotonic() - self._opened)
            if elapsed >= self._limit:
                raise LoopLimit(f"{self._limit:g} s", keepers(self))


def _nothing() -> None: ...
