"""A network in one process's memory: connections and messages take a declared time, and nothing is ever lost."""

from __future__ import annotations

import errno
import itertools
import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from .outside import Address, Ready

if TYPE_CHECKING:
    from .outside import Stream
    from .virtual import VirtualIO

__all__ = ["Network"]


class Network:
    """The listeners of a virtual world.

    Args:
        io: its clock.
        latency: ms that a connection or a message takes.
    """

    def __init__(self, io: VirtualIO, latency: float) -> None:
        self.io = io
        self.latency = latency
        self.listeners: dict[int, VirtualListener] = {}
        self._ports = itertools.count(49152)

    def stream(self) -> VirtualStream:
        """A stream that is not connected yet."""
        return VirtualStream(self)

    def listen(self, host: str, port: int, on_stream: Callable[[Stream], object]) -> VirtualListener:
        """Take a port.

        Raises:
            OSError: it is taken.
        """
        port = port or next(number for number in self._ports if number not in self.listeners)
        if port in self.listeners:
            raise OSError(errno.EADDRINUSE, f"{os.strerror(errno.EADDRINUSE)}: listen {host}:{port}")
        self.listeners[port] = VirtualListener(self, port, on_stream)
        return self.listeners[port]

    def close(self) -> None:
        """Forget every listener."""
        self.listeners.clear()


class VirtualListener:
    """A port that takes connections."""

    def __init__(self, network: Network, port: int, on_stream: Callable[[Stream], object]) -> None:
        self._network = network
        self.port = port
        self.on_stream = on_stream

    def close(self) -> None:
        """See `outside.Listener`."""
        self._network.listeners.pop(self.port, None)


class VirtualStream:
    """One end of a virtual connection."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._peer: VirtualStream | None = None
        self._inbox: list[bytes | OSError] = []
        self._on_data: Callable[[bytes | OSError], object] | None = None
        self._closed = False
        self._ended = False

    def connect(self, address: Address, done: Callable[[OSError | None], object]) -> OSError | None:
        """See `outside.Stream`: a path fails at once, a port after the latency."""
        if isinstance(address, str):
            return OSError(errno.ENOENT, f"{os.strerror(errno.ENOENT)}: connect {address}")
        self._later(lambda: self._arrive(address, done), "socket: connect")
        return None

    def read(self, on_data: Callable[[bytes | OSError], object]) -> None:
        """See `outside.Stream`."""
        self._on_data = on_data
        if self._inbox:
            self._later(self._deliver, "socket: data")

    def write(self, data: bytes, done: Callable[[OSError | None], object]) -> bool:
        """See `outside.Stream`: the network takes everything."""
        self._post(data)
        return True

    def shutdown(self) -> None:
        """See `outside.Stream`."""
        if not self._ended:
            self._ended = True
            self._post(b"")

    def close(self) -> None:
        """See `outside.Stream`."""
        if not self._closed:
            self.shutdown()
            self._closed = True

    def _arrive(self, address: tuple[str, int], done: Callable[[OSError | None], object]) -> None:
        listener = self._network.listeners.get(address[1])
        if listener is None:
            done(OSError(errno.ECONNREFUSED, f"{os.strerror(errno.ECONNREFUSED)}: connect {address[0]}:{address[1]}"))
            return
        other = VirtualStream(self._network)
        self._peer, other._peer = other, self
        self._network.io.later(0, Ready(lambda: listener.on_stream(other), None, "server: connection"))
        done(None)

    def _post(self, data: bytes) -> None:
        peer = self._peer
        if peer is not None and not self._closed:
            self._network.io.later(
                self._network.latency, Ready(lambda: peer._take(data), None, "socket: data"), peer._listens
            )

    def _take(self, data: bytes) -> None:
        self._inbox.append(data)
        self._deliver()

    def _deliver(self) -> None:
        while self._inbox and self._on_data is not None and not self._closed:
            self._on_data(self._inbox.pop(0))

    def _later(self, callback: Callable[[], object], why: str) -> None:
        self._network.io.later(
            self._network.latency if why == "socket: connect" else 0, Ready(callback, None, why), self._open
        )

    def _open(self) -> bool:
        return not self._closed

    def _listens(self) -> bool:
        return not self._closed
