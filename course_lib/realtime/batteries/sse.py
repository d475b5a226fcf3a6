"""Server-Sent Events: one response that never ends, a message at a time (HTML standard, section 9.2).

The browser does half of the work: its `EventSource` connects again when the connection breaks, and says in
`Last-Event-ID` what it has seen. The server's half is here. Every event has an *id*, and whoever comes back gets what
it missed from the log, or is told that the log does not reach back so far. A *heartbeat*, a comment now and then, keeps
proxies from taking silence for death; one timer serves all clients. A client that reads too slowly has a bounded queue
and then a policy (`outbox`). And when a client has gone, everything that was kept for it goes too.
"""

from __future__ import annotations

import asyncio
from typing import cast

import tornado.web
from tornado.http1connection import HTTP1Connection
from tornado.ioloop import PeriodicCallback

from course_lib.realtime.batteries import common
from course_lib.realtime.batteries.outbox import Outbox
from course_lib.realtime.hub import Hub, Message
from course_lib.realtime.limits import Limits
from course_lib.realtime.sse import CONTENT_TYPE, comment, encode
from course_lib.realtime.validate import last_event_id_of

__all__ = ["Events", "make_app"]


class Events(common.Handler):
    """``GET /events``: the stream."""

    async def get(self) -> None:
        """Send events until the client goes, is too slow, or the server closes."""
        seen = self.request.headers.get("Last-Event-ID")
        if seen is None:  # a page that makes a new EventSource can't set the header
            seen = self.get_query_argument("last_event_id", None)
        self.clients.refuse_if_full()
        self.stream = cast(HTTP1Connection, self.request.connection).stream
        self.over = asyncio.get_running_loop().create_future()
        self.told = 0
        self.outbox = Outbox(self.hub, self.stream, self.send, self.give_up, self.limits, after=last_event_id_of(seen))
        self.clients.add(self)
        self.keep_time()
        try:
            self.begin()
            await self.over
        finally:
            self.outbox.close()
            self.clients.discard(self)
            self.keep_time()

    def begin(self) -> None:
        """The head of the response, how soon to come back, and what the client has missed."""
        self.set_header("Content-Type", CONTENT_TYPE)
        self.set_header("X-Accel-Buffering", "no")  # for nginx: pass on what comes, when it comes
        self.write(encode(None, retry=self.limits.retry_ms))
        if self.outbox.queue.missed:
            self.write(encode("{}", event="missed"))
        self.flush()
        self.outbox.open()

    def send(self, message: Message) -> None:
        """Write one message; before it, if some had to be dropped, say so."""
        if self.outbox.queue.dropped > self.told:
            self.told = self.outbox.queue.dropped
            self.write(encode("{}", event="missed"))
        self.write(encode(message.data, event=message.event, id=message.id))
        self.flush()

    def beat(self) -> None:
        """Show that the stream lives; one that is full of messages shows it without."""
        if not (self.stream.writing() or self.stream.closed()):
            self.write(comment())
            self.flush()

    def keep_time(self) -> None:
        """Let the one timer run while there is anyone to send a heartbeat to."""
        heartbeat = cast(PeriodicCallback, self.settings["heartbeat"])
        if self.clients and not heartbeat.is_running():
            heartbeat.start()
        elif not self.clients:
            heartbeat.stop()

    def leave(self) -> None:
        """End the response in order: an `EventSource` comes back."""
        if not self.over.done():
            self.over.set_result(None)

    def on_connection_close(self) -> None:
        """The client hung up."""
        self.leave()

    def give_up(self) -> None:
        """Hang up: more than its queue holds waits for this client. It may come back with its `Last-Event-ID`."""
        self.note("CUT", 200, f"expected a client that reads; more than {self.limits.queue} messages waited for it")
        self.stream.close()


def make_app(hub: Hub | None = None, limits: Limits = Limits()) -> tornado.web.Application:  # noqa: B008 -- frozen
    """The server: ``/events`` and what all have."""
    app = common.application("sse", [("/events", Events)], hub, limits)

    def beat() -> None:
        for client in app.settings["clients"]:
            client.beat()

    app.settings["heartbeat"] = PeriodicCallback(beat, 1000 * limits.heartbeat)
    return app
