"""A connection changes hands: from tornado to a protocol, with every byte, on both loops, and back to nothing."""

from __future__ import annotations

import asyncio
import gc
import socket
import sys
import weakref
from collections.abc import Awaitable, Callable
from typing import Any, ClassVar, cast

import pytest
import tornado.iostream
import tornado.web

from course_lib.live.web import OpenServer
from course_lib.realtime.hot.detach import Detached, detach
from course_lib.realtime.hot.wire import READ_SIZE

LOOPS: dict[str, Callable[[], asyncio.AbstractEventLoop]] = {"asyncio": asyncio.SelectorEventLoop}
if sys.platform != "win32":
    import uvloop

    LOOPS["uvloop"] = uvloop.new_event_loop


@pytest.fixture(params=LOOPS)
def runner(request: pytest.FixtureRequest) -> Any:
    with asyncio.Runner(loop_factory=LOOPS[request.param]) as found:
        errors: list[Any] = []
        found.get_loop().set_exception_handler(lambda loop, context: errors.append(context))
        yield found
        assert errors == []


class Echo(asyncio.Protocol):
    """Sends everything back, behind a greeting."""

    living: ClassVar[weakref.WeakSet[Echo]] = weakref.WeakSet()

    def __init__(self) -> None:
        self.living.add(self)
        self.calls: list[str] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)  # uvloop's is none, by name
        self.calls.append("made")
        transport.write(b"HTTP/1.1 101 Switching Protocols\r\n\r\n")

    def data_received(self, data: bytes) -> None:
        self.calls.append("data")
        self.transport.write(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self.calls.append("lost")


class Polite(Echo):
    def going_away(self) -> None:
        self.transport.write(b"bye")
        self.transport.close()


class Rude(Echo):
    def going_away(self) -> None:
        self.transport.write(b"no")


def application(factory: Callable[[], asyncio.Protocol] = Echo, seen: list[Any] | None = None) -> Any:
    class Handler(tornado.web.RequestHandler):
        async def get(self) -> None:
            (seen if seen is not None else []).append(await detach(self, factory))

    return tornado.web.Application([("/echo", Handler)])


Client = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
REQUEST = b"GET /echo HTTP/1.1\r\nHost: x\r\n\r\n"
GREETING = b"HTTP/1.1 101 Switching Protocols\r\n\r\n"


def visit(runner: Any, app: tornado.web.Application, client: Client) -> None:
    async def main() -> None:
        server = OpenServer(app, 0, lambda line: None)
        try:
            async with asyncio.timeout(10):
                reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
                await client(reader, writer)
                writer.close()
                await asyncio.gather(writer.wait_closed(), return_exceptions=True)
                while len(Detached.of(app)):
                    await asyncio.sleep(0)
        finally:
            await server.close()

    runner.run(main())


def test_every_byte_behind_the_request_comes_first_and_once(runner: Any) -> None:
    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ahead = bytes(range(256)) * 300  # more than tornado reads at once
        writer.write(REQUEST + ahead)
        assert await reader.readexactly(len(GREETING + ahead)) == GREETING + ahead
        writer.write(b"later")
        assert await reader.readexactly(5) == b"later"

    seen: list[Any] = []
    visit(runner, application(seen=seen), client)
    assert seen[0].calls[:2] == ["made", "data"]
    assert seen[0].calls[-1] == "lost"


def test_a_client_that_ends_its_sending_side_at_once_is_served(runner: Any) -> None:
    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(REQUEST + b"all")
        writer.write_eof()
        assert await reader.read() == GREETING + b"all"

    visit(runner, application(), client)


def test_stock_asyncio_reads_no_more_than_64_kib_at_once() -> None:
    seen: list[Any] = []

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(REQUEST)
        await reader.readexactly(len(GREETING))
        assert seen[0].transport.max_size == READ_SIZE

    with asyncio.Runner(loop_factory=LOOPS["asyncio"]) as runner:
        visit(runner, application(seen=seen), client)


def test_the_protocol_can_refuse_at_once(runner: Any) -> None:
    class Closing(Echo):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            super().connection_made(transport)
            transport.close()

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(REQUEST + b"unread")
        assert await reader.read() == GREETING

    seen: list[Any] = []
    visit(runner, application(Closing, seen), client)
    assert seen[0].calls == ["made", "lost"]


@pytest.mark.parametrize(("factory", "last"), [(Echo, b""), (Polite, b"bye"), (Rude, b"no")])
def test_stopping_the_server_ends_detached_connections(runner: Any, factory: type[Echo], last: bytes) -> None:
    async def main() -> None:
        app = application(factory)
        server = OpenServer(app, 0, lambda line: None)
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(REQUEST)
        await reader.readexactly(len(GREETING))
        assert repr(Detached.of(app)) == "<Detached: 1 connections>"
        assert len(app.settings["closing"]) == 1
        async with asyncio.timeout(5):
            for closing in app.settings["closing"]:
                await closing()
            assert await reader.read() == last
        assert len(Detached.of(app)) == 0
        await Detached.of(app).close()
        await server.close()
        writer.close()

    runner.run(main())


def test_a_client_that_left_before_is_no_error(runner: Any) -> None:
    seen: list[Any] = []

    class Late(tornado.web.RequestHandler):
        async def get(self) -> None:
            self.request.connection.stream.close()  # type: ignore[attr-defined]
            seen.append(await detach(self, Echo))

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(REQUEST)
        assert await reader.read() == b""
        while not seen:
            await asyncio.sleep(0)

    visit(runner, tornado.web.Application([("/echo", Late)]), client)
    assert seen == [None]


def test_what_tornado_has_yet_to_send_is_sent_before(runner: Any) -> None:
    words = b"x" * 30_000_000  # more than the system takes at once

    class Wordy(tornado.web.RequestHandler):
        async def get(self) -> None:
            self.request.connection.stream.write(words)  # type: ignore[attr-defined]
            await detach(self, Echo)

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(REQUEST)
        assert await reader.readexactly(len(words)) == words
        assert await reader.readexactly(len(GREETING)) == GREETING

    visit(runner, tornado.web.Application([("/echo", Wordy)]), client)


def test_a_protocol_that_can_not_be_made_leaves_no_socket_open() -> None:
    sockets: list[int] = []
    raised: list[BaseException] = []

    class Failing(tornado.web.RequestHandler):
        async def get(self) -> None:
            def factory() -> asyncio.Protocol:
                raise RuntimeError("no protocol today")

            try:
                await detach(self, factory)
            except RuntimeError as error:
                raised.append(error)

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(REQUEST)
        assert await reader.read() == b""
        sockets.extend(one.fileno() for one in gc.get_objects() if isinstance(one, socket.socket))

    with asyncio.Runner(loop_factory=LOOPS["asyncio"]) as runner:
        visit(runner, tornado.web.Application([("/echo", Failing)]), client)
    assert str(raised[0]) == "no protocol today"


def test_connections_leave_nothing_behind(runner: Any) -> None:
    app = application()

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(REQUEST)
        await reader.readexactly(len(GREETING))

    for _ in range(3):
        visit(runner, app, client)
    gc.collect()
    assert len(Detached.of(app)._transports) == 0
    assert len(Echo.living) == 0
    streams = [one for one in gc.get_objects() if isinstance(one, tornado.iostream.IOStream) and not one.closed()]
    assert streams == []
