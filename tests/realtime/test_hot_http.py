"""The hot path over real sockets: strange bytes, strange clients, both loops, and the same answers as tornado gives."""

from __future__ import annotations

import contextlib
import gc
import itertools
import json
import re
import socket
import struct
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from course_lib import live, realtime
from course_lib.live import loop as course_loop
from course_lib.realtime.hot.connection import Connection
from course_lib.realtime.hot.reader import Reader
from course_lib.realtime.hot.sse import Stream as HotStream
from tests.realtime.wire import Raw, Stream, ask, post, stats, until

LOOPS = ["asyncio"] if sys.platform == "win32" else ["asyncio", "uvloop"]
STATUSES = {200, 201, 204, 400, 403, 404, 405, 408, 413, 415, 417, 431, 501, 505, 100}


@contextlib.contextmanager
def serving(name: str, path: str = "hot", **limits: Any) -> Iterator[live.Server]:
    """A server on the course loop, beside others; nothing goes wrong unseen."""
    with realtime.serve(name, path=path, **limits) as found:  # type: ignore[arg-type]
        yield found
    errors = list(course_loop.started().errors)
    course_loop.started().errors.clear()
    assert errors == []


@pytest.fixture(scope="module", params=LOOPS)
def server(request: pytest.FixtureRequest) -> Iterator[live.Server]:
    """Long polling in a process of its own, on each loop."""
    limits = {"header_timeout": 30, "max_write_buffer": 16_384}
    with realtime.serve("long_polling", path="hot", process=True, loop=request.param, **limits) as found:
        yield found


@pytest.fixture
def here() -> Iterator[live.Server]:
    """Long polling on the course loop, so that what is left of a connection can be looked for."""
    with serving("long_polling", header_timeout=30) as found:
        yield found


def request(method: str, path: str, *fields: str, body: bytes = b"", version: str = "1.1") -> bytes:
    length = [f"Content-Length: {len(body)}"] if body else []
    return "\r\n".join([f"{method} {path} HTTP/{version}", "Host: a", *fields, *length, "", ""]).encode() + body


def message(text: str) -> bytes:
    return request("POST", "/messages", "Content-Type: application/json", body=json.dumps({"message": text}).encode())


def answers(data: bytes) -> list[int]:
    """The statuses of the answers in some bytes, which must be whole."""
    found = []
    while data:
        head, end, data = data.partition(b"\r\n\r\n")
        assert end, head
        assert head.startswith(b"HTTP/1.1 "), head
        lengths = [int(line[15:]) for line in head.split(b"\r\n") if line.startswith(b"Content-Length:")]
        assert len(lengths) <= 1
        assert len(data) >= sum(lengths)
        found.append(int(head[9:12]))
        data = data[sum(lengths) :]
    return found


def talk(server: live.Server, pieces: list[bytes]) -> list[int]:
    """Send pieces and then the end; the statuses that come back."""
    with Raw(server) as raw:
        raw.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with contextlib.suppress(OSError):  # the server may have heard enough
            for piece in pieces:
                raw.send(piece)
            raw.socket.shutdown(socket.SHUT_WR)
        return answers(raw.ended())


def test_a_session_is_the_same_byte_by_byte(server: live.Server) -> None:
    whole = (
        request("GET", "/hello")
        + message("one")
        + request("HEAD", "/hello")[:-2].replace(b"Host", b"host")
        + b"X: y\r\n\r\n"
        + request("GET", "/nowhere")
        + request("POST", "/messages", "Transfer-Encoding: chunked")
        + b"3\r\nabc\r\n0\r\n\r\n"
        + request("GET", "/hello", "Connection: close")
    )
    with Raw(server) as raw:
        raw.send(whole)
        at_once = raw.ended()
    with Raw(server) as raw:
        raw.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for number in range(len(whole)):
            raw.send(whole[number : number + 1])
        piecemeal = raw.ended()

    volatile = rb'Date: [^\r]*|"id":\d+'
    assert re.sub(volatile, b"", piecemeal) == re.sub(volatile, b"", at_once)
    statuses = re.findall(rb"HTTP/1.1 (\d+)", at_once)
    assert statuses == [b"200", b"201", b"200", b"404", b"415", b"200"]


def test_who_sends_much_ahead_gets_it_all_in_order(server: live.Server) -> None:
    count = 3000
    with Raw(server) as raw:
        raw.send(b"".join(message(str(number)) for number in range(count)))
        ids = []
        for _ in range(count):
            status, _, body = raw.answer()
            assert status == 201
            ids.append(json.loads(body)["id"])
    assert ids == list(range(ids[0], ids[0] + count))


def test_who_is_refused_gets_to_read_why_however_much_it_sends(server: live.Server) -> None:
    for _ in range(5):
        with Raw(server) as raw:
            raw.send(request("POST", "/messages", "Content-Length: 4000000") + bytes(4_000_000))
            assert raw.answer()[0] == 413
            raw.socket.shutdown(socket.SHUT_WR)
            assert raw.ended() == b""


def test_a_client_that_never_reads_stops_being_read(server: live.Server) -> None:
    asked = request("GET", "/hello")
    whole = memoryview(asked * 100_000)
    with Raw(server, buffer=65_536) as raw:
        raw.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        raw.socket.setblocking(False)
        sent = 0
        for _ in range(3):  # the system takes more when the server has had a turn
            with contextlib.suppress(BlockingIOError):
                while sent < len(whole):
                    sent += raw.socket.send(whole[sent:])
            assert ask(server, "GET", "/hello")[0] == 200
        assert sent < len(whole)
        raw.socket.settimeout(10)
        raw.socket.shutdown(socket.SHUT_WR)
        for _ in range(sent // len(asked)):
            assert raw.answer()[0] == 200
        assert raw.ended() == b""


def test_the_first_request_may_come_with_half_of_the_next(server: live.Server) -> None:
    with Raw(server) as raw:
        raw.send(request("GET", "/hello") + b"GET /hel")
        assert raw.answer()[0] == 200
        raw.send(b"lo HTTP/1.1\r\nHost: a\r\n\r\n")
        assert raw.answer()[0] == 200


@pytest.mark.parametrize("first", [b"", request("GET", "/hello")], ids=["first request", "later request"])
@pytest.mark.parametrize(
    ("asked", "status"),
    [
        (request("HEAD", "/hello"), 200),
        (request("OPTIONS", "/poll"), 204),
        (request("BREW", "/hello"), 501),
        (request("PROPFIND", "/hello"), 405),
        (request("GET", "/hello", version="2.0"), 505),
        (request("GET", "/hello", version="1.0"), 200),
        (b"GET /hello HTTP/1.1\r\n\r\n", 400),
        (request("POST", "/messages", "Transfer-Encoding: gzip"), 501),
        (request("POST", "/messages", "Transfer-Encoding: chunked", body=b"x"), 400),
        (request("POST", "/messages", "Expect: everything", body=b"x"), 417),
    ],
)
def test_the_right_status_on_the_first_request_and_on_a_later_one(
    server: live.Server, first: bytes, asked: bytes, status: int
) -> None:
    with Raw(server) as raw:
        if first:
            raw.send(first)
            assert raw.answer()[0] == 200
        raw.send(asked)
        if not first and b"HTTP/2.0" in asked:
            status = 400  # tornado, who reads the first one, knows no 505
        assert raw.head()[0] == status


def test_a_poll_ends_with_its_client_and_no_message_with_it(here: live.Server) -> None:
    with contextlib.ExitStack() as stack:
        pollers = [stack.enter_context(Raw(here)) for _ in range(20)]
        for raw in pollers:
            raw.request("GET", "/poll?after=0")
        until(lambda: stats(here)["clients"] == 20)
    until(lambda: stats(here)["clients"] == 0, "no client")
    assert [line.status for line in here.log if line.path.startswith("/poll")] == [499] * 20
    post(here, "kept")
    assert ask(here, "GET", "/poll?after=0")[2]["messages"] == [{"id": 1, "message": "kept"}]


def test_polling_on_one_connection_loses_nothing_and_doubles_nothing(server: live.Server) -> None:
    cursor = first = ask(server, "GET", "/poll")[2]["cursor"]
    seen: list[int] = []
    with Raw(server) as poller, Raw(server) as poster:
        for number in range(300):
            poller.request("GET", f"/poll?after={cursor}")
            if number % 3:
                poster.send(message(str(number)) * (number % 5 + 1))
                for _ in range(number % 5 + 1):
                    assert poster.answer()[0] == 201
            else:
                poster.send(message(str(number)))
                assert poster.answer()[0] == 201
            status, _, body = poller.answer()
            assert status == 200
            found = json.loads(body)
            seen += [one["id"] for one in found["messages"]]
            cursor = found["cursor"]
        last = ask(server, "GET", "/poll")[2]["cursor"]
        poller.request("GET", f"/poll?after={cursor}&timeout=0.001")
        status, _, body = poller.answer()
        seen += [one["id"] for one in json.loads(body)["messages"]] if status == 200 else []
    assert seen == list(range(first + 1, last + 1))


def vanish(raw: Raw) -> None:
    """Go without a goodbye: the system sends a reset."""
    at_once = struct.pack("HH" if sys.platform == "win32" else "ii", 1, 0)
    raw.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
    raw.close()


@pytest.mark.parametrize("leave", [Raw.close, vanish])
def test_clients_that_come_stall_and_go_leave_nothing(leave: Callable[[Raw], None]) -> None:
    ways = [b"", b"G", request("GET", "/hello"), request("GET", "/hello") + b"POST", request("GET", "/events")]
    ways += [request("GET", "/events") + request("GET", "/hello"), request("POST", "/messages", "Content-Length: 9")]
    with serving("sse", header_timeout=30) as server:
        for _ in range(5):
            clients = [Raw(server) for _ in range(35)]
            for raw, way in zip(clients, itertools.cycle(ways), strict=False):
                raw.send(way)
            until(lambda: stats(server)["clients"] == 10)
            for raw in clients:
                leave(raw)
            until(lambda: stats(server)["clients"] == 0)
        until(lambda: live.run(connections()) == 0, "no connection")
    live.run(connections())


async def connections() -> int:
    """How many there are of the objects that a connection consists of; `until` asks over one of its own."""
    gc.collect()
    return sum(isinstance(one, Connection | Reader | HotStream) for one in gc.get_objects())


PARTS = st.one_of(
    st.binary(max_size=40),
    st.sampled_from(
        [
            request("GET", "/hello"),
            request("GET", "/poll?after=0&timeout=0"),
            request("GET", "/poll?after=-1"),
            message("fuzz"),
            b"GET /hello HTTP/1.1\r\n",
            b"POST /messages HTTP/1.1\r\n",
            b"Host: a\r\n",
            b"Content-Type: application/json\r\n",
            b"Content-Length: 16\r\n",
            b"Transfer-Encoding: chunked\r\n",
            b"Connection: close\r\n",
            b"Expect: 100-continue\r\n",
            b"10\r\n",
            b'{"message": "a"}',
            b"\r\n",
            b"0\r\n\r\n",
        ]
    ),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(PARTS, max_size=8), st.booleans())
@example([request("GET", "/hello"), b"\xff" * 40, b"\r\n\r\n"], True)
def test_whatever_bytes_come_the_answers_are_answers_and_nobody_else_notices(
    here: live.Server, parts: list[bytes], at_once: bool
) -> None:
    cursor = ask(here, "GET", "/poll")[2]["cursor"]
    with Raw(here) as witness:
        witness.request("GET", f"/poll?after={cursor}")
        found = talk(here, [b"".join(parts)] if at_once else parts)
        assert set(found) <= STATUSES
        post(here, "still there?")
        status, _, body = witness.answer()
        assert status == 200
        texts = [one["message"] for one in json.loads(body)["messages"]]
        assert set(texts) <= {"fuzz", "a", "still there?"}


PATHS = st.sampled_from(["/hello", "/messages", "/stats", "/poll", "/nowhere", "/hello/", "//hello", "/%68ello"])
QUERIES = st.sampled_from(["", "?after=0", "?after=1", "?after=01", "?after=9999", "?after=x", "?after=%ff"])
METHODS = st.sampled_from(["GET", "POST", "PUT", "DELETE", "PATCH"])
ORIGINS = st.sampled_from([[], ["Origin: http://a"], ["Origin: http://b"], ["Origin: null"], ["ORIGIN: HTTP://A"]])
TYPES = st.sampled_from(
    [
        [],
        ["Content-Type: application/json"],
        ["Content-Type: text/plain"],
        ["content-type: application/JSON; charset=utf-8"],
    ]
)
BODIES = st.one_of(
    st.builds(lambda text: json.dumps({"message": text}).encode(), st.text(max_size=8)),
    st.sampled_from(
        [b"", b"{}", b"[", b'{"message": 1}', b'{"message": "\\ud800"}', b'{"message": "a", "room": "b c"}']
    ),
    st.binary(max_size=10),
)


@pytest.fixture(scope="module")
def both() -> Iterator[list[live.Server]]:
    with serving("long_polling", "batteries") as batteries, serving("long_polling") as hot:
        for server in (batteries, hot):
            post(server, "first")
        yield [batteries, hot]


@settings(max_examples=120, deadline=None)
@given(METHODS, PATHS, QUERIES, ORIGINS, TYPES, BODIES, st.booleans())
def test_the_same_answers_as_with_tornado(
    both: list[live.Server],
    method: str,
    path: str,
    query: str,
    origin: list[str],
    kind: list[str],
    body: bytes,
    first: bool,
) -> None:
    asked = request(method, f"{path}{query}&timeout=0" if query else path, *origin, *kind, body=body)
    told = []
    for server in both:
        with Raw(server) as raw:
            if not first:
                raw.send(request("GET", "/hello"))
                assert raw.answer()[0] == 200
            raw.send(asked)
            status, _, answer = raw.answer()
            told.append((status, json.loads(answer) if answer else None))
    (theirs, by_tornado), (ours, by_us) = told
    assert ours == theirs
    if ours == 201:
        assert by_us.keys() == by_tornado.keys()
    elif path == "/stats" and ours == 200:
        assert {**by_us, "rooms": 0} == {
            **by_tornado,
            "rooms": 0,
        }  # ours listens always, tornado's while somebody waits
    elif "%ff" not in query or path != "/poll":  # tornado has its own words for that
        assert by_us == by_tornado


@pytest.mark.parametrize("loop", LOOPS)
def test_a_stream_after_other_requests_on_one_connection(loop: Any) -> None:
    with realtime.serve("sse", path="hot", process=True, loop=loop) as events, Raw(events) as raw:
        raw.request("GET", "/hello")
        assert raw.answer()[0] == 200
        raw.request("GET", "/events")
        status, headers = raw.head()
        assert (status, headers["content-type"]) == (200, "text/event-stream")
        post(events, "hi")
        assert raw.take(len(b"retry: 2000\n\nid: 1\ndata: hi\n\n")) == b"retry: 2000\n\nid: 1\ndata: hi\n\n"
        with Stream(events, headers={"Last-Event-ID": "0"}) as second:
            assert second.message() == ("1", "hi")


def test_stopping_ends_every_connection_and_answers_who_waits() -> None:
    with serving("long_polling") as server, contextlib.ExitStack() as stack:
        raws = [stack.enter_context(Raw(server)) for _ in range(6)]
        for raw in raws[:3]:
            raw.request("GET", "/poll?after=0")
        for raw in raws[3:]:
            raw.request("GET", "/hello")
            assert raw.answer()[0] == 200
        until(lambda: stats(server)["clients"] == 3)
        server.stop()
        for raw in raws[:3]:
            assert raw.answer()[0] == 204
        for raw in raws:
            assert raw.ended() == b""
