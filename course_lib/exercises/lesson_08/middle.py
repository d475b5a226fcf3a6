"""What stands between a client and a server: a small proxy with the habits of real ones, and a hand on the cable.

Everything passes through it. On request it collects an answer's body before it passes it on, gives up a connection on
which nothing came from the server for a while, or takes away the headers meant for one hop only, ``Connection`` and
``Upgrade``, as RFC 9110 asks of whoever does not speak the new protocol
(https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1). After a 101 it is a tunnel, as nginx is: nothing is collected.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import Self

__all__ = ["Middle"]

_HOP = (b"connection:", b"upgrade:")


class Middle:
    """A proxy in front of the server at `port`, on this machine; an async context manager.

    Args:
        port: the server's.
        hold: bytes of an answer's body that are collected before they are passed on.
        patience: seconds after which a connection is given up on which the server says nothing; None: for ever.
        strips: whether the headers for one hop are taken away, so that nobody can upgrade.

    Attributes:
        down: while it is true, connections are refused; `cut` sets it.
        given_up: how many connections it has ended out of impatience.
    """

    def __init__(self, port: int, *, hold: int = 0, patience: float | None = None, strips: bool = False) -> None:
        self.down = False
        self.given_up = 0
        self._server_port = port
        self._hold = hold
        self._patience = patience
        self._strips = strips
        self._server: asyncio.Server | None = None
        self._ends: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def __repr__(self) -> str:
        return f"<Middle: {'down' if self.down else 'up'}, {len(self._tasks)} connections>"

    @property
    def port(self) -> int:
        """Its own.

        Raises:
            ValueError: it is not open.
        """
        if self._server is None or not self._server.sockets:
            raise ValueError("expected a proxy that is open, got one that is closed")
        return int(self._server.sockets[0].getsockname()[1])

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.cut()
        if self._server is not None:
            self._server.close()
        if self._tasks:
            await asyncio.wait(self._tasks)

    def cut(self) -> None:
        """Break every connection, and refuse new ones until `down` is false again."""
        self.down = True
        for writer in self._ends:
            writer.transport.abort()

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.down:
            writer.transport.abort()
            return
        task = asyncio.ensure_future(self._pass(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ends = {writer}
        self._ends.add(writer)
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            server_reader, server_writer = await asyncio.open_connection("127.0.0.1", self._server_port)
            ends.add(server_writer)
            self._ends.add(server_writer)
            server_writer.write(self._request(head))
            up = asyncio.ensure_future(self._up(reader, server_writer))
            try:
                await self._down(server_reader, writer)
            finally:
                up.cancel()
                await asyncio.wait({up})
        except (ConnectionError, asyncio.IncompleteReadError, OSError):
            pass  # one of the two has gone: so goes the other
        finally:
            for end in ends:
                self._ends.discard(end)
                end.close()
                with contextlib.suppress(ConnectionError, OSError):
                    await end.wait_closed()

    def _request(self, head: bytes) -> bytes:
        """The request as the server gets it: one for each connection, unless it is to be upgraded."""
        upgrades = b"\nupgrade:" in head.lower()
        if upgrades and not self._strips:
            return head
        lines = [line for line in head.split(b"\r\n")[:-2] if not line.lower().startswith(_HOP)]
        return b"\r\n".join([*lines, b"Connection: close", b"", b""])

    async def _up(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """From the client to the server, piece by piece; its end is the server's end, too."""
        with contextlib.suppress(ConnectionError):
            while piece := await reader.read(65536):
                writer.write(piece)
                await writer.drain()
            writer.transport.abort()

    async def _down(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """From the server to the client; what is collected goes at the latest when the answer is over."""
        try:
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), self._patience)
        except TimeoutError:
            self.given_up += 1
            writer.write(b"HTTP/1.1 504 Gateway Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            return
        writer.write(head)
        hold = 0 if b" 101 " in head.partition(b"\r\n")[0] else self._hold
        collected = b""
        while piece := await self._next(reader):
            collected += piece
            if len(collected) >= hold:
                writer.write(collected)
                await writer.drain()
                collected = b""
        writer.write(collected)

    async def _next(self, reader: asyncio.StreamReader) -> bytes:
        try:
            return await asyncio.wait_for(reader.read(65536), self._patience)
        except TimeoutError:
            self.given_up += 1
            return b""
