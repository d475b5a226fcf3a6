"""A WebSocket as an asyncio protocol, and what all of them share.

Most messages are one small masked frame that comes alone in its packet. For that one the subclasses have a short way of
a few lines; whatever is anything else goes the long way, through `Connection`, which knows all the rules. `_plain` says
whether the short way may be taken: nothing half there, nothing ending, nobody slow.

What a stranger could use up is bounded here, once for all connections:

-   One timer for all of them, a `Sweep`. Hearing from a client only sets a flag, `heard`, which costs the short way
    less than a look at a clock would. Now and then every socket is pinged; whoever is not heard of after that is cut
    off.
-   Who does not read what we write is not read either (`pause_writing`), so its answers can't pile up.
-   Who sends thousands of messages in one packet gets a share of them answered, then it is somebody else's turn.
-   Who has broken a rule, or said goodbye, gets our close frame, then the end of our stream, and has a second to hang
    up. Closing at once would lose the close frame: a socket closed with unread bytes in it makes TCP throw away what is
    on its way to the other side.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final, cast

from course_lib.realtime.batteries.clients import Clients
from course_lib.realtime.hot.sweep import Sweep
from course_lib.realtime.limits import Limits
from course_lib.realtime.websocket.connection import Connection
from course_lib.realtime.websocket.events import Close, Event, Failed, Raw
from course_lib.realtime.websocket.frames import Opcode, encode_frame
from course_lib.realtime.websocket.states import State

__all__ = ["GRACE", "READ_SIZE", "Socket", "Sockets"]

GRACE: Final = 1.0
"""Seconds a client has to hang up after our last frame."""


READ_SIZE: Final = 98_304
"""Bytes read from a socket at once: a message of 64 KiB with its head comes in one piece, and is copied once less.
128 KiB would be too many: see `wire.READ_SIZE`."""


class Sockets(Clients):
    """The open sockets of a server: how many there may be, and the timer that looks after them.

    Args:
        limits: bounds of the server.
        settings: of the application; when a socket has ended, ``settings["note"]`` (if any) is called with the method
            CLOSE, the path, the close code and words.
    """

    def __init__(self, limits: Limits, settings: Mapping[str, Any] = MappingProxyType({})) -> None:
        super().__init__(limits.max_clients)
        self.limits = limits
        self.settings = settings
        self.sweep = Sweep(min(limits.ping_interval, limits.ping_timeout, GRACE))
        self.dropped = 0
        """Messages that were not sent to a client because it read too slowly."""
        self.overflowed = 0
        """Clients that were sent away because they read too slowly."""
        self.answers = _answers(min(limits.max_message, 125))
        """The first two bytes of a whole small frame from a client → those of the same frame from a server."""

    def add(self, client: Any) -> None:
        """It has come."""
        super().add(client)
        self.sweep.add(client)

    def discard(self, client: Any) -> None:
        """It has gone. Twice is fine."""
        super().discard(client)
        self.sweep.discard(client)

    def ended(self, socket: Socket, code: int, words: str) -> None:
        """A connection is over; why stands in the server's log."""
        self.discard(socket)
        note = self.settings.get("note")
        if note is not None:
            note("CLOSE", socket.path, code, words)


class Socket(asyncio.Protocol):
    """One WebSocket of a server. A subclass says what a message means (`message`), and may know a shorter way.

    Args:
        sockets: what it shares with the others.
        greeting: bytes that come before the first frame: the answer to the handshake.
    """

    __slots__ = (
        *("_connection", "_end", "_greeting", "_pinged", "_plain", "_sockets", "_transport", "_unread", "_writable"),
        *("due", "heard"),
    )

    path = ""
    """Where it was asked for: a word for the server's log."""
    share = 256
    """Messages that are answered in one turn of the loop."""

    def __init__(self, sockets: Sockets, greeting: bytes) -> None:
        self._sockets = sockets
        self._greeting = greeting
        self._connection = Connection("server", max_message=sockets.limits.max_message, raw=True)
        self._transport: asyncio.Transport = cast("asyncio.Transport", None)  # until connection_made
        self._plain = True
        self._writable = True
        self._unread: Iterator[Event] | None = None  # what came, but is more than its share
        self._end: tuple[int, str] | None = None  # why it ends, once it does: close code, words
        self._pinged = False
        self.heard = True
        """Whether it has said anything since the last ping."""
        self.due = math.inf
        """When the sweep shall call `overdue`."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.path}: {self._connection.state.value}>"

    # -- what the loop calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Answer the handshake."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is none, by name
        with contextlib.suppress(AttributeError):  # uvloop reads 256 KiB, into a block it keeps
            self._transport.max_size = READ_SIZE  # type: ignore[attr-defined]
        self._transport.set_write_buffer_limits(self._sockets.limits.max_write_buffer)
        self._transport.write(self._greeting)
        self._greeting = b""
        self._due_in(self._sockets.limits.ping_interval)
        if self._sockets.closing:
            self.leave()

    def data_received(self, data: bytes) -> None:
        """The long way: any bytes, by all the rules."""
        self.heard = True
        if self._connection.state is State.CLOSED:
            return  # it has our last frame; what else it says nobody hears
        self._plain = False
        self._read(self._connection.receive(data))

    def eof_received(self) -> None:
        """It will say nothing more. The transport closes itself when what we had to say is out."""
        self._connection.lost()
        self._ending(1006, "the client hung up without a close frame")

    def pause_writing(self) -> None:
        """More than `max_write_buffer` bytes wait for it: hear nothing from it until it has read them."""
        self._writable = self._plain = False
        self._listen()

    def resume_writing(self) -> None:
        """It has read."""
        self._writable = True
        if self._end is None:
            self.heard = True
            self._plain = self._unread is None and self._connection.idle
        self._listen()

    def connection_lost(self, exc: Exception | None) -> None:
        """Over."""
        self._connection.lost()
        self._ending(1006, "the connection was lost")
        self._unread = None
        self._sockets.ended(self, *cast("tuple[int, str]", self._end))

    # -- for subclasses and the server

    def message(self, message: Raw) -> None:
        """A message came; what to answer goes into `_connection`."""
        raise NotImplementedError

    def leave(self) -> None:
        """The server closes (1001). Twice is fine."""
        self.end(1001, "the server closes")

    going_away = leave

    def end(self, code: int, words: str) -> None:
        """Send our close frame, and give the other side a moment to answer. Twice is fine; the first counts."""
        if self._end is None and self._transport is not None:
            self._connection.close(code, words)
            self._ending(code, words)
            self._flush()

    def overdue(self) -> None:
        """What `due` was for: ping it, see whether it has answered, or cut off what has not hung up in time."""
        limits = self._sockets.limits
        if self._end is not None:
            self._transport.abort()
        elif not self._pinged:
            self._pinged, self.heard = True, False
            self._transport.write(_PING)
            self._due_in(limits.ping_timeout)
        elif self.heard:
            self._pinged = False
            self._due_in(max(0.0, limits.ping_interval - limits.ping_timeout))
        else:
            self.end(1011, "no answer to a ping")

    # -- the rest

    def _read(self, events: Iterator[Event]) -> None:
        """Answer its share of what came; the rest when everyone else has had a turn, and before anything new."""
        was, self._unread = self._unread, None
        left = self.share
        for event in events:
            self._happened(event)
            left -= 1
            if not left:
                self._unread = events
                asyncio.get_running_loop().call_soon(self._read_on)
                break
        self._flush()
        if was is not self._unread:
            self._listen()

    def _read_on(self) -> None:
        if self._unread is not None:  # not lost meanwhile
            self._read(self._unread)

    def _happened(self, event: Event) -> None:
        if isinstance(event, Raw):
            if self._end is None:
                self.message(event)
        elif isinstance(event, Close):
            self._ending(event.code, event.reason or "the client closed")
        elif isinstance(event, Failed):
            self._ending(event.code, event.reason)

    def _ending(self, code: int, words: str) -> None:
        if self._end is None:
            self._end = code, words
            self._plain = False
            self._due_in(GRACE)
            self._listen()

    def _due_in(self, seconds: float) -> None:
        self.due = self._sockets.sweep.after(seconds)

    def _listen(self) -> None:
        """Read from it or don't. One that is ending is read whatever it owes us, for its close frame or its end."""
        if self._transport.is_closing():
            return
        if self._unread is None and (self._writable or self._end is not None):
            self._transport.resume_reading()
        else:
            self._transport.pause_reading()

    def _flush(self) -> None:
        """Write what the connection has to say; after its last frame, the end of our stream."""
        if said := self._connection.output():
            self._transport.write(said)
        self._plain = self._end is None and self._writable and self._unread is None and self._connection.idle
        if self._connection.state is State.CLOSED and not self._transport.is_closing():
            self._transport.write_eof()


_PING = encode_frame(Opcode.PING)


def _answers(most: int) -> dict[bytes, bytes]:
    opcodes = (Opcode.TEXT, Opcode.BINARY)
    return {
        bytes((0x80 | opcode, 0x80 | length)): bytes((0x80 | opcode, length))
        for opcode in opcodes
        for length in range(most + 1)
    }
