"""A WebSocket chat as it is commonly written. Left in on purpose:

- Any page may connect, with the cookies of whoever looks at it: the check was in the way, so it was switched off.
- A message may be as large as the sender likes, text or not.
- No ping: a client that has vanished without a word stays in the room for ever.
- A client that does not read makes the server keep everything for it, until there is no memory left.
"""

from __future__ import annotations

from collections import defaultdict

import tornado.web
from tornado.websocket import WebSocketHandler

from course_lib.realtime.faulty import shared
from course_lib.realtime.hub import Hub
from course_lib.realtime.limits import Limits

__all__ = ["Chat", "Echo", "make_app"]


class Chat(WebSocketHandler):
    """``/rooms/NAME``."""

    def check_origin(self, origin: str) -> bool:
        """Let everybody in."""
        return True

    def open(self, *args: str, **kwargs: str) -> None:
        """Join."""
        self.others = self.settings["rooms"][args[0]]
        self.others.add(self)
        self.settings["started"].add(self, self.close)

    def on_message(self, message: str | bytes) -> None:
        """Send it to all."""
        self.settings["published"] += 1
        for other in list(self.others):
            other.write_message(message, binary=isinstance(message, bytes))

    def on_close(self) -> None:
        """Leave."""
        self.others.discard(self)
        self.settings["started"].discard(self)


class Echo(WebSocketHandler):
    """``/echo``."""

    def check_origin(self, origin: str) -> bool:
        """Let everybody in."""
        return True

    def on_message(self, message: str | bytes) -> None:
        """Send it back."""
        self.write_message(message, binary=isinstance(message, bytes))


def make_app(hub: Hub | None = None, limits: Limits | None = None) -> tornado.web.Application:
    """The server. It has no hub and knows no limits."""
    rooms: defaultdict[str, set[Chat]] = defaultdict(set)
    routes = [("/rooms/(.*)", Chat), ("/echo", Echo)]
    return shared.application("websocket", routes, rooms=rooms, websocket_max_message_size=1 << 40)
