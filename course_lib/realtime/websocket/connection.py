"""One WebSocket connection without its socket: RFC 6455, sections 5 to 7.

Bytes from the network go into `Connection.receive`, which returns what happened; bytes for the network come out of
`Connection.output`. There is no socket here, no clock and no waiting, so a test can play any conversation, cut into any
pieces, and a server can put the same object under a tornado handler or an asyncio protocol.

The rules of receiving:

1.  A message is one frame, or one and its continuations; only the last has FIN. Control frames (close, ping, pong) may
    come between them, are never in pieces, and carry at most 125 bytes.
2.  A client masks every frame, a server none.
3.  The three RSV bits are 0, and only six opcodes exist.
4.  Text is UTF-8, also across frames. A wrong byte is noticed when it arrives, not when the message is complete: who
    sends a megabyte behind it would have us keep it in vain.
5.  A message larger than `max_message` is refused when a frame *announces* it, before its bytes come.
6.  A broken rule ends the connection: a close frame says why, and nothing is read after that. There is no way back,
    because after a wrong frame nobody knows where the next begins.

And of ending: each side sends one close frame, its last. Whoever gets one answers with the same code. When both have
passed, the server closes the TCP connection first, so that the side that has to remember it for minutes (TIME_WAIT) is
the one that can (section 7.1.1).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Final, Literal

from course_lib.realtime.websocket import closecodes
from course_lib.realtime.websocket.events import Binary, Close, Event, Failed, Ping, Pong, Raw, Text
from course_lib.realtime.websocket.frames import BadFrame, Head, Opcode, encode_frame, mask, read_head
from course_lib.realtime.websocket.incoming import Incoming
from course_lib.realtime.websocket.rules import MOST_CONTROL, NO_TEXT, Broken, is_text, judge
from course_lib.realtime.websocket.states import TRANSITIONS, Happening, State

__all__ = ["Connection", "NotOpen"]

_TEXT, _BINARY, _CLOSE, _PING, _PONG = Opcode.TEXT, Opcode.BINARY, Opcode.CLOSE, Opcode.PING, Opcode.PONG
_WHOLE_TEXT, _WHOLE_BINARY = 0x80 | _TEXT, 0x80 | _BINARY
_WHOLE = bytes((_WHOLE_TEXT, _WHOLE_BINARY))  # the first byte of a message in one frame


class NotOpen(RuntimeError):  # noqa: N818 -- the state it is not in
    """We wanted to send on a connection that is not open."""


def _random_key() -> bytes:
    return os.urandom(4)


class Connection:
    """The rules of one side of a connection.

    Args:
        role: which side we are.
        max_message: bytes a message may have, all its frames together; more is closed with 1009.
        raw: report messages as `Raw`, for a server that passes them on as they came.
        new_key: a client's source of masking keys, 4 unpredictable bytes each (section 5.3).
        state: CONNECTING when the handshake is still to come; `opened` says when it is over.
    """

    __slots__ = ("_held", "_masked", "_message", "_most", "_new_key", "_out", "_raw", "role", "state")

    def __init__(
        self,
        role: Literal["server", "client"],
        *,
        max_message: int = 65_536,
        raw: bool = False,
        new_key: Callable[[], bytes] = _random_key,
        state: State = State.OPEN,
    ) -> None:
        self.role: Final = role
        self.state = state
        self._masked = 0x80 if role == "server" else 0  # the MASK bit of the frames that come; ours have the other
        self._raw = raw
        self._most = max_message
        self._new_key = new_key
        self._out: list[bytes] = []
        self._held = b""  # the beginning of a head, or of a control frame
        self._message: Incoming | None = None

    def __repr__(self) -> str:
        partial = ", in a message" if self._message is not None else ""
        return f"<WebSocket Connection, {self.role}: {self.state.value}{partial}>"

    @property
    def idle(self) -> bool:
        """Open, and nothing is half there: what comes next is the beginning of a frame outside any message."""
        return self.state is State.OPEN and self._message is None and not self._held

    def opened(self) -> None:
        """The handshake is over."""
        self._move(Happening.HANDSHAKE)

    def receive(self, data: bytes) -> Iterator[Event]:
        """Take bytes that came, cut anywhere; what they mean, one thing after the other.

        Take all of it before the next call, and answer while you do: each event is reported at its place in the
        conversation, so a message before a close frame can still be answered. Pings are answered and close frames
        echoed by themselves, into the output. After `Close` or `Failed` nothing else is read.

        Raises:
            NotOpen: the handshake is not over.
        """
        if self.state is State.CONNECTING:
            raise NotOpen("expected the end of the handshake before the first frame")
        self._held = self._held + data if self._held else data
        return self._events()

    def lost(self) -> list[Event]:
        """The TCP connection has ended; whether that was the end of the conversation, or came too early."""
        if self.state is State.CLOSED:
            return []
        self._move(Happening.LOST)
        return [Close(1006)]

    def output(self) -> bytes:
        """Take the bytes to be written. When the state is CLOSED they are the last."""
        taken = b"".join(self._out)
        self._out.clear()
        return taken

    def send_text(self, data: str) -> None:
        """Put a text message into the output.

        Raises:
            NotOpen: the connection is not open.
            UnicodeEncodeError: half a surrogate pair, which UTF-8 can't say.
        """
        self._send(_TEXT, data.encode())

    def send_binary(self, data: bytes) -> None:
        """Put a binary message into the output.

        Raises:
            NotOpen: the connection is not open.
        """
        self._send(_BINARY, data)

    def send_raw(self, message: Raw) -> None:
        """Put a message that came into the output, as it came.

        Raises:
            NotOpen: the connection is not open.
        """
        self._send(message.opcode, message.payload)

    def ping(self, data: bytes = b"") -> None:
        """Ask whether the other side is there.

        Raises:
            NotOpen: the connection is not open.
            ValueError: more than 125 bytes.
        """
        self._send(_PING, _checked_control(data))

    def pong(self, data: bytes = b"") -> None:
        """Say unasked that we are here (section 5.5.3); pings are answered without this.

        Raises:
            NotOpen: the connection is not open.
            ValueError: more than 125 bytes.
        """
        self._send(_PONG, _checked_control(data))

    def close(self, code: int = 1000, reason: str = "") -> None:
        """Send our last frame. Twice is fine; the first counts.

        Raises:
            NotOpen: the handshake is not over.
            ValueError: a code that may not be sent, or a reason of more than 123 bytes.
        """
        if self.state in (State.CLOSING, State.CLOSED):
            return
        self._send(_CLOSE, closecodes.payload_of(code, reason))
        self._move(Happening.CLOSE_SENT)

    # -- sending

    def _send(self, opcode: int, payload: bytes | bytearray) -> None:
        if self.state is not State.OPEN:
            raise NotOpen(f"expected an open connection, got one that is {self.state.value}")
        self._out.append(encode_frame(opcode, payload, key=None if self._masked else self._new_key()))

    def _move(self, happening: Happening) -> None:
        self.state = TRANSITIONS[self.state, happening]
        if self.state is State.CLOSED:
            self._message = None

    def _fail(self, code: int, sentence: str) -> Failed:
        if self.state is State.OPEN:
            self._send(_CLOSE, closecodes.payload_of(code, sentence))
        self._move(Happening.FAILED)
        return Failed(code, sentence)

    # -- receiving

    def _events(self) -> Iterator[Event]:
        data, at = self._held, 0
        try:
            while at < len(data) and self.state is not State.CLOSED:
                before = at
                event, at = self._next(data, at)
                if event is not None:
                    yield event
                elif at == before:
                    break
        except Broken as broken:
            yield self._fail(broken.code, str(broken))
        finally:
            self._held = b"" if self.state is State.CLOSED else data[at:]

    def _next(self, data: bytes, at: int) -> tuple[Event | None, int]:
        """Read what is at `data[at]`: the event it completes, if any, and where to go on (not from `at`: too short)."""
        message = self._message
        if message is None:
            whole = self._whole_message(data, at)
            if whole is not None:
                return whole
        elif message.left:
            stop = min(at + message.left, len(data))
            return self._taken(message, data[at:stop]), stop
        frame = self._head(data, at)
        if frame is None:
            return None, at
        body = at + frame.size
        if frame.opcode < _CLOSE:
            return self._announced(frame), body
        stop = body + frame.length
        if stop > len(data):
            return None, at
        payload = data[body:stop]
        return self._control(frame.opcode, mask(frame.key, payload) if frame.key else payload), stop

    def _whole_message(self, data: bytes, at: int) -> tuple[Event, int] | None:
        """The message at `data[at]`, if it is one frame, all there, and nothing is wrong with its head; where it ends.

        Most messages are like that, and often many come at once: for them, no more than what is needed.
        """
        if len(data) - at < 2 or data[at] not in _WHOLE:
            return None
        length = data[at + 1] - self._masked
        if not 0 <= length <= 127:  # the wrong MASK bit
            return None
        start = at + 2
        if length >= 126:
            start += 2 if length == 126 else 8
            length = int.from_bytes(data[at + 2 : start], "big")
        if self._masked:
            start += 4
        stop = start + length
        if stop > len(data) or length > self._most:
            return None
        payload = data[start:stop]
        if self._masked:
            payload = mask(data[start - 4 : start], payload)
        opcode = data[at] & 15
        if opcode == _TEXT and not is_text(payload):
            raise Broken(1007, NO_TEXT)
        return self._made(opcode, payload), stop

    def _made(self, opcode: int, payload: bytes | bytearray) -> Event:
        if self._raw:
            return Raw(opcode, payload)
        return Text(payload.decode()) if opcode == _TEXT else Binary(bytes(payload))

    def _head(self, data: bytes, at: int) -> Head | None:
        """The head at `data[at]` when it is all there; its first two bytes are judged as soon as they are."""
        if len(data) - at >= 2:
            judge(data[at], data[at + 1], masks=self._masked > 0, under_way=self._message is not None)
        try:
            return read_head(data, at)
        except BadFrame as error:
            raise Broken(1002, str(error)) from None

    def _announced(self, frame: Head) -> Event | None:
        if self._message is None:
            self._message = Incoming(frame.opcode, self._most)
        self._message.announce(frame)
        return None if frame.length else self._taken(self._message, b"")

    def _taken(self, message: Incoming, piece: bytes) -> Event | None:
        whole = message.take(piece)
        if whole is None:
            return None
        self._message = None
        return self._made(message.opcode, whole)

    def _control(self, opcode: int, payload: bytes) -> Event:
        if opcode == _PONG:
            return Pong(payload)
        if opcode == _CLOSE:
            return self._closed(payload)
        if self.state is State.OPEN:
            self._send(_PONG, payload)
        return Ping(payload)

    def _closed(self, payload: bytes) -> Close:
        try:
            code, reason = closecodes.read(payload)
        except closecodes.InvalidClose as error:
            raise Broken(error.code, str(error)) from None
        if self.state is State.OPEN:
            self._send(_CLOSE, payload[:2])
        self._move(Happening.CLOSE_RECEIVED)
        return Close(code, reason)


def _checked_control(data: bytes) -> bytes:
    if len(data) > MOST_CONTROL:
        raise ValueError(f"expected at most {MOST_CONTROL} bytes in a control frame, got {len(data)}")
    return data
