"""What stays in the memory of the servers made of tornado's handlers: nothing that nobody needs."""

from __future__ import annotations

import asyncio
import gc
from typing import Any, TypeVar

import pytest

from course_lib import live
from course_lib.realtime.batteries import clients, common, long_polling, sse, strict, websocket
from course_lib.realtime.limits import Limits
from course_lib.realtime.validate import Refused
from tests.realtime.wire import Raw, Socket, Stream, ask, post, stats, until

T = TypeVar("T")


def alive(kind: type[T]) -> list[T]:
    gc.collect()
    return [one for one in gc.get_objects() if type(one) is kind]


async def timers() -> int:
    await asyncio.sleep(0)
    loop: Any = asyncio.get_running_loop()
    return sum(not handle.cancelled() for handle in loop._scheduled)


def test_nothing_stays_of_a_poll_however_it_ended() -> None:
    with live.serve(long_polling.make_app(limits=Limits(poll_timeout=3000, header_timeout=3000))) as server:
        before = live.run(timers())
        for _ in range(3):
            assert ask(server, "GET", "/poll?after=0&timeout=0.01")[0] == 204
            with Raw(server) as raw:
                raw.request("GET", "/poll?after=0")
                until(lambda: stats(server)["clients"] == 1)
            until(lambda: stats(server)["clients"] == 0)
        with Raw(server) as raw:
            raw.request("GET", "/poll?after=0")
            until(lambda: stats(server)["clients"] == 1)
            post(server, "a")
            assert raw.answer()[0] == 200
        assert stats(server)["rooms"] == 0
        until(lambda: live.run(timers()) <= before, "no timer that was not there before")
        until(lambda: alive(long_polling.Poll) == [], "no handler")


def test_nothing_stays_of_a_stream_and_the_one_timer_rests() -> None:
    app = sse.make_app(limits=Limits(heartbeat=3000))
    with live.serve(app) as server:
        assert not app.settings["heartbeat"].is_running()
        with Stream(server), Stream(server):
            assert app.settings["heartbeat"].is_running()
        until(lambda: not app.settings["heartbeat"].is_running(), "no heartbeat")
        assert stats(server)["rooms"] == 0
        until(lambda: alive(sse.Events) == [], "no handler")


def test_nothing_stays_of_a_socket() -> None:
    with live.serve(websocket.make_app()) as server:
        for _ in range(3):
            with Socket(server, "/rooms/a") as chat:
                chat.say("x")
                chat.hear()
            with Socket(server) as chat:
                chat.frame(8)
                chat.closed()
        until(lambda: stats(server)["clients"] == 0)
        assert stats(server)["rooms"] == 0
        until(lambda: alive(websocket.Room) + alive(websocket.Echo) == [], "no handler")


def test_a_client_that_is_told_why_hears_the_end_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strict, "LINGER", 3000)
    with live.serve(websocket.make_app()) as server:
        with Socket(server) as chat:
            chat.frame(3)
            assert chat.closed() == 1002  # and then the end of the stream, or this would time out
        until(lambda: stats(server)["clients"] == 0, "no client")


def test_a_client_that_does_not_hang_up_is_hung_up_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strict, "LINGER", 0.05)
    with live.serve(websocket.make_app()) as server, Socket(server) as chat:
        chat.frame(3)
        until(lambda: stats(server)["clients"] == 0, "no client")


def test_of_an_oversized_body_little_is_kept() -> None:
    with live.serve(sse.make_app()) as server, Raw(server) as raw:
        raw.request("POST", "/messages", {"Content-Length": str(4 << 20)})
        raw.send(b" " * (3 << 20))
        until(lambda: any(len(one.body) > 16_384 for one in alive(common.Messages)), "a body on its way")
        assert stats(server)["published"] == 0  # by now the rest has been read, too
        assert [len(one.body) for one in alive(common.Messages)] == [16_385]
        raw.send(b" " * (1 << 20))
        assert raw.answer()[0] == 413


def test_clients_are_counted_bounded_and_sent_away() -> None:
    class Guest:
        def __init__(self, mine: clients.Clients) -> None:
            self.mine = mine

        def leave(self) -> None:
            asyncio.get_running_loop().call_soon(self.mine.discard, self)

    async def visit() -> None:
        mine = clients.Clients(2)
        await clients.Clients(1).send_away()
        guests = [Guest(mine), Guest(mine)]
        for guest in guests:
            mine.refuse_if_full()
            mine.add(guest)
        assert repr(mine) == "<Clients: 2 of 2>"
        with pytest.raises(Refused, match="at most 2 clients"):
            mine.refuse_if_full()
        await mine.send_away()
        assert len(mine) == 0
        assert repr(mine) == "<Clients: 0 of 2, closing>"
        with pytest.raises(Refused, match="before the server began to close"):
            mine.refuse_if_full()

    asyncio.run(visit())
