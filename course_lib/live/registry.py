"""What runs now, by name: so that running a cell again replaces its server, and nothing is forgotten.

This is the only global state of the course.
"""

from __future__ import annotations

import atexit
import contextlib
import itertools
import threading
from typing import Protocol

from course_lib.live import loop, process

__all__ = ["Running", "add", "everything", "make_room", "remove", "stop_all"]


class Running(Protocol):
    """Something that runs until it is stopped."""

    def stop(self) -> None:
        """End it; twice is fine."""


_lock = threading.Lock()
_things: dict[str, Running] = {}
_numbers = itertools.count(1)


def make_room(name: str | None, kind: str) -> str:
    """The name to use: `name`, after whatever ran under it has been stopped; a fresh one for None."""
    if name is None:
        return f"{kind}-{next(_numbers)}"
    with _lock:
        old = _things.pop(name, None)
    if old is not None:
        old.stop()
    return name


def add(name: str, thing: Running) -> None:
    """Note that `thing` runs under `name`; what another thread has started under it meanwhile is stopped."""
    with _lock:
        old = _things.pop(name, None)
        _things[name] = thing
    if old is not None:
        old.stop()


def remove(thing: Running) -> None:
    """Note that `thing` has ended; unknown is fine."""
    with _lock:
        for name in [name for name, one in _things.items() if one is thing]:
            del _things[name]


def everything() -> dict[str, Running]:
    """What runs, by name, in the order in which it was started."""
    with _lock:
        return dict(_things)


def stop_all() -> None:
    """Stop everything the course started here: servers, children, coroutines, the loop's thread. Twice is fine.

    The next `run` or `serve` starts a new loop. What cannot be stopped keeps nothing else from it: its error is raised
    at the end.
    """
    with contextlib.ExitStack() as stack:  # runs backwards, whatever fails
        thread = loop.current(start=False)
        if thread is not None:
            stack.callback(thread.close)
        for one in process.running():
            stack.callback(one.stop)
        for thing in everything().values():
            stack.callback(remove, thing)
            stack.callback(thing.stop)


atexit.register(stop_all)
