"""Server-Sent Events as they are commonly written. Left in on purpose:

- The timer is never stopped. A client that has gone leaves one behind, and with it the request and all it holds.
- No ids: an `EventSource` that comes back has nothing to say in `Last-Event-ID`, and what was published meanwhile is
  lost.
- No `retry`, no heartbeat, and the head of the response is not sent before the first second is over.
- A line end in a message ends the field. Whoever writes the message writes events of his own.
"""

from __future__ import annotations

import tornado.web
from tornado.ioloop import PeriodicCallback

from course_lib.realtime.faulty import shared
from course_lib.realtime.hub import Hub
from course_lib.realtime.limits import Limits

__all__ = ["Events", "make_app"]


class Events(tornado.web.RequestHandler):
    """``GET /events``."""

    async def get(self) -> None:
        """Look for messages now and then, for ever."""
        self.set_header("Content-Type", "text/event-stream")
        messages = self.settings["messages"]
        sent = len(messages)

        def look() -> None:
            nonlocal sent
            for _, text in messages[sent:]:
                self.write(f"data: {text}\n\n")
            sent = len(messages)
            self.flush()

        timer = PeriodicCallback(look, 1000 * self.settings["interval"])
        timer.start()
        self.settings["started"].add(timer, timer.stop)
        await self.settings["started"].over.wait()  # for ever, but for the end of the lesson


def make_app(hub: Hub | None = None, limits: Limits | None = None) -> tornado.web.Application:
    """The server. It has no hub and knows no limits; ``settings["interval"]`` is in seconds."""
    return shared.application("sse", [("/events", Events)])
