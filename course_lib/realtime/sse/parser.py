"""The parser of ``text/event-stream``: bytes in, events out (HTML standard 9.2.5 and 9.2.6, to the letter).

The format looks so simple that most parsers get it wrong in the same places. A line ends with LF, CR or CRLF and with
nothing else: `str.splitlines` also splits at U+2028, U+0085 and half a dozen more. `retry` is ASCII digits:
`str.isdigit` takes "²" and "٣" as well. A CR at the end of one piece of the network's and an LF at the start of the
next are one line end. A line is at work the moment it ends, not when the next byte shows what followed a CR.

All of that is easiest on bytes. The bytes of CR, LF, ":" and space never occur inside another character's UTF-8, and a
decoder that meets a broken sequence stops before them, so lines can be cut first and decoded when they are whole: the
text is the same as if one decoder had read the stream from end to end. And `bytes`, unlike `str`, splits only at CR, LF
and CRLF, and calls only "0" to "9" digits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["LIMIT", "Event", "Parser", "TooLong"]

LIMIT: Final = 1 << 26
"""Bytes that a line, or the data of one event, may have unless told otherwise: 64 MiB."""

_BOM: Final = "\ufeff".encode()
_DIGITS_READ: Final = 600  # a `retry` with more is older than the universe, and int() itself refuses some thousands


@dataclass(frozen=True, slots=True)
class Event:
    """One event, as an EventSource fires it.

    Attributes:
        type: its name; "message" when the stream gave none.
        data: the text; its `data` lines joined by LF.
        last_event_id: the `id` that was in force, this event's or an earlier one's.
    """

    type: str
    data: str
    last_event_id: str = ""


class TooLong(ValueError):  # noqa: N818 -- what is the case, not a suffix
    """A line, or the data of one event, has more bytes than the parser's limit."""


class Parser:
    """Reads one stream, in pieces of any size.

    It takes any bytes: what is not UTF-8 becomes U+FFFD, what is no field is ignored. Only what would never end is
    refused: when a line or an event is longer than `limit`, `error` says so, and the rest of the stream is ignored.

    Args:
        last_event_id: what is in force before the stream's first `id`: the last one of the connection before.
        limit: bytes of a line, and of an event's data, at most.
    """

    def __init__(self, last_event_id: str = "", *, limit: int = LIMIT) -> None:
        if limit < 1:
            raise ValueError(f"expected a limit of 1 byte or more, got {limit}")
        self.limit: Final = limit
        self.last_event_id = last_event_id
        """What a reconnection has to send as `Last-Event-ID`: changes with each empty line, not with the `id` line."""
        self.retry_ms: int | None = None
        """The reconnection time the stream asked for, in milliseconds; None when it did not."""
        self.error: TooLong | None = None
        """What ended the reading, if anything did."""
        self._id = last_event_id
        self._type = b""
        self._data = bytearray()  # every line of it with an LF, as the standard builds it
        self._line = bytearray()  # what has come of a line that has not ended
        self._first = True
        self._after_cr = False

    def __repr__(self) -> str:
        state = f"stopped: {self.error}" if self.error else f"{len(self._line)} bytes of a line"
        return f"<Parser: {state}, last event id {self.last_event_id!r}>"

    @property
    def begun(self) -> bytes:
        """What has come of a line that has not ended: perhaps half a character at its end."""
        return bytes(self._line)

    @property
    def data(self) -> str:
        """The standard's data buffer: the `data` lines since the last empty line, an LF after each."""
        return self._data.decode("utf-8", "replace")

    @property
    def type(self) -> str:
        """The standard's event type buffer: what `event` has said since the last empty line, "" for nothing."""
        return self._type.decode("utf-8", "replace")

    def feed(self, data: bytes) -> list[Event]:
        """Read the next piece of the stream; the events it completed.

        An event is complete with the empty line after it. What the stream's end cuts off is no event.
        """
        if self._after_cr and data:
            self._after_cr = False
            if data[0] == 0x0A:  # CRLF that came in two pieces: the line has ended already
                data = data[1:]
        if not data or self.error:
            return []
        self._after_cr = data[-1] == 0x0D
        lines = data.splitlines()  # of bytes: CR, LF and CRLF only
        rest = b"" if data[-1] in b"\r\n" else lines.pop()
        events: list[Event] = []
        for line in lines:
            if self._line:
                self._line += line
                line = bytes(self._line)
                self._line.clear()
            self._read(line, events)
            if self.error:
                return events
        self._line += rest
        if len(self._line) > self.limit:
            self._stop("a line")
        return events

    def _read(self, line: bytes, events: list[Event]) -> None:
        if len(line) > self.limit:
            self._stop("a line")
            return
        if self._first:
            self._first = False
            line = line.removeprefix(_BOM)
        if not line:
            self._dispatch(events)
            return
        name, _, value = line.partition(b":")
        if value[:1] == b" ":
            value = value[1:]
        if name == b"data":
            self._data += value
            self._data += b"\n"
            if len(self._data) > self.limit:
                self._stop("the data of an event")
        elif name == b"event":
            self._type = value
        elif name == b"id":
            if b"\0" not in value:
                self._id = value.decode("utf-8", "replace")
        elif name == b"retry" and value.isdigit():  # of bytes: "0" to "9" only
            digits = value.lstrip(b"0") or b"0"
            if len(digits) <= _DIGITS_READ:
                self.retry_ms = int(digits)

    def _dispatch(self, events: list[Event]) -> None:
        self.last_event_id = self._id
        if self._data:
            del self._data[-1:]
            data, kind = self._data.decode("utf-8", "replace"), self._type.decode("utf-8", "replace")
            events.append(Event(kind or "message", data, self._id))
            self._data.clear()
        self._type = b""

    def _stop(self, what: str) -> None:
        self.error = TooLong(f"expected {what} of at most {self.limit:,} bytes, got more")
        self._line.clear()
        self._data.clear()
