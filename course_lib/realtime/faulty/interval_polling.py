"""Long polling as it is commonly written. Left in on purpose:

- It looks once a second whether there is something: a message waits half a second on average, and a client gets one a
  second at most.
- ``pop(0)``: each message reaches one client only. With two, each sees half of the conversation.
- Nobody notices that a client has gone. Its loop goes on, takes the next message, and writes it to nobody.
- No cursor, no end of the wait, a list that grows.
"""

from __future__ import annotations

import asyncio

import tornado.web

from course_lib.realtime.faulty import shared
from course_lib.realtime.hub import Hub
from course_lib.realtime.limits import Limits

__all__ = ["Poll", "make_app"]


class Poll(tornado.web.RequestHandler):
    """``GET /poll``."""

    def prepare(self) -> None:
        """Note the loop that begins; this and `on_finish` belong to the lesson, not to the usual server."""
        self.loop = asyncio.current_task()
        assert self.loop is not None
        self.settings["started"].add(self.loop, self.loop.cancel)

    def on_finish(self) -> None:
        """It has ended."""
        self.settings["started"].discard(self.loop)

    async def get(self) -> None:
        """Wait for a message, and take it."""
        messages = self.settings["messages"]
        while True:
            await asyncio.sleep(self.settings["interval"])
            if messages:
                break
        number, text = messages.pop(0)
        self.write({"messages": [{"id": number, "message": text}], "cursor": number, "missed": False})


def make_app(hub: Hub | None = None, limits: Limits | None = None) -> tornado.web.Application:
    """The server. It has no hub and knows no limits; ``settings["interval"]`` is in seconds."""
    return shared.application("long_polling", [("/poll", Poll)])
