"""One GET, its body read as it comes: what an event stream and a long poll need of an HTTP client.

tornado's `HTTP1Connection` speaks the protocol. Its `AsyncHTTPClient` is made for answers that end: it hands over a
status only with the whole body, and a request can't be given up before it is answered. Here leaving the ``async with``
block closes the connection, so the server sees at once that nobody waits any more.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import sys
from collections.abc import AsyncIterator, Awaitable, Mapping
from typing import Final, TypeVar
from urllib.parse import urljoin, urlsplit

from tornado.http1connection import HTTP1Connection, HTTP1ConnectionParameters
from tornado.httputil import (
    HTTPHeaders,
    HTTPMessageDelegate,
    RequestStartLine,
    ResponseStartLine,
)
from tornado.iostream import IOStream, StreamClosedError
from tornado.tcpclient import TCPClient

__all__ = ["Answer", "checked_url", "get"]

T = TypeVar("T")
_REDIRECTING: Final = {301, 302, 303, 307, 308}
_MOST_REDIRECTS: Final = 20  # Fetch standard, "HTTP-redirect fetch"
_CONNECT: Final = 20.0  # seconds
_PIECES: Final = 16  # that may wait for a slow reader; after that the server is made to wait


def checked_url(url: str, schemes: tuple[str, ...] = ("http", "https")) -> str:
    """`url`, if it is absolute, has one of the schemes and a host.

    Raises:
        ValueError: it is not.
    """
    try:
        parts = urlsplit(url)
        usable = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is none
        usable = False
    if not usable or not url.isascii() or any(character <= " " for character in url):
        raise ValueError(f"expected a URL that begins with {' or '.join(f'{one}://' for one in schemes)}, got {url!r}")
    return url


class Answer(HTTPMessageDelegate):
    """A response whose head has come, and whose body comes piece by piece."""

    def __init__(self, stream: IOStream, patience: float | None) -> None:
        self.status = 0
        """The status code."""
        self.headers = HTTPHeaders()
        """The response's headers."""
        self._stream = stream
        self._patience = patience
        self._pieces: asyncio.Queue[bytes | None] = asyncio.Queue(_PIECES)
        self._head: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._complete = False
        self._closed = False
        self._reading: asyncio.Task[None] | None = None

    def __repr__(self) -> str:
        return f"<Answer: status {self.status}, {'complete' if self._complete else 'open'}>"

    async def piece(self) -> bytes | None:
        """The next piece of the body; None after the last.

        Raises:
            ConnectionError: the connection broke before the body's end.
            TimeoutError: nothing came for as long as the client's patience lasts.
        """
        piece = await _within(self._patience, self._pieces.get(), "a byte")
        if piece is None and not self._complete:
            raise ConnectionError("expected the end of the body, but the connection closed before it")
        return piece

    async def read(self, most: int) -> bytes:
        """The whole body.

        Raises:
            ConnectionError, TimeoutError: as `piece`; or it has more than `most` bytes.
        """
        body = bytearray()
        while (piece := await self.piece()) is not None:
            body += piece
            if len(body) > most:
                raise ConnectionError(f"expected a body of at most {most:,} bytes, got more")
        return bytes(body)

    async def begin(self, connection: HTTP1Connection) -> None:
        """Read until the head is there; the body follows as it is asked for.

        Raises:
            ConnectionError: the connection closed first, or what came is not HTTP.
        """
        self._reading = asyncio.create_task(self._read(connection))
        await _within(self._patience, self._head, "an answer")

    async def _read(self, connection: HTTP1Connection) -> None:
        with contextlib.suppress(StreamClosedError):  # without `finish`, which tells whoever reads
            await connection.read_response(self)
        if not self._head.done():
            self._head.set_exception(ConnectionError("expected an HTTP response, but the connection closed"))
        await self._put(None)

    async def _put(self, piece: bytes | None) -> None:
        if not self._closed:
            await self._pieces.put(piece)

    async def close(self) -> None:
        """Close the connection, whatever has not come yet. Twice is fine."""
        self._closed = True
        self._stream.close()
        if self._reading is not None:
            # not cancelled: tornado would log what is raised in `data_received`. It may wait there for room
            while not self._pieces.empty():
                self._pieces.get_nowait()
            await self._reading
        if self._head.done() and not self._head.cancelled():
            self._head.exception()  # looked at: whoever waited for the head may have been cancelled

    # What tornado calls

    def headers_received(self, start_line: RequestStartLine | ResponseStartLine, headers: HTTPHeaders) -> None:
        """The head has come."""
        assert isinstance(start_line, ResponseStartLine)
        if start_line.code >= 200 and not self._head.done():  # 100 Continue and 103 Early Hints come before the answer
            self.status, self.headers = start_line.code, headers
            self._head.set_result(None)

    async def data_received(self, chunk: bytes) -> None:
        """A piece of the body has come; tornado reads no further until this returns."""
        await self._put(chunk)

    def finish(self) -> None:
        """The body is complete."""
        self._complete = True


@contextlib.asynccontextmanager
async def get(url: str, headers: Mapping[str, str], patience: float | None = None) -> AsyncIterator[Answer]:
    """The answer to a GET request, redirections followed. The connection closes with the block.

    Args:
        url: absolute, checked by `checked_url`.
        headers: to send besides `Host`.
        patience: seconds in which the answer, and then each piece of its body, must come; None for any time.

    Raises:
        OSError: no connection, or no answer (ConnectionError, TimeoutError, ssl.SSLError, socket.gaierror …).
    """
    for _ in range(_MOST_REDIRECTS + 1):
        answer = await _ask(url, headers, patience)
        try:
            location = answer.headers.get("Location") if answer.status in _REDIRECTING else None
            if location is None:
                yield answer
                return
            url = _next_url(url, location)
        finally:
            await answer.close()
    raise ConnectionError(f"expected at most {_MOST_REDIRECTS} redirections, got more")


def _next_url(url: str, location: str) -> str:
    try:
        return checked_url(urljoin(url, location))
    except ValueError as error:
        raise ConnectionError(f"redirected: {error}") from None


async def _within(seconds: float | None, wanted: Awaitable[T], what: str) -> T:
    try:
        async with asyncio.timeout(seconds):
            return await wanted
    except TimeoutError:
        raise TimeoutError(f"expected {what} within {seconds:g} seconds") from None


async def _ask(url: str, headers: Mapping[str, str], patience: float | None) -> Answer:
    parts = urlsplit(url)
    secure = ssl.create_default_context() if parts.scheme == "https" else None
    port = parts.port or (443 if secure else 80)
    # its own `timeout` would leave the attempt behind when we are cancelled
    stream = await _within(
        _CONNECT, TCPClient().connect(parts.hostname or "", port, ssl_options=secure), "a connection"
    )
    answer = Answer(stream, patience)
    try:
        # a stream of events may grow for ever: whoever reads the body bounds it
        limits = HTTP1ConnectionParameters(no_keep_alive=True, max_body_size=sys.maxsize)
        connection = HTTP1Connection(stream, True, limits)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        host = parts.netloc.rpartition("@")[2]
        sent = HTTPHeaders({"Host": host, "Connection": "close", **headers})
        await connection.write_headers(RequestStartLine("GET", target, "HTTP/1.1"), sent)
        connection.finish()
        await answer.begin(connection)
    except BaseException:
        await answer.close()
        raise
    return answer
