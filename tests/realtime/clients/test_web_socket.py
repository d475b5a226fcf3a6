"""The WebSocket client against a tornado server that echoes, closes, refuses and stalls."""

from __future__ import annotations

import asyncio
import random
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
import tornado.web
import tornado.websocket
from tornado.httpserver import HTTPServer

from course_lib.realtime.backoff import Backoff
from course_lib.realtime.clients import ClientFailed, WebSocketClient
from course_lib.realtime.clients.web_socket import COME_BACK, NO_CLOSE
from tests.realtime.clients.scripted import Scripted, Sleeper, Visit, answer, run, turns, until


class Handler(tornado.websocket.WebSocketHandler):
    """Echoes; what else it does, a test says in words that it sends."""

    def initialize(self, visits: list[Handler], opened: Callable[[Handler], None] | None) -> None:
        self.visits, self.opened = visits, opened
        self.pings = 0
        self.closed = asyncio.Event()

    def check_origin(self, origin: str) -> bool:
        return origin == "http://here.example"

    def open(self) -> None:
        self.visits.append(self)
        if self.opened is not None:
            self.opened(self)

    async def on_message(self, message: str | bytes) -> None:
        if message == "break":
            self.ws_connection.stream.close()
        elif isinstance(message, str) and message.startswith("close "):
            self.close(int(message[6:]), "as you wish")
        else:
            await self.write_message(message, binary=isinstance(message, bytes))

    def on_ping(self, data: bytes) -> None:
        self.pings += 1

    def on_close(self) -> None:
        self.closed.set()


class Server:
    """A WebSocket server on the loop of the test."""

    def __init__(self, opened: Callable[[Handler], None] | None) -> None:
        self.visits: list[Handler] = []
        options = {"visits": self.visits, "opened": opened}
        app = tornado.web.Application(
            [("/socket", Handler, options), ("/no", tornado.web.ErrorHandler, {"status_code": 503})],
            log_function=lambda handler: None,
        )
        self.http = HTTPServer(app)
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.listening.setblocking(False)
        self.http.add_socket(self.listening)
        self.url = f"ws://127.0.0.1:{self.listening.getsockname()[1]}/socket"


@asynccontextmanager
async def serving(opened: Callable[[Handler], None] | None = None) -> AsyncIterator[Server]:
    server = Server(opened)
    try:
        yield server
    finally:
        server.http.stop()
        for visit in server.visits:
            visit.close()
            if visit.ws_connection is not None:
                visit.ws_connection.stream.close()
        await server.http.close_all_connections()
        await turns()


def client_of(server: Server, **options: Any) -> WebSocketClient:
    return WebSocketClient(server.url, **{"sleep": Sleeper(), **options})


def test_text_comes_back_as_text_and_bytes_as_bytes() -> None:
    async def test() -> None:
        async with serving() as server, client_of(server) as client:
            assert client.state == "open"
            for message in ("grüß\0", "", b"\xff\0", b"", "x" * 65_536):
                await client.send(message)
                assert await anext(client) == message
            assert client.received == 5
            assert repr(client) == f"<WebSocketClient {server.url}: open, 5 messages>"

    run(test())


def test_a_ping_is_answered_and_timed() -> None:
    async def test() -> None:
        async with serving() as server, client_of(server) as client:
            first, second = await asyncio.gather(client.ping(), client.ping())
            assert 0 < first < 20
            assert 0 < second < 20
            assert server.visits[0].pings == 2
            assert client._pongs == {}
            client._pong(b"nobody asked")

    run(test())


def test_closing_says_goodbye_with_a_code_and_a_reason() -> None:
    async def test() -> None:
        async with serving() as server:
            async with client_of(server) as client:
                await client.close(3001, "enough")
                await client.close()
                assert [one.state for one in client.states] == ["connecting", "open", "closing", "closed"]
                with pytest.raises(StopAsyncIteration):
                    await anext(client)
                with pytest.raises(
                    ConnectionError, match=r"expected an open connection, got <WebSocketClient .*: closed"
                ):
                    await client.send("x")
                with pytest.raises(ConnectionError, match="expected an open connection"):
                    await client.ping()
            await server.visits[0].closed.wait()
            assert (server.visits[0].close_code, server.visits[0].close_reason) == (3001, "enough")
            async with client_of(server) as client:
                pass
            await server.visits[1].closed.wait()
            assert server.visits[1].close_code == 1000
            assert client.close_code == 1000

    run(test())


def test_what_is_in_the_queue_does_not_hold_up_the_goodbye() -> None:
    async def test() -> None:
        async with serving() as server:
            async with client_of(server) as client:
                for number in range(200):
                    await client.send(str(number))
                await until(lambda: client.received == 65)
            assert client.close_code == 1000
            await server.visits[0].closed.wait()

    run(test())


def test_a_server_that_does_not_say_goodbye_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    async def deaf(visit: Visit) -> None:
        key = server.requests[0].headers["sec-websocket-key"]
        accept = tornado.websocket.WebSocketProtocol13.compute_accept_value(key)
        head = f"HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"
        await visit.say(head.encode())
        await visit.hung_up()

    monkeypatch.setattr("course_lib.realtime.clients.web_socket._GOODBYE", 0.01)
    server = Scripted(deaf)

    async def test() -> None:
        async with server:
            async with WebSocketClient(f"ws://127.0.0.1:{server.port}/") as client:
                assert client.state == "open"
            assert (client.state, client.close_code) == ("closed", NO_CLOSE)

    run(test())


@pytest.mark.parametrize("code", [1000, 1001, 1008, 1013, 3000])
def test_iteration_ends_when_the_server_closes(code: int) -> None:
    async def test() -> None:
        async with serving() as server, client_of(server) as client:
            await client.send("a")
            await client.send(f"close {code}")
            assert [message async for message in client] == ["a"]
            assert (client.close_code, client.close_reason) == (code, "as you wish")
            assert str(client.states[-1]) == f"closed: close code {code} (as you wish)"
            assert len(server.visits) == 1

    run(test())


def test_a_connection_that_breaks_is_1006() -> None:
    async def test() -> None:
        async with serving() as server, client_of(server) as client:
            await client.send("break")
            assert [message async for message in client] == []
            assert (client.close_code, client.close_reason) == (NO_CLOSE, "")
            with pytest.raises(ConnectionError, match="expected an open connection"):
                await client.send("x")

    run(test())


def test_a_ping_is_not_waited_for_when_the_connection_is_lost() -> None:
    async def test() -> None:
        async with serving() as server, client_of(server) as client:
            pong = asyncio.create_task(client.ping())
            await turns(1)
            server.visits[0].ws_connection.stream.close()  # type: ignore[union-attr]
            with pytest.raises(ConnectionError, match="expected an open connection"):
                await pong

    run(test())


@pytest.mark.parametrize("code", sorted(COME_BACK.keys() - {NO_CLOSE}))
def test_it_comes_back_after_what_may_pass(code: int) -> None:
    async def test() -> None:
        sleeper = Sleeper()
        backoff = Backoff(1, 8, rng=random.Random(3))
        async with serving() as server, client_of(server, backoff=backoff, sleep=sleeper) as client:
            await client.until("open")
            await client.send(f"close {code}")
            await client.until("connecting")
            await client.until("open")
            assert (client.close_code, client.close_reason) == (None, "")
            await client.send("break")
            await client.until("connecting")
            await client.until("open")
            await client.send("a")
            assert await anext(client) == "a"
            assert len(server.visits) == 3
        draws = Backoff(1, 8, rng=random.Random(3))
        assert sleeper.pauses == [draws.next(), draws.next()]
        assert f"connecting: close code {code} (as you wish); again in {sleeper.pauses[0]:.2f} s" in map(
            str, client.states
        )
        assert backoff.failures == 0

    run(test())


@pytest.mark.parametrize("code", [1000, 1002, 1003, 1007, 1008, 1009, 1010, 4000])
def test_it_does_not_come_back_after_what_would_not_change(code: int) -> None:
    async def test() -> None:
        async with serving() as server, client_of(server, backoff=Backoff()) as client:
            await client.until("open")
            await client.send(f"close {code}")
            assert [message async for message in client] == []
            assert (client.close_code, len(server.visits)) == (code, 1)

    run(test())


def test_a_message_that_is_too_large_ends_the_connection() -> None:
    async def test() -> None:
        async with serving() as server, client_of(server, max_message=100) as client:
            await client.send("x" * 101)
            assert [message async for message in client] == []
            await server.visits[0].closed.wait()
            assert server.visits[0].close_code == 1009

    run(test())


@pytest.mark.parametrize("backoff", [None, Backoff()])
def test_an_origin_is_sent_and_a_refusal_is_final(backoff: Backoff | None) -> None:
    async def test() -> None:
        async with serving() as server:
            async with client_of(server, origin="http://here.example") as client:
                assert client.state == "open"
            client = client_of(server, origin="http://evil.example", backoff=backoff)
            with pytest.raises(ClientFailed, match=r"expected a WebSocket at ws://.*, got status 403"):
                async with client:
                    await client.until("open")
            assert len(server.visits) == 1

    run(test())


def test_without_back_off_any_failure_to_connect_is_final() -> None:
    async def test() -> None:
        async with serving() as server:
            busy = WebSocketClient(server.url.replace("socket", "no"))
            with pytest.raises(ClientFailed, match="got status 503"):
                async with busy:
                    pass
        with pytest.raises(ClientFailed, match=r"expected a WebSocket at ws://.*, got "):
            async with client_of(server):
                pass
        assert busy.state == "closed"

    run(test())


def test_with_back_off_what_may_pass_is_tried_again() -> None:
    async def test() -> None:
        sleeper = Sleeper()
        async with Scripted(b"", answer(503), answer(429), answer(200)) as server:
            client = WebSocketClient(f"ws://127.0.0.1:{server.port}/", backoff=Backoff(), sleep=sleeper)
            async with client:
                with pytest.raises(ClientFailed, match="got "):
                    await client.until("open")
            assert (len(server.requests), len(sleeper.pauses)) == (4, 3)

    run(test())


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503])
def test_a_status_that_may_pass_is_tried_again(status: int) -> None:
    async def test() -> None:
        async with Scripted(answer(status), answer(404)) as server:
            client = WebSocketClient(f"ws://127.0.0.1:{server.port}/", backoff=Backoff(), sleep=Sleeper())
            async with client:
                with pytest.raises(ClientFailed, match="got status 404"):
                    await client.until("open")
                assert f"connecting: HTTP {status}: " in str(client.states[1])
            assert len(server.requests) == 2

    run(test())


def test_closing_does_not_wait_for_an_attempt() -> None:
    async def test() -> None:
        go = asyncio.Event()

        async def stall(visit: Visit) -> None:
            await go.wait()

        async with Scripted(stall) as server:
            client = WebSocketClient(f"ws://127.0.0.1:{server.port}/", backoff=Backoff())
            async with client:
                await until(lambda: len(server.requests) == 1)
            assert client.state == "closed"
            go.set()

    run(test())


def test_a_connection_that_comes_too_late_is_let_go() -> None:
    async def test() -> None:
        async with serving() as server:
            client = client_of(server, backoff=Backoff())
            client.start()
            await turns(3)
            assert (client.state, server.visits) == ("connecting", [])
            await client.close()
            assert client.state == "closed"
            await until(lambda: len(server.visits) == 1)
            await server.visits[0].closed.wait()

    run(test())


def test_pings_keep_an_idle_connection_and_find_a_dead_one() -> None:
    async def test() -> None:
        async with serving() as server, client_of(server, ping_interval=0.02, ping_timeout=0.02) as client:
            await until(lambda: server.visits[0].pings > 1)
            assert client.state == "open"
            server.visits[0].ws_connection.write_ping = lambda data: None  # type: ignore[union-attr, method-assign]
            stream = server.visits[0].ws_connection.stream  # type: ignore[union-attr]
            stream.write = lambda data: None  # nothing gets out of it any more
            await client.until("closed")

    run(test())


def test_a_function_may_answer_and_close() -> None:
    async def test() -> None:
        seen: list[str | bytes] = []

        async def answering(message: str | bytes) -> None:
            seen.append(message)
            if message == "last":
                await client.close(1000, "done")
            else:
                await client.send("last")

        async with serving() as server:
            client = client_of(server, on_message=answering)
            async with client:
                await client.send("first")
                await client.until("closed")
            assert seen == ["first", "last"]
            await server.visits[0].closed.wait()
            assert server.visits[0].close_reason == "done"

    run(test())


@pytest.mark.parametrize("url", ["http://x/", "ws:/x", "x", "ws://x:99999/"])
def test_a_url_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="expected a URL that begins with ws:// or wss://"):
        WebSocketClient(url)
