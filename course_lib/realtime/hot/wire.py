"""A connected socket as an asyncio transport: one function between the loop and the protocol, and back.

asyncio's own transport is made for every kind of socket and every stage of its life. For a connection that stands, and
carries small messages, a good part of what it does is not needed: when the server is busy, eight of a hundred
microseconds of an echo. It also keeps a dictionary of two dozen entries for each connection, and a reference to itself,
so that a thousand clients that vanish stay in memory until the garbage collector happens to come by.

This one keeps to the same interface (`asyncio.Transport`) and stands on the loop's public functions: `add_reader`,
`add_writer`, `call_soon`. Loops that have their own idea of reading (uvloop, Windows' proactor) keep their own
transports: see `connect`.
"""

from __future__ import annotations

import asyncio
import socket
from typing import Any

__all__ = ["READ_SIZE", "Wire", "connect"]

READ_SIZE = 65_536
"""Bytes read from a socket at once.

asyncio's own transport asks for 256 KiB. glibc takes such a block from the kernel and gives it back on every read (it
is above the threshold at which ``malloc`` maps memory): three system calls beside the one that reads, a third of the
speed.
"""

_HIGH = 65_536
_NOBODY = asyncio.Protocol()


async def connect(protocol: asyncio.Protocol, sock: socket.socket) -> None:
    """Give a connected socket to a protocol, on the loop that runs; its ``connection_made`` has been called then."""
    loop = asyncio.get_running_loop()
    if isinstance(loop, asyncio.SelectorEventLoop):
        Wire(loop, sock, protocol).start()
    else:
        await loop.connect_accepted_socket(lambda: protocol, sock)


class Wire(asyncio.Transport):
    """One connection. Make it, then `start` it, on its loop.

    Args:
        loop: tells when the socket is ready.
        sock: connected; closed when the connection ends.
        protocol: what is told; no `asyncio.BufferedProtocol`.
    """

    __slots__ = (
        *("__weakref__", "_buffer", "_closing", "_ended", "_eof", "_full", "_high", "_loop", "_low", "_protocol"),
        *("_reading", "_sock", "max_size"),
    )

    def __init__(self, loop: asyncio.AbstractEventLoop, sock: socket.socket, protocol: asyncio.Protocol) -> None:
        sock.setblocking(False)
        self._loop = loop
        self._sock = sock
        self._protocol: asyncio.BaseProtocol = protocol
        self._reading = True
        self._buffer: bytearray | None = None  # what the socket has not taken yet
        self._high, self._low = _HIGH, _HIGH // 4
        self._full = False  # whether the protocol was asked to pause
        self._eof = False  # nothing more is written
        self._closing = False  # nothing more is read
        self._ended = False  # connection_lost is on its way, or has been called
        self.max_size = READ_SIZE
        """Bytes read at once."""

    def __repr__(self) -> str:
        state = "ended" if self._ended else "closing" if self._closing else "reading" if self._reading else "paused"
        return f"<Wire {self._sock.fileno()}: {state}, {self.get_write_buffer_size()} bytes wait>"

    def start(self) -> None:
        """Say that the connection is made, then read."""
        self._protocol.connection_made(self)
        if self.is_reading():
            self._loop.add_reader(self._sock, self._readable)

    # -- reading

    def _readable(self) -> None:
        try:
            data = self._sock.recv(self.max_size)
        except (BlockingIOError, InterruptedError):
            return
        except OSError as error:
            self._end(error)
            return
        try:
            if data:
                self._protocol.data_received(data)  # type: ignore[attr-defined]
            elif self._protocol.eof_received():  # type: ignore[attr-defined]
                self._loop.remove_reader(self._sock)  # it wants to write on
            else:
                self.close()
        except (SystemExit, KeyboardInterrupt):
            raise
        except BaseException as error:
            facts = {"message": "expected a protocol to raise nothing", "exception": error, "protocol": self._protocol}
            self._loop.call_exception_handler(facts)
            self._end(error)

    def is_reading(self) -> bool:
        """Whether what comes is passed on."""
        return self._reading and not self._closing

    def pause_reading(self) -> None:
        """Read nothing until `resume_reading`. Twice is fine."""
        if self.is_reading():
            self._reading = False
            self._loop.remove_reader(self._sock)

    def resume_reading(self) -> None:
        """Read on. Twice is fine."""
        if not self._reading and not self._closing:
            self._reading = True
            self._loop.add_reader(self._sock, self._readable)

    # -- writing

    def write(self, data: bytes | bytearray | memoryview[Any]) -> None:
        """Send these bytes; what the socket does not take now waits, and goes out when it does.

        Raises:
            RuntimeError: after `write_eof`.
        """
        if self._eof:
            raise RuntimeError("expected nothing more to write after write_eof")
        if self._ended or not data:
            return
        if self._buffer is None:
            try:
                sent = self._sock.send(data)
            except (BlockingIOError, InterruptedError):
                sent = 0
            except OSError as error:
                self._end(error)
                return
            if sent == len(data):
                return
            self._buffer = bytearray(data[sent:])
            self._loop.add_writer(self._sock, self._writable)
        else:
            self._buffer += data
        if len(self._buffer) > self._high and not self._full:
            self._full = True
            self._protocol.pause_writing()

    def _writable(self) -> None:
        if self._buffer:
            try:
                del self._buffer[: self._sock.send(self._buffer)]
            except (BlockingIOError, InterruptedError):
                return
            except OSError as error:
                self._end(error)
                return
        if self._full and self.get_write_buffer_size() <= self._low:
            self._full = False
            self._protocol.resume_writing()  # which may write, or end it
        if not self._buffer:
            self._buffer = None
            self._loop.remove_writer(self._sock)
            if self._closing:
                self._end(None)
            elif self._eof:
                self._shut()

    def can_write_eof(self) -> bool:
        """Yes."""
        return True

    def write_eof(self) -> None:
        """Send nothing more than what waits. Twice is fine."""
        if not (self._eof or self._closing):
            self._eof = True
            if self._buffer is None:
                self._shut()

    def _shut(self) -> None:
        try:
            self._sock.shutdown(socket.SHUT_WR)
        except OSError as error:  # the other side was faster
            self._end(error)

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """Ask the protocol to pause when more than `high` bytes wait, to go on when `low` or fewer do.

        Raises:
            ValueError: not 0 ≤ low ≤ high.
        """
        high = (_HIGH if low is None else 4 * low) if high is None else high
        low = high // 4 if low is None else low
        if not 0 <= low <= high:
            raise ValueError(f"expected 0 ≤ low ≤ high, got {low} and {high}")
        self._high, self._low = high, low

    def get_write_buffer_limits(self) -> tuple[int, int]:
        """The two: (low, high)."""
        return self._low, self._high

    def get_write_buffer_size(self) -> int:
        """Bytes that wait."""
        return len(self._buffer) if self._buffer is not None else 0

    # -- the end

    def is_closing(self) -> bool:
        """Whether nothing more is read."""
        return self._closing

    def close(self) -> None:
        """Read nothing more, write what waits, then end. Twice is fine."""
        if not self._closing:
            self._closing = True
            self._loop.remove_reader(self._sock)
            if self._buffer is None:
                self._end(None)

    def abort(self) -> None:
        """End at once; what waits is lost. Twice is fine."""
        self._end(None)

    def _end(self, error: BaseException | None) -> None:
        if not self._ended:
            self._ended = self._closing = True
            self._buffer = None
            self._loop.remove_reader(self._sock)
            self._loop.remove_writer(self._sock)
            self._loop.call_soon(self._lost, error)

    def _lost(self, error: BaseException | None) -> None:
        protocol, self._protocol = self._protocol, _NOBODY
        try:
            protocol.connection_lost(error)  # type: ignore[arg-type]
        finally:
            self._sock.close()

    # -- about it

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """Its ``socket``, ``peername`` or ``sockname``."""
        try:
            if name == "peername":
                return self._sock.getpeername()
            if name == "sockname":
                return self._sock.getsockname()
        except OSError:
            return default
        return self._sock if name == "socket" else default

    def get_protocol(self) -> asyncio.BaseProtocol:
        """What is told."""
        return self._protocol

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        """Tell another one from now on."""
        self._protocol = protocol
