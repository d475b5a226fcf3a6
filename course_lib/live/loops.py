"""Which event loop a server process runs on: asyncio's own, or uvloop where it is installed."""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
from collections.abc import Callable
from typing import Literal, TypeAlias, cast, get_args

__all__ = ["LoopName", "checked_loop", "factory"]

LoopName: TypeAlias = Literal["asyncio", "uvloop", "auto"]
"""asyncio's loop, uvloop's (a wrapper of libuv, Node's own loop), or the fastest that is installed."""


def checked_loop(choice: str) -> LoopName:
    """`choice`, if this machine has such a loop.

    Raises:
        ValueError: it has not, or there is none of that name.
    """
    if choice not in get_args(LoopName):
        raise ValueError(f"expected a loop: {', '.join(get_args(LoopName))}; got {choice!r}")
    if choice == "uvloop" and not _has_uvloop():
        raise ValueError("expected uvloop to be installed, but it is not; loop='auto' takes it only where it is")
    return cast(LoopName, choice)


def factory(choice: str) -> Callable[[], asyncio.AbstractEventLoop] | None:
    """What makes the loop, for ``asyncio.Runner(loop_factory=…)``; None stands for asyncio's own.

    Raises:
        ValueError: as `checked_loop`.
    """
    if checked_loop(choice) == "asyncio" or not _has_uvloop():
        return None
    return cast("Callable[[], asyncio.AbstractEventLoop]", importlib.import_module("uvloop").new_event_loop)


def _has_uvloop() -> bool:
    return importlib.util.find_spec("uvloop") is not None
