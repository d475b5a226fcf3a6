"""Real sockets as the loop sees them: non-blocking, each with one thing to do when the system says it is ready."""

from __future__ import annotations

import contextlib
import errno
import os
import selectors
import socket
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Protocol

from .outside import Address, Ready

if TYPE_CHECKING:
    from .outside import Stream
    from .real import RealIO

__all__ = ["RealListener", "RealStream", "Watched"]

_IN_PROGRESS = {0, errno.EINPROGRESS, errno.EWOULDBLOCK, errno.EINTR, getattr(errno, "WSAEWOULDBLOCK", 0)}
_CHUNK = 65536


class Watched(Protocol):
    """What `RealIO` watches."""

    @property
    def socket(self) -> socket.socket:
        """The socket to watch."""
        ...

    def ready(self, events: int) -> Ready | None:
        """The callback for what is ready."""
        ...

    def close(self) -> None:
        """Close the socket."""
        ...


def os_error(number: int, what: str) -> OSError:
    """The system's error as an exception of its own class, saying what was tried."""
    words: Mapping[int, str] = getattr(socket, "errorTab", {})  # Windows' own numbers, which strerror does not know
    return OSError(number, f"{words.get(number) or os.strerror(number)}: {what}")


def _told(error: Exception, what: str) -> OSError:
    number, words = getattr(error, "errno", None), getattr(error, "strerror", None)
    return OSError(number or errno.EINVAL, f"{words or error}: {what}")


class RealStream:
    """A connected, or connecting, socket.

    Args:
        io: watches it.
        accepted: the socket, when a listener made it.
    """

    def __init__(self, io: RealIO, accepted: socket.socket | None = None) -> None:
        self._io = io
        self._socket = accepted
        self._connected: Callable[[OSError | None], object] | None = None
        self._on_data: Callable[[bytes | OSError], object] | None = None
        self._on_written: Callable[[OSError | None], object] | None = None
        self._unsent = memoryview(b"")
        self._where = ""

    def __repr__(self) -> str:
        return f"<RealStream {'closed' if self._socket is None else self._socket}>"

    @property
    def socket(self) -> socket.socket:
        """The socket; only while there is one."""
        assert self._socket is not None
        return self._socket

    def connect(self, address: Address, done: Callable[[OSError | None], object]) -> OSError | None:
        """See `Stream.connect`. Only a Unix socket (and, on some systems, a refused port) fails at once."""
        if isinstance(address, str):
            self._where = f"connect {address}"
            if not hasattr(socket, "AF_UNIX"):  # Windows: by the same rule, with the error the path deserves
                return os_error(errno.EACCES if os.path.exists(address) else errno.ENOENT, self._where)  # noqa: PTH110
            self._socket = socket.socket(socket.AF_UNIX)
        else:
            self._where = f"connect {address[0]}:{address[1]}"
            self._socket = socket.socket(socket.AF_INET6 if ":" in address[0] else socket.AF_INET)
        self._socket.setblocking(False)
        try:
            number = self._socket.connect_ex(address)
        except (OSError, UnicodeError) as error:  # a path that is too long, a host that has no address
            return _told(error, self._where)
        if number not in _IN_PROGRESS:
            return os_error(number, self._where)
        self._connected = done
        self._watch()
        return None

    def read(self, on_data: Callable[[bytes | OSError], object]) -> None:
        """See `Stream.read`."""
        self._on_data = on_data
        self._watch()

    def write(self, data: bytes, done: Callable[[OSError | None], object]) -> bool:
        """See `Stream.write`."""
        self._unsent = memoryview(bytes(self._unsent) + data)
        try:
            self._send()
        except OSError:
            pass  # told when the system says it is ready, not from inside the call
        else:
            if not self._unsent:
                return True
        self._on_written = done
        self._watch()
        return False

    def shutdown(self) -> None:
        """See `Stream.shutdown`."""
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        """See `Stream.close`."""
        self._io.forget(self)
        if self._socket is not None:
            self._io.watch(self, 0)
            self._socket.close()
            self._socket = None

    def ready(self, events: int) -> Ready | None:
        """Connected first, then readable, then writable: one callback per poll."""
        if self._connected is not None:
            return Ready(self._tell_connected, None, "socket: connect")
        if events & selectors.EVENT_READ and self._on_data is not None:
            return Ready(self._tell_data, None, "socket: data")
        return Ready(self._tell_written, None, "socket: written") if self._on_written is not None else None

    def _watch(self) -> None:
        if self._connected is not None:
            events = selectors.EVENT_WRITE
        else:
            events = selectors.EVENT_READ if self._on_data is not None else 0
            events |= selectors.EVENT_WRITE if self._on_written is not None else 0
        self._io.watch(self, events)

    def _tell_connected(self) -> None:
        done, self._connected = self._connected, None
        assert done is not None
        number = self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        self._watch()
        done(os_error(number, self._where) if number else None)

    def _tell_data(self) -> None:
        assert self._on_data is not None
        try:
            data: bytes | OSError = self.socket.recv(_CHUNK)
        except (BlockingIOError, InterruptedError):
            return
        except OSError as error:
            data = error
        on_data = self._on_data
        if not isinstance(data, bytes) or not data:
            self._on_data = None
            self._watch()
        on_data(data)

    def _tell_written(self) -> None:
        error: OSError | None = None
        try:
            self._send()
        except OSError as failed:
            error, self._unsent = failed, memoryview(b"")
        if not self._unsent:
            done, self._on_written = self._on_written, None
            self._watch()
            assert done is not None
            done(error)

    def _send(self) -> None:
        try:
            while self._unsent:
                self._unsent = self._unsent[self.socket.send(self._unsent) :]  # a view: nothing is copied
        except (BlockingIOError, InterruptedError):
            pass


class RealListener:
    """A listening TCP socket.

    Args:
        io: watches it.
        host: an IP address of this machine.
        port: 0 for any free one.
        on_stream: called for each connection.
    """

    def __init__(self, io: RealIO, host: str, port: int, on_stream: Callable[[Stream], object]) -> None:
        self._io = io
        self._on_stream = on_stream
        self._socket: socket.socket | None = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
        try:
            if os.name == "posix":
                self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._socket.bind((host, port))
            self._socket.listen(511)
        except (OSError, UnicodeError) as error:
            self._socket.close()
            raise _told(error, f"listen {host}:{port}") from None
        self._socket.setblocking(False)
        self.port: int = self._socket.getsockname()[1]
        io.watch(self, selectors.EVENT_READ)

    def __repr__(self) -> str:
        return f"<RealListener {'closed' if self._socket is None else f'on port {self.port}'}>"

    @property
    def socket(self) -> socket.socket:
        """The socket; only while it listens."""
        assert self._socket is not None
        return self._socket

    def ready(self, events: int) -> Ready:
        """Somebody connects."""
        return Ready(self._accept, None, "server: connection")

    def close(self) -> None:
        """See `Listener.close`."""
        if self._socket is not None:
            self._io.watch(self, 0)
            self._socket.close()
            self._socket = None

    def _accept(self) -> None:
        try:
            accepted, _ = self.socket.accept()
        except OSError:
            return  # gone again before we came
        accepted.setblocking(False)
        self._on_stream(self._io.keep(RealStream(self._io, accepted)))
