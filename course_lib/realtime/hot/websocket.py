"""WebSockets on the hot path: ``/echo`` and ``/rooms/NAME``, several times as fast as tornado's own handler.

Tornado reads the upgrade request, `Upgrade` checks it and says who is refused, and then an asyncio protocol has the
connection. The protocols differ in what a message means: `Echo` sends it back, a `rooms.Member` publishes it.
"""

from __future__ import annotations

from typing import Any

import tornado.web

from course_lib.realtime import validate
from course_lib.realtime.batteries import common
from course_lib.realtime.hot.detach import detach
from course_lib.realtime.hot.rooms import Member, Rooms
from course_lib.realtime.hot.sockets import Socket, Sockets
from course_lib.realtime.hub import Hub
from course_lib.realtime.limits import Limits
from course_lib.realtime.websocket import handshake
from course_lib.realtime.websocket.events import Raw
from course_lib.realtime.websocket.frames import Opcode, mask
from course_lib.realtime.websocket.rules import is_text

__all__ = ["Echo", "Upgrade", "make_app"]

_BINARY = 0x80 | Opcode.BINARY


class Echo(Socket):
    """Sends every message back as it came."""

    __slots__ = ()

    path = "/echo"

    def data_received(self, data: bytes) -> None:
        """One small frame of valid text, or of bytes, is answered here; anything else goes the long way."""
        if self._plain:
            head = self._sockets.answers.get(data[:2])
            if head is not None and len(data) == head[1] + 6:
                payload = mask(data[2:6], data[6:])
                if payload.isascii() or head[0] == _BINARY or is_text(payload):
                    self.heard = True
                    self._transport.write(head + payload)
                    return
        super().data_received(data)

    def message(self, message: Raw) -> None:
        """Send it back."""
        self._connection.send_raw(message)


class Upgrade(common.Handler):
    """The handshake. A subclass says which protocol gets the connection."""

    @property
    def sockets(self) -> Sockets:
        """The open sockets of the application."""
        sockets: Sockets = self.settings["sockets"]
        return sockets

    async def upgrade(self, socket: Socket) -> None:
        """Give the connection away."""
        self.sockets.add(socket)  # at once, so that there are never more than may be
        try:
            given = await detach(self, lambda: socket)
        except BaseException:
            self.sockets.discard(socket)
            raise
        if given is None:
            self.sockets.discard(socket)

    def greeting(self) -> bytes | None:
        """The answer to the handshake; None if this is none, and has been answered with why.

        Raises:
            Refused: 403 for a page of another site, 503 when the server is full.
        """
        self.check_same_site()
        try:
            key = handshake.check_request(self.request.method or "", self.request.headers, version=self.request.version)
        except handshake.Refused as refused:
            self.set_status(refused.status)
            for name, value in refused.headers.items():
                self.set_header(name, value)
            self.finish({"error": refused.sentence})
            return None
        self.sockets.refuse_if_full()
        return handshake.response(key)


class EchoUpgrade(Upgrade):
    """``/echo``."""

    async def get(self) -> None:
        """Shake hands."""
        if greeting := self.greeting():
            await self.upgrade(Echo(self.sockets, greeting))


class RoomUpgrade(Upgrade):
    """``/rooms/NAME``."""

    async def get(self, name: str) -> None:
        """Shake hands."""
        room = validate.room_of(name)
        if greeting := self.greeting():
            await self.upgrade(Member(self.sockets, greeting, self.settings["rooms"], room))


class Stats(common.Stats):
    """``GET /stats``: what the hub counts, the clients, and what those who read too slowly have missed."""

    def get(self) -> None:
        """Answer with JSON."""
        counts, sockets = self.hub.stats(), self.settings["sockets"]
        counts["dropped"] += sockets.dropped
        counts["overflowed"] += sockets.overflowed
        self.write({"clients": len(self.clients), **counts})


def make_app(hub: Hub | None = None, limits: Limits = Limits()) -> tornado.web.Application:  # noqa: B008 -- frozen
    """The server: ``/echo``, ``/rooms/NAME`` and what all have. ``settings["sockets"]`` are its open sockets."""
    hub = hub or Hub(limits.history)
    sockets = Sockets(limits)
    routes = [("/echo", EchoUpgrade), ("/rooms/([^/]*)", RoomUpgrade), ("/stats", Stats)]
    own: dict[str, Any] = {"sockets": sockets, "clients": sockets, "closing": [sockets.send_away], "rooms": Rooms(hub)}
    app = common.application("websocket", routes, hub, limits, **own)
    sockets.settings = app.settings
    return app
