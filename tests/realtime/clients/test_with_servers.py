"""The clients with the servers of both paths: several clients see all, through hang-ups and a restart."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from contextlib import AsyncExitStack

import pytest

from course_lib import live
from course_lib.realtime.backoff import Backoff
from course_lib.realtime.clients import ClientFailed, EventSource, LongPollingClient, WebSocketClient
from tests.realtime.clients.scripted import LIMIT, until
from tests.realtime.wire import PATHS, post, serving, stats
from tests.realtime.wire import until as ask_until

both = pytest.mark.parametrize("path", PATHS)


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    yield
    assert live.leftovers() == []


def quick() -> Backoff:
    """Pauses of a few milliseconds."""
    return Backoff(0.004, 0.02, least=0.001, rng=random.Random(1))


async def posted(server: live.Server, *texts: str, room: str = "") -> None:
    for text in texts:
        await asyncio.to_thread(post, server, text, **({"room": room} if room else {}))


def texts(first: int, last: int) -> list[str]:
    return [f"message {number}" for number in range(first, last + 1)]


@both
def test_every_poller_gets_every_message_once(path: str) -> None:
    async def test(server: live.Server) -> None:
        got: list[list[str]] = [[], [], []]
        async with AsyncExitStack() as stack:
            for mine in got:
                await stack.enter_async_context(
                    LongPollingClient(
                        f"{server.url}/poll", lambda message, mine=mine: mine.append(message.data), after=0
                    )
                )
            await posted(server, *texts(1, 30))
            await until(lambda: all(len(mine) >= 30 for mine in got))
        assert got == [texts(1, 30)] * 3

    with serving("long_polling", path) as server:
        live.run(test(server), LIMIT)


@both
def test_a_poller_that_hangs_up_loses_nothing(path: str) -> None:
    async def test(server: live.Server) -> None:
        got: list[str] = []
        cursor: int | None = 0
        for number in range(1, 11):
            async with LongPollingClient(f"{server.url}/poll", after=cursor) as client:
                if number % 2:
                    await posted(server, f"message {number}")  # while it waits; otherwise while nobody does
                else:
                    got.append((await anext(client)).data)
                    got.append((await anext(client)).data)
                    cursor = client.cursor
            if number % 2:
                await posted(server, f"message {number + 1}")
        assert got == texts(1, 10)

    with serving("long_polling", path) as server:
        live.run(test(server), LIMIT)
        ask_until(lambda: stats(server)["clients"] == 0)


@both
def test_an_event_source_resumes_after_the_server_went_away(path: str) -> None:
    async def listen(port: int, restart: asyncio.Event, restarted: asyncio.Event) -> list[tuple[str, str, str]]:
        async with EventSource(f"http://localhost:{port}/events", retry_ms=1, backoff=quick()) as source:
            await source.until("open")
            restart.set()
            got = [await anext(source) for _ in range(3)]
            await restarted.wait()
            got += [await anext(source) for _ in range(3)]
            return [(event.type, event.data, event.last_event_id) for event in got]

    with serving("sse", path, retry_ms=1) as first:
        restart, restarted = asyncio.Event(), asyncio.Event()
        listening = live.submit(listen(first.port, restart, restarted))
        live.run(restart.wait(), LIMIT)
        for text in texts(1, 3):
            post(first, text)
        first.stop()
        with serving("sse", path, retry_ms=1, port=first.port) as second:
            post(second, "message 1")
            live.run(set_(restarted), LIMIT)
            post(second, "message 2")
            got = listening.result(LIMIT)
    assert got[:3] == [("message", f"message {number}", str(number)) for number in (1, 2, 3)]
    # the new server has not published 3 messages: it says so, and begins with what it has
    assert [one[0] for one in got[3:]] == ["missed", "message", "message"]
    assert [one[1] for one in got[4:]] == ["message 1", "message 2"]


async def set_(event: asyncio.Event) -> None:
    event.set()


@both
def test_an_event_source_over_the_limit_of_clients_is_sent_away(path: str) -> None:
    async def test(server: live.Server) -> None:
        async with EventSource(f"{server.url}/events") as first:
            await first.until("open")
            async with EventSource(f"{server.url}/events") as second:
                with pytest.raises(ClientFailed, match="got 503"):
                    await anext(second)

    with serving("sse", path, max_clients=1) as server:
        live.run(test(server), LIMIT)


@both
def test_web_sockets_in_a_room_hear_each_other(path: str) -> None:
    async def test(server: live.Server) -> None:
        url = server.url.replace("http", "ws", 1)
        async with (
            WebSocketClient(f"{url}/rooms/a", origin=server.url) as first,
            WebSocketClient(f"{url}/rooms/a") as second,
            WebSocketClient(f"{url}/rooms/b") as elsewhere,
        ):
            await first.send("hello")
            assert [await anext(first), await anext(second)] == ["hello", "hello"]
            assert await second.ping() > 0
            await elsewhere.send("other")
            assert await anext(elsewhere) == "other"
            with pytest.raises(ClientFailed, match="got status 403"):
                async with WebSocketClient(f"{url}/rooms/a", origin="http://evil.example"):
                    pass
        async with WebSocketClient(f"{url}/echo") as client:
            await client.send(b"\xff")
            assert await anext(client) == b"\xff"

    with serving("websocket", path) as server:
        live.run(test(server), LIMIT)


@both
def test_a_web_socket_is_told_that_the_server_goes_and_comes_back(path: str) -> None:
    async def keep(port: int, opened: asyncio.Event) -> tuple[int | None, str | bytes]:
        async with WebSocketClient(f"ws://localhost:{port}/echo", backoff=quick()) as client:
            await client.until("open")
            opened.set()
            await client.until("connecting")
            code = client.close_code
            await client.until("open")
            await client.send("back")
            return code, await anext(client)

    with serving("websocket", path) as first:
        opened = asyncio.Event()
        kept = live.submit(keep(first.port, opened))
        live.run(opened.wait(), LIMIT)
        first.stop()
        with serving("websocket", path, port=first.port):
            assert kept.result(LIMIT) == (1001, "back")
