"""A coroutine at work on the course loop, held from any other thread."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Coroutine
from typing import Any, Generic, TypeVar

from course_lib.live.waiting import wait_in_slices

__all__ = ["Handle", "checked"]

T = TypeVar("T")


def checked(work: Coroutine[Any, Any, T]) -> Coroutine[Any, Any, T]:
    """`work`, if it is a coroutine.

    Raises:
        TypeError: it is not; the message says what it is and what to write.
    """
    if asyncio.iscoroutine(work):
        return work
    if asyncio.iscoroutinefunction(work):
        name = getattr(work, "__name__", "f")
        raise TypeError(f"expected a coroutine, got the function {name} itself: call it, run({name}())")
    if asyncio.isfuture(work):
        raise TypeError(
            "expected a coroutine, got a future or task, which belongs to the loop that made it: await it there"
        )
    raise TypeError(f"expected a coroutine (what calling an `async def` function gives), got {work!r}")


class Handle(Generic[T]):
    """What `live.submit` gives: ask whether it is done, wait for its result, or cancel it.

    An error in the coroutine is kept here and raised by `result`; it is never printed.
    """

    def __init__(self, work: Coroutine[Any, Any, T], loop: asyncio.AbstractEventLoop) -> None:
        self._work = work
        self._loop = loop
        self._done = threading.Event()
        self._task: asyncio.Task[T] | None = None
        self._error: BaseException | None = None
        self._result: T
        self.name = getattr(work, "__qualname__", type(work).__name__).rpartition("<locals>.")[2]
        """The coroutine function's name."""

    def __repr__(self) -> str:
        return f"<Handle {self.name}: {self._state()}>"

    def _state(self) -> str:
        if not self.done:
            return "running"
        if isinstance(self._error, asyncio.CancelledError):
            return "cancelled"
        return "done" if self._error is None else f"failed with {type(self._error).__name__}: {self._error}"

    @property
    def done(self) -> bool:
        """Whether it has ended, in whatever way."""
        return self._done.is_set()

    def wait(self, timeout: float | None) -> bool:
        """Wait until it has ended; False when `timeout` seconds passed before that. The stop button ends the wait."""
        return wait_in_slices(self._done.wait, timeout)

    def result(self, timeout: float | None = 30) -> T:
        """Wait for its end; what it returned.

        Raises:
            TimeoutError: it has not ended within `timeout` seconds. It goes on.
            asyncio.CancelledError: it was cancelled.
            BaseException: whatever the coroutine raised.
        """
        if not self.wait(timeout):
            raise TimeoutError(f"expected {self.name}() to end within {timeout:g} seconds; it is still running")
        if self._error is not None:
            raise self._error
        return self._result

    def cancel(self) -> None:
        """Ask it to end: CancelledError is raised where it waits. Too late or twice is fine."""

        def on_loop() -> None:
            if self._task is not None:
                self._task.cancel()

        if not self.done:
            with contextlib.suppress(RuntimeError):  # the loop is gone, and whoever waits is told
                self._loop.call_soon_threadsafe(on_loop)

    def begin(self) -> None:
        """Start the coroutine. Called on the loop."""
        self._task = self._loop.create_task(self._guard(), name=self.name)
        self._task.add_done_callback(self._end)

    async def _guard(self) -> T:
        # SystemExit and KeyboardInterrupt in a task would end the loop itself: they are for whoever waits here
        try:
            return await self._work
        except (SystemExit, KeyboardInterrupt) as error:
            self._error = error
            raise asyncio.CancelledError from error

    def _end(self, task: asyncio.Task[T]) -> None:
        if task.cancelled():
            self._error = self._error or asyncio.CancelledError(f"{self.name}() was cancelled")
        elif error := task.exception():
            self._error = error
        else:
            self._result = task.result()
        self._work.close()  # a task cancelled before its first step never awaited it
        self._done.set()

    def abandon(self) -> None:
        """The loop is gone: whoever waits is told. Does nothing when the coroutine had ended."""
        if not self.done:
            self._error = RuntimeError(
                f"the course loop ended before {self.name}() did; the next run() starts a new one"
            )
            self._work.close()
            self._done.set()
