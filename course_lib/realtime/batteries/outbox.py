"""One client's share of a broadcast, written as fast as that client takes it.

The obvious broadcast, ``for client in clients: await client.write(message)``, waits for the slowest client and makes
everyone else wait with it. The next idea, not to wait at all, lets the messages pile up in the slow client's buffer
until the server has no memory left. So each client has an outbox. While its connection takes the bytes, a message is
written at once. When the connection is full (the network is slow, or the page is stuck in a loop) the messages wait in
the hub's queue for this client, which is bounded; what happens when it is full is a policy with a name, not an
accident.
"""

from __future__ import annotations

from asyncio import Future
from collections.abc import Callable

from tornado.iostream import IOStream

from course_lib.realtime.hub import Hub, Message
from course_lib.realtime.limits import Limits

__all__ = ["Outbox"]


class Outbox:
    """The way from the hub to one connection.

    Args:
        hub: where the messages come from.
        stream: the connection, to see whether it is full.
        send: writes one message to it.
        give_up: ends it; called when the client is too slow and `limits.slow` is "disconnect".
        limits: `queue` and `slow` count.
        room: whose messages.
        after: what the client has seen; the messages since then are sent first. None begins with the next one.
    """

    def __init__(
        self,
        hub: Hub,
        stream: IOStream,
        send: Callable[[Message], None],
        give_up: Callable[[], None],
        limits: Limits,
        *,
        room: str = "",
        after: int | None = None,
    ) -> None:
        self._stream = stream
        self._send = send
        self._give_up = give_up
        self._held_up = False
        self.queue = hub.subscribe(room=room, after=after, limit=limits.queue, slow=limits.slow, wake=self._wake)

    def __repr__(self) -> str:
        return f"<Outbox: {self.queue!r}{', held up' if self._held_up else ''}>"

    def open(self) -> None:
        """Send what waits already."""
        self._write()

    def close(self) -> None:
        """Send no more. Twice is fine."""
        self.queue.close()

    def _wake(self) -> None:
        if self.queue.overflowed:
            self._give_up()
        elif not self._held_up:
            self._write()

    def _write(self) -> None:
        self._held_up = False
        while self.queue.waiting and not self._stream.closed():
            if self._stream.writing():  # full: go on when all that was written is sent
                self._held_up = True
                self._stream.write(b"").add_done_callback(self._sent)
                return
            for message in self.queue.take(1):
                self._send(message)

    def _sent(self, written: Future[None]) -> None:
        if written.exception() is None:  # otherwise the connection is gone, and whoever made us hears of it
            self._write()
