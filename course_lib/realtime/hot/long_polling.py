"""Long polling on the hot path: the wait of a client is one entry in a dict.

In `batteries` each waiting client has a handler, a coroutine, a future and a watch on the hub. Here there is one watch
for all of them. When a message is published they have all waited for the same thing, so they all get the same bytes:
the answer is put together once and written to each. Most clients ask again on the same connection at once; that the
connection, its parser and its place in the loop are all still there is where the rest of the time is saved.
"""

from __future__ import annotations

import asyncio

import tornado.web

from course_lib.realtime.hot.answers import JSON, encode, json_bytes
from course_lib.realtime.hot.connection import Connection
from course_lib.realtime.hot.http import Site, application
from course_lib.realtime.hot.reader import Request
from course_lib.realtime.hub import Batch, Hub, Message
from course_lib.realtime.limits import Limits
from course_lib.realtime.validate import Refused, cursor_of, timeout_of

__all__ = ["Polls", "make_app"]


class Polls:
    """The clients that wait for the next message.

    Args:
        site: where their connections come from.
    """

    def __init__(self, site: Site) -> None:
        self._site = site
        self._waiting: dict[Connection, asyncio.TimerHandle] = {}
        self._closing = False
        self._most = site.limits.max_write_buffer
        self._watch = site.hub.watch("", self._deliver)

    def __len__(self) -> int:
        return len(self._waiting)

    def __repr__(self) -> str:
        return f"<Polls: {len(self)} waiting>"

    def poll(self, connection: Connection, request: Request) -> None:
        """``GET /poll?after=CURSOR``: what was published since; without a cursor, where to begin.

        Raises:
            Refused: 400 for arguments that are none, 503 when too many wait already or the server closes.
        """
        after = cursor_of(request.argument("after"))
        timeout = timeout_of(request.argument("timeout"), self._site.limits)
        hub = self._site.hub
        if after is None:
            connection.answer(200, _body(Batch((), hub.newest, missed=False), self._most))
            return
        batch = hub.after(after)
        if batch.messages or batch.missed:
            connection.answer(200, _body(batch, self._most))
        else:
            self._wait(connection, timeout)

    def _wait(self, connection: Connection, timeout: float) -> None:
        most = self._site.limits.max_clients
        if self._closing:
            raise Refused(503, "expected a request before the server began to close")
        if len(self._waiting) >= most:
            raise Refused(503, f"expected at most {most} clients at one time; come back later")
        loop = asyncio.get_running_loop()
        self._waiting[connection] = loop.call_later(timeout, self._in_vain, connection)
        connection.wait(self)

    def _deliver(self, message: Message) -> None:
        waiting, self._waiting = self._waiting, {}  # who asks again while we are here waits for the next one
        if not waiting:
            return
        body = _body(Batch((message,), message.id, missed=False), self._most)
        whole = encode(200, body, JSON, date=self._site.sweep.date)
        for connection, timer in waiting.items():
            timer.cancel()
            if connection.plain:
                connection.answer_encoded(whole, 200)
            else:
                connection.answer(200, body)

    def _in_vain(self, connection: Connection) -> None:
        del self._waiting[connection]
        connection.answer(204)

    def forget(self, connection: Connection) -> None:
        """The client has hung up. Its messages are in the log, for when it comes back."""
        if (timer := self._waiting.pop(connection, None)) is not None:
            timer.cancel()

    def send_away(self) -> None:
        """The server closes: nobody has to wait for the end of the wait."""
        self._closing = True
        self._watch.close()
        for connection, timer in list(self._waiting.items()):
            timer.cancel()
            self._in_vain(connection)


def _body(batch: Batch, most: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    for message in batch.messages:
        parts.append(json_bytes({"id": message.id, "message": message.data}))
        size += len(parts[-1])
        if size > most:  # the rest is for the next poll: the cursor says where it begins
            batch = Batch(batch.messages, message.id, batch.missed)
            break
    return b'{"messages":[%b],"cursor":%d,"missed":%b}' % (
        b",".join(parts), batch.cursor, b"true" if batch.missed else b"false",
    )  # fmt: skip


def make_app(hub: Hub | None = None, limits: Limits = Limits()) -> tornado.web.Application:  # noqa: B008 -- frozen
    """The server: ``/poll`` and what all have."""
    site = Site(hub or Hub(limits.history), limits)
    polls = site.clients = Polls(site)
    site.routes["/poll"] = {"GET": polls.poll}
    return application("long_polling", site, [polls.send_away])
