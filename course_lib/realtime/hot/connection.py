"""One HTTP/1.1 connection as an asyncio protocol: requests in, answers out, in order and in time.

`Reader` says what a request is. This is the shell around it: a transport, and everything that takes time. A client may
send several requests without waiting (pipelining): they are answered one after the other, and while one waits for its
answer, as a long poll does, no more than a few are taken in. A client may not read its answers: then it gets no more
until it does. A client may send its request a byte a minute, or nothing at all: one `Sweep` watches the time for all.

When an answer is the last one, the connection is not closed at once. What the client is still sending would meet a
closed socket, the system would answer it with a reset, and the reset would destroy our answer on the other side before
it was read. So only our direction ends; theirs is read and thrown away until they hang up (RFC 9112 section 9.6).
"""

from __future__ import annotations

import asyncio
import enum
import socket
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Protocol, cast

from course_lib.realtime.batteries.common import DRAINED
from course_lib.realtime.hot.answers import CONTINUE, JSON, encode, json_bytes
from course_lib.realtime.hot.reader import Reader, Request
from course_lib.realtime.validate import Refused

if TYPE_CHECKING:
    from course_lib.realtime.hot.http import Site

__all__ = ["AHEAD", "Connection", "State", "Waiter"]

AHEAD: Final = 65_536
"""Bytes that a client may send ahead while an earlier request of its waits for an answer."""

_NEVER: Final = float("inf")


class State(enum.Enum):
    """Where a connection is."""

    READING = "between two requests, or in one"
    ANSWERING = "a request is here, its answer is not yet"
    LEAVING = "the last answer is out; what still comes is thrown away"
    GONE = "closed, or handed over"


# an enum's members are slow to look up on its class (until Python 3.12), and these are looked up with every request
_READING, _ANSWERING, _LEAVING, _GONE = State


class Waiter(Protocol):
    """Whoever answers a request later."""

    def forget(self, connection: Connection) -> None:
        """The client has gone."""


class Connection(asyncio.Protocol):
    """Answers the requests of one client, each through its route.

    A route gets the connection and the request. It calls `answer`, or raises `Refused`, or calls `wait` and sees to it
    that `answer` is called later, or takes the connection away with `hand_over`.

    Args:
        site: the routes, the limits, and what all connections share.
        head: what somebody else has read of the first request.
    """

    __slots__ = (
        "_at_end", "_drained", "_full", "_head", "_note", "_reader", "_request", "_since", "_site", "_transport",
        "_waiter", "due", "state",
    )  # fmt: skip

    def __init__(self, site: Site, head: bytes = b"") -> None:
        self._site = site
        self._head = head
        self._note: Callable[..., None] | None = site.note
        self._reader = Reader(site.limits.max_body)
        self._request: Request | None = None
        self._waiter: Waiter | None = None
        self._since = 0.0
        self._full = self._at_end = False
        self._drained = 0
        self.due = _NEVER
        """When the client has taken too long, on the sweep's clock."""
        self.state = _READING
        """Where it is."""

    def __repr__(self) -> str:
        return f"<Connection: {self.state.value}>"

    # ---- what routes use

    def wait(self, waiter: Waiter) -> None:
        """The answer comes later; the waiter is told if the client goes before."""
        self._waiter = waiter
        self.due = _NEVER

    def answer(self, status: int, body: bytes = b"", kind: bytes = JSON, extra: bytes = b"", words: str = "") -> None:
        """Answer the request, and go on to the next.

        Args:
            status: such as 200.
            body: not sent in answer to HEAD.
            kind: its media type.
            extra: more header lines, each with its line end.
            words: what the log says beside the status.
        """
        request = self._request
        if request is None or not request.keep:
            extra += b"Connection: close\r\n"
        elif request.version == "1.0":
            extra += b"Connection: keep-alive\r\n"
        whole = encode(status, body, kind, date=self._site.sweep.date, extra=extra)
        if request is not None and request.method == "HEAD" and body:
            whole = whole[: -len(body)]
        self.answer_encoded(whole, status, words)

    def answer_encoded(self, whole: bytes, status: int, words: str = "") -> None:
        """The same with bytes that several connections may share: HTTP/1.1, connection kept."""
        request, waited = self._request, self._waiter is not None
        self._transport.write(whole)
        if self._note is not None:
            self._log(request or self._reader.request, status, words)
        self._request = self._waiter = None
        if request is None or not request.keep:
            self._leave()
            return
        self.state = _READING
        self.due = self._site.sweep.after(self._site.limits.header_timeout)
        if waited and self._reader.ahead:  # else we are called from `_serve`, which goes on by itself
            self._go_on()

    @property
    def plain(self) -> bool:
        """Whether `answer_encoded` fits."""
        return self._request is not None and self._request.keep and self._request.version == "1.1"

    def refuse(self, refused: Refused, extra: bytes = b"") -> None:
        """Answer with an error: ``{"error": "sentence"}``."""
        if refused.status == 503:
            extra += b"Retry-After: 2\r\n"
        body = json_bytes({"error": refused.sentence})
        self.answer(refused.status, body, extra=extra, words=refused.sentence)

    def hand_over(self, protocol: asyncio.Protocol) -> None:
        """Let another protocol have the connection, from within a route. What the client sends is its business now."""
        if self._note is not None and self._request is not None:
            self._log(self._request, 200, "")
        self._end()
        self._transport.set_protocol(protocol)
        protocol.connection_made(self._transport)

    # ---- what the loop calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin with what has been read of the first request."""
        self._transport = cast("asyncio.Transport", transport)
        most = self._site.limits.max_write_buffer
        self._transport.set_write_buffer_limits(most)
        # the system has a buffer too, which would grow to megabytes for a client that does not read
        self._transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, most)
        self._site.sweep.add(self)
        self.due = self._site.sweep.after(self._site.limits.header_timeout)
        head, self._head = self._head, b""
        if head:
            self.data_received(head)

    def data_received(self, data: bytes) -> None:
        """Read, or keep for later, or throw away."""
        if self.state is _LEAVING:
            self._drained += len(data)
            if self._drained > DRAINED:
                self._transport.abort()
            return
        fresh = not self._reader.begun
        self._reader.add(data)
        if self.state is _READING and not self._full:
            if fresh:
                self._begin()
            self._serve()
        elif self._reader.ahead > AHEAD:
            self._transport.pause_reading()

    def eof_received(self) -> bool:
        """The client sends no more. One that waits has gone; one that still has to read its answers gets them."""
        self._at_end = self._full and self.state is _READING
        return self._at_end

    def pause_writing(self) -> None:
        """The client does not read its answers: it gets no more until it does."""
        self._full = True

    def resume_writing(self) -> None:
        """It does."""
        self._full = False
        self._go_on()

    def connection_lost(self, exc: Exception | None) -> None:
        """Give up what was waited for."""
        if self._note is not None:
            if self._waiter is not None and self._request is not None:
                self._log(self._request, 499, "")
            elif self.state is _READING and self._reader.begun:
                self._cut(400, "the client left in the middle of its request")
        if self._waiter is not None:
            self._waiter.forget(self)
            self._waiter = None
        self._end()

    def overdue(self) -> None:
        """The client has taken too long."""
        if self._full or self.state is _LEAVING:
            self._transport.abort()
        elif self._reader.begun:
            limit = self._site.limits.header_timeout
            self.refuse(Refused(408, f"expected the whole request within {limit:g} s"))
        else:
            self._transport.close()

    def going_away(self) -> None:
        """The server closes."""
        self._transport.close()

    # ---- one request after the other

    def _begin(self) -> None:
        self.due = self._site.sweep.after(self._site.limits.header_timeout)
        if self._note is not None:
            self._since = time.perf_counter()

    def _serve(self) -> None:
        reader = self._reader
        try:
            while self.state is _READING and not self._full and (request := reader.next()) is not None:
                self._request = request
                self.state = _ANSWERING
                self._route(request)
        except Refused as refused:
            self.refuse(refused)
            return
        if reader.expects:
            reader.expects = False
            self._transport.write(CONTINUE)
        if self._at_end and self.state is _READING and not self._full:
            self._transport.close()

    def _route(self, request: Request) -> None:
        try:
            self._site.route(self, request)
        except Refused as refused:
            self.refuse(refused)
        except Exception as error:
            self._site.report(error)
            request.keep = False
            self.refuse(Refused(500, "500 Internal Server Error"))

    def _go_on(self) -> None:
        if self.state is _READING and not self._full:
            self._transport.resume_reading()
            self._begin()
            self._serve()

    def _leave(self) -> None:
        self.state = _LEAVING
        self.due = self._site.sweep.after(self._site.limits.header_timeout)
        self._reader.close()
        self._transport.resume_reading()
        if not self._transport.is_closing():
            self._transport.write_eof()

    def _end(self) -> None:
        self.state = _GONE
        self.due = _NEVER
        self._request = None
        self._reader.close()
        self._site.sweep.discard(self)

    def _log(self, request: Request, status: int, words: str) -> None:
        assert self._note is not None
        seconds = time.perf_counter() - self._since
        self._note(request.method or "-", request.target.decode("latin-1") or "-", status, words, seconds)

    def _cut(self, status: int, words: str) -> None:
        assert self._note is not None
        self._note("CUT", self._reader.request.target.decode("latin-1") or "-", status, words)
