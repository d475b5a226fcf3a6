"""A WebSocket client that shows everything and may do anything: for the lesson's pictures and its attacks.

A polite client hides the handshake, answers pings and reads what comes. This one hands out the bytes, sends what it is
told to, rules or not, and reads only when asked: what is not read stays in the connection, as with a slow client.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Sequence
from typing import Any

from course_lib.realtime import websocket
from course_lib.realtime.websocket import handshake
from course_lib.record import Record, Recorder

__all__ = ["Peer", "Scene"]

_PATIENCE = 10.0  # seconds: no cell and no check waits longer than this for anything
_OVER = (websocket.Close, websocket.Failed)


class Scene:
    """Clients of one server, and a record of who sent what to whom: what `show.sequence` draws.

    Args:
        server: anything with a `port`, or the port itself.
        title: the record's.
    """

    def __init__(self, server: Any, title: str = "") -> None:
        self.port = int(getattr(server, "port", server))
        self.recorder = Recorder(title)
        self.peers: list[Peer] = []

    def __repr__(self) -> str:
        return f"<Scene: {len(self.peers)} clients>"

    @property
    def record(self) -> Record:
        """What has happened so far."""
        return self.recorder.record()

    async def join(
        self, who: str, path: str = "/echo", *, headers: Sequence[tuple[str, str]] = (), buffer: int = 0
    ) -> Peer:
        """Connect and shake hands.

        Args:
            who: the client's lane in the record.
            path: where.
            headers: more of them, such as ``("Origin", "https://elsewhere.example")``.
            buffer: bytes the system keeps for a client that does not read; 0: as many as it likes.
        """
        connection = socket.socket()
        if buffer:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        connection.setblocking(False)
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(_PATIENCE):
                await loop.sock_connect(connection, ("127.0.0.1", self.port))
                reader, writer = await asyncio.open_connection(sock=connection, limit=buffer or 65_536)
        except BaseException:
            connection.close()
            raise
        peer = Peer(self, who, reader, writer)
        self.peers.append(peer)
        await peer.shake_hands(f"localhost:{self.port}", path, headers)
        return peer

    def close(self) -> None:
        """Hang up for everybody. Twice is fine."""
        for peer in self.peers:
            peer.hang_up()


class Peer:
    """One client of a `Scene`; made by `Scene.join`.

    Attributes:
        status: of the answer to the handshake: 101 when it succeeded, 0 when there was none.
        request: what it sent for the handshake.
        answer: what came back, up to the empty line.
        mute: whether it answers nothing: no pong to a ping, no close frame to a close frame.
    """

    def __init__(self, scene: Scene, who: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._scene = scene
        self._reader = reader
        self._writer = writer
        self._rules = websocket.Connection("client", max_message=1 << 24)
        self._events: list[websocket.Event] = []
        self.who = who
        self.status = 0
        self.request = b""
        self.answer = b""
        self.mute = False

    def __repr__(self) -> str:
        return f"<Peer {self.who}: {self.status}>"

    async def shake_hands(self, host: str, path: str, headers: Sequence[tuple[str, str]]) -> None:
        """Send the request for the handshake, and read the answer's head."""
        self.request = handshake.request(host, path, handshake.new_key(os.urandom(16)), list(headers))
        self.send_bytes(self.request)
        try:
            async with asyncio.timeout(_PATIENCE):
                self.answer = await self._reader.readuntil(b"\r\n\r\n")
            self.status = int(self.answer.split(b" ", 2)[1])
        except (OSError, asyncio.IncompleteReadError):
            self.status = 0

    def send_bytes(self, data: bytes) -> None:
        """Send these very bytes."""
        self._writer.write(data)

    async def send(self, data: str | bytes) -> None:
        """Send a message, as the rules have it; into a connection that is over, nothing."""
        if self._rules.state is not websocket.State.OPEN:
            return
        if isinstance(data, str):
            self._rules.send_text(data)
        else:
            self._rules.send_binary(data)
        self.note(_words(data))
        self.send_bytes(self._rules.output())
        await self._writer.drain()

    def close(self, code: int = 1000, reason: str = "") -> None:
        """Send a close frame."""
        self._rules.close(code, reason)
        self.note(f"close {code}")
        self.send_bytes(self._rules.output())

    async def receive(self) -> websocket.Event:
        """The next thing that comes: Text, Binary, Ping, Pong, or Close; 1006 when the connection broke without one.

        Raises:
            TimeoutError: nothing came within ten seconds.
        """
        async with asyncio.timeout(_PATIENCE):
            while not self._events:
                await self._read_more()
        event = self._events.pop(0)
        self._scene.recorder.add("server", "message", _told(event), to=self.who)
        if isinstance(event, _OVER):
            self.hang_up()
        return event

    async def text(self) -> str:
        """The next message; the close code in words if there is none."""
        while True:
            event = await self.receive()
            if isinstance(event, websocket.Text):
                return event.data
            if isinstance(event, _OVER):
                return _told(event)

    async def end(self) -> int:
        """Read until the connection ends; the close code."""
        while True:
            event = await self.receive()
            if isinstance(event, _OVER):
                return event.code

    def hang_up(self) -> None:
        """Close the connection without a word. Twice is fine."""
        self._writer.close()

    def note(self, label: str) -> None:
        """Note in the record that it sent something."""
        self._scene.recorder.add(self.who, "message", label, to="server")

    async def _read_more(self) -> None:
        try:
            data = await self._reader.read(65_536)
        except OSError:
            data = b""
        self._events += self._rules.receive(data) if data else self._rules.lost()
        if not data and not self._events:  # it was closed before, and is read again
            self._events.append(websocket.Close(1006))
        answers = self._rules.output()
        if not self.mute:
            self.send_bytes(answers)


def _words(data: str | bytes) -> str:
    if isinstance(data, bytes) or len(data) > 24:
        return f"{len(data):,} {'bytes' if isinstance(data, bytes) else 'characters'}"
    return data


def _told(event: websocket.Event) -> str:
    if isinstance(event, _OVER):
        return f"close {event.code}"
    if isinstance(event, (websocket.Text, websocket.Binary)):
        return _words(event.data)
    return type(event).__name__.lower()
