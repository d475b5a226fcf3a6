"""HTTP/1.1 answers, as little of it as a load needs (RFC 9112). Sans-I/O: bytes in, answers out.

A complete client would check more and measure itself. Heads repeat, letter for letter, until the second of the Date
header changes, so what a head says is remembered.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final, NamedTuple

__all__ = ["Answer", "Answers", "Body", "Head", "ProtocolError", "head_of", "request"]

_LARGEST_HEAD: Final = 1 << 16
_LARGEST_BODY: Final = 1 << 24
_LARGEST_LINE: Final = 1000
_HEX = re.compile(rb"[0-9A-Fa-f]{1,8}")
_NONE: Final[Mapping[str, str]] = MappingProxyType({})
_STATUS = re.compile(rb"HTTP/1\.([01]) (\d{3})(?: |$)")


class ProtocolError(ValueError):
    """The server's bytes are no answer in the protocol."""


class Head(NamedTuple):
    """What the head of an answer says: status; length of the body, None when unknown; chunked; keep-alive; its type."""

    status: int
    length: int | None
    chunked: bool
    keep: bool
    type: str
    fields: tuple[tuple[str, str], ...] = ()


class Answer(NamedTuple):
    """An answer: its status, its body, its bytes on the wire, and whether the connection stays."""

    status: int
    body: bytes
    size: int
    keep: bool


def request(method: str, target: str, authority: str, fields: Mapping[str, str] = _NONE, body: bytes = b"") -> bytes:
    """A request's bytes."""
    lines = [f"{method} {target} HTTP/1.1", f"Host: {authority}"]
    lines += [f"{name}: {value}" for name, value in fields.items()]
    if method == "POST":
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode("ascii") + body


@lru_cache(maxsize=64)
def head_of(raw: bytes) -> Head:
    """What a head says, given without its empty line.

    Raises:
        ProtocolError: it is none.
    """
    first, *lines = raw.split(b"\r\n")
    found = _STATUS.match(first)
    if found is None:
        raise ProtocolError(f"expected a status line of HTTP/1.1, got {first[:60]!r}")
    status, old = int(found[2]), found[1] == b"0"
    fields = {}
    for line in lines:
        name, colon, value = line.decode("latin-1").partition(":")
        if not colon:
            raise ProtocolError(f"expected a header field, got {line[:60]!r}")
        fields[name.strip().lower()] = value.strip()
    length = fields.get("content-length")
    if length is not None and not (length.isascii() and length.isdigit()):
        raise ProtocolError(f"expected a number as Content-Length, got {length[:60]!r}")
    chunked = fields.get("transfer-encoding", "").lower() == "chunked"
    empty = status in (204, 304) or status < 200
    known = 0 if empty else None if chunked or length is None else int(length)
    connection = fields.get("connection", "").lower()
    keep = connection == "keep-alive" if old else connection != "close"
    kept = keep and (known is not None or chunked)
    media = fields.get("content-type", "").partition(";")[0].strip().lower()
    return Head(status, known, chunked and not empty, kept, media, tuple(fields.items()))


class Body:
    """Takes a chunked body apart (RFC 9112, section 7.1), however it is cut into pieces."""

    def __init__(self) -> None:
        self.complete = False
        self._buffer = b""
        self._left = 0  # bytes of the current chunk that are still to come, its line break included

    def __repr__(self) -> str:
        return f"<Body: {'complete' if self.complete else 'more to come'}>"

    @property
    def rest(self) -> bytes:
        """What came after the end."""
        return self._buffer

    def feed(self, data: bytes) -> bytes:
        """The part of the body that these bytes bring.

        Raises:
            ProtocolError: they are no chunks.
        """
        if not self._left and not self._buffer:
            line, found, rest = data.partition(b"\r\n")
            if found and len(rest) == (size := _size_of_chunk(line)) + 2 and size:
                return rest[:-2]  # nearly always: one chunk, whole
        self._buffer += data
        parts = []
        while not self.complete:
            if self._left > 0:
                piece, self._buffer = self._buffer[: self._left], self._buffer[self._left :]
                if not piece:
                    break
                payload = max(self._left - 2, 0)
                self._left -= len(piece)
                parts.append(piece[:payload])
            elif not self._begin_chunk():
                break
        return b"".join(parts)

    def _begin_chunk(self) -> bool:
        line, found, rest = self._buffer.partition(b"\r\n")
        if found or len(line) > _LARGEST_LINE:
            size = _size_of_chunk(line)
        if not found:
            return False
        if size:
            self._buffer, self._left = rest, size + 2
            return True
        _, ended, after = self._buffer[len(line) :].partition(b"\r\n\r\n")  # a trailer may stand before the end
        if ended:
            self._buffer, self.complete = after, True
        return bool(ended)


def _size_of_chunk(line: bytes) -> int:
    digits = line.partition(b";")[0].strip()
    if len(line) > _LARGEST_LINE or not _HEX.fullmatch(digits):
        raise ProtocolError(f"expected the size of a chunk, got {line[:60]!r}")
    return int(digits, 16)


class Answers:
    """The answers of one connection, in order."""

    def __init__(self) -> None:
        self._buffer = b""

    def __repr__(self) -> str:
        return f"<Answers: {len(self._buffer)} bytes of the next>"

    @property
    def begun(self) -> bool:
        """Whether a part of the next answer is here."""
        return bool(self._buffer)

    def feed(self, data: bytes) -> list[Answer]:
        """The answers that are complete with these bytes.

        Raises:
            ProtocolError: they are no answers, or one without an end but the connection's.
        """
        if self._buffer:
            data = self._buffer + data
        found = []
        while data:
            answer = _first(data)
            if answer is None:
                break
            found.append(answer)
            data = data[answer.size :]
        self._buffer = data
        return found

    def end(self) -> list[Answer]:
        """The connection has ended: the answer that was to last until then, if there is one."""
        data, self._buffer = self._buffer, b""
        raw, found, body = data.partition(b"\r\n\r\n")
        if not found:
            return []
        head = head_of(raw)
        return [Answer(head.status, body, len(data), False)] if head.length is None and not head.chunked else []


def _first(data: bytes) -> Answer | None:
    end = data.find(b"\r\n\r\n")
    if end < 0:
        if len(data) > _LARGEST_HEAD:
            raise ProtocolError(f"expected a head of up to {_LARGEST_HEAD} bytes, got more")
        return None
    head = head_of(data[:end])
    begin = end + 4
    if head.length is not None:
        size = begin + head.length
        if head.length > _LARGEST_BODY:
            raise ProtocolError(f"expected a body of up to {_LARGEST_BODY} bytes, got {head.length}")
        return Answer(head.status, data[begin:size], size, head.keep) if len(data) >= size else None
    if len(data) > _LARGEST_BODY:
        raise ProtocolError(f"expected a body of up to {_LARGEST_BODY} bytes, got more")
    if not head.chunked:
        return None  # it lasts until the connection ends
    body = Body()
    whole = body.feed(data[begin:])
    return Answer(head.status, whole, len(data) - len(body.rest), head.keep) if body.complete else None
