"""What lesson 06 experiments with: canned answers, a proxy that collects, the page of streams, the parser's picture."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from course_lib import live
from course_lib.exercises.lesson_06 import buffers, canned, proxy, tabs

SSE = b"HTTP/1.0 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    yield
    live.stop_all()


def asked(port: int, path: str, head: str = "") -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=5)
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{head}\r\n".encode())
    return connection


def all_of(connection: socket.socket) -> bytes:
    with connection:
        return b"".join(iter(lambda: connection.recv(65536), b""))


def until(connection: socket.socket, end: bytes) -> bytes:
    data = b""
    while end not in data and (piece := connection.recv(65536)):
        data += piece
    return data


def first_line(port: int, path: str) -> bytes:
    with asked(port, path) as connection:
        return until(connection, b"\r\n")


@contextlib.contextmanager
def behind_a_proxy(answer: canned.Answer, **options: Any) -> Iterator[socket.socket]:
    with (
        live.serve(canned.make_app({"/": answer})) as server,
        live.serve(proxy.make_app(server.port, **options)) as middle,
        asked(middle.port, "/") as connection,
    ):
        yield connection


def test_a_canned_answer_is_sent_byte_for_byte_and_the_question_kept() -> None:
    app = canned.make_app({"/raw": canned.Answer([b"HTTP/1.1 200 OK\r\n\r\n", b"dat", b"a: x\n\n"])})
    with live.serve(app) as server:
        assert all_of(asked(server.port, "/raw")) == b"HTTP/1.1 200 OK\r\n\r\ndata: x\n\n"
        assert all_of(asked(server.port, "/raw", "Last-Event-ID: 7\r\n")).endswith(b"data: x\n\n")
        assert app.settings["asked"] == [("/raw", ""), ("/raw", "7")]
        assert b"404" in first_line(server.port, "/other")


def test_an_answer_has_its_status_type_and_headers() -> None:
    (told,) = canned.answer(503, "text/plain", b"full", headers=["Retry-After: 2"]).pieces
    head = "HTTP/1.1 503 Service Unavailable", "Content-Type: text/plain", "Retry-After: 2", "Connection: close"
    assert told == "\r\n".join([*head, "", "full"]).encode()


def test_a_held_answer_stays_open_until_the_server_closes() -> None:
    app = canned.make_app({"/": canned.Answer([b"HTTP/1.1 200 OK\r\n\r\nbegun"], "hold")})
    with live.serve(app) as server:
        connection = asked(server.port, "/")
        assert until(connection, b"begun").endswith(b"begun")
        assert len(app.settings["open"]) == 1
    assert all_of(connection) == b""
    assert len(app.settings["open"]) == 0


@pytest.mark.parametrize(
    ("header", "obeys", "comes"),
    [(b"", True, False), (b"X-Accel-Buffering: no\r\n", False, False), (b"X-Accel-Buffering: no\r\n", True, True)],
)
def test_a_proxy_collects_unless_it_is_told_not_to_and_obeys(header: bytes, obeys: bool, comes: bool) -> None:
    head = SSE[:-2] + header + b"\r\n"
    answer = canned.Answer([head, b"data: small\n\n"], "hold")
    with behind_a_proxy(answer, hold=1000, obeys=obeys) as connection:
        connection.settimeout(5 if comes else 0.1)
        if comes:
            assert until(connection, b"small\n\n") == head + b"data: small\n\n"
        else:
            assert until(connection, b"\r\n\r\n") == head
            with pytest.raises(TimeoutError):
                connection.recv(100)


def test_a_proxy_passes_on_what_it_has_collected_when_the_answer_ends() -> None:
    with behind_a_proxy(canned.Answer([SSE, b"data: small\n\n"])) as connection:
        assert all_of(connection) == SSE + b"data: small\n\n"


def test_a_proxy_goes_on_when_enough_has_come() -> None:
    with behind_a_proxy(canned.Answer([SSE, b":" * 600, b":" * 600], "hold"), hold=1000) as connection:
        assert len(until(connection, b":" * 1200)) == len(SSE) + 1200


def test_a_proxy_whose_server_is_gone_answers_with_an_error() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        with live.serve(proxy.make_app(unused.getsockname()[1])) as middle:
            assert b" 502 " in first_line(middle.port, "/")


def test_the_page_of_streams_and_what_it_asks_for() -> None:
    app = tabs.make_app()
    with live.serve(app) as server:
        with asked(server.port, "/") as page, asked(server.port, "/hello") as hello:
            assert b"new EventSource" in until(page, b"</html>")
            assert until(hello, b"hello").endswith(b"hello")
        stream = asked(server.port, "/stream?1")
        assert b"text/event-stream" in until(stream, b":\n\n")
        assert len(app.settings["waiting"]) == 1
    all_of(stream)
    assert len(app.settings["waiting"]) == 0


def test_a_stream_whose_client_has_left_is_over() -> None:
    app = tabs.make_app()
    with live.serve(app) as server:
        stream = asked(server.port, "/stream")
        until(stream, b":\n\n")
        stream.close()
        for _ in range(200):
            if not app.settings["waiting"]:
                break
            assert b" 200 " in first_line(server.port, "/hello")
        assert len(app.settings["waiting"]) == 0


STREAM = "data: caf\u00e9\r\nid: 7\r\n\r\n".encode()


@pytest.mark.parametrize(
    ("size", "finding"),
    [
        (1, "22 chunks; the event fires with chunk 21; after chunk 10 half a character is kept"),
        (5, "5 chunks; the event fires with chunk 5; after chunk 2 half a character is kept"),
        (11, "2 chunks; the event fires with chunk 2; no character is cut in two"),
        (22, "1 chunk; the event fires with chunk 1; no character is cut in two"),
    ],
)
def test_the_parsers_picture_finds_where_the_event_fires(size: int, finding: str) -> None:
    picture = buffers.picture(STREAM, size)
    assert picture.alt == finding
    assert b"".join(eval(row[0]) for row in picture.table.rows) == STREAM
    assert [row[4] for row in picture.table.rows if row[4]] == ["'caf\u00e9'"]


def test_the_parsers_picture_draws_no_more_than_it_can() -> None:
    with pytest.raises(ValueError, match="at most 24 bytes, got 1 and 25"):
        buffers.picture(b"x" * 25, 1)
    with pytest.raises(ValueError, match="expected a size of 1 or more"):
        buffers.picture(b"x", 0)
    assert buffers.picture(b"data: a", 3).alt == "3 chunks; no event fires; no character is cut in two"
