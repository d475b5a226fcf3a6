"""Sockets and servers with Node's events, and the phase in which each event comes.

    connect, data, connection     poll
    end, error, listening         the tick queue, right after the callback that noticed
    close of a socket             close callbacks: its handle was given back
    close of a server             the tick queue
    error of a Unix socket        the tick queue after pending: it fails at once, and that is told later

Source: Node ``lib/net.js``, ``lib/internal/streams/destroy.js``; libuv ``src/unix/pipe.c``, ``src/unix/stream.c``.
"""

from __future__ import annotations

import errno
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from .emitter import Emitter
from .naming import checked

if TYPE_CHECKING:
    from typing import Self

    from .core import EventLoop
    from .outside import Address, Listener, Stream

__all__ = ["Server", "Socket"]


class Socket(Emitter):
    """A TCP or Unix socket.

    Events: ``connect()``, ``data(bytes)``, ``end()``, ``error(exception)``, ``close()``.

    Attributes:
        connecting: until the connection stands.
        destroyed: from `destroy` on.
    """

    EVENTS: ClassVar[tuple[str, ...]] = ("connect", "data", "end", "error", "close")

    def __init__(self, loop: EventLoop, stream: Stream, *, server: Server | None = None, where: str = "") -> None:
        super().__init__(loop)
        self._stream = stream
        self._server = server
        self._where = where
        self.connecting = server is None
        self.destroyed = False
        self._unread: list[bytes] = []
        self._unsent: list[bytes] = []
        self._writing = False
        self._ending = False  # end() was called
        self._finished = False  # everything is sent
        self._at_end = False  # the other side has ended
        self._end_told = False
        self._shut = False  # the other side has been told that no more will come
        loop.active[self] = None

    def __repr__(self) -> str:
        return f"<Socket {self.describe()}>"

    def describe(self) -> str:
        """What it is, as a phrase."""
        state = "destroyed" if self.destroyed else "connecting to" if self.connecting else "connected to"
        if self._server is not None:
            return f"a socket {state} a client of port {self._server.port}"
        return f"a socket {state} {self._where}"

    def on(self, event: str, listener: Callable[..., object]) -> Self:
        """See `Emitter.on`. What came before anybody listened for ``data`` comes in the next tick."""
        super().on(event, listener)
        if event == "data" and self._unread:
            self._loop.next_tick(self._flow, name="flow")
        return self

    def write(self, data: bytes | str) -> bool:
        """Send; True when the system took all of it at once. Writing after `end` is an ``error`` event.

        Raises:
            TypeError: neither bytes nor str.
        """
        if not isinstance(data, (bytes, bytearray, str)):
            raise TypeError(f"expected bytes or str to write, got {data!r}")
        if self.destroyed:
            return False
        if self._ending:
            self.destroy(OSError(errno.EPIPE, "write after end"))
            return False
        self._unsent.append(data.encode() if isinstance(data, str) else bytes(data))
        return self._send()

    def end(self, data: bytes | str | None = None) -> None:
        """Send what is left (and `data`), then say that no more will come. Twice is fine."""
        if data is not None:
            self.write(data)
        if not self._ending and not self.destroyed:
            self._ending = True
            self._send()

    def destroy(self, error: Exception | None = None) -> Self:
        """Close at once; ``error``, if any, comes as a tick, ``close`` in the close phase. Twice is fine."""
        if self.destroyed:
            return self
        self.destroyed, self.connecting = True, False
        self._stream.close()
        self._loop.active.pop(self, None)
        self._loop.feed_close(self._closed, "socket: close")
        if error is not None:
            self._loop.next_tick(self.emit, "error", error, name="emit error")
        if self._server is not None:
            self._server.socket_gone(self)
        return self

    def unref(self) -> Self:
        """Let the loop end although this socket is open."""
        self._loop.active.pop(self, None)
        return self

    def ref(self) -> Self:
        """Undo `unref`."""
        if not self.destroyed:
            self._loop.active[self] = None
        return self

    def connect(self, address: Address) -> Self:
        """Begin to connect; used by `interface.connect`."""
        if isinstance(address, str):
            self._connect(address)
        else:
            self._loop.next_tick(self._connect, address, name="connect")
        return self

    def begin_reading(self) -> None:
        """The connection stands: read from now on."""
        self._stream.read(self._received)

    def _connect(self, address: Address) -> None:
        if not self.connecting:
            return  # destroyed meanwhile
        error = self._stream.connect(address, self._connected)
        if error is not None:
            self._loop.feed_pending(lambda: self._connected(error), "socket: connect failed")

    def _connected(self, error: OSError | None) -> None:
        if self.destroyed:
            return
        if error is not None:
            self.destroy(error)
            return
        self.connecting = False
        self.emit("connect")
        if not self.destroyed:
            self.begin_reading()
            self._send()

    def _received(self, data: bytes | OSError) -> None:
        if isinstance(data, OSError):
            self.destroy(data)
        elif not data:
            self._at_end = True
            if not self._unread:
                self._loop.next_tick(self._tell_end, name="emit end")
            else:
                self._loop.active.pop(self, None)  # nobody reads what came: nothing more will happen by itself
        elif self._listeners["data"]:
            self.emit("data", data)
        else:
            self._unread.append(data)

    def _flow(self) -> None:
        unread, self._unread = self._unread, []
        for data in unread:
            if not self.destroyed:
                self.emit("data", data)
        if self._at_end and not self.destroyed:
            self._loop.next_tick(self._tell_end, name="emit end")

    def _tell_end(self) -> None:
        if not self._end_told and not self.destroyed:
            self._end_told = True
            self.emit("end")
            self.end()  # Node's allowHalfOpen: false
            self._destroy_when_over()

    def _send(self) -> bool:
        if self.connecting or self._writing or self.destroyed:
            return False
        data = b"".join(self._unsent)
        self._unsent.clear()
        if data and not self._stream.write(data, self._written):
            self._writing = True
            return False
        if self._ending and not self._finished:
            self._finished = True
            # libuv shuts down from its pending queue, not from inside the call.
            self._loop.feed_pending(self._shut_down, "socket: shutdown")
        return True

    def _written(self, error: OSError | None) -> None:
        self._writing = False
        if error is not None:
            self.destroy(error)
        else:
            self._send()

    def _shut_down(self) -> None:
        if not self.destroyed:
            self._stream.shutdown()
            self._shut = True
            self._destroy_when_over()

    def _destroy_when_over(self) -> None:
        if self._shut and self._end_told:
            self.destroy()

    def _closed(self) -> None:
        self.emit("close")


class Server(Emitter):
    """A listening TCP server.

    Events: ``listening()``, ``connection(socket)``, ``error(exception)``, ``close()``.

    Attributes:
        port: the port it has; 0 when it could have none.
        connections: the open sockets that came in by it.
    """

    EVENTS: ClassVar[tuple[str, ...]] = ("listening", "connection", "error", "close")

    def __init__(self, loop: EventLoop, host: str, port: int) -> None:
        super().__init__(loop)
        self.host = host
        self.port = 0
        self.connections: set[Socket] = set()
        self._listener: Listener | None = None
        try:
            self._listener = loop.io.listen(host, port, self._came)
        except OSError as error:
            loop.next_tick(self.emit, "error", error, name="emit error")
        else:
            self.port = self._listener.port
            loop.active[self] = None
            loop.next_tick(self._tell_listening, name="emit listening")

    def __repr__(self) -> str:
        return (
            f"<Server {'on port ' + str(self.port) if self.listening else 'closed'}, {len(self.connections)} sockets>"
        )

    @property
    def listening(self) -> bool:
        """True until `close`."""
        return self._listener is not None

    def describe(self) -> str:
        """What it is, as a phrase."""
        return f"a server listening on port {self.port}"

    def close(self, callback: Callable[[], object] | None = None) -> Self:
        """Take no more connections; ``close`` comes when the last one is gone. Twice is fine."""
        if callback is not None:
            self.once("close", checked(callback))
        if self._listener is not None:
            self._listener.close()
            self._listener = None
            self._loop.active.pop(self, None)
            self._tell_close_when_over()
        return self

    def unref(self) -> Self:
        """Let the loop end although this server listens."""
        self._loop.active.pop(self, None)
        return self

    def ref(self) -> Self:
        """Undo `unref`."""
        if self.listening:
            self._loop.active[self] = None
        return self

    def socket_gone(self, socket: Socket) -> None:
        """One of its sockets was destroyed."""
        self.connections.discard(socket)
        if not self.listening:
            self._tell_close_when_over()

    def _tell_listening(self) -> None:
        if self.listening:
            self.emit("listening")

    def _came(self, stream: Stream) -> None:
        socket = Socket(self._loop, stream, server=self)
        self.connections.add(socket)
        socket.begin_reading()
        self.emit("connection", socket)

    def _tell_close_when_over(self) -> None:
        if not self.connections:
            self._loop.next_tick(self.emit, "close", name="emit close")
