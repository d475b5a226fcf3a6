"""The door between the loop's rules and the world: what the core asks for, and what it is given back.

`EventLoop` knows these classes only. `real.RealIO` keeps the promises with sockets, threads and the machine's clock,
`virtual.VirtualIO` with a list of things that will have happened by then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Protocol

__all__ = ["IO", "Address", "Files", "Handle", "Job", "Listener", "Ready", "Stream"]

Address = tuple[str, int] | str
"""Where to connect: host and port, or the path of a Unix socket."""


class Handle(Protocol):
    """Something that keeps the loop alive while it is active: a server, a socket, a file being read."""

    def describe(self) -> str:
        """What it is, as a phrase: ``"a server listening on port 8000"``."""
        ...


class Ready:
    """A callback whose time has come: it waits in the pending or close list, or is handed over by poll.

    Attributes:
        callback: called without arguments.
        name: what a learner reads, if it is known.
        why: what made it ready.
    """

    __slots__ = ("callback", "name", "number", "why")

    def __init__(self, callback: Callable[[], object], name: str | None = None, why: str = "") -> None:
        self.callback = callback
        self.number = -1  # the trace's
        self.name = name
        self.why = why


class Job(Ready):
    """Work for the thread pool, and the callback that is ready when it is done.

    Attributes:
        work: called on another thread.
        cost: ms it takes on a virtual clock.
        result: what `work` returned.
        error: or what it raised.
    """

    __slots__ = ("cost", "error", "result", "work")

    def __init__(
        self, work: Callable[[], Any], callback: Callable[[], object], name: str | None, why: str, cost: float = 0.0
    ) -> None:
        super().__init__(callback, name, why)
        self.work = work
        self.cost = cost
        self.result: Any = None
        self.error: Exception | None = None

    def perform(self) -> None:
        """Do the work, on whatever thread this is called."""
        try:
            self.result = self.work()
        except Exception as error:
            self.error = error


class Stream(Protocol):
    """One end of a connection. Its callbacks are called from poll, one per poll at most."""

    def connect(self, address: Address, done: Callable[[OSError | None], object]) -> OSError | None:
        """Begin to connect. An error known at once is returned; everything else is told to `done`."""
        ...

    def read(self, on_data: Callable[[bytes | OSError], object]) -> None:
        """Begin to read; ``b""`` is the end."""
        ...

    def write(self, data: bytes, done: Callable[[OSError | None], object]) -> bool:
        """Write; True when all was taken at once, otherwise `done` is told."""
        ...

    def shutdown(self) -> None:
        """Tell the other side that no more will come."""
        ...

    def close(self) -> None:
        """Give it back; none of its callbacks is called from now on. Twice is safe."""
        ...


class Listener(Protocol):
    """A listening socket.

    Attributes:
        port: the port it has.
    """

    port: int

    def close(self) -> None:
        """Stop listening. Twice is safe."""
        ...


class Files(Protocol):
    """The file system's blocking calls, made on pool threads; file numbers as in `os`."""

    def open(self, path: str, flags: int) -> int:
        """Open, with ``os.O_…`` flags."""
        ...

    def size(self, file: int) -> int:
        """Bytes in the file; 0 when that is not known, because it is no regular file."""
        ...

    def read(self, file: int, count: int) -> bytes:
        """Up to `count` bytes from where the last read ended."""
        ...

    def write(self, file: int, data: bytes) -> int:
        """How many bytes of `data` were written."""
        ...

    def close(self, file: int) -> None:
        """Close."""
        ...

    def trip_cost(self, path: str) -> float:
        """ms that one call takes on a virtual clock."""
        ...


class IO(Protocol):
    """Clock and I/O.

    Attributes:
        busy: False while nothing is registered that could become ready, so that poll need not ask the system.
    """

    busy: bool

    @property
    def files(self) -> Files:
        """The file system."""
        ...

    def now(self) -> float:
        """Milliseconds from any fixed point, never backwards."""
        ...

    def spend(self, milliseconds: float) -> None:
        """Keep this thread busy: the clock goes on, nothing else does."""
        ...

    def poll(self, timeout: float | None) -> Iterable[Ready]:
        """Wait up to `timeout` ms (``None``: as long as it takes), then give what became ready, as one batch."""
        ...

    def submit(self, job: Job) -> None:
        """Give a job to the thread pool; poll will give it back."""
        ...

    def stream(self) -> Stream:
        """A new, unconnected stream."""
        ...

    def listen(self, host: str, port: int, on_stream: Callable[[Stream], object]) -> Listener:
        """Listen; `on_stream` is called from poll for each connection.

        Raises:
            OSError: the address cannot be had.
        """
        ...

    def close(self) -> None:
        """Give everything back; twice is safe."""
        ...
