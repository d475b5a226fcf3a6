"""A WebSocket echo as fast as it gets, in the style of a benchmark: lesson 08b's fault.

The weaknesses are left in on purpose: it takes a packet for a message, believes every length, does not look whether a
text is UTF-8, and lets pages of any site connect.
"""

from __future__ import annotations

import asyncio
from typing import cast

from tornado.web import Application, RequestHandler

from course_lib.realtime.hot.detach import detach
from course_lib.realtime.websocket import mask, response

__all__ = ["FastEcho", "make_app"]


class FastEcho(asyncio.Protocol):
    """Sends every message back."""

    def __init__(self, greeting: bytes) -> None:
        self.greeting = greeting

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Answer the handshake."""
        self.transport = cast("asyncio.Transport", transport)
        self.transport.write(self.greeting)

    def data_received(self, data: bytes) -> None:
        """A message has come. (It has not: bytes have.)"""
        length = data[1] & 127
        payload = mask(data[2:6], data[6 : 6 + length])
        self.transport.write(bytes((data[0], length)) + payload)


class Upgrade(RequestHandler):
    """The handshake, and nothing else."""

    async def get(self) -> None:
        """Say yes to everybody."""
        key = self.request.headers["Sec-WebSocket-Key"]
        await detach(self, lambda: FastEcho(response(key)))


def make_app() -> Application:
    """The server: ``/echo``."""
    return Application([("/echo", Upgrade)])
