"""Bytes in, HTTP/1.1 requests out, one at a time (RFC 9112). No sockets, no clock.

The parser is llhttp, Node's own, through httptools: it calls back for every part it has found. What is left to do is to
decide what to believe, and how much of it. Everything a stranger could make grow has its bound here: the head, the
number of its lines, the body, said or chunked, and what the chunks themselves take. What two servers could read in two
ways is refused, because one of them may stand before the other (request smuggling, RFC 9112 section 11.2): llhttp sees
to lengths said twice, `Reader` to the rest.

Bytes go to the parser in pieces, none of which holds the ends of two requests. So each request can be answered before
the next is looked at, and what a client sends ahead waits as bytes, which are easy to bound.
"""

from __future__ import annotations

import contextlib
import re
from typing import Final
from urllib.parse import unquote_plus

from httptools import HttpParserCallbackError, HttpParserError, HttpParserUpgrade, HttpRequestParser
from httptools.parser.errors import HttpParserInvalidMethodError

from course_lib.realtime.validate import Refused

__all__ = ["MAX_FIELDS", "MAX_HEAD", "Reader", "Request"]

MAX_HEAD: Final = 16_384
"""Bytes of a request's head: its line and its headers."""

MAX_FIELDS: Final = 100
"""Header lines of a request."""

_END: Final = b"\r\n\r\n"  # of a head, and of a chunked body
_OVERHEAD: Final = 8  # bytes that a chunked body may take on the wire for each of its own
_HOST: Final = re.compile(rb"[\]\[:A-Za-z0-9._~!$&'()*+;=%-]*")  # one host; a comma would make it two
_KEPT: Final = frozenset(
    {b"host", b"origin", b"content-type", b"content-length", b"transfer-encoding", b"expect", b"last-event-id"}
)


class Request:
    """One request.

    Attributes:
        method: such as ``"GET"``.
        target: what the request line asks for, as it came.
        path: of the target, not decoded.
        query: what follows its question mark.
        version: ``"1.0"`` or ``"1.1"``.
        body: all of it.
        keep: whether the client wants the connection kept.
        fields: the headers that are of use here, in lower case: bytes to bytes. Several of a name are joined by commas.
    """

    __slots__ = ("body", "fields", "keep", "method", "path", "query", "target", "version")

    def __init__(self) -> None:
        self.method = self.path = self.query = self.version = ""
        self.target = self.body = b""
        self.keep = False
        self.fields: dict[bytes, bytes] = {}

    def __repr__(self) -> str:
        return f"<Request: {self.method} {self.target.decode('latin-1')}, {len(self.body)} bytes>"

    def header(self, name: bytes) -> str | None:
        """A header's value; None when there is none, or when it is not among those that are kept."""
        value = self.fields.get(name)
        return None if value is None else value.decode("latin-1").strip(" \t")

    def argument(self, name: str) -> str | None:
        """An argument of the query; the last, if there are several, None if there is none.

        Raises:
            Refused: 400 if it is not UTF-8.
        """
        found = None
        for pair in self.query.split("&"):
            key, _, value = pair.partition("=")
            if pair and _text(key) == name:
                found = _text(value)
        return found


def _text(encoded: str) -> str:
    if "%" not in encoded and "+" not in encoded:
        return encoded
    try:
        return unquote_plus(encoded, errors="strict")
    except UnicodeDecodeError:
        raise Refused(400, f"expected a query in UTF-8, got {encoded[:60]!r}") from None


class Reader:
    """Takes bytes, however they are cut, and gives requests.

    Args:
        max_body: bytes of a body.
    """

    __slots__ = (
        "_at", "_chunked", "_count", "_data", "_done", "_host", "_in_body", "_left", "_max_body", "_parser", "_request",
        "_seen", "_tail", "expects",
    )  # fmt: skip

    def __init__(self, max_body: int) -> None:
        self._max_body = max_body
        self._parser = HttpRequestParser(self)
        self._data = b""
        self._at = 0
        self._done: Request | None = None
        self._request = Request()
        self._seen = self._count = self._left = 0
        self._in_body = self._chunked = False
        self._tail = b""
        self._host: bytes | None = None
        self.expects = False
        """Whether the client waits to hear that its body is welcome. Set it to False when it has been told."""

    def __repr__(self) -> str:
        state = "a body" if self._in_body else "a head" if self._seen else "nothing"
        return f"<Reader: in {state}, {self.ahead} bytes ahead>"

    @property
    def begun(self) -> bool:
        """Whether a request has come in part."""
        return self._seen > 0

    @property
    def ahead(self) -> int:
        """How many bytes have been given to it and not been looked at."""
        return len(self._data) - self._at

    @property
    def request(self) -> Request:
        """As much of the next request as is known: for a log line about it."""
        return self._request

    def close(self) -> None:
        """Let go of the parser, which holds on to us. The reader is of no use after that. Twice is fine."""
        with contextlib.suppress(AttributeError):
            del self._parser
        self._data = b""
        self._at = 0

    def add(self, data: bytes) -> None:
        """Take bytes, to look at them later."""
        self._data = self._data[self._at :] + data if self._at < len(self._data) else data
        self._at = 0

    def next(self) -> Request | None:
        """The next request that is here whole; None when there is none, and all bytes have been looked at.

        Raises:
            Refused: it is none, or breaks a limit. There is no way to tell where the next one would begin.
        """
        data = self._data
        while (at := self._at) < len(data):
            self._at = end = self._end_of_piece(data, at)
            self._feed(data if end - at == len(data) else data[at:end])
            if self._done is not None:
                done, self._done = self._done, None
                return done
        self._data = b""
        self._at = 0
        return None

    def _end_of_piece(self, data: bytes, at: int) -> int:
        if self._left:
            return min(at + self._left, len(data))
        if self._tail and (found := (self._tail + data[at : at + 3]).find(_END)) >= 0:
            return at + found + len(_END) - len(self._tail)
        found = data.find(_END, at)
        return len(data) if found < 0 else found + len(_END)

    def _feed(self, piece: bytes) -> None:
        self._seen += len(piece)
        if not self._in_body and self._seen > MAX_HEAD:
            raise Refused(431, f"expected a head of at most {MAX_HEAD:,} bytes, got more")
        if self._chunked and self._seen > MAX_HEAD + _OVERHEAD * self._max_body:
            raise self._too_large("more in chunks")
        try:
            self._parser.feed_data(piece)
        except HttpParserUpgrade:  # and we go on with what we speak (RFC 9110 section 7.8)
            pass
        except HttpParserCallbackError as error:
            raise error.__context__ or error from None
        except HttpParserError as error:
            raise self._malformed(error, piece) from None
        if self._done is None:
            self._tail = (self._tail + piece)[-3:]

    def _malformed(self, error: HttpParserError, piece: bytes) -> Refused:
        if isinstance(error, HttpParserInvalidMethodError) and (self._tail + piece).lstrip(b"\r\n")[:1].isupper():
            return Refused(501, "expected a method of HTTP")
        return Refused(400, f"expected an HTTP/1.1 request, got a fault in it: {error}")

    # ---- what the parser calls: what is raised here comes out of `next`

    def on_url(self, url: bytes) -> None:
        """A part of the target."""
        self._request.target += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header line, or, behind the last chunk, one of a trailer: those count, and are not believed."""
        self._count += 1
        name = name.lower()
        if name in _KEPT and not self._in_body:
            fields = self._request.fields
            fields[name] = fields[name] + b"," + value if name in fields else value

    def on_headers_complete(self) -> None:
        """Look at the head before the body comes.

        Raises:
            Refused: for what is wrong with it.
        """
        request, parser = self._request, self._parser
        request.method = parser.get_method().decode("ascii")
        request.version = parser.get_http_version()
        request.path, _, request.query = request.target.decode("latin-1").partition("?")
        if self._count > MAX_FIELDS:
            raise Refused(431, f"expected at most {MAX_FIELDS} header lines, got {self._count}")
        host = request.fields.get(b"host")
        if host is None or host != self._host or request.version != "1.1":  # else it is as sound as the one before
            self._check_head(request, host)
        if b"content-length" in request.fields or b"transfer-encoding" in request.fields:
            self._check_body(request)
        self._in_body = True
        self._seen = 0

    def on_body(self, data: bytes) -> None:
        """A part of the body.

        Raises:
            Refused: 413.
        """
        request = self._request
        request.body = request.body + data if request.body else data
        self.expects = False
        if self._chunked:
            if len(request.body) > self._max_body:
                raise self._too_large(f"{len(request.body):,} or more")
        else:
            self._left -= len(data)

    def on_message_complete(self) -> None:
        """It is here."""
        done = self._done = self._request
        done.keep = self._parser.should_keep_alive()
        self._request = Request()
        self._seen = self._count = 0
        self._in_body = self._chunked = self.expects = False
        self._tail = b""

    def _check_head(self, request: Request, host: bytes | None) -> None:
        if request.version not in ("1.1", "1.0"):
            raise Refused(505, f"expected HTTP/1.1, got HTTP/{request.version}")
        if host is None and request.version == "1.1":
            raise Refused(400, "expected a Host header, got none")
        if host is not None and not _HOST.fullmatch(host.strip(b" \t")):
            raise Refused(400, f"expected one Host header with a host and perhaps a port, got {host[:60]!r}")
        self._host = host

    def _check_body(self, request: Request) -> None:
        fields = request.fields
        length = int(fields.get(b"content-length", b"0"))
        coding = fields.get(b"transfer-encoding")
        if coding is not None:
            if coding.strip(b" \t").lower() != b"chunked":
                raise Refused(501, f"expected Transfer-Encoding: chunked, got {coding[:60]!r}")
            if request.version == "1.0":
                raise Refused(400, "expected no Transfer-Encoding in HTTP/1.0, which has none")
            self._chunked = True
        if length > self._max_body:
            raise self._too_large(f"{length:,}")
        if not (length or self._chunked):
            return
        if self._parser.should_upgrade():  # llhttp would take the body for the other protocol's
            raise Refused(501, "expected no body together with Upgrade")
        self._left = length
        if b"expect" in fields and request.version == "1.1":
            if fields[b"expect"].strip(b" \t").lower() != b"100-continue":
                raise Refused(417, f"expected Expect: 100-continue, got {fields[b'expect'][:60]!r}")
            self.expects = True

    def _too_large(self, got: str) -> Refused:
        return Refused(413, f"expected a body of at most {self._max_body:,} bytes, got {got}")
