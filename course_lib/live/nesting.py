"""run() called on the course loop itself: let that one loop be entered again.

A handler that runs on the loop and calls a helper which calls `run` would wait for a loop that waits for it. The
package nest-asyncio lets a loop be entered while it runs. Its ``apply()`` also exchanges ``asyncio.run``, the Task and
Future classes and the default loop getters of the whole process, which breaks more than it mends (in a notebook kernel
it makes "Run All" lose every later cell). So it is applied to the class of the course loop alone, on first need, and
everything else it touched is put back at once.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

__all__ = ["allow_nesting"]

_TOUCHED = (
    (asyncio, ("run", "Task", "Future", "get_event_loop")),
    (asyncio.tasks, ("Task", "_CTask")),
    (asyncio.futures, ("Future", "_CFuture")),
    (asyncio.events, ("_get_event_loop", "get_event_loop")),
)


def allow_nesting(loop: asyncio.AbstractEventLoop) -> None:
    """From now on `loop`, and every loop of its class, can be entered while it runs. Twice is fine.

    Raises:
        RuntimeError: on Python 3.14 and later, where nest-asyncio 1.6 does not work.
    """
    if hasattr(type(loop), "_nest_patched"):
        return
    if sys.version_info >= (3, 14):
        raise RuntimeError(
            "run() was called on the course loop itself: use await there (Python 3.14 can't enter a loop twice)"
        )
    import nest_asyncio

    touched: list[tuple[Any, tuple[str, ...]]] = [*_TOUCHED]
    if concurrent := sys.modules.get("tornado.concurrent"):
        touched.append((concurrent, ("Future", "FUTURES")))
    policy = type(asyncio.get_event_loop_policy())
    touched.append((policy, ("get_event_loop",)))
    before = [(owner, name, getattr(owner, name)) for owner, names in touched for name in names if hasattr(owner, name)]
    try:
        nest_asyncio.apply(loop)
    finally:
        for owner, name, value in before:
            setattr(owner, name, value)
        if hasattr(asyncio, "_nest_patched"):
            del asyncio._nest_patched
