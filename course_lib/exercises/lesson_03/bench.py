"""Try a learner's coroutine on a stock asyncio loop of its own, and come back even when it does not.

`asyncio.run` waits for whatever it cancels, so a worker that swallows its cancellation would hold the check for ever.
Here the loop is closed around what still hangs on it, and nobody is told.
"""

from __future__ import annotations

import asyncio
import contextlib
import inspect
from collections.abc import Awaitable, Callable
from typing import TypeVar

__all__ = ["StillRunning", "awaitable", "drive", "until"]

_A = TypeVar("_A")
_T = TypeVar("_T")


class StillRunning(TimeoutError):  # noqa: N818  (the sentence a learner reads: "… raised StillRunning: …")
    """The coroutine had not come to its end when the time was up."""


def drive(main: Callable[[], Awaitable[_T]], *, limit: float = 1.0) -> _T:
    """What `main()` returns, run on a fresh loop in this thread.

    Args:
        main: an async function without parameters.
        limit: seconds it may take.

    Raises:
        StillRunning: it took longer.
    """
    loop = asyncio.new_event_loop()
    loop.set_exception_handler(lambda _loop, _context: None)
    try:
        return loop.run_until_complete(_within(main, limit))
    finally:
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(_turns(3))
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()


def awaitable(answer: _A) -> _A:
    """The same, if it can be awaited.

    Raises:
        TypeError: it cannot; the message says what is missing.
    """
    if not inspect.isawaitable(answer):
        raise TypeError(f"expected something to await, got {answer!r}; the function should be `async def`")
    return answer


async def _within(main: Callable[[], Awaitable[_T]], limit: float) -> _T:
    task = asyncio.ensure_future(awaitable(main()))
    done, _ = await asyncio.wait({task}, timeout=limit)
    if not done:
        raise StillRunning(f"not finished after {limit:g} s: it waits for something that never comes")
    return task.result()


async def _turns(count: int) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


async def until(fact: Callable[[], bool], *, turns: int = 200) -> bool:
    """Let the loop turn until `fact()` holds, at most so many times; whether it holds."""
    for _ in range(turns):
        if fact():
            return True
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(0)
    return fact()
