"""The real world: the machine's clock, its sockets by way of `selectors`, and a pool of four threads for files.

Poll is one call to ``select`` (epoll, kqueue or Windows' select). A finished job of the pool must be able to end that
call, so the pool writes a byte into a pair of sockets of which the loop watches the other end, as libuv does with its
eventfd.
"""

from __future__ import annotations

import contextlib
import errno
import os
import queue
import selectors
import socket
import stat
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator

from .errors import LoopError
from .outside import Job, Listener, Ready, Stream
from .realstream import RealListener, RealStream, Watched

__all__ = ["RealIO"]

THREADS = 4
"""Size of the pool, libuv's default (UV_THREADPOOL_SIZE)."""

PATIENCE = 2.0
"""Seconds a job of the pool may still take when the loop is closed."""

_SLICE = 200.0 if os.name == "nt" else None
"""On Windows select does not notice Ctrl-C: look up this often (ms)."""


class Pool:
    """Threads that do jobs, and the list of jobs that are done. Threads start with the first job.

    Args:
        wake: called from a pool thread whenever a job is done.
    """

    def __init__(self, wake: Callable[[], object]) -> None:
        self.done: deque[Job] = deque()
        self.open = 0
        self._wake = wake
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._threads = [
            threading.Thread(target=self._work, name=f"loop pool {n + 1}", daemon=True) for n in range(THREADS)
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, job: Job) -> None:
        """Queue a job."""
        self.open += 1
        self._jobs.put(job)

    def take(self) -> Job:
        """A job that is done, the first one first."""
        self.open -= 1
        return self.done.popleft()

    def close(self) -> None:
        """Let the threads finish what they do, and join them; jobs not yet begun are dropped.

        A job that does not end (a named pipe into which nobody writes) is not waited for: its thread is left to it.
        """
        with contextlib.suppress(queue.Empty):
            while True:
                self._jobs.get_nowait()
        for _ in self._threads:
            self._jobs.put(None)
        patience = time.monotonic() + PATIENCE
        for thread in self._threads:
            thread.join(max(0.0, patience - time.monotonic()))

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            job.perform()
            self.done.append(job)
            self._wake()


class RealFiles:
    """The machine's file system; remembers what is open, so that nothing stays open behind a loop that was stopped."""

    def __init__(self) -> None:
        self._open: set[int] = set()
        self._closed = False

    def open(self, path: str, flags: int) -> int:
        """See `Files`."""
        file = os.open(path, flags | getattr(os, "O_BINARY", 0), 0o666)
        self._open.add(file)
        if self._closed:  # it took longer than the loop
            self.close_all()
        return file

    def size(self, file: int) -> int:
        """See `Files`."""
        found = os.fstat(self._ours(file))
        return found.st_size if stat.S_ISREG(found.st_mode) else 0

    def read(self, file: int, count: int) -> bytes:
        """See `Files`."""
        return os.read(self._ours(file), count)

    def write(self, file: int, data: bytes) -> int:
        """See `Files`."""
        return os.write(self._ours(file), data)

    def close(self, file: int) -> None:
        """See `Files`."""
        self._open.remove(self._ours(file))
        os.close(file)

    def _ours(self, file: int) -> int:
        # A closed file's number may be somebody else's by now.
        if file not in self._open:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        return file

    def trip_cost(self, path: str) -> float:
        """What it costs shows itself."""
        return 0.0

    def close_all(self) -> None:
        """Close what is still open, and what a thread may yet open."""
        self._closed = True
        while self._open:
            os.close(self._open.pop())


class RealIO:
    """Clock, sockets and files of this machine."""

    def __init__(self) -> None:
        self.busy = False
        self.files = RealFiles()
        self._streams: set[RealStream] = set()
        self._selector: selectors.BaseSelector | None = None
        self._watched: dict[Watched, None] = {}
        self._pool: Pool | None = None
        self._bell: tuple[socket.socket, socket.socket] | None = None
        self._closed = False

    def __repr__(self) -> str:
        jobs = self._pool.open if self._pool else 0
        return f"<RealIO: {'closed' if self._closed else f'{len(self._watched)} sockets, {jobs} jobs'}>"

    def now(self) -> float:
        """Milliseconds of the machine's finest clock (on Windows, ``time.monotonic`` may stand still for 15)."""
        return time.perf_counter() * 1000.0

    def spend(self, milliseconds: float) -> None:
        """Burn processor time, as a long calculation would."""
        end = self.now() + milliseconds
        while self.now() < end:
            pass

    def poll(self, timeout: float | None) -> Iterable[Ready]:
        """See `IO.poll`. What an earlier callback of the batch closed is left out."""
        if _SLICE is not None:
            timeout = _SLICE if timeout is None else min(timeout, _SLICE)
        if not self.busy:
            time.sleep((timeout or 0.0) / 1000.0)
            return ()
        found = self._open_selector().select(None if timeout is None else timeout / 1000.0)
        return self._batch(found) if found else ()

    def _batch(self, found: list[tuple[selectors.SelectorKey, int]]) -> Iterator[Ready]:
        for key, events in found:
            if key.data is None:
                yield from self._finished_jobs()
            elif key.data in self._watched:
                ready = key.data.ready(events)
                if ready is not None:
                    yield ready

    def submit(self, job: Job) -> None:
        """Give a job to the pool."""
        self._must_be_open()
        if self._pool is None:
            self._bell = socket.socketpair()
            for end in self._bell:
                end.setblocking(False)
            self._open_selector().register(self._bell[0], selectors.EVENT_READ, None)
            self._pool = Pool(self._ring)
        self.busy = True
        self._pool.submit(job)

    def stream(self) -> Stream:
        """A new stream."""
        self._must_be_open()
        return self.keep(RealStream(self))

    def keep(self, stream: RealStream) -> RealStream:
        """Remember a stream until it is closed."""
        self._streams.add(stream)
        return stream

    def forget(self, stream: RealStream) -> None:
        """A stream was closed."""
        self._streams.discard(stream)

    def listen(self, host: str, port: int, on_stream: Callable[[Stream], object]) -> Listener:
        """Listen on TCP; port 0 takes a free one."""
        self._must_be_open()
        return RealListener(self, host, port, on_stream)

    def watch(self, watched: Watched, events: int) -> None:
        """Watch a socket for these events (`selectors.EVENT_READ`, ``EVENT_WRITE``), or no longer (0)."""
        selector = self._open_selector()
        known = watched in self._watched
        if not events:
            if known:
                del self._watched[watched]
                selector.unregister(watched.socket)
        elif known:
            selector.modify(watched.socket, events, watched)
        else:
            self._watched[watched] = None
            selector.register(watched.socket, events, watched)
        self._note_busy()

    def close(self) -> None:
        """Close every socket, join the pool."""
        self._closed = True
        for watched in [*self._watched, *self._streams]:
            watched.close()
        if self._pool is not None:
            self._pool.close()
            self._pool = None
        self.files.close_all()
        if self._bell is not None:
            for end in self._bell:
                end.close()
            self._bell = None
        if self._selector is not None:
            self._selector.close()
            self._selector = None
        self.busy = False

    def _must_be_open(self) -> None:
        if self._closed:
            raise LoopError("expected a loop that is open, got one that was closed")

    def _open_selector(self) -> selectors.BaseSelector:
        if self._selector is None:
            self._selector = selectors.DefaultSelector()
        return self._selector

    def _note_busy(self) -> None:
        self.busy = bool(self._watched) or (self._pool is not None and self._pool.open > 0)

    def _ring(self) -> None:
        if self._bell is not None:
            with contextlib.suppress(BlockingIOError):  # full: the loop will wake up anyway
                self._bell[1].send(b"\0")

    def _finished_jobs(self) -> Iterator[Ready]:
        assert self._pool is not None
        assert self._bell is not None
        with contextlib.suppress(BlockingIOError):
            self._bell[0].recv(4096)
        # One batch: what finishes while its callbacks run waits for the next poll.
        try:
            for _ in range(len(self._pool.done)):
                job = self._pool.take()
                self._note_busy()
                yield job
        finally:
            if self._pool is not None and self._pool.done:  # an error left the loop: what is done must be found again
                self._ring()
