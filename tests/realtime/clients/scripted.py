"""A server that says exactly what a test wrote down, and clients' time that passes only when the test lets it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from types import TracebackType
from typing import Any

LIMIT = 20.0
"""Seconds after which a test that waits for something has failed."""


def run(test: Coroutine[Any, Any, None]) -> None:
    """Run a test on a loop of its own; it fails when a task is left over, or an error that nobody looked at."""
    unseen: list[dict[str, Any]] = []

    async def bounded() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: unseen.append(context))
        async with asyncio.timeout(LIMIT):
            await test
            await turns()
        left = asyncio.all_tasks() - {asyncio.current_task()}
        assert not left, left

    asyncio.run(bounded())
    assert unseen == []


async def turns(number: int = 5) -> None:
    """Let what is ready run: a task that was cancelled ends a turn of the loop later."""
    for _ in range(number):
        await asyncio.sleep(0)


async def until(condition: Callable[[], bool]) -> None:
    """Wait, turn by turn of the loop, until something is so."""
    while not condition():
        await asyncio.sleep(0)


@dataclass
class Request:
    """What a client asked."""

    target: str
    headers: dict[str, bytes]


@dataclass
class Visit:
    """One connection of a client, seen from the server."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def say(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def hung_up(self) -> None:
        """Wait until the client has gone."""
        while await self.reader.read(4096):
            pass

    def reset(self) -> None:
        """Break the connection as a crash does."""
        self.writer.transport.abort()


Script = bytes | Callable[[Visit], Awaitable[None]]


class Scripted:
    """Answers the first connection with the first script, and so on; then with silence, until the client hangs up.

    A script is what to say before closing the connection, or a function that has the connection to itself.
    """

    def __init__(self, *scripts: Script) -> None:
        self.scripts = list(scripts)
        self.requests: list[Request] = []
        self.tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Scripted:
        self.server = await asyncio.start_server(self.accept, "127.0.0.1", 0)
        self.port = self.server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.server.close()
        await asyncio.gather(*self.tasks, return_exceptions=kind is not None)

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.tasks.add(task)
        head = await reader.readuntil(b"\r\n\r\n")
        first, *lines = head[:-4].split(b"\r\n")
        fields = (line.split(b": ", 1) for line in lines)
        self.requests.append(Request(first.decode().split(" ")[1], {k.decode().lower(): v for k, v in fields}))
        visit = Visit(reader, writer)
        script = self.scripts.pop(0) if self.scripts else Visit.hung_up
        try:
            await (visit.say(script) if isinstance(script, bytes) else script(visit))
        except ConnectionError:
            pass
        finally:
            writer.close()


def answer(status: int, body: bytes = b"", **headers: str) -> bytes:
    """A response whose length is known."""
    fields = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status} Whatever\r\n{fields}Content-Length: {len(body)}\r\n\r\n".encode() + body


def batch(cursor: int, *ids: int, missed: bool = False) -> bytes:
    """What a poll is answered with: messages with these ids, each with its id as text."""
    messages = [{"id": one, "message": str(one)} for one in ids]
    body = json.dumps({"messages": messages, "cursor": cursor, "missed": missed}).encode()
    return answer(200, body, Content_Type="application/json")


STREAM = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
"""The head of an event stream that lasts until the connection closes."""


class Sleeper:
    """A sleep that takes no time; remembers how long it should have taken."""

    def __init__(self) -> None:
        self.pauses: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.pauses.append(seconds)
        await asyncio.sleep(0)


class Clock:
    """Stands still unless moved."""

    now = 0.0

    def __call__(self) -> float:
        return self.now
