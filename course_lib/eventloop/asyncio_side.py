"""asyncio beside the course's own loop: the same kind of program, the same kind of record.

The program runs on a stock asyncio loop, made for it, on a thread made for it: never on a notebook kernel's loop, where
the kernel's own tasks would run in between, and never on a changed one. How the loop is watched: `asyncio_trace`.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import threading
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from ..live.interrupting import hidden, set_in_thread
from ..live.waiting import wait_in_slices
from ..record import Record
from .asyncio_trace import TracedLoop
from .current import running, running_in_this_thread
from .errors import LoopError, LoopLimit

__all__ = ["AsyncioRun", "log", "run_asyncio"]


@dataclass(frozen=True, repr=False)
class AsyncioRun:
    """What a program did on asyncio's loop.

    Attributes:
        rows: one per printed line: (label, phase, queue). `phase` says how the callback that printed came into the
            ready queue: "ready" (another callback put it there), "timers" or "I/O", or "thread" when another thread
            printed; `queue` is "task" for a task's step, "cb" for any other callback.
        result: what the main coroutine returned.
        errors: errors in callbacks, and in tasks nobody waited for.
        iterations: how often the loop went round.
        record: every callback, in the convention of the course's own loop.
    """

    rows: list[tuple[str, str, str]]
    result: Any
    errors: list[str]
    iterations: int
    record: Record

    def __repr__(self) -> str:
        return f"<AsyncioRun: {len(self.rows)} lines>"

    @property
    def output(self) -> list[str]:
        """The printed lines, in order."""
        return [line for line, _, _ in self.rows]


class _Ended(SystemExit):
    """Raised inside a program to end it; a SystemExit, because asyncio lets no other error through every callback."""


class _Here:
    """Stands where the course's loop stands in its own thread, so that its `log` works here too."""

    def __init__(self, loop: TracedLoop) -> None:
        self.log = loop.log

    def __getattr__(self, name: str) -> Any:
        raise LoopError(f"{name}() belongs to the course's event loop, and this thread runs asyncio's")


class _Program:
    def __init__(self, main: Callable[[], Coroutine[Any, Any, Any]]) -> None:
        self.main = main
        self.loop: TracedLoop | None = None
        self.result: Any = None
        self.error: BaseException | None = None
        self._over = threading.Event()  # not Thread.join: on Python 3.11, interrupted, it calls a running thread ended
        context = contextvars.copy_context()  # what it prints goes to the cell that started it
        self.thread = threading.Thread(target=context.run, args=(self._run,), name="course-asyncio", daemon=True)
        self.thread.start()

    def wait(self, seconds: float) -> bool:
        return self._over.wait(seconds)

    def _run(self) -> None:
        try:
            loop = self.loop = TracedLoop()
            with (
                running_in_this_thread(_Here(loop)),  # type: ignore[arg-type]
                asyncio.Runner(loop_factory=lambda: loop, debug=False) as runner,
            ):
                self.result = runner.run(self.main())
        except BaseException as error:
            self.error = error
        finally:
            self._over.set()

    def alive(self) -> list[str]:
        """What has not ended, one phrase each."""
        if self.loop is None:
            return []
        blocking = self.loop.running_now
        busy = [f"{blocking}, which runs at this moment and does not return"] if blocking else []
        names = sorted(str(getattr(task.get_coro(), "__name__", task)) for task in asyncio.all_tasks(self.loop))
        return busy + [f"task {name}" for name in names]

    def end(self) -> None:
        """Make it end: cancel its tasks, then, as long as it does not, whatever is left to try."""
        with hidden(_Ended):
            for attempt in range(20):
                if self._over.is_set():
                    break
                self._urge(first=attempt == 0)
                self._over.wait(0.2)
        if self._over.is_set():
            self.thread.join(1)

    def _urge(self, *, first: bool) -> None:
        loop = self.loop
        if loop is None or loop.is_closed():
            return
        with contextlib.suppress(RuntimeError):  # it has been closed this moment
            if loop.running_now is not None:
                # a callback that does not return; a call into C (time.sleep) has to return first
                set_in_thread(self.thread.ident or 0, _Ended)
            elif first:
                loop.call_soon_threadsafe(lambda: [task.cancel() for task in asyncio.all_tasks(loop)])
            else:  # tasks that refuse to be cancelled, or a loop whose own steps were hit
                loop.call_soon_threadsafe(loop.stop)


def run_asyncio(main: Callable[[], Coroutine[Any, Any, Any]], *, limit: float = 10.0) -> AsyncioRun:
    """Run an async function on a stock asyncio loop of its own, and wait for its end.

    Args:
        main: the async function, uncalled. `log` inside it prints a line into the record.
        limit: seconds it may take.

    Raises:
        TypeError: `main` is no async function.
        LoopLimit: it had not ended after `limit` seconds; it has been ended.
        BaseException: whatever `main` raised.
    """
    if not callable(main):
        hint = ": pass the function itself, without the parentheses" if asyncio.iscoroutine(main) else ""
        if asyncio.iscoroutine(main):
            main.close()
        raise TypeError(f"expected an async function, got {main!r}{hint}")
    program = _Program(main)
    try:
        ended = wait_in_slices(program.wait, limit)
        alive = [] if ended else program.alive()
    finally:
        program.end()
    if not ended:
        raise LoopLimit(f"{limit:g} s", alive)
    if program.error is not None:
        raise program.error
    loop = program.loop
    assert loop is not None
    title = f"{getattr(main, '__name__', 'a program')} on asyncio"
    return AsyncioRun(loop.rows, program.result, loop.errors, loop.iteration, loop.record(title))


def log(*words: object) -> None:
    """Print a line into the record of the program that runs in this thread; the course's own `log` does the same.

    Raises:
        NoLoop: none runs in this thread.
    """
    running("log").log(" ".join(map(str, words)))
