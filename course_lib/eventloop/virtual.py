"""A world without time: the clock jumps to the next thing that happens.

The loop cannot tell the difference, and that is the use of keeping I/O out of its rules: a program of a thousand
seconds runs in a millisecond, every run is the same, and a test can say "at 40 ms exactly". Callbacks take no time
unless they call `busy`; files and connections take what was declared.
"""

from __future__ import annotations

import errno
import heapq
import itertools
import math
import os
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from .outside import Job, Listener, Ready, Stream
from .virtualnet import Network

__all__ = ["VirtualFile", "VirtualIO"]

Event = tuple[float, int, Ready, Callable[[], bool]]
"""When something happens, its number, what happens, and whether it is still wanted then."""


@dataclass(frozen=True, slots=True)
class VirtualFile:
    """A file that exists in a virtual world only.

    Attributes:
        data: its bytes.
        latency: ms that each trip (open, fstat, read, close) takes.
    """

    data: bytes = b""
    latency: float = 1.0


class VirtualFiles:
    """The files of a virtual world, by path; any other path is missing."""

    def __init__(self, files: Mapping[str, VirtualFile]) -> None:
        self._files = dict(files)
        self._open: dict[int, list[object]] = {}
        self._numbers = itertools.count(3)

    def open(self, path: str, flags: int) -> int:
        """See `outside.Files`."""
        if flags & os.O_CREAT:
            self._files[path] = VirtualFile(b"", self.trip_cost(path))
        if path not in self._files:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
        number = next(self._numbers)
        self._open[number] = [path, 0]
        return number

    def size(self, file: int) -> int:
        """See `outside.Files`."""
        return len(self._data(file))

    def read(self, file: int, count: int) -> bytes:
        """See `outside.Files`."""
        position = self._open[file][1]
        assert isinstance(position, int)
        data = self._data(file)[position : position + count]
        self._open[file][1] = position + len(data)
        return data

    def write(self, file: int, data: bytes) -> int:
        """See `outside.Files`."""
        path = str(self._open[file][0])
        self._files[path] = VirtualFile(self._data(file) + bytes(data), self._files[path].latency)
        return len(data)

    def close(self, file: int) -> None:
        """See `outside.Files`."""
        del self._open[file]

    def trip_cost(self, path: str) -> float:
        """The file's latency; 1 ms for one that is missing."""
        return self._files[path].latency if path in self._files else 1.0

    def _data(self, file: int) -> bytes:
        return self._files[str(self._open[file][0])].data


class VirtualIO:
    """Virtual clock, files and connections.

    Args:
        files: what there is to read, by path.
        network_latency: ms that a connection or a message takes.
    """

    def __init__(self, files: Mapping[str, VirtualFile] | None = None, *, network_latency: float = 1.0) -> None:
        self.busy = False
        self.files = VirtualFiles(files or {})
        self._network = Network(self, network_latency)
        self._now = 0.0
        self._events: list[Event] = []
        self._order = itertools.count()

    def __repr__(self) -> str:
        return f"<VirtualIO at {self._now:g} ms: {len(self._events)} to come>"

    def now(self) -> float:
        """Milliseconds of the virtual clock."""
        return self._now

    def spend(self, milliseconds: float) -> None:
        """Let the clock go on by so much."""
        self._now += milliseconds

    def poll(self, timeout: float | None) -> Iterator[Ready]:
        """Jump to the first event, or by `timeout`; then give everything that has happened by then."""
        first = self._events[0][0] if self._events else math.inf
        target = min(first, math.inf if timeout is None else self._now + timeout)
        if target == math.inf:
            raise RuntimeError("expected a timer or an event to wait for, got none: a virtual loop would wait for ever")
        self._now = max(self._now, target)
        due = deque[Event]()
        while self._events and self._events[0][0] <= self._now:
            due.append(heapq.heappop(self._events))
        self.busy = bool(self._events)
        try:
            while due:
                _, _, ready, wanted = due.popleft()
                if wanted():
                    if isinstance(ready, Job):
                        ready.perform()
                    yield ready
        finally:
            for event in due:  # none, unless an error or an interrupt leaves the loop
                heapq.heappush(self._events, event)
                self.busy = True

    def submit(self, job: Job) -> None:
        """The job will be done after its cost."""
        self.later(job.cost, job)

    def later(self, milliseconds: float, ready: Ready, wanted: Callable[[], bool] = lambda: True) -> None:
        """Hand the callback over in that many ms, if it is still `wanted` then."""
        heapq.heappush(self._events, (self._now + milliseconds, next(self._order), ready, wanted))
        self.busy = True

    def stream(self) -> Stream:
        """A new stream of the virtual network."""
        return self._network.stream()

    def listen(self, host: str, port: int, on_stream: Callable[[Stream], object]) -> Listener:
        """Listen on a virtual port; 0 takes a free one."""
        return self._network.listen(host, port, on_stream)

    def close(self) -> None:
        """Forget everything that was to come."""
        self._events.clear()
        self._network.close()
        self.busy = False
