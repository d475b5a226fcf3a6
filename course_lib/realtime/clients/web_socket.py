"""A WebSocket client on tornado's `websocket_connect`: messages, pings, close codes, and coming back if wanted."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Callable
from typing import Final, Self, TypeAlias

from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.iostream import StreamClosedError
from tornado.websocket import WebSocketClientConnection, WebSocketClosedError, WebSocketError, websocket_connect

from course_lib.realtime.backoff import Backoff
from course_lib.realtime.clients.base import Client, ClientFailed, Sleep
from course_lib.realtime.clients.http import checked_url

__all__ = ["COME_BACK", "NO_CLOSE", "WebSocketClient"]

NO_CLOSE: Final = 1006
"""What a client reports when the connection ended without a close frame (RFC 6455 section 7.4.1)."""

COME_BACK: Final = {
    1001: "the server is going away",
    NO_CLOSE: "the connection broke",
    1011: "the server failed",
    1012: "the server restarts",
    1013: "try again later",
    1014: "a gateway failed",
}
"""Close codes after which another connection may fare better, and what they mean (RFC 6455 section 7.4.1; 1012 to 1014
from IANA's registry). After 1000 all has been said; after 1002, 1003 or 1007 to 1010 it would go wrong again."""

_LATER: Final = {408, 425, 429, *range(500, 600)}
_CONNECT: Final = 10.0  # seconds for the connection, and for the handshake
_GOODBYE: Final = 2.0  # seconds that the server may take to answer our close frame

Text: TypeAlias = "str | bytes"


class WebSocketClient(Client[Text]):
    """A client of one WebSocket. Iterating over it gives every message: str for text, bytes for binary.

    Its states are "connecting", "open" and "closed". Without `backoff` it connects once: entering the ``async with``
    block waits until it is open, and iteration ends when the server closes. With `backoff` it comes back after what
    `COME_BACK` lists, and the block is entered at once.

    Args:
        url: ``ws://…`` or ``wss://…``.
        on_message: called with each message instead.
        backoff: the pauses between connections; None to connect only once.
        origin: what to send as `Origin`, as a browser would; None to send none, as programs do.
        max_message: bytes of one message at most; the connection is closed when more come.
        ping_interval: seconds between pings; None for none.
        ping_timeout: seconds until a ping must be answered, at most `ping_interval`.
        sleep, clock: how to wait, and what time it is.

    Raises:
        ValueError: `url` is none.
        ConnectionError: on entering the block: no connection, or an answer that is no WebSocket.
    """

    def __init__(
        self,
        url: str,
        on_message: Callable[[Text], object] | None = None,
        backoff: Backoff | None = None,
        *,
        origin: str | None = None,
        max_message: int = 65_536,
        ping_interval: float | None = None,
        ping_timeout: float | None = None,
        sleep: Sleep = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(checked_url(url, ("ws", "wss")), on_message=on_message, clock=clock)
        self.close_code: int | None = None
        """How the last connection ended; 1006 without a close frame, None while there was none."""
        self.close_reason = ""
        """The words of its close frame."""
        self._backoff = backoff
        self._origin = origin
        self._max_message = max_message
        self._pings = (ping_interval, ping_timeout)
        self._sleep = sleep
        self._connection: WebSocketClientConnection | None = None
        self._pongs: dict[bytes, asyncio.Future[None]] = {}
        self._ping_numbers = itertools.count(1)
        self._closing = False

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        if self._backoff is None:
            try:
                await self.until("open")
            except BaseException:
                await self.close()
                raise
        return self

    async def send(self, message: Text) -> None:
        """Send a message: str as text, bytes as binary. Returns when it is on its way; a slow server makes it wait.

        Raises:
            ConnectionError: the connection is not open.
        """
        connection = self._open()
        try:
            await connection.write_message(message, binary=isinstance(message, bytes))
        except (WebSocketClosedError, StreamClosedError):
            raise self._not_open() from None

    async def ping(self) -> float:
        """Send a ping and wait for its pong: the seconds it took.

        Raises:
            ConnectionError: the connection is not open, or was lost meanwhile.
        """
        connection, began = self._open(), self._clock()
        payload = b"%d" % next(self._ping_numbers)
        pong = self._pongs[payload] = asyncio.get_running_loop().create_future()
        try:
            connection.ping(payload)
            await pong
        except (WebSocketClosedError, StreamClosedError):
            raise self._not_open() from None
        finally:
            self._pongs.pop(payload, None)
        return self._clock() - began

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Say goodbye with a close frame, wait a moment for the server's, and stop. Twice is fine."""
        self._closing = True
        if self._connection is not None and self._task is not None:
            self._set("closing", f"{code} {reason}".strip())
            self._connection.close(code, reason)
            if self._task is not asyncio.current_task():  # which it is when `on_message` closes
                self._forget_waiting()  # or the reader would never come to the server's close frame
                await asyncio.wait({self._task}, timeout=_GOODBYE)
        await super().close()

    def _open(self) -> WebSocketClientConnection:
        if self._connection is None or self._closing:
            raise self._not_open()
        return self._connection

    def _not_open(self) -> ConnectionError:
        return ConnectionError(f"expected an open connection, got {self!r}")

    async def _run(self) -> None:
        while True:
            self._set("connecting")
            why, worth_another = await self._attempt()
            if self._closing or not worth_another or self._backoff is None:
                self._set("closed", why)
                return
            pause = self._backoff.next()
            self._set("connecting", f"{why}; again in {pause:.2f} s")
            await self._sleep(pause)

    async def _attempt(self) -> tuple[str, bool]:
        """One connection from its beginning to its end: how it ended, and whether another may fare better."""
        try:
            connection = await self._connect()
        except (HTTPClientError, OSError, WebSocketError) as error:
            status = error.code if isinstance(error, HTTPClientError) else 0
            answered = isinstance(error, WebSocketError) or (status and status not in _LATER)
            if answered or self._backoff is None:
                words = f"got status {status}" if status else f"got {type(error).__name__}: {error}"
                raise ClientFailed(f"expected a WebSocket at {self.url}, {words}") from None
            return str(error) or type(error).__name__, True
        await self._read(connection)
        reason = f" ({self.close_reason})" if self.close_reason else ""
        return f"close code {self.close_code}{reason}", self.close_code in COME_BACK

    async def _connect(self) -> WebSocketClientConnection:
        headers = {"Origin": self._origin} if self._origin is not None else {}
        interval, timeout = self._pings
        connecting = asyncio.ensure_future(
            websocket_connect(
                HTTPRequest(self.url, headers=headers, connect_timeout=_CONNECT, request_timeout=_CONNECT),
                ping_interval=interval,
                ping_timeout=timeout,
                max_message_size=self._max_message,
            )
        )
        try:
            return await asyncio.shield(connecting)
        except asyncio.CancelledError:
            # tornado goes on until its time is over, and nobody would close what it gets
            connecting.add_done_callback(_let_go)
            raise

    async def _read(self, connection: WebSocketClientConnection) -> None:
        self.close_code, self.close_reason = None, ""
        self._connection = connection
        connection.on_pong = self._pong  # type: ignore[method-assign]  # tornado has no argument for it
        self._set("open")
        try:
            while (message := await connection.read_message()) is not None:
                if self._backoff is not None:
                    self._backoff.reset()
                if not self._closing:
                    await self._deliver(message)
        finally:
            self._connection = None
            connection.close()
            connection.stream.close()  # whatever else the server may have to say
            self.close_code = connection.close_code or NO_CLOSE
            self.close_reason = connection.close_reason or ""
            for pong in self._pongs.values():
                if not pong.done():
                    pong.set_exception(self._not_open())

    def _pong(self, data: bytes) -> None:
        pong = self._pongs.get(data)
        if pong is not None and not pong.done():
            pong.set_result(None)


def _let_go(connecting: asyncio.Future[WebSocketClientConnection]) -> None:
    if not connecting.cancelled() and connecting.exception() is None:
        connecting.result().close()
