"""Rooms on the hot path: a message is encoded once, and the same bytes are written to every socket of its room.

No queue stands between the hub and a socket: the transport's own write buffer is the queue, and `max_write_buffer` its
bound.
"""

from __future__ import annotations

import asyncio

from course_lib.realtime.hot.sockets import Socket, Sockets
from course_lib.realtime.hub import Hub, Message
from course_lib.realtime.websocket.events import Raw
from course_lib.realtime.websocket.frames import Opcode, encode_frame, mask

__all__ = ["Member", "Room", "Rooms"]

_TEXT = 0x80 | Opcode.TEXT
_WORK = 2048  # frames written in one turn of the loop for one member's messages, about


class Rooms:
    """The rooms in which somebody is; each watches the hub for as long as that lasts."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self._rooms: dict[str, Room] = {}

    def __len__(self) -> int:
        return len(self._rooms)

    def __repr__(self) -> str:
        return f"<Rooms: {', '.join(self._rooms) or 'none'}>"

    def enter(self, name: str, member: Member) -> Room:
        """Put a member into a room."""
        room = self._rooms.get(name)
        if room is None:
            room = self._rooms[name] = Room(self, name)
        room.members[member] = None
        return room

    def leave(self, name: str, member: Member) -> None:
        """Take it out. Twice is fine."""
        room = self._rooms.get(name)
        if room is not None:
            room.members.pop(member, None)
            if not room.members:
                room.close()
                del self._rooms[name]


class Room:
    """The members of one room."""

    def __init__(self, rooms: Rooms, name: str) -> None:
        self.name = name
        self.members: dict[Member, None] = {}
        self._hub = rooms.hub
        self._watch = rooms.hub.watch(name, self._deliver)

    def __repr__(self) -> str:
        return f"<Room {self.name!r}: {len(self.members)} members>"

    def publish(self, text: str) -> None:
        """Send a text to everyone here, and into the hub's log."""
        self._hub.publish(text, room=self.name)

    def close(self) -> None:
        """Hear of no more messages. Twice is fine."""
        self._watch.close()

    def _deliver(self, message: Message) -> None:
        frame = encode_frame(Opcode.TEXT, message.data.encode())
        for member in list(self.members):
            member.offer(frame)


class Member(Socket):
    """A socket in a room: publishes every message there, and gets those of all members, its own too."""

    __slots__ = ("_name", "_room", "_rooms")

    def __init__(self, sockets: Sockets, greeting: bytes, rooms: Rooms, name: str) -> None:
        super().__init__(sockets, greeting)
        self._rooms = rooms
        self._name = name

    @property
    def path(self) -> str:  # type: ignore[override]
        """Where it was asked for."""
        return f"/rooms/{self._name}"

    @property
    def share(self) -> int:  # type: ignore[override]
        """The more members, the more work one message is."""
        return max(1, _WORK // len(self._room.members))

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Enter the room."""
        self._room = self._rooms.enter(self._name, self)
        super().connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """Leave it."""
        self._rooms.leave(self._name, self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """One small frame of ASCII is published here; anything else goes the long way."""
        if self._plain:
            head = self._sockets.answers.get(data[:2])
            if head is not None and len(data) == head[1] + 6 and head[0] == _TEXT:
                payload = mask(data[2:6], data[6:])
                if payload.isascii():
                    self.heard = True
                    self._room.publish(payload.decode("ascii"))
                    return
        super().data_received(data)

    def message(self, message: Raw) -> None:
        """Publish it."""
        if message.opcode == Opcode.TEXT:
            self._room.publish(message.payload.decode())
        else:
            self.end(1003, "expected text in a room, got binary")

    def offer(self, frame: bytes) -> None:
        """Send a message of the room, unless it reads too slowly: then it misses the message, or has to go."""
        if self._end is not None:
            return
        if self._writable:
            self._transport.write(frame)
        elif self._sockets.limits.slow == "drop":
            self._sockets.dropped += 1
        else:
            self._sockets.overflowed += 1
            self.end(1013, "reads too slowly")
