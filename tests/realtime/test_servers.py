"""What every server does alike, on both paths: the page, POST /messages, and what bad input gets."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from course_lib import live
from tests.realtime.wire import Raw, Socket, Stream, ask, made, post, serving, stats, until

NAMES = ("long_polling", "sse", "websocket")
BOTH = [(name, path) for name in NAMES for path in made(name)]
JSON = {"Content-Type": "application/json"}

every = pytest.mark.parametrize(("name", "path"), BOTH, ids=lambda value: value)


@contextlib.contextmanager
def witness(name: str, server: live.Server) -> Iterator[Callable[[], None]]:
    """A client that is there all the time; the function it gives sees whether it still gets what is published."""
    if name == "long_polling":
        cursor = ask(server, "GET", "/poll")[2]["cursor"]
        with Raw(server) as raw:
            raw.request("GET", f"/poll?after={cursor}")
            until(lambda: stats(server)["clients"] == 1)

            def check() -> None:
                post(server, "are you there?")
                status, _, body = raw.answer()
                assert status == 200
                assert [one["message"] for one in json.loads(body)["messages"]] == ["are you there?"]

            yield check
    elif name == "sse":
        with Stream(server) as stream:

            def check() -> None:
                post(server, "are you there?")
                assert stream.message()[1] == "are you there?"

            yield check
    else:
        with Socket(server, "/rooms/lobby") as chat:

            def check() -> None:
                post(server, "are you there?", room="lobby")
                assert chat.hear() == "are you there?"

            yield check


@every
def test_serves_a_page_and_says_hello(name: str, path: str) -> None:
    with serving(name, path) as server:
        status, headers, page = ask(server, "GET", "/")
        assert status == 200
        assert headers["content-type"] == "text/html; charset=utf-8"
        assert f'src="{name}.js"'.encode() in page
        assert ask(server, "GET", f"/{name}.js")[1]["content-type"] == "text/javascript; charset=utf-8"
        assert ask(server, "GET", "/hello")[2] == {"hello": "world"}
        assert stats(server)["published"] == 0
        assert server.log[0].status == 200


@every
def test_numbers_what_is_posted(name: str, path: str) -> None:
    with serving(name, path) as server:
        assert [post(server, "one"), post(server, "two", room="elsewhere"), post(server, "drei, ✓, \0")] == [1, 2, 3]
        assert stats(server)["published"] == 3


BAD = {
    "no JSON": (JSON, b"hello", 400),
    "half of it": (JSON, b'{"message": "hel', 400),
    "empty": (JSON, b"", 400),
    "a list": (JSON, b'["message"]', 400),
    "a number for a text": (JSON, b'{"message": 7}', 400),
    "no message": (JSON, b"{}", 400),
    "not UTF-8": (JSON, b'{"message": "\xff\xfe"}', 400),
    "half a surrogate pair": (JSON, b'{"message": "\\ud800"}', 400),
    "nested": (JSON, b"[" * 15_000, 400),
    "a strange room": (JSON, b'{"message": "a", "room": "../etc"}', 400),
    "a form's type": ({"Content-Type": "text/plain"}, b'{"message": "a"}', 415),
    "no type": ({}, b'{"message": "a"}', 415),
    "too large": (JSON, b'{"message": "%s"}' % (b"a" * 20_000), 413),
    "far too large": (JSON, b" " * 3_000_000, 413),
    "another site": ({**JSON, "Origin": "http://elsewhere.example"}, b'{"message": "a"}', 403),
    "another port": ({**JSON, "Origin": "http://localhost:1"}, b'{"message": "a"}', 403),
    "no origin at all": ({**JSON, "Origin": "null"}, b'{"message": "a"}', 403),
}


@every
def test_a_bad_message_gets_its_status_a_sentence_and_a_line_in_the_log(name: str, path: str) -> None:
    with serving(name, path) as server, witness(name, server) as check:
        for what, (headers, body, expected) in BAD.items():
            status, _, answer = ask(server, "POST", "/messages", headers, body)
            assert (what, status) == (what, expected)
            assert answer["error"].startswith("expected"), what
            line = server.log[-1]
            assert (line.method, line.path, line.status) == ("POST", "/messages", expected), what
            assert line.error == answer["error"], what
        assert stats(server)["published"] == 0
        check()


@every
def test_an_oversized_body_need_not_come_to_be_refused(name: str, path: str) -> None:
    with serving(name, path) as server, Raw(server) as raw:
        raw.request("POST", "/messages", {**JSON, "Content-Length": str(1 << 40)}, b"{")
        status, _, body = raw.answer()
        assert status == 413
        assert "1,099,511,627,776" in json.loads(body)["error"]
        raw.ended()


@every
def test_a_body_in_chunks_has_the_same_limit(name: str, path: str) -> None:
    def chunked(*pieces: bytes) -> bytes:
        return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in (*pieces, b""))

    with serving(name, path) as server:
        headers = {**JSON, "Transfer-Encoding": "chunked"}
        assert ask(server, "POST", "/messages", headers, chunked(b'{"message":', b' "a"}'))[0] == 201
        assert ask(server, "POST", "/messages", headers, chunked(*[b" " * 1000] * 17))[0] == 413
        assert stats(server)["published"] == 1


@every
def test_pages_of_this_server_and_of_listed_origins_may_post(name: str, path: str) -> None:
    with serving(name, path, origins=("http://lab.example:8888",)) as server:
        for origin in (server.url, "http://lab.example:8888"):
            headers = {**JSON, "Origin": origin}
            assert ask(server, "POST", "/messages", headers, b'{"message": "a"}')[0] == 201


@every
def test_what_is_not_there_is_json_too(name: str, path: str) -> None:
    with serving(name, path) as server:
        for method, where, expected in (("GET", "/nowhere", 404), ("GET", "/messages", 405), ("DELETE", "/stats", 405)):
            status, _, answer = ask(server, method, where)
            assert (status, list(answer)) == (expected, ["error"])


CUT: dict[str, tuple[bytes, int]] = {
    "a byte and silence": (b"G", 408),
    "half a request line": (b"GET /hel", 408),
    "half a head": (b"GET /hello HTTP/1.1\r\nHost: localhost\r\nX-Slow: ", 408),
    "half a body": (
        b"POST /messages HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{",
        408,
    ),
    "nothing at all": (b"", 408),
    "no HTTP": (b"\x16\x03\x01\x02\x00 hello\r\n\r\n", 400),
    "no length": (b"POST /messages HTTP/1.1\r\nHost: localhost\r\nContent-Length: many\r\n\r\n", 400),
    "two lengths": (
        b"POST /messages HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        400,
    ),
    "a head without end": (b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: " + b"a" * 40_000, 431),
}


@every
def test_who_sends_no_whole_request_is_cut_off_and_noted(name: str, path: str) -> None:
    with serving(name, path, header_timeout=0.3) as server, contextlib.ExitStack() as stack:
        opened = {what: stack.enter_context(Raw(server)) for what in CUT}
        for what, raw in opened.items():
            with contextlib.suppress(ConnectionError):  # cut off already
                raw.send(CUT[what][0])
        for what, raw in opened.items():
            said = raw.ended()
            assert said == b"" or said.startswith(b"HTTP/1.1 4"), what
        expected = sorted(status for _, status in CUT.values())
        until(lambda: sorted(line.status for line in server.log) == expected, f"lines with {expected}")
        assert ask(server, "GET", "/hello")[0] == 200


@every
def test_a_client_that_leaves_in_the_middle_is_noted(name: str, path: str) -> None:
    with serving(name, path) as server:
        with Raw(server) as raw:
            raw.send(b"GET /hello HTT")
            assert stats(server)["clients"] == 0  # the server has had its turn
        until(lambda: any(line.method == "CUT" for line in server.log), "a line")


@every
def test_slow_clients_keep_nobody_waiting(name: str, path: str) -> None:
    with (
        serving(name, path, header_timeout=5) as server,
        witness(name, server) as check,
        contextlib.ExitStack() as stack,
    ):
        for _ in range(50):
            stack.enter_context(Raw(server)).send(b"POST /messages HTTP/1.1\r\nHost: loc")
        check()


@every
def test_a_full_server_says_so_and_for_how_long(name: str, path: str) -> None:
    where: dict[str, Any] = {"long_polling": "/poll?after=0", "sse": "/events", "websocket": "/echo"}
    with serving(name, path, max_clients=1) as server, witness(name, server):
        if name == "websocket":
            with Socket(server) as chat:
                status, headers = chat.status, chat.headers
        else:
            status, headers, _ = ask(server, "GET", where[name])
        assert (status, headers["retry-after"]) == (503, "2")
