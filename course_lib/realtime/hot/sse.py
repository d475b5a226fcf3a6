"""Server-Sent Events on the hot path: one encoded event, written to everyone who listens.

A stream that is being read costs next to nothing between two events: a transport, and one small object. All of them are
in one group. What is published is encoded once, and everything published in one turn of the loop goes out in one write
to each: the write is a system call, and the system call is where the time goes.

Nobody has a queue. What waits for a client waits in its transport, which says when that is too much (`pause_writing`),
or in the hub's log, which all share. So a client that comes back, or that has been too slow, is *behind*: it is served
from the log, as fast as it reads, until it has caught up and joins the group again.
"""

from __future__ import annotations

import asyncio
from typing import cast

import tornado.web

from course_lib.realtime.hot.connection import Connection
from course_lib.realtime.hot.http import Site, application
from course_lib.realtime.hot.reader import Request
from course_lib.realtime.hub import Hub, Message
from course_lib.realtime.limits import Limits
from course_lib.realtime.sse import CONTENT_TYPE, comment, encode
from course_lib.realtime.validate import Refused, last_event_id_of

__all__ = ["Group", "Stream", "make_app"]

_AT_ONCE = 65_536  # bytes that are written without waiting for the end of the turn
_BATCH = 64  # messages taken from the log at once
_MISSED = encode("{}", event="missed")  # the log does not reach back to what the client has


class Stream(asyncio.Protocol):
    """One client: listens, or is behind.

    Args:
        group: whom it belongs to.
        behind: the id of the last message it has; None if it listens from now on.
        head: the head of the answer.
    """

    __slots__ = ("_group", "_head", "_transport", "behind", "stuck")

    def __init__(self, group: Group, behind: int | None, head: bytes) -> None:
        self._group = group
        self._head = head
        self.behind = behind
        """The id of the last message it was sent; None when it was sent everything."""
        self.stuck = False
        """Whether it does not read what it was sent."""

    def __repr__(self) -> str:
        return f"<Stream: {'listening' if self.behind is None else f'behind, at {self.behind}'}>"

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin the answer."""
        self._transport = cast("asyncio.Transport", transport)
        self._transport.write(self._head)
        self._head = b""
        self._group.add(self, self._transport)

    def pause_writing(self) -> None:
        """Too much waits for it."""
        self.stuck = True
        self._group.stuck(self)

    def resume_writing(self) -> None:
        """It has read most of it."""
        self.stuck = False
        self._group.reads_again(self, self._transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing of it stays."""
        self._group.discard(self)


class Group:
    """Everyone who listens to the hub.

    Args:
        site: where their connections come from.
    """

    def __init__(self, site: Site) -> None:
        self._hub = site.hub
        self._limits = site.limits
        self._site = site
        self._all: dict[Stream, asyncio.Transport] = {}
        self._listening: dict[Stream, asyncio.Transport] = {}
        self._stuck: dict[Stream, int] = {}  # who does not read, and how many messages there were when it stopped
        self._frames: list[bytes] = []
        self._size = 0
        self._sent = self._newest = site.hub.newest
        self._count = 0
        self._silent = True
        self._heart: asyncio.TimerHandle | None = None
        self.dropped = 0
        """Messages that slow clients have not been sent (`slow` is "drop")."""
        self.cut = 0
        """Slow clients whose connection has been closed (`slow` is "disconnect")."""
        self._watch = site.hub.watch("", self._published)

    def __len__(self) -> int:
        return len(self._all)

    def stats(self) -> dict[str, int]:
        """What the hub would count, had it queues here."""
        return {"subscribers": len(self), "dropped": self.dropped, "overflowed": self.cut}

    def __repr__(self) -> str:
        return f"<Group: {len(self)} streams, {len(self) - len(self._listening)} behind>"

    def events(self, connection: Connection, request: Request) -> None:
        """``GET /events``: the stream.

        Raises:
            Refused: 400 for a Last-Event-ID that is none, 503 when there are too many clients.
        """
        seen = request.header(b"last-event-id") or request.argument("last_event_id")
        behind = last_event_id_of(seen)
        if len(self._all) >= self._limits.max_clients:
            raise Refused(503, f"expected at most {self._limits.max_clients} clients at one time; come back later")
        head = (
            f"HTTP/1.1 200 OK\r\nContent-Type: {CONTENT_TYPE}\r\nCache-Control: no-store\r\nX-Accel-Buffering: no\r\n"
            f"Date: {self._site.sweep.date.decode()}\r\nConnection: close\r\n\r\n"
        )
        connection.hand_over(Stream(self, behind, head.encode() + encode(None, retry=self._limits.retry_ms)))

    def add(self, stream: Stream, transport: asyncio.Transport) -> None:
        """A client has come."""
        self._all[stream] = transport
        if self._heart is None:
            self._heart = asyncio.get_running_loop().call_later(self._limits.heartbeat, self._beat)
        self.catch_up(stream, transport)

    def discard(self, stream: Stream) -> None:
        """A client has gone. Twice is fine."""
        self._all.pop(stream, None)
        self._listening.pop(stream, None)
        self._stuck.pop(stream, None)
        if not self._all and self._heart is not None:
            self._heart.cancel()
            self._heart = None

    def stuck(self, stream: Stream) -> None:
        """A client does not read. It may do so for as long as no more than `queue` messages wait for it."""
        self._stuck[stream] = self._count
        if self._listening.pop(stream, None) is not None:
            stream.behind = self._sent

    def reads_again(self, stream: Stream, transport: asyncio.Transport) -> None:
        """Go on with what waits for it in the log; the oldest is forgotten if that is more than may wait."""
        missed = self._count - self._stuck.pop(stream, self._count) - self._limits.queue
        if missed > 0 and stream.behind is not None and self._limits.slow == "drop":
            waiting = self._hub.after(stream.behind, limit=self._hub.history).messages
            if (dropped := len(waiting) - self._limits.queue) > 0:
                self.dropped += dropped
                stream.behind = waiting[dropped - 1].id
                transport.write(_MISSED)
        self.catch_up(stream, transport)

    def catch_up(self, stream: Stream, transport: asyncio.Transport) -> None:
        """Send a client what it has not got, as long as it reads; when that is all, it listens."""
        self.flush()
        while stream.behind is not None and not stream.stuck:
            batch = self._hub.after(stream.behind, limit=_BATCH)
            frames = [_MISSED] if batch.missed else []
            frames += [_frame(message) for message in batch.messages]
            stream.behind = batch.cursor if batch.messages else None
            if frames:
                transport.write(b"".join(frames))
        if stream.behind is None and not transport.is_closing():
            self._listening[stream] = transport

    def _published(self, message: Message) -> None:
        self._newest = message.id
        self._count += 1
        if not self._all:
            self._sent = message.id
            return
        if not self._frames:
            asyncio.get_running_loop().call_soon(self.flush)
        frame = _frame(message)
        self._frames.append(frame)
        self._size += len(frame)
        if self._size >= _AT_ONCE:
            self.flush()

    def flush(self) -> None:
        """Write what has been published in this turn of the loop."""
        if not self._frames:
            return
        data = self._frames[0] if len(self._frames) == 1 else b"".join(self._frames)
        self._frames = []
        self._size = 0
        self._sent = self._newest
        self._silent = False
        if self._stuck and self._limits.slow == "disconnect":
            self._cut_off()
        for transport in list(self._listening.values()):
            transport.write(data)

    def close(self) -> None:
        """The server closes: what has been published goes out, and nothing more. Twice is fine."""
        self._watch.close()
        self.flush()

    def _cut_off(self) -> None:
        most = self._limits.queue
        for stream in [one for one, count in self._stuck.items() if self._count - count > most]:
            self.cut += 1
            self._all[stream].abort()
            self.discard(stream)
            if self._site.note is not None:
                words = f"expected a client that reads; more than {most} messages waited for it"
                self._site.note("CUT", "/events", 200, words)

    def _beat(self) -> None:
        self._heart = asyncio.get_running_loop().call_later(self._limits.heartbeat, self._beat)
        if self._silent:
            for transport in list(self._listening.values()):
                transport.write(comment())
        self._silent = True


def _frame(message: Message) -> bytes:
    return encode(message.data, event=message.event, id=message.id)


def make_app(hub: Hub | None = None, limits: Limits = Limits()) -> tornado.web.Application:  # noqa: B008 -- frozen
    """The server: ``/events`` and what all have."""
    site = Site(hub or Hub(limits.history), limits)
    group = site.clients = Group(site)
    site.counts = group.stats
    site.routes["/events"] = {"GET": group.events}
    return application("sse", site, [group.close])
