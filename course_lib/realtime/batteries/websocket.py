"""WebSockets: one connection, messages both ways (RFC 6455). Tornado does the handshake and the frames.

What is left to the server that uses it: *whose page* may connect (`check_origin`: a browser lets every page try, and
sends the user's cookies along), *how much* a message may be, whether the other side is *still there* (ping and pong),
what happens to a client that *reads too slowly* (`outbox`), and a goodbye with a *number* that tells the client whether
to come back (`strict` adds those that tornado leaves out). What a WebSocket does not have is ids and resume: what was
published while a client was away it must ask for in some other way.
"""

from __future__ import annotations

import contextlib
from typing import Any

import tornado.web
from tornado.websocket import WebSocketClosedError, WebSocketHandler, WebSocketProtocol13

from course_lib.realtime import origins
from course_lib.realtime.batteries import common
from course_lib.realtime.batteries.outbox import Outbox
from course_lib.realtime.batteries.strict import StrictProtocol
from course_lib.realtime.hub import Hub, Message
from course_lib.realtime.limits import Limits
from course_lib.realtime.validate import room_of

__all__ = ["Echo", "Room", "make_app"]


class Socket(common.Handler, WebSocketHandler):
    """What both kinds of socket share."""

    protocol: StrictProtocol

    def prepare(self) -> None:
        """Before the handshake: is there room?"""
        self.clients.refuse_if_full()

    def check_origin(self, origin: str) -> bool:
        """Whether a page from there may connect; if not, tornado answers with 403."""
        return origins.allowed(origin, self.request.host, self.limits.origins)

    def get_websocket_protocol(self) -> StrictProtocol | None:
        """Tornado's protocol, with the close codes it leaves out."""
        made = super().get_websocket_protocol()
        if not isinstance(made, WebSocketProtocol13):
            return None
        self.protocol = StrictProtocol(self, False, made.params)
        return self.protocol

    def open(self, *args: str, **kwargs: str) -> None:
        """The handshake is done."""
        self.clients.add(self)

    def on_close(self) -> None:
        """It is over, whoever ended it."""
        self.clients.discard(self)
        code, words = self.protocol.ended or (1006, "the connection broke")
        self.note("CLOSE", code, words)

    def leave(self) -> None:
        """The server closes."""
        self.close(1001, "the server closes")


class Echo(Socket):
    """``/echo``: sends back what comes."""

    async def on_message(self, message: str | bytes) -> None:
        """The next message is read when this one is on its way: whoever does not read can not make us hoard."""
        with contextlib.suppress(WebSocketClosedError):
            await self.write_message(message, binary=isinstance(message, bytes))


class Room(Socket):
    """``/rooms/NAME``: what one sends, all in the room receive, the sender too."""

    def prepare(self) -> None:
        """Is it the name of a room?"""
        self.room = room_of(self.path_args[0])
        super().prepare()

    def open(self, *args: str, **kwargs: str) -> None:
        """Follow the room from now on."""
        super().open()
        self.outbox = Outbox(self.hub, self.protocol.stream, self.send, self.give_up, self.limits, room=self.room)

    def on_message(self, message: str | bytes) -> None:
        """Publish it."""
        if isinstance(message, bytes):
            self.close(1003, "expected text")
        else:
            self.hub.publish(message, room=self.room)

    def send(self, message: Message) -> None:
        """Write one message to this client."""
        with contextlib.suppress(WebSocketClosedError):
            self.write_message(message.data).add_done_callback(_seen)

    def give_up(self) -> None:
        """More than its queue holds waits for this client."""
        self.close(1013, "expected a client that reads as fast as others write")

    def on_close(self) -> None:
        """Nothing of it stays."""
        self.outbox.close()
        super().on_close()


def _seen(written: Any) -> None:
    """Look at the result of a write that nobody awaits: that the client has gone is no error."""
    if not written.cancelled():
        written.exception()


def make_app(hub: Hub | None = None, limits: Limits = Limits()) -> tornado.web.Application:  # noqa: B008 -- frozen
    """The server: ``/echo``, ``/rooms/NAME`` and what all have."""
    return common.application(
        "websocket",
        [("/echo", Echo), ("/rooms/([^/]*)", Room)],
        hub,
        limits,
        websocket_max_message_size=limits.max_message,
        websocket_ping_interval=limits.ping_interval,
        websocket_ping_timeout=min(limits.ping_timeout, limits.ping_interval),
    )
