"""The two queues beside the phases, and the rule by which they are drained.

After *every* callback (each timer, each immediate, each I/O, pending and close callback) Node drains both queues:

    no tick waits?  run all microtasks first; if that left no tick and no rejection to report, done
    repeat
        run ticks until there are none, those added meanwhile included
        run microtasks until there are none, those added meanwhile included
    until no tick waits and no unhandled rejection was reported

So no microtask runs between two ticks and no tick between two microtasks, and "ticks before promises" is no law: inside
a microtask, as in the body of an ES module, a promise's callback comes before a tick. And a queue that always grows is
never left: the phases starve.

Source: Node ``lib/internal/process/task_queues.js`` (``runNextTicks``, ``processTicksAndRejections``),
``src/api/callback.cc``.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Coroutine
from itertools import repeat
from operator import length_hint
from typing import Any

from .coroutines import Drive, start
from .naming import checked
from .promise import Promise

__all__ = ["Queues"]

CHUNK = 4096
"""How many ticks or microtasks may run before somebody asks whether this is still reasonable."""


class Queues:
    """The nextTick queue, the microtask queue, and the rejections nobody handles (yet).

    Args:
        on_error: told of an exception in a microtask, which does not stop the others.
        on_rejection: told of a promise that was rejected and has no handler.
        on_chunk: told how many ticks or microtasks have run, at least every `CHUNK`; may raise.

    Attributes:
        queue: whose callback runs now: ``"cb"`` (a phase's, or the main program), ``"tick"``, ``"micro"``, ``"rej"``.
        unfinished: the async functions that have begun and not ended.
    """

    def __init__(
        self,
        on_error: Callable[[Exception], object],
        on_rejection: Callable[[Promise[Any]], object],
        on_chunk: Callable[[int], object],
    ) -> None:
        self.queue = "cb"
        self.chunk = CHUNK
        self.ticks: deque[Callable[[], object]] = deque()
        self.microtasks: deque[Callable[[], object]] = deque()
        self.rejections: dict[Promise[Any], None] = {}
        self.unfinished: set[Drive] = set()
        self._on_error = on_error
        self._on_rejection = on_rejection
        self._on_chunk = on_chunk
        self.next_tick = self._make_next_tick()

    def __repr__(self) -> str:
        return (
            f"<Queues: {len(self.ticks)} ticks, {len(self.microtasks)} microtasks, {len(self.rejections)} rejections>"
        )

    def _make_next_tick(self) -> Callable[..., None]:
        # A closure over the bound append: it runs millions of times a second, and half its cost would be looking things
        # up.
        append = self.ticks.append

        def next_tick(callback: Callable[..., object], *args: object, name: str | None = None) -> None:
            if args or not callable(callback):
                callback = checked(callback, args)
            append(callback)

        return next_tick

    def queue_microtask(self, job: Callable[[], object], *, name: str | None = None) -> None:
        """Put a job at the end of the microtask queue."""
        self.microtasks.append(job)

    def drain(self) -> None:
        """Empty both queues by the rule. An exception in a tick stops it and leaves the rest for the next drain."""
        if not self.ticks:
            self.run_microtasks()
            if not self.ticks and not self.rejections:
                return
        while True:
            self.run_ticks()
            self.run_microtasks()
            if not self.ticks and not self.report_rejections():
                return

    def run_ticks(self) -> None:
        """Run ticks until there are none."""
        ticks, take, adopt = self.ticks, self.ticks.popleft, self.adopt
        while ticks:
            self.queue = "tick"
            steps = repeat(None, self.chunk)
            for _ in steps:
                result = take()()
                if result is not None:
                    adopt(result)
                if not ticks:
                    break
            self._on_chunk(self.chunk - length_hint(steps))

    def run_microtasks(self) -> None:
        """Run microtasks until there are none; an exception is reported at once and stops no other."""
        jobs, take, adopt = self.microtasks, self.microtasks.popleft, self.adopt
        while jobs:
            self.queue = "micro"
            steps = repeat(None, self.chunk)
            try:
                for _ in steps:
                    result = take()()
                    if result is not None:
                        adopt(result)
                    if not jobs:
                        break
            except Exception as error:
                self._on_error(error)
            self._on_chunk(self.chunk - length_hint(steps))

    def begin(self, coroutine: Coroutine[Any, Any, Any]) -> Promise[Any]:
        """Run a coroutine up to its first ``await``; the promise of what it returns."""
        return start(coroutine, self)

    def adopt(self, result: object) -> None:
        """What a callback returned: a coroutine begins to run at once, as JavaScript's async functions do."""
        if isinstance(result, Coroutine):
            start(result, self)

    def close(self) -> None:
        """Give up every async function that has not ended; twice is safe."""
        while self.unfinished:
            self.unfinished.pop().abandon()

    def report_rejections(self) -> bool:
        """Report every rejection that still has no handler; True when there were any."""
        if not self.rejections:
            return False
        rejected = list(self.rejections)
        self.rejections.clear()
        for promise in rejected:
            self.queue = "rej"
            self._on_rejection(promise)
        return True
