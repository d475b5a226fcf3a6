"""A bounded log of messages, and the cursors of those who read it.

A queue forgets a message when it is read, so the first of two readers takes it away from the second. A log does not
care who reads. Messages are numbered 1, 2, 3 …; a reader remembers the number of the last one it has seen, its
*cursor*, and asks for what came after. As many as like can read, each at its own pace, and asking again gives the same.

What a log must not do is grow for ever. So it keeps the latest, and whoever asks for older ones is told that something
is missing, because a gap that nobody mentions is worse than the gap.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

__all__ = ["Batch", "Log", "Message"]

_ROOMS_REMEMBERED: Final = 10_000
"""For so many rooms the log knows exactly what it has forgotten; for the others it says "missed" rather too often."""


@dataclass(frozen=True, slots=True)
class Message:
    """Something published.

    Attributes:
        id: 1, 2, 3 … over all rooms.
        data: the text.
        room: who is to get it: the subscriptions of this room.
        event: the name of an event; "" stands for "message".
    """

    id: int
    data: str
    room: str = ""
    event: str = ""


@dataclass(frozen=True, slots=True)
class Batch:
    """What was published after a cursor.

    Attributes:
        messages: in order of their ids.
        cursor: what to ask with the next time.
        missed: some messages after the cursor have been forgotten, or the cursor is ahead of everything published,
            as after a restart of the server; `messages` then begin with the oldest that is kept.
    """

    messages: tuple[Message, ...]
    cursor: int
    missed: bool


class Log:
    """The latest messages, over all rooms.

    Args:
        history: how many are kept.

    Raises:
        ValueError: `history` is below 1.
    """

    def __init__(self, history: int = 1000) -> None:
        if history < 1:
            raise ValueError(f"expected a history of 1 message or more, got {history}")
        self.history: Final = history
        self.newest = 0
        """The id of the newest message; 0 when there is none."""
        self._ring: list[Message] = []  # message number n is at (n - 1) % history
        self._forgotten: dict[str, int] = {}  # room -> the newest id of it that is gone, smallest first
        self._forgotten_elsewhere = 0

    def __repr__(self) -> str:
        return f"<Log: messages {f'{self.oldest}…{self.newest}' if self._ring else 'none'}, room for {self.history}>"

    def __len__(self) -> int:
        return len(self._ring)

    @property
    def oldest(self) -> int:
        """The id of the oldest message that is kept; 0 when there is none."""
        return self.newest - len(self._ring) + 1 if self._ring else 0

    def append(self, data: str, room: str = "", event: str = "") -> Message:
        """Number a message and keep it; forget the oldest when there are too many."""
        self.newest += 1
        message = Message(self.newest, data, room, event)
        if len(self._ring) < self.history:
            self._ring.append(message)
        else:
            at = (message.id - 1) % self.history
            self._forget(self._ring[at])
            self._ring[at] = message
        return message

    def after(self, cursor: int, *, room: str = "", limit: int = 100) -> Batch:
        """The messages of a room after a cursor, at most `limit`.

        Raises:
            ValueError: `cursor` is negative, or `limit` below 1.
        """
        if cursor < 0:
            raise ValueError(f"expected a cursor of 0 or more, got {cursor}")
        if limit < 1:
            raise ValueError(f"expected a limit of 1 or more, got {limit}")
        ahead = cursor > self.newest
        missed = ahead or cursor < self._forgotten.get(room, self._forgotten_elsewhere)
        found: list[Message] = []
        for message in self._kept_after(0 if ahead else cursor):
            if message.room == room:
                found.append(message)
                if len(found) == limit:
                    return Batch(tuple(found), message.id, missed)
        return Batch(tuple(found), self.newest, missed)

    def _kept_after(self, cursor: int) -> Iterator[Message]:
        for number in range(max(cursor + 1, self.oldest), self.newest + 1):
            yield self._ring[(number - 1) % self.history]

    def _forget(self, message: Message) -> None:
        self._forgotten.pop(message.room, None)
        self._forgotten[message.room] = message.id
        if len(self._forgotten) > _ROOMS_REMEMBERED:  # whoever can name rooms can not make this grow
            self._forgotten_elsewhere = self._forgotten.pop(next(iter(self._forgotten)))
