"""One hub under every transport: who published what, who is to get it, and how much may wait for whom.

Long polling, Server-Sent Events and WebSockets differ in how a message reaches the client. What must be remembered is
the same: a bounded *log* (`log.Log`), from which a client that comes back gets what it has not seen, and for each
client that is there a *queue* of what is still to be sent.

A client that reads more slowly than others write has to be dealt with: its messages pile up in a queue. A queue without
a bound is a memory leak with a delay, so each has a limit and one of two policies: "drop" forgets the oldest and counts
them; "disconnect" gives the client up, who may come back with its cursor and catch up from the log.

No sockets, no clock, no threads: a hub belongs to one event loop, and a shell around it (a handler, a protocol) is told
by a callback that there is something to send.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from course_lib.realtime.log import Batch, Log, Message

__all__ = ["Batch", "Hub", "Message", "Slow", "Subscription", "Watch"]

Slow: TypeAlias = Literal["drop", "disconnect"]
"""What happens to a subscription whose queue is full."""


class Subscription:
    """The messages that wait for one client. Made by `Hub.subscribe`."""

    __slots__ = (
        *("_backlog", "_hub", "_limit", "_queue", "_since", "_wake"),
        *("closed", "dropped", "missed", "overflowed", "room", "slow"),
    )

    def __init__(
        self, hub: Hub, room: str, replay: Batch, limit: int, slow: Slow, wake: Callable[[], None], since: int
    ) -> None:
        self._hub = hub
        self._queue = deque(replay.messages)
        self._backlog = len(replay.messages)
        self._limit = limit
        self._since = since
        self._wake = wake
        self.room = room
        self.slow = slow
        self.missed = replay.missed
        """Whether the log did not reach back to what the client has seen."""
        self.dropped = 0
        """How many messages were forgotten because the queue was full (`slow` is "drop")."""
        self.overflowed = False
        """Whether the queue was full once (`slow` is "disconnect"): nothing more comes; close the connection."""
        self.closed = False

    def __repr__(self) -> str:
        state = "closed" if self.closed else "overflowed" if self.overflowed else f"{self.waiting} waiting"
        dropped = f", {self.dropped} dropped" if self.dropped else ""
        return f"<Subscription to {self.room!r}: {state}{dropped}>"

    @property
    def waiting(self) -> int:
        """How many messages wait."""
        return len(self._queue)

    def take(self, limit: int | None = None) -> list[Message]:
        """The messages that wait, oldest first (at most `limit`); they no longer do."""
        queue = self._queue
        if limit is None or limit >= len(queue):
            taken = list(queue)
            queue.clear()
            self._backlog = 0
            return taken
        taken = [queue.popleft() for _ in range(limit)]
        self._backlog = max(0, self._backlog - len(taken))
        return taken

    def close(self) -> None:
        """Get nothing more; what waits is forgotten. Twice is fine."""
        if not self.closed:
            self.closed = True
            self._queue.clear()
            self._hub._leave(self)

    def _offer(self, message: Message) -> bool:
        """Queue a message; whether the shell has to be told."""
        if message.id <= self._since:  # it came with the replay
            return False
        queue = self._queue
        was_empty = not queue
        if len(queue) >= self._limit + self._backlog:
            if self.slow == "disconnect":
                self.overflowed = True
                self._hub._overflowed(self)
                return True
            queue.popleft()
            self.dropped += 1
            self._hub._dropped += 1
        queue.append(message)
        return was_empty


class Watch:
    """A function that is called with every message of a room. Made by `Hub.watch`."""

    __slots__ = ("_hub", "callback", "closed", "room", "since")

    def __init__(self, hub: Hub, room: str, callback: Callable[[Message], None], since: int) -> None:
        self._hub = hub
        self.room = room
        self.callback = callback
        self.since = since
        self.closed = False

    def __repr__(self) -> str:
        return f"<Watch on {self.room!r}: {'closed' if self.closed else 'open'}>"

    def close(self) -> None:
        """Be called no more. Twice is fine."""
        if not self.closed:
            self.closed = True
            self._hub._leave(self)


@dataclass(slots=True)
class _Room:
    """Who listens; dicts, because they keep the order and let go of one member at once."""

    subscriptions: dict[Subscription, None] = field(default_factory=dict)
    watches: dict[Watch, None] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        return not (self.subscriptions or self.watches)


class Hub:
    """Publish and subscribe, with a bounded log.

    Args:
        history: how many messages the log keeps, over all rooms.

    Raises:
        ValueError: `history` is below 1.
    """

    def __init__(self, history: int = 1000) -> None:
        self._log = Log(history)
        self._rooms: dict[str, _Room] = {}
        self._pending: deque[Message] = deque()
        self._delivering = False
        self._dropped = 0
        self._overflows = 0

    def __repr__(self) -> str:
        kept = f"{self.oldest}…{self.newest}" if self.newest else "none"
        members = sum(len(room.subscriptions) for room in self._rooms.values())
        return f"<Hub: messages {kept}, {members} subscriptions in {len(self._rooms)} rooms>"

    @property
    def history(self) -> int:
        """How many messages the log keeps."""
        return self._log.history

    @property
    def newest(self) -> int:
        """The id of the newest message; 0 when there is none."""
        return self._log.newest

    @property
    def oldest(self) -> int:
        """The id of the oldest message that is kept; 0 when there is none."""
        return self._log.oldest

    def publish(self, data: str, *, room: str = "", event: str = "") -> Message:
        """Number a message, log it, and offer it to everyone in its room.

        Called from within a callback of the hub it returns at once, and the message is offered when the one before it
        has reached everyone: all see the same order.

        Raises:
            ExceptionGroup: what callbacks raised, after everyone has been offered the message.
        """
        message = self._log.append(data, room, event)
        self._pending.append(message)
        if not self._delivering:
            self._deliver_pending()
        return message

    def after(self, cursor: int, *, room: str = "", limit: int = 100) -> Batch:
        """The messages of a room after a cursor, at most `limit`.

        Raises:
            ValueError: `cursor` is negative, or `limit` below 1.
        """
        return self._log.after(cursor, room=room, limit=limit)

    def subscribe(
        self,
        *,
        room: str = "",
        after: int | None = None,
        limit: int = 64,
        slow: Slow = "disconnect",
        wake: Callable[[], None],
    ) -> Subscription:
        """Get every message of a room from now on, or from a cursor on.

        Args:
            room: which.
            after: what the client has seen; the messages since then wait in the subscription when this returns. They do
                not count against `limit` (the log bounds them), and `wake` is not called for them: take them first.
            limit: how many messages may wait.
            slow: what happens when more come.
            wake: called when the first message waits in an empty queue, and when the queue has overflowed. It may
                take, close and publish.

        Raises:
            ValueError: `after` is negative, `limit` below 1, or `slow` neither of the two.
        """
        if limit < 1:
            raise ValueError(f"expected a limit of 1 or more, got {limit}")
        if slow not in ("drop", "disconnect"):
            raise ValueError(f"expected slow to be 'drop' or 'disconnect', got {slow!r}")
        nothing = Batch((), self.newest, False)
        replay = nothing if after is None else self.after(after, room=room, limit=self.history)
        subscription = Subscription(self, room, replay, limit, slow, wake, self.newest)
        self._rooms.setdefault(room, _Room()).subscriptions[subscription] = None
        return subscription

    def watch(self, room: str, callback: Callable[[Message], None]) -> Watch:
        """Have a function called with every message of a room: for a group that bounds its own buffers."""
        watch = Watch(self, room, callback, self.newest)
        self._rooms.setdefault(room, _Room()).watches[watch] = None
        return watch

    def subscribers(self, room: str = "") -> int:
        """How many subscriptions a room has."""
        return len(self._rooms[room].subscriptions) if room in self._rooms else 0

    def stats(self) -> dict[str, int]:
        """Counts: what was published, who listens, what was lost to slow clients."""
        return {
            "published": self.newest,
            "kept": len(self._log),
            "rooms": len(self._rooms),
            "subscribers": sum(len(room.subscriptions) for room in self._rooms.values()),
            "dropped": self._dropped,
            "overflowed": self._overflows,
        }

    def _deliver_pending(self) -> None:
        errors: list[Exception] = []
        self._delivering = True
        try:
            while self._pending:
                self._deliver(self._pending.popleft(), errors)
        finally:
            self._delivering = False
        if errors:
            raise ExceptionGroup("callbacks of the hub failed; everyone else has been offered the message", errors)

    def _deliver(self, message: Message, errors: list[Exception]) -> None:
        room = self._rooms.get(message.room)
        if room is None:
            return
        watches = tuple(room.watches)
        # all queues first, then the callbacks: what these do can no longer change who gets the message
        for subscription in [one for one in tuple(room.subscriptions) if one._offer(message)]:
            try:
                if not subscription.closed:
                    subscription._wake()
            except Exception as error:  # one client's fault is not another's
                errors.append(error)
        for watch in watches:
            try:
                if not watch.closed and message.id > watch.since:
                    watch.callback(message)
            except Exception as error:
                errors.append(error)

    def _overflowed(self, subscription: Subscription) -> None:
        self._overflows += 1
        self._leave(subscription)

    def _leave(self, member: Subscription | Watch) -> None:
        room = self._rooms.get(member.room)
        if room is None:
            return
        if isinstance(member, Watch):
            room.watches.pop(member, None)
        else:
            room.subscriptions.pop(member, None)
        if room.empty:
            del self._rooms[member.room]
