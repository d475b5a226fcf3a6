"""Web servers on the course loop and in a process of their own."""

from __future__ import annotations

import json
import logging
import socket
import threading
import urllib.error
import urllib.request
from typing import Any

import apps_for_tests as apps
import pytest
import tornado.web
import tornado.websocket

from course_lib import live
from course_lib.live import loop
from course_lib.live.web import LogLine, PortTaken


def get(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return json.load(answer)


@pytest.mark.parametrize("app", [apps.make_app(), apps.make_app, apps.make_app_slowly, "apps_for_tests:make_app"])
def test_it_answers_when_serve_returns_and_not_after_its_block(app: Any) -> None:
    with live.serve(app) as server:
        assert "hello" in get(server.url)
        assert server.url == f"http://localhost:{server.port}"
    assert server.stopped
    with pytest.raises(urllib.error.URLError):
        get(server.url)
    server.stop()


def test_the_log_holds_the_requests_and_nothing_is_printed(capfd: pytest.CaptureFixture[str]) -> None:
    with live.serve(apps.make_app) as server:
        get(server.url + "/?x=1")
        for path in ("/?fail=1", "/nowhere"):
            with pytest.raises(urllib.error.HTTPError):
                get(server.url + path)
        assert [str(line) for line in server.log] == [
            "GET /?x=1 200",
            "GET /?fail=1 500 ValueError: as you wish",
            "GET /nowhere 404",
        ]
        assert all(isinstance(line, LogLine) and 0 <= line.seconds < 10 and line.at > 0 for line in server.log)
    assert capfd.readouterr() == ("", "")


def test_the_log_is_bounded() -> None:
    with live.serve(apps.make_app, keep=3) as server:
        for number in range(5):
            get(f"{server.url}/?x={number}")
        assert [line.path for line in server.log] == ["/?x=2", "/?x=3", "/?x=4"]


def test_the_same_name_replaces_and_repr_tells_the_state() -> None:
    first = live.serve(apps.make_app, name="chat")
    assert repr(first) == f"<Server 'chat': at http://localhost:{first.port} in the course loop>"
    second = live.serve(apps.make_app, name="chat")
    assert repr(first) == "<Server 'chat': stopped>"
    assert "hello" in get(second.url)
    assert live.leftovers() == [f"chat: {second!r}", f"listening port {second.port}"]
    live.stop_all()
    assert second.stopped
    second.stop()


def test_a_server_can_be_stopped_after_the_loop_is_gone() -> None:
    server = live.serve(apps.make_app)
    thread = loop.current()
    assert thread is not None
    thread.close()
    server.stop()
    assert server.stopped


def test_stopping_closes_open_connections_websockets_too() -> None:
    opened: list[tornado.websocket.WebSocketHandler] = []

    class Chat(tornado.websocket.WebSocketHandler):
        def open(self, *args: str, **kwargs: str) -> None:
            opened.append(self)

    server = live.serve(tornado.web.Application([("/chat", Chat)]))
    upgrade = (
        "GET /chat HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    with (
        socket.create_connection(("127.0.0.1", server.port), timeout=10) as idle,
        socket.create_connection(("127.0.0.1", server.port), timeout=10) as chat,
    ):
        chat.sendall(upgrade.encode())
        assert chat.recv(4096).startswith(b"HTTP/1.1 101")
        idle.sendall(b"GET /chat")
        server.stop()
        assert idle.recv(100) == b""
        assert chat.recv(100) == b""
    assert len(opened) == 1


def test_a_port_in_use_is_a_sentence() -> None:
    with live.serve(apps.make_app) as server:
        for process in (False, True):
            with pytest.raises(PortTaken, match=f"expected port {server.port} to be free, but it is taken"):
                live.serve("apps_for_tests:make_app", port=server.port, process=process)


@pytest.mark.parametrize("process", [False, True])
def test_a_port_that_is_none_is_refused(process: bool) -> None:
    with pytest.raises(ValueError, match="expected a port in 0…65535, got 70000"):
        live.serve("apps_for_tests:make_app", port=70000, process=process)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (3, "expected a tornado.web.Application or a function that makes one, got 3"),
        ("apps", "module:name"),
        (dict, "got {}"),
    ],
)
def test_what_is_no_application_is_refused(wrong: Any, words: str) -> None:
    with pytest.raises(TypeError, match=words):
        live.serve(wrong)


def test_an_error_while_making_the_app_comes_out() -> None:
    with pytest.raises(RuntimeError, match="no app today"):
        live.serve(apps.fail_to_make)


def test_a_process_of_its_own_answers_logs_and_ends() -> None:
    with live.serve(apps.make_app, process=True, name="own", args=("--fast", "é")) as server:
        assert get(server.url) == {"hello": ["--fast", "é"]}
        with pytest.raises(urllib.error.HTTPError):
            get(server.url + "/?fail=1")
        child = server._stop.__self__  # type: ignore[attr-defined]
        child.wait_for_line("[")
        assert str(server.log[0]) == "GET / 200"
        assert f"in process {child.pid}" in repr(server)
    assert not child.alive
    with pytest.raises(urllib.error.URLError):
        get(server.url)


def test_a_process_needs_a_name_not_an_object() -> None:
    for wrong in (apps.make_app(), lambda: apps.make_app()):
        with pytest.raises(TypeError, match="another process can't be"):
            live.serve(wrong, process=True)


def test_a_process_that_fails_shows_why() -> None:
    with pytest.raises(live.ChildFailed, match=r"(?s)ended with exit code 1:.*no app today"):
        live.serve("apps_for_tests:fail_to_make", process=True)


def test_two_threads_that_serve_under_one_name_leave_one_server() -> None:
    threads = [threading.Thread(target=live.serve, args=(apps.make_app,), kwargs={"name": "one"}) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [words.partition(":")[0] for words in live.leftovers() if words.startswith("one")] == ["one"]
    assert len([words for words in live.leftovers() if "port" in words]) == 1
    live.stop_all()


def test_an_interrupt_when_the_server_is_open_already_closes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    thread = loop.started()
    run = thread.run

    def interrupted(work: Any, timeout: float | None) -> Any:
        monkeypatch.undo()
        run(work, timeout)
        raise KeyboardInterrupt

    monkeypatch.setattr(thread, "run", interrupted)
    with pytest.raises(KeyboardInterrupt):
        live.serve(apps.make_app)
    assert live.leftovers() == []


def test_what_tornado_says_is_kept_by_the_loop_that_runs_however_often_it_began_anew() -> None:
    async def complain() -> None:
        logging.getLogger("tornado.application").error("hello")

    filters = set()
    for _ in range(5):
        with live.serve(apps.make_app):
            live.run(complain())
            assert list(loop.started().errors) == ["hello"]
            filters.add(len(logging.getLogger("tornado.application").filters))
        live.stop_all()
    assert len(filters) == 1


@pytest.mark.parametrize("port", ["80", None, True])
def test_a_port_is_a_whole_number(port: Any) -> None:
    with pytest.raises(TypeError, match="expected a port number"):
        live.serve(apps.make_app, port=port)
