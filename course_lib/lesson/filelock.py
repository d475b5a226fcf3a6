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

__all__ = ["locked"]

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


def _take(handle: int, path: Path, deadline: float, clock: Callable[[], float]) -> None:
    while True:
        try:
            return _try_lock(handle)
        except OSError:
            if clock() >= deadline:
                raise TimeoutError(f"expected the lock on {path} to be free, and another program holds it") from None
        time.sleep(0.01)
