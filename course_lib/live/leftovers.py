"""What the course started and has not put away: the list a test wants empty at the end of a notebook."""

from __future__ import annotations

import gc
import os
import socket
import tempfile
import threading
from pathlib import Path

from course_lib.live import loop, process, registry

__all__ = ["leftovers", "temporary_prefix"]

_MOMENT = 0.3  # seconds in which a thread that has nothing left to do must have ended


def temporary_prefix(purpose: str) -> str:
    """How the name of every temporary file and folder of the course begins in this process."""
    return f"course-{os.getpid()}-{purpose}-"


def _listening() -> dict[int, int]:
    """Ports this process listens on through Python's sockets, by the socket's identity."""
    found = {}
    for thing in gc.get_objects():
        if not issubclass(type(thing), socket.socket):  # isinstance would ask proxies what they pretend to be
            continue
        try:
            if thing.type == socket.SOCK_STREAM and thing.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                found[id(thing)] = thing.getsockname()[1]
        except (OSError, IndexError):  # closed, or not a network socket
            continue
    return found


def _threads() -> list[str]:
    """Names of the course's threads, without the loop's and those that serve a running process."""
    expected = {"course-loop", *(f"course-{one.name}" for one in process.running())}
    ours = [one for one in threading.enumerate() if one.name.startswith("course-") and one.name not in expected]
    for one in ours:  # who is not alive was interrupted while it was being started
        if one is not threading.current_thread() and one.is_alive():
            one.join(_MOMENT)
    return [one.name for one in ours if one.is_alive()]


_not_ours = _listening()  # a debugger may listen before the course is imported


def leftovers() -> list[str]:
    """One sentence for each server, child, process, coroutine, thread, listening port and temporary file still there.

    An empty list when all is put away. The course loop's own thread is no leftover: it waits for the next `run`.
    """
    found = [f"{name}: {thing!r}" for name, thing in registry.everything().items()]
    found += [f"process {one.name!r}, pid {one.pid}" for one in process.running()]
    thread = loop.current(start=False)
    found += [f"coroutine {name}() on the course loop" for name in (thread.unfinished if thread else [])]
    found += [f"thread {name!r}" for name in _threads()]
    found += [f"listening port {port}" for key, port in _listening().items() if key not in _not_ours]
    folder = Path(tempfile.gettempdir())
    return found + [f"temporary file {path}" for path in sorted(folder.glob(f"{temporary_prefix('*')}*"))]
