"""Files, by way of the thread pool: each step is a trip to a pool thread, and each comes back in a poll phase.

Up to version 26.7 Node's ``fs.readFile`` makes four trips: open, fstat, read, close. So the callback comes four
iterations later at the earliest, and immediates set meanwhile run before it. From 26.8 a small file takes one trip
(`NodeRules.file_trips`).
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from typing import Any

from .core import EventLoop
from .naming import checked, name_of
from .outside import Job

__all__ = ["read_file", "write_file"]

CHUNK = 512 * 1024
"""Bytes read in one trip (Node: kReadFileBufferLength)."""


class FileRequest:
    """A file being read or written, step by step.

    Args:
        loop: its loop.
        what: ``"read_file"`` or ``"write_file"``.
        path: the file.
        callback: told ``(error, result)`` at the end, in the poll phase.
    """

    def __init__(
        self, loop: EventLoop, what: str, path: str, callback: Callable[..., object], name: str | None
    ) -> None:
        self._loop = loop
        self.files = loop.io.files
        self._what = what
        self._path = path
        self._callback = callback
        self._name = name if name is not None else name_of(callback) or None
        self._file = -1
        self._error: Exception | None = None
        self._pieces: list[bytes] = []
        self._rest = b""
        loop.active[self] = None

    def __repr__(self) -> str:
        return f"<FileRequest {self.describe()}>"

    def describe(self) -> str:
        """What it is, as a phrase."""
        return f"{self._what} of {self._path}"

    def trip(self, step: str, work: Callable[[], Any], then: Callable[[Any], object], *, last: bool = False) -> None:
        """Do `work` on a pool thread, and in poll go on with `then`; `last` when the program's callback runs there."""

        def back() -> object:
            if job.error is None:
                return then(job.result)
            self._error = self._error or job.error
            return self._fail(step)

        job = Job(
            work, back, self._name if last else None, f"{self._what}: {step}", self._loop.io.files.trip_cost(self._path)
        )
        self._loop.submit(job)

    def open(self, flags: int, then: Callable[[int], object]) -> None:
        """The first trip."""
        self.trip("open", lambda: self.files.open(self._path, flags), then)

    def close(self, result: Callable[[], object]) -> None:
        """The last trip; then the callback is told."""
        self.trip("close", functools.partial(self.files.close, self._file), lambda _: self.tell(result()), last=True)

    def tell(self, result: object) -> object:
        """Call back."""
        self._loop.active.pop(self, None)
        return self._callback(self._error, None if self._error else result)

    def _fail(self, step: str) -> object:
        if step in ("fstat", "read", "write"):
            self.close(lambda: None)
            return None
        return self.tell(None)


class Reading(FileRequest):
    """`read_file`."""

    def begin(self, encoding: str | None, trips: int) -> None:
        """Make the first trip."""
        self._encoding = encoding
        if trips == 1:
            self.trip("read", self._read_whole, self._pieces_and_tell, last=True)
        else:
            self.open(os.O_RDONLY, self._opened)

    def _read_whole(self) -> bytes:
        file = self.files.open(self._path, os.O_RDONLY)
        try:
            return b"".join(iter(lambda: self.files.read(file, CHUNK), b""))
        finally:
            self.files.close(file)

    def _pieces_and_tell(self, data: bytes) -> object:
        self._pieces = [data]
        return self.tell(self._data())

    def _opened(self, file: int) -> None:
        self._file = file
        self.trip("fstat", lambda: self.files.size(file), self._measured)

    def _measured(self, size: int) -> None:
        self._left = size
        self._read()

    def _read(self) -> None:
        self.trip("read", lambda: self.files.read(self._file, CHUNK), self._got)

    def _got(self, data: bytes) -> None:
        self._pieces.append(data)
        self._left -= len(data)
        if data and self._left:  # below 0: a size that was not known, as in /proc
            self._read()
        else:
            self.close(self._data)

    def _data(self) -> bytes | str | None:
        data = b"".join(self._pieces)
        try:
            return data.decode(self._encoding) if self._encoding else data
        except (UnicodeDecodeError, LookupError) as error:
            self._error = error
            return None


class Writing(FileRequest):
    """`write_file`: three trips, open, write, close."""

    def begin(self, data: bytes) -> None:
        """Make the first trip."""
        self._rest = data
        self.open(os.O_WRONLY | os.O_CREAT | os.O_TRUNC, self._opened)

    def _opened(self, file: int) -> None:
        self._file = file
        self._write()

    def _write(self) -> None:
        self.trip("write", lambda: self.files.write(self._file, self._rest), self._wrote)

    def _wrote(self, count: int) -> None:
        self._rest = self._rest[count:]
        if self._rest:
            self._write()
        else:
            self.close(lambda: None)


def read_file(
    loop: EventLoop,
    path: str | os.PathLike[str],
    callback: Callable[[Exception | None, Any], object],
    *,
    encoding: str | None = None,
    name: str | None = None,
) -> None:
    """Read a whole file; see `interface.read_file`."""
    request = Reading(loop, "read_file", os.fspath(path), checked(callback), name)
    request.begin(encoding, loop.rules.file_trips)


def write_file(
    loop: EventLoop,
    path: str | os.PathLike[str],
    data: bytes | str,
    callback: Callable[[Exception | None], object],
    *,
    name: str | None = None,
) -> None:
    """Write a whole file; see `interface.write_file`."""
    if not isinstance(data, (bytes, bytearray, str)):
        raise TypeError(f"expected bytes or str to write, got {data!r}")
    told, raw = checked(callback), data.encode() if isinstance(data, str) else bytes(data)
    request = Writing(
        loop, "write_file", os.fspath(path), lambda error, _: told(error), name or name_of(callback) or None
    )
    request.begin(raw)
