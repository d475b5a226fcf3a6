"""What `nest_asyncio.apply()` changes in a process: run with "stock" or "applied", prints one JSON object of facts.

A process of its own, because the change reaches everything in it and cannot be taken back. The facts are the ones a
learner would trip over; each is tried, none is assumed.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Callable, Coroutine
from typing import Any

__all__ = ["facts"]

_SHORT, _LONG = 0.1, 0.4


def facts(apply: bool) -> dict[str, bool | None]:
    """Try everything, in this process; None where the question makes no sense (no nested run without the patch).

    Args:
        apply: whether to patch asyncio first.
    """
    if apply:
        import nest_asyncio

        nest_asyncio.apply()
    return {
        "asyncio.run() inside a running loop": _works(_nested),
        "asyncio.run() closes its loop": _closes_its_loop(),
        "asyncio.run() cancels the tasks left over": _cancels_leftovers(),
        "tasks are the fast ones, written in C": asyncio.Task.__module__ == "_asyncio",
        "a short nested run ends before a longer one": asyncio.run(_short_first()) if apply else None,
        "a timeout around a nested run is kept": asyncio.run(_timeout_kept()) if apply else None,
    }


async def _nested() -> object:
    return _run(_number)


async def _number() -> int:
    return 7


def _run(work: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    coroutine = work()
    try:
        return asyncio.run(coroutine)
    finally:
        coroutine.close()


def _works(work: Callable[[], Coroutine[Any, Any, object]]) -> bool:
    try:
        asyncio.run(work())
    except RuntimeError:
        return False
    return True


def _closes_its_loop() -> bool:
    async def loop() -> asyncio.AbstractEventLoop:
        return asyncio.get_running_loop()

    return asyncio.run(loop()).is_closed()


def _cancels_leftovers() -> bool:
    async def leave_one() -> asyncio.Task[None]:
        return asyncio.create_task(asyncio.sleep(30))

    return asyncio.run(leave_one()).done()


async def _short_first() -> bool:
    """Two tasks each run a nested loop; the shorter sleep should come back first."""
    ended: list[str] = []

    async def nested(name: str, seconds: float) -> None:
        asyncio.run(asyncio.sleep(seconds))
        ended.append(name)

    # The longer one starts last, so its nested run sits on top of the shorter one's.
    await asyncio.gather(nested("short", _SHORT), nested("long", _LONG))
    return ended[0] == "short"


async def _timeout_kept() -> bool:
    start = time.perf_counter()
    try:
        async with asyncio.timeout(_SHORT):
            asyncio.run(asyncio.sleep(_LONG))
            await asyncio.sleep(0)
    except TimeoutError:
        pass
    return time.perf_counter() - start < _LONG


if __name__ == "__main__":
    print(json.dumps(facts("applied" in sys.argv[1:])))
