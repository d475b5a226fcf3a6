"""The course loop: one asyncio loop on a thread of its own.

A notebook's cells run on the kernel's loop. A server on that loop answers only between cells, and a cell that waits
for it waits for ever. So the course's servers and coroutines live on a second loop, on a background thread, and `run`
is the door to it: it looks like a plain function call from a cell, a widget's callback, a script or a test.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections import deque
from collections.abc import Coroutine
from typing import Any, TypeVar

from course_lib.live.handle import Handle, checked
from course_lib.live.nesting import allow_nesting
from course_lib.live.waiting import wait_in_slices

__all__ = ["CourseLoop", "LoopThread", "current", "run", "started", "submit"]

T = TypeVar("T")
_CLEAN_UP = 2.0  # seconds a cancelled coroutine may take to put things away before we stop waiting for it


class CourseLoop(asyncio.SelectorEventLoop):
    """A stock loop under a name of its own: what `nesting` changes, it changes on this class and no other."""


class LoopThread:
    """The thread that owns a `CourseLoop`. It lives until `close`, whatever happens on it.

    An exception that would end a loop (SystemExit or KeyboardInterrupt in a callback) or ``loop.stop()`` is noted in
    `errors`, and the loop goes on.
    """

    def __init__(self) -> None:
        self.errors: deque[str] = deque(maxlen=200)
        """What went wrong on the loop with nobody waiting for it, one sentence each, the latest 200."""
        self._handles: set[Handle[Any]] = set()
        self._closing = False
        self._ended = threading.Event()
        self.loop: asyncio.AbstractEventLoop
        started = threading.Event()
        self._thread = threading.Thread(target=self._main, args=(started,), name="course-loop", daemon=True)
        self._thread.start()
        started.wait()

    def __repr__(self) -> str:
        return f"<LoopThread: {'running' if self.alive else 'ended'}, {len(self.unfinished)} unfinished>"

    @property
    def alive(self) -> bool:
        """Whether work can be given to it."""
        return self._thread.is_alive() and not self._closing

    @property
    def here(self) -> bool:
        """Whether the caller is on it."""
        return threading.current_thread() is self._thread

    @property
    def unfinished(self) -> list[str]:
        """The names of the coroutines submitted to it that have not ended."""
        return sorted(handle.name for handle in list(self._handles) if not handle.done)

    def submit(self, work: Coroutine[Any, Any, T]) -> Handle[T]:
        """Start a coroutine on the loop, from any thread."""
        handle = Handle(checked(work), self.loop)
        self._handles = {one for one in self._handles if not one.done} | {handle}
        self.loop.call_soon_threadsafe(handle.begin)
        return handle

    def run(self, work: Coroutine[Any, Any, T], timeout: float | None) -> T:
        """As the function `run`."""
        if self.here:
            return self._nested(checked(work), timeout)
        handle = self.submit(work)
        try:
            if handle.wait(timeout):
                return handle.result()
        except BaseException:
            _cancel(handle)
            raise
        ended = "it has been cancelled" if _cancel(handle) else "it was cancelled, but does not end"
        raise TimeoutError(f"expected {handle.name}() to end within {timeout:g} seconds; {ended}")

    def _nested(self, work: Coroutine[Any, Any, T], timeout: float | None) -> T:
        name = getattr(work, "__name__", "the coroutine")

        async def bounded() -> T:
            try:
                async with asyncio.timeout(timeout) as limit:
                    return await work
            except TimeoutError:
                if not limit.expired():
                    raise
            raise TimeoutError(f"expected {name}() to end within {timeout:g} seconds; it has been cancelled")

        try:
            allow_nesting(self.loop)
        except RuntimeError:
            work.close()
            raise
        return self.loop.run_until_complete(bounded())

    def close(self) -> None:
        """Cancel what is left, and end the thread. Twice is fine."""
        if self._closing or self.here:
            return
        self._closing = True
        with contextlib.suppress(RuntimeError):  # it is gone already
            self.loop.call_soon_threadsafe(self.loop.stop)

        wait_in_slices(self._ended.wait, 5.0)  # not join: on Python 3.11, interrupted, it calls a live thread ended
        if self._ended.is_set():
            self._thread.join(1.0)

    def _main(self, started: threading.Event) -> None:
        try:
            with asyncio.Runner(loop_factory=CourseLoop) as runner:
                self.loop = runner.get_loop()
                self.loop.set_exception_handler(self._note)
                self.loop.call_soon(started.set)
                while not self._closing and not self.loop.is_closed():
                    try:
                        self.loop.run_forever()
                    except BaseException as error:
                        self.errors.append(f"{type(error).__name__} on the course loop: {error}")
        except RuntimeError as error:  # from 3.12 on, an ending interpreter starts no thread to wait for the pool's
            self.errors.append(f"the course loop was closed late: {error}")
        finally:
            self._closing = True
            for handle in list(self._handles):
                handle.abandon()
            self._ended.set()

    def _note(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        self.errors.append(f"{context['message']}: {error!r}" if error else context["message"])


def _cancel(handle: Handle[Any]) -> bool:
    handle.cancel()
    return handle.wait(_CLEAN_UP)


_lock = threading.Lock()
_current: LoopThread | None = None


def current(*, start: bool = True) -> LoopThread | None:
    """The thread of the course loop; a new one if there is none alive (None instead when `start` is False)."""
    global _current
    with _lock:
        if _current is None or not _current.alive:
            _current = LoopThread() if start else None
        return _current


def started() -> LoopThread:
    """The thread of the course loop, which runs."""
    thread = current()
    assert thread is not None
    return thread


def run(work: Coroutine[Any, Any, T], timeout: float | None = 30) -> T:
    """Run a coroutine on the course loop and wait for its result: the door for everything that is not async itself.

    Works in a cell, in a widget's callback on any thread, in a script, in a test, and (through nest-asyncio, up to
    Python 3.13) in code that runs on the course loop. The stop button interrupts it at once; then, and when the time
    is over, the coroutine is cancelled and its clean-up waited for.

    Args:
        work: the coroutine: ``run(fetch(url))``.
        timeout: seconds it may take; None for ever.

    Raises:
        TypeError: `work` is no coroutine.
        TimeoutError: it did not end in time; it has been cancelled.
        BaseException: whatever the coroutine raised.
    """
    return started().run(checked(work), timeout)


def submit(work: Coroutine[Any, Any, T]) -> Handle[T]:
    """Start a coroutine on the course loop and go on; the handle tells how it fares.

    Raises:
        TypeError: `work` is no coroutine.
    """
    return started().submit(checked(work))
