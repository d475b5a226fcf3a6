"""A hot server without sockets or time: transports that note what they are asked to do, and a clock that is told."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from typing import Any, cast

from course_lib.realtime.hot.connection import Connection
from course_lib.realtime.hot.http import Site
from course_lib.realtime.hot.reader import Request
from course_lib.realtime.hot.sweep import Sweep
from course_lib.realtime.hub import Hub
from course_lib.realtime.limits import Limits

__all__ = ["Clock", "Other", "Wire", "World", "get", "on_a_loop", "send"]


class Clock:
    """Time that passes when told."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


class Wire:
    """A transport that notes what it is asked to do; above 1000 bytes unread its client counts as one who is slow."""

    def __init__(self, protocol: asyncio.Protocol) -> None:
        self.protocol = protocol
        self.written = b""
        self.reading = True
        self.ended = self.closing = self.aborted = False
        self.unread = 0
        self.slow = False
        protocol.connection_made(cast("asyncio.Transport", self))

    def write(self, data: bytes) -> None:
        assert not self.ended, "nothing is written behind the end"
        self.written += data
        if self.slow:
            before, self.unread = self.unread, self.unread + len(data)
            if before <= 1000 < self.unread:
                self.protocol.pause_writing()

    def read_all(self) -> None:
        self.unread = 0
        self.slow = False
        self.protocol.resume_writing()

    def set_write_buffer_limits(self, high: int) -> None:
        self.high = high

    def get_extra_info(self, name: str) -> Any:
        assert name == "socket"
        return self

    def setsockopt(self, *option: int) -> None:
        self.options = option

    def pause_reading(self) -> None:
        self.reading = False

    def resume_reading(self) -> None:
        self.reading = True

    def write_eof(self) -> None:
        self.ended = True

    def is_closing(self) -> bool:
        return self.closing

    def close(self) -> None:
        self.closing = True

    def abort(self) -> None:
        self.closing = self.aborted = True

    def set_protocol(self, protocol: asyncio.Protocol) -> None:
        self.protocol = protocol

    def take(self) -> list[tuple[int, bytes]]:
        """The answers since the last call: status and body."""
        found = []
        rest, self.written = self.written, b""
        while rest:
            head, _, rest = rest.partition(b"\r\n\r\n")
            length = [int(line[15:]) for line in head.split(b"\r\n") if line.startswith(b"Content-Length:")]
            size = length[0] if length else 0
            found.append((int(head.split(b" ")[1]), rest[:size]))
            rest = rest[size:]
        return found

    def statuses(self) -> list[int]:
        return [status for status, _ in self.take()]


class World:
    """A site with routes for tests, and a clock."""

    def __init__(self, limits: Limits = Limits(header_timeout=8.0)) -> None:  # noqa: B008 -- frozen
        self.clock = Clock()
        self.lines: list[tuple[str, str, int, str]] = []
        self.errors: list[Exception] = []
        self.site = Site(Hub(limits.history), limits, sweep=Sweep(limits.header_timeout, self.clock, lambda: 0.0))
        self.site.note = lambda method, path, status, words="", seconds=0.0: self.lines.append(
            (method, path, status, words)
        )
        self.site.report = self.errors.append  # type: ignore[method-assign]
        self.site.routes |= {
            "/later": {"GET": self.later},
            "/page": {"GET": self.page},
            "/broken": {"GET": self.broken},
            "/taken": {"GET": self.taken},
        }
        self.waiting: list[Connection] = []
        self.forgotten: list[Connection] = []

    def client(self, head: bytes = b"") -> Wire:
        return Wire(Connection(self.site, head))

    def later(self, connection: Connection, request: Request) -> None:
        self.waiting.append(connection)
        connection.wait(self)

    def forget(self, connection: Connection) -> None:
        self.waiting.remove(connection)
        self.forgotten.append(connection)

    def page(self, connection: Connection, request: Request) -> None:
        connection.answer(200, b"p" * 500, b"text/plain")

    def broken(self, connection: Connection, request: Request) -> None:
        raise RuntimeError("a fault of ours")

    def taken(self, connection: Connection, request: Request) -> None:
        connection.hand_over(Other())

    def pass_time(self, seconds: float) -> None:
        self.clock.now += seconds
        self.site.sweep.sweep()


class Other(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.heard = b""
        cast("Wire", transport).write(b"taken")

    def data_received(self, data: bytes) -> None:
        self.heard += data


def get(path: str, *fields: str, version: str = "1.1", method: str = "GET") -> bytes:
    return "\r\n".join([f"{method} {path} HTTP/{version}", "Host: a", *fields, "", ""]).encode()


def send(wire: Wire, data: bytes) -> None:
    wire.protocol.data_received(data)


@contextlib.contextmanager
def on_a_loop() -> Iterator[asyncio.AbstractEventLoop]:
    """A loop for those who ask for the running one. It does not run, so its timers never fire."""
    with asyncio.Runner() as runner:
        asyncio._set_running_loop(runner.get_loop())
        try:
            yield runner.get_loop()
        finally:
            asyncio._set_running_loop(None)
