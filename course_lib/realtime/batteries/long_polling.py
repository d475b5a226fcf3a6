"""Long polling: the client asks, and the server answers when there is something to say.

Three things make it whole. The wait is *event-driven*: a request sleeps on a future that the next message fulfils, no
timer looks around every second. The client brings a *cursor*, the id of the last message it has seen, and the messages
stay in the log: whoever else reads them, and whatever connection breaks, nothing is lost and nothing comes twice. And
the wait *ends*: with 204 after a while (proxies cut silent connections), or at once when the client has gone.
"""

from __future__ import annotations

import asyncio

import tornado.web

from course_lib.realtime.batteries import common
from course_lib.realtime.hub import Batch, Hub
from course_lib.realtime.limits import Limits
from course_lib.realtime.validate import cursor_of, timeout_of

__all__ = ["Poll", "make_app"]


class Poll(common.Handler):
    """``GET /poll?after=CURSOR``: what was published since; without a cursor, where to begin."""

    gone = False

    async def get(self) -> None:
        """Answer at once when there is news or the caller is new; otherwise when there is, or with 204 in time."""
        after = cursor_of(self.get_query_argument("after", None, strip=False))
        timeout = timeout_of(self.get_query_argument("timeout", None, strip=False), self.limits)
        if after is None:
            self.answer(Batch((), self.hub.newest, missed=False))
            return
        batch = self.hub.after(after)
        if not (batch.messages or batch.missed):
            await self.wait(timeout)
            batch = self.hub.after(after)
        if self.gone:
            self.set_status(499, "Client Closed Request")  # nobody reads this, but it stands in the log
        elif batch.messages or batch.missed:
            self.answer(batch)
        else:
            self.set_status(204)

    async def wait(self, timeout: float) -> None:
        """Sleep until a message is published, `timeout` seconds are over, the client goes, or the server closes."""
        self.clients.refuse_if_full()
        loop = asyncio.get_running_loop()
        self.over = loop.create_future()
        watch = self.hub.watch("", lambda message: self.leave())
        timer = loop.call_later(timeout, self.leave)
        self.clients.add(self)
        try:
            await self.over
        finally:  # whatever ended the wait: nothing of it stays
            self.clients.discard(self)
            timer.cancel()
            watch.close()

    def leave(self) -> None:
        """End the wait."""
        if not self.over.done():
            self.over.set_result(None)

    def on_connection_close(self) -> None:
        """The client hung up. Its messages are in the log, for when it comes back."""
        self.gone = True
        self.leave()

    def answer(self, batch: Batch) -> None:
        """Write the messages, and the cursor to ask with the next time."""
        messages = [{"id": one.id, "message": one.data} for one in batch.messages]
        self.write({"messages": messages, "cursor": batch.cursor, "missed": batch.missed})


def make_app(hub: Hub | None = None, limits: Limits = Limits()) -> tornado.web.Application:  # noqa: B008 -- frozen
    """The server: ``/poll`` and what all have."""
    return common.application("long_polling", [("/poll", Poll)], hub, limits)
