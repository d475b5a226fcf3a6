"""The server's processor time and memory, read from outside by its process id; and which processor runs what."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable

import psutil

__all__ = ["Watched", "apart"]


class Watched:
    """A process, or none: then everything is None.

    Raises:
        ProcessLookupError: there is no process with this id.
    """

    def __init__(self, pid: int | None) -> None:
        self._process: psutil.Process | None = None
        if pid is not None:
            try:
                self._process = psutil.Process(pid)
            except (psutil.Error, ValueError) as error:
                raise ProcessLookupError(f"expected the process id of the server, got {pid}") from error

    def __repr__(self) -> str:
        return f"<Watched: {'nothing' if self._process is None else f'process {self._process.pid}'}>"

    def cpu(self) -> float | None:
        """Seconds of processor time it has used, user and system, in steps of 10 ms on Linux; None when it is gone."""
        if self._process is not None:
            with contextlib.suppress(psutil.Error):
                times = self._process.cpu_times()
                return float(times.user + times.system)
        return None

    def memory(self) -> int | None:
        """Bytes of memory that are its own and in RAM now (resident set size); None when it is gone."""
        if self._process is not None:
            with contextlib.suppress(psutil.Error):
                return int(self._process.memory_info().rss)
        return None

    def pin(self, cpus: list[int]) -> bool:
        """Let it run on these processors only, its threads too; whether that worked."""
        if self._process is None or not hasattr(os, "sched_setaffinity"):
            return False
        try:
            for thread in self._process.threads():
                os.sched_setaffinity(thread.id, cpus)
        except (psutil.Error, OSError):
            return False
        return True


def apart(server: Watched) -> tuple[Callable[[], None], str]:
    """Pin the server to the first processor and us to the last; how to undo it, and what was done, in words."""
    if sys.platform != "linux":
        return _nothing, "affinity was asked for, but only Linux can pin a process to a processor"
    before = sorted(os.sched_getaffinity(0))
    if len(before) < 2:
        return _nothing, "affinity was asked for, but there is only one processor"
    if not server.pin(before[:1]):
        return _nothing, "affinity was asked for, but the server's process can't be pinned (is its pid known?)"
    os.sched_setaffinity(0, before[-1:])

    def undo() -> None:
        server.pin(before)
        os.sched_setaffinity(0, before)

    return undo, f"the server was pinned to processor {before[0]}, the load to processor {before[-1]}"


def _nothing() -> None:
    """Nothing was pinned, nothing is to be undone."""
