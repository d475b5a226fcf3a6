"""The servers as they are commonly written: each fault is there to be seen, and what they leak ends with the server."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest
import tornado.web

from course_lib import live, node
from course_lib.live import loop
from course_lib.realtime import faulty, serving
from course_lib.realtime.faulty import interval_polling, leaky_sse, open_websocket
from tests.realtime.wire import Raw, Socket, Stream, ask, post, stats, until

INTERVAL = 0.02


@contextlib.contextmanager
def python(module: ModuleType) -> Iterator[live.Server]:
    app: tornado.web.Application = module.make_app()
    app.settings["interval"] = INTERVAL
    with live.serve(app) as server:
        yield server


@contextlib.contextmanager
def javascript(module: ModuleType) -> Iterator[Any]:
    with node.start(faulty.node(module.__name__.rpartition(".")[2]), args=[str(1000 * INTERVAL)]) as server:
        yield server


both = pytest.mark.parametrize("run", [python, javascript])
Run = Callable[[ModuleType], contextlib.AbstractContextManager[Any]]


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    yield
    assert live.leftovers() == []


def polling(server: Any) -> Raw:
    raw = Raw(server)
    raw.request("GET", "/poll")
    return raw


def texts(raw: Raw) -> list[str]:
    return [one["message"] for one in json.loads(raw.answer()[2])["messages"]]


@both
def test_each_message_reaches_one_poller_only(run: Run) -> None:
    with run(interval_polling) as server, polling(server) as one, polling(server) as other:
        until(lambda: stats(server)["started"] == 2)
        post(server, "first")
        post(server, "second")
        assert sorted([texts(one), texts(other)]) == [["first"], ["second"]]


@both
def test_pollers_that_hung_up_eat_messages(run: Run) -> None:
    with run(interval_polling) as server:
        for count in range(1, 6):
            with polling(server):
                until(lambda count=count: stats(server)["started"] == count)
        for number in range(5):
            post(server, f"lost {number}")
        until(lambda: stats(server)["started"] == 0)
        post(server, "read")
        with polling(server) as raw:
            assert texts(raw) == ["read"]


@both
def test_a_stream_leaves_its_timer_behind(run: Run) -> None:
    with run(leaky_sse) as server:
        for count in range(1, 6):
            with Stream(server) as stream:
                assert stream.status == 200
            assert stats(server)["started"] == count
        post(server, "to nobody")
        assert stats(server)["started"] == 5


@both
def test_a_stream_without_ids_loses_what_came_meanwhile(run: Run) -> None:
    with run(leaky_sse) as server:
        with Stream(server) as stream:
            post(server, "heard")
            assert stream.next().last_event_id == ""
        post(server, "lost")
        with Stream(server) as stream:
            post(server, "heard again")
            assert stream.next().data == "heard again"


@both
def test_a_message_can_be_an_event_of_the_writer_s_own(run: Run) -> None:
    with run(leaky_sse) as server, Stream(server) as stream:
        post(server, "harmless\n\nevent: admin\ndata: you are fired")
        assert stream.next().data == "harmless"
        assert (event := stream.next()).type == "admin"
        assert event.data == "you are fired"


def test_a_page_of_any_site_may_connect_and_say_anything() -> None:
    with python(open_websocket) as server:
        evil = {"Origin": "http://evil.example"}
        with Socket(server, "/rooms/a", evil) as one, Socket(server, "/rooms/a", evil) as other:
            assert (one.status, other.status) == (101, 101)
            until(lambda: stats(server)["started"] == 2)
            one.say(b"x" * 12_000_000)  # tornado's own limit, which nobody asked for, would be 10 MiB
            assert other.hear() == one.hear() == b"x" * 12_000_000


def test_a_page_of_any_site_may_post() -> None:
    with python(interval_polling) as server:
        status, _, _ = ask(
            server,
            "POST",
            "/messages",
            {"Origin": "http://evil.example", "Content-Type": "text/plain"},
            b'{"message": "a form can send this"}',
        )
        assert status == 201


@pytest.mark.parametrize("module", [interval_polling, leaky_sse, open_websocket])
def test_what_it_leaks_ends_with_the_server(module: ModuleType) -> None:
    where = {interval_polling: "/poll", leaky_sse: "/events"}
    with python(module) as server:
        for _ in range(3):
            if module in where:
                with Raw(server) as raw:
                    raw.request("GET", where[module])
            else:
                with Socket(server, "/rooms/a"):
                    pass
        until(lambda: module is open_websocket or stats(server)["started"] == 3)
    assert live.run(tasks()) == []
    assert [one for one in loop.started().errors if "Uncaught" in one] == []


async def tasks() -> list[str]:
    import asyncio

    await asyncio.sleep(0)
    return [repr(task) for task in asyncio.all_tasks() - {asyncio.current_task()}]


@pytest.mark.parametrize("name", faulty.NAMES)
def test_each_is_known_by_its_name_and_short_enough_to_read(name: str) -> None:
    assert f"faulty.{name}" in serving.FAULTY
    assert "def make_app" in faulty.source(name)
    assert len(faulty.source(name).splitlines()) < 90


def test_a_name_that_is_none_is_refused() -> None:
    for look, name in ((faulty.source, "sound"), (faulty.node, "open_websocket")):
        with pytest.raises(ValueError, match=f"expected one of interval_polling, .*; got '{name}'"):
            look(name)
