"""Which loop runs in this thread: every module-level function of the room acts on that one."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from .errors import LoopError, NoLoop

if TYPE_CHECKING:
    from .core import EventLoop

__all__ = ["running", "running_in_this_thread"]


class _Here(threading.local):
    loop: EventLoop | None = None


_here = _Here()


def running(asking: str) -> EventLoop:
    """The loop that runs in this thread.

    Raises:
        NoLoop: none does; `asking` is the function the message names.
    """
    loop = _here.loop
    if loop is None:
        raise NoLoop(asking)
    return loop


@contextmanager
def running_in_this_thread(loop: EventLoop) -> Iterator[None]:
    """Make the loop the thread's running one.

    Raises:
        LoopError: one runs here already; loops do not nest.
    """
    if _here.loop is not None:
        raise LoopError(
            "a loop is already running in this thread: schedule a callback on it instead of running another"
        )
    _here.loop = loop
    try:
        yield
    finally:
        _here.loop = None
