"""What an application may ask of the server it runs in: to be told before it closes, limits, lines in the log."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import json
import os
import socket
import time
import urllib.request
from typing import Any

import apps_for_tests as apps
import pytest
import tornado.web

from course_lib import live
from course_lib.live import loop, loops, web


class Forever(tornado.web.RequestHandler):
    """Begins an answer and waits for the end."""

    async def get(self) -> None:
        self.write("begun;")
        await self.flush()
        await self.settings["over"].wait()
        self.write("ended")


def connected(server: live.Server, said: bytes) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=10)
    if said:
        connection.sendall(said)
    return connection


def everything(connection: socket.socket) -> bytes:
    data = b""
    try:
        while piece := connection.recv(4096):
            data += piece
    except ConnectionError:
        pass
    return data


def test_what_lasts_ends_in_its_own_way_before_connections_are_closed() -> None:
    app = tornado.web.Application([("/", Forever)], over=asyncio.Event())
    calls: list[str] = []

    async def end() -> None:
        await asyncio.sleep(0)
        calls.append("slow")
        app.settings["over"].set()

    app.settings["closing"] = [end, lambda: calls.append("plain")]
    with live.serve(app) as server, connected(server, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n") as connection:
        data = b""
        while not data.endswith(b"begun;\r\n"):
            data += connection.recv(4096)
        server.stop()
        assert calls == ["plain", "slow"]
        assert everything(connection) == b"5\r\nended\r\n0\r\n\r\n"
        server.stop()
        assert calls == ["plain", "slow"]


def test_nobody_waits_longer_than_a_second_and_a_failure_keeps_nobody_from_ending() -> None:
    app = apps.make_app()
    ended: list[str] = []

    def fail() -> None:
        raise OSError("no")

    async def never() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("cancelled")

    app.settings["closing"] = [fail, never, lambda: ended.append("the last")]
    server = live.serve(app)
    began = time.monotonic()
    server.stop()
    assert time.monotonic() - began < 3
    live.run(asyncio.sleep(0))
    assert ended == ["the last", "cancelled"]
    assert list(loop.started().errors) == ["while the server closed: OSError('no')"]
    live.stop_all()


def test_limits_of_the_http_server_come_from_the_application() -> None:
    app = apps.make_app()
    app.settings["http"] = {"idle_connection_timeout": 0.05, "max_header_size": 1000, "max_body_size": 10}
    with live.serve(app) as server:
        with connected(server, b"GET /slow HT") as slow, connected(server, b"GET / HTTP/1.1\r\n" + b"a" * 2000) as long:
            everything(slow)
            everything(long)
        with connected(server, b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n") as large:
            assert everything(large).startswith(b"HTTP/1.1 400 ")
        assert sorted(str(line) for line in server.log) == [
            "CUT - 408 expected the whole request within 0.05 s",
            "CUT - 431 expected a head of at most 1,000 bytes",
            "CUT / 400 expected a body as its headers say",
        ]


def test_a_connection_that_was_idle_after_a_request_is_not_worth_a_line() -> None:
    app = apps.make_app()
    app.settings["http"] = {"idle_connection_timeout": 0.05}
    with live.serve(app) as server, connected(server, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n") as connection:
        everything(connection)
        assert [str(line) for line in server.log] == ["GET / 200"]


def test_connections_that_the_server_closes_itself_are_not_worth_a_line() -> None:
    lines: Any = None
    with live.serve(apps.make_app) as server, connected(server, b"GET / HTTP/1.1\r\n") as connection:
        lines = server._log
        with connected(server, b"GET / HTTP/1.0\r\n\r\n") as after:
            everything(after)  # the server has seen the one before, too
        server.stop()
        everything(connection)
    assert [str(line) for line in lines()] == ["GET / 200"]


def test_a_flood_of_connections_leaves_those_that_are_there_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    with contextlib.ExitStack() as free:
        most = max(free.enter_context(socket.socket()).fileno() for _ in range(40))
    monkeypatch.setattr(web, "_most_files", lambda: most)
    monkeypatch.setattr(web, "_SPARE_FILES", 0)
    with live.serve(apps.make_app) as server, contextlib.ExitStack() as stack:
        first = stack.enter_context(connected(server, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"))
        assert first.recv(4096).startswith(b"HTTP/1.1 200 ")
        for _ in range(60):
            flooding = stack.enter_context(connected(server, b""))
        assert everything(flooding) == b""
        first.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        assert everything(first).startswith(b"HTTP/1.1 200 ")
        assert {str(line) for line in server.log if line.method == "CUT"} == {
            "CUT - 503 expected fewer connections: this process can open no more"
        }


def test_an_application_adds_lines_and_a_refusal_says_why() -> None:
    class Refuse(tornado.web.RequestHandler):
        def get(self) -> None:
            self.settings["note"]("SAID", "/elsewhere", 7, "words")
            raise tornado.web.HTTPError(418, "expected 100 %% coffee, got tea")

    with live.serve(tornado.web.Application([("/", Refuse)])) as server:
        with connected(server, b"GET / HTTP/1.0\r\n\r\n") as connection:
            everything(connection)
        assert str(server.log[0]) == "SAID /elsewhere 7 words"
        assert str(server.log[1]).startswith("GET / 418 expected 100 %")


def test_it_knows_its_process() -> None:
    with live.serve(apps.make_app) as here, live.serve(apps.make_app, process=True) as there:
        assert here.pid == os.getpid()
        assert there.pid != os.getpid()
        assert f"process {there.pid}" in repr(there)


@pytest.mark.parametrize("choice", ["asyncio", "auto", "uvloop"])
def test_a_process_runs_on_the_chosen_loop_and_reports_nothing_when_nothing_is_kept(choice: Any) -> None:
    there = importlib.util.find_spec("uvloop") is not None
    if choice == "uvloop" and not there:
        pytest.skip("uvloop is not installed here")
    with live.serve(apps.make_loop_app, process=True, loop=choice, keep=0) as server:
        with urllib.request.urlopen(server.url, timeout=10) as answer:
            module = json.load(answer)["loop"]
        assert server.log == []
    assert module.startswith("uvloop" if there and choice != "asyncio" else "asyncio")


def test_a_loop_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="expected a loop: asyncio, uvloop, auto; got 'libev'"):
        loops.factory("libev")
    monkeypatch.setattr(loops, "_has_uvloop", lambda: False)
    assert loops.factory("auto") is None
    with pytest.raises(ValueError, match="expected uvloop to be installed"):
        live.serve(apps.make_app, process=True, loop="uvloop")
    with pytest.raises(ValueError, match="expected process=True"):
        live.serve(apps.make_app, loop="uvloop")
