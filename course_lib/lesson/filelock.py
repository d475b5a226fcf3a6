"""One writer at a time, over all processes: a lock on a file that the operating system frees when its owner dies.

A file that merely exists would also say "locked", but nobody removes it after a crash. `flock` (POSIX) and `locking`
(Windows) end with the process.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

__all__ = ["locked", "patiently"]

T = TypeVar("T")

if sys.platform == "win32":
    import msvcrt

    def _try_lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

    def _unlock(handle: int) -> None:
        os.lseek(handle, 0, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _try_lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _unlock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_UN)


@contextlib.contextmanager
def locked(path: Path, *, patience: float = 5.0, clock: Callable[[], float] = time.monotonic) -> Iterator[None]:
    """Hold the lock on this file (made if it is missing) for the length of the block.

    Raises:
        TimeoutError: somebody else held it for `patience` seconds.
        OSError: the file cannot be opened.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _take(handle, path, clock() + patience, clock)
        try:
            yield
        finally:
            _unlock(handle)
    finally:
        os.close(handle)


def patiently(act: Callable[[], T], *, platform: str = sys.platform, patience: float = 2.0, pause: float = 0.01) -> T:
    """Do something with a file; on Windows again and again while it is refused because somebody else has it open.

    Elsewhere a file that is open can be replaced, and a refusal will not change.
    """
    for _ in range(round(patience / pause) if platform == "win32" else 0):
        with contextlib.suppress(PermissionError):
            return act()
        time.sleep(pause)
    return act()


def _take(handle: int, path: Path, deadline: float, clock: Callable[[], float]) -> None:
    while True:
        try:
            return _try_lock(handle)
        except OSError:
            if clock() >= deadline:
                raise TimeoutError(f"expected the lock on {path} to be free, and another program holds it") from None
        time.sleep(0.01)
