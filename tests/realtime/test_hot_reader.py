"""Requests out of bytes, however they are cut; and what is refused, with which status."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import Any

import h11
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from course_lib.realtime.hot.reader import MAX_FIELDS, MAX_HEAD, Reader, Request
from course_lib.realtime.validate import Refused

MAX_BODY = 100
HOST = b"Host: a\r\n"


def told(request: Request) -> tuple[Any, ...]:
    return (request.method, request.target, request.version, request.keep, request.fields, bytes(request.body))


def read(pieces: Iterable[bytes], max_body: int = MAX_BODY) -> tuple[list[tuple[Any, ...]], int | None, bool]:
    """The requests, the status with which the rest was refused, and whether part of one more is here."""
    reader = Reader(max_body)
    found: list[tuple[Any, ...]] = []
    try:
        for piece in pieces:
            reader.add(piece)
            while (request := reader.next()) is not None:
                found.append(told(request))
            assert reader.ahead == 0
    except Refused as refused:
        return found, refused.status, False
    return found, None, reader.begun


def cuts(data: bytes) -> Iterable[list[bytes]]:
    yield [data]
    yield [data[at : at + 1] for at in range(len(data))]
    yield from ([data[:at], data[at:]] for at in range(1, len(data)))


def head(line: bytes, *fields: bytes) -> bytes:
    return b"\r\n".join([line, *fields, b"", b""])


SOUND = {
    "a GET": (head(b"GET /hello HTTP/1.1", b"Host: a"), [("GET", b"/hello", b"")]),
    "with a query": (head(b"GET /poll?after=7&x HTTP/1.1", b"Host: a"), [("GET", b"/poll?after=7&x", b"")]),
    "two behind each other": (head(b"GET /1 HTTP/1.1", b"Host: a") * 2, [("GET", b"/1", b"")] * 2),
    "empty lines before it": (b"\r\n\r\n\r\n" + head(b"GET / HTTP/1.1", b"Host: a"), [("GET", b"/", b"")]),
    "HTTP/1.0 without a host": (head(b"GET / HTTP/1.0"), [("GET", b"/", b"")]),
    "a body": (head(b"POST / HTTP/1.1", b"Host: a", b"Content-Length: 3") + b"abc", [("POST", b"/", b"abc")]),
    "a body with the end of a head in it": (
        head(b"POST /1 HTTP/1.1", b"Host: a", b"Content-Length: 9") + b"ab\r\n\r\ncde" + head(b"GET /2 HTTP/1.0"),
        [("POST", b"/1", b"ab\r\n\r\ncde"), ("GET", b"/2", b"")],
    ),
    "chunks, an extension and a trailer": (
        head(b"POST /1 HTTP/1.1", b"Host: a", b"Transfer-Encoding: Chunked")
        + b"3;x=1\r\nabc\r\n4\r\n\r\n\r\n\r\n0\r\nHost: b\r\n\r\n"
        + head(b"GET /2 HTTP/1.0"),
        [("POST", b"/1", b"abc\r\n\r\n"), ("GET", b"/2", b"")],
    ),
    "an upgrade nobody takes up": (
        head(b"GET /1 HTTP/1.1", b"Host: a", b"Connection: Upgrade, HTTP2-Settings", b"Upgrade: h2c")
        + head(b"GET /2 HTTP/1.0"),
        [("GET", b"/1", b""), ("GET", b"/2", b"")],
    ),
    "as many header lines as may be": (
        head(b"GET / HTTP/1.1", b"Host: a", *[b"X: y"] * (MAX_FIELDS - 1)),
        [("GET", b"/", b"")],
    ),
    "a method that is one": (head(b"PROPFIND / HTTP/1.1", b"Host: a"), [("PROPFIND", b"/", b"")]),
}

BAD = {
    "no HTTP": (b"hello world\r\n\r\n", 400),
    "TLS": (b"\x16\x03\x01\x02\x00\x01\x00", 400),
    "a method that is none": (head(b"FOO / HTTP/1.1", b"Host: a"), 501),
    "a method in small letters": (head(b"get / HTTP/1.1", b"Host: a"), 400),
    "HTTP/2": (head(b"GET / HTTP/2.0", b"Host: a"), 505),
    "HTTP/2's own beginning": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
    "HTTP/0.9": (b"GET /\r\n\r\n", 505),
    "HTTP/1.2": (head(b"GET / HTTP/1.2", b"Host: a"), 400),
    "a bare LF": (b"GET / HTTP/1.1\nHost: a\n\n", 400),
    "no host": (head(b"GET / HTTP/1.1"), 400),
    "two hosts": (head(b"GET / HTTP/1.1", b"Host: a", b"Host: a"), 400),
    "two hosts in one": (head(b"GET / HTTP/1.1", b"Host: a, b"), 400),
    "a host with a path": (head(b"GET / HTTP/1.1", b"Host: a/b"), 400),
    "a space in the target": (head(b"GET /a b HTTP/1.1", b"Host: a"), 400),
    "a byte that is no ASCII in the target": (head(b"GET /\xe9 HTTP/1.1", b"Host: a"), 400),
    "a header without a colon": (head(b"GET / HTTP/1.1", b"Host: a", b"nonsense"), 400),
    "a space before the colon": (head(b"GET / HTTP/1.1", b"Host : a"), 400),
    "a folded header": (head(b"GET / HTTP/1.1", b"Host: a", b" b"), 400),
    "a NUL in a header": (head(b"GET / HTTP/1.1", b"Host: a", b"X: \0"), 400),
    "a bare CR in a header": (head(b"GET / HTTP/1.1", b"Host: a", b"X: a\rb: c"), 400),
    "length and chunks": (
        head(b"POST / HTTP/1.1", b"Host: a", b"Content-Length: 3", b"Transfer-Encoding: chunked") + b"0\r\n\r\n",
        400,
    ),
    "chunks and length": (
        head(b"POST / HTTP/1.1", b"Host: a", b"Transfer-Encoding: chunked", b"Content-Length: 3") + b"0\r\n\r\n",
        400,
    ),
    "the same length twice": (head(b"POST / HTTP/1.1", b"Host: a", *[b"Content-Length: 3"] * 2) + b"abc", 400),
    "a list of lengths": (head(b"POST / HTTP/1.1", b"Host: a", b"Content-Length: 3, 3") + b"abc", 400),
    "a signed length": (head(b"POST / HTTP/1.1", b"Host: a", b"Content-Length: +3") + b"abc", 400),
    "an endless length": (head(b"POST / HTTP/1.1", b"Host: a", b"Content-Length: " + b"9" * 40), 400),
    "a length beyond the limit": (head(b"POST / HTTP/1.1", b"Host: a", b"Content-Length: 101"), 413),
    "chunks beyond the limit": (
        head(b"POST / HTTP/1.1", b"Host: a", b"Transfer-Encoding: chunked")
        + b"33\r\n"
        + b"a" * 51
        + b"\r\n32\r\n"
        + b"b" * 50,
        413,
    ),
    "chunks in HTTP/1.0": (head(b"POST / HTTP/1.0", b"Transfer-Encoding: chunked") + b"0\r\n\r\n", 400),
    "another coding": (head(b"POST / HTTP/1.1", b"Host: a", b"Transfer-Encoding: gzip, chunked") + b"0\r\n\r\n", 501),
    "chunked twice": (head(b"POST / HTTP/1.1", b"Host: a", *[b"Transfer-Encoding: chunked"] * 2) + b"0\r\n\r\n", 400),
    "chunked, but not last": (head(b"POST / HTTP/1.1", b"Host: a", b"Transfer-Encoding: chunked, gzip"), 400),
    "a chunk's size that is none": (
        head(b"POST / HTTP/1.1", b"Host: a", b"Transfer-Encoding: chunked") + b"-1\r\n",
        400,
    ),
    "a chunk's size beyond all": (
        head(b"POST / HTTP/1.1", b"Host: a", b"Transfer-Encoding: chunked") + b"f" * 17 + b"\r\n",
        400,
    ),
    "a chunk longer than it says": (
        head(b"POST / HTTP/1.1", b"Host: a", b"Transfer-Encoding: chunked") + b"3\r\nabcd\r\n",
        400,
    ),
    "an expectation that is none": (
        head(b"POST / HTTP/1.1", b"Host: a", b"Content-Length: 3", b"Expect: a pony") + b"abc",
        417,
    ),
    "a body together with an upgrade": (
        head(b"POST / HTTP/1.1", b"Host: a", b"Connection: upgrade", b"Upgrade: h2c", b"Content-Length: 3") + b"abc",
        501,
    ),
    "too many header lines": (head(b"GET / HTTP/1.1", b"Host: a", *[b"X: y"] * MAX_FIELDS), 431),
    "something behind a last request": (head(b"GET / HTTP/1.1", b"Host: a", b"Connection: close") + b"GET", 400),
}


@pytest.mark.parametrize("what", SOUND)
def test_a_request_is_the_same_however_it_is_cut(what: str) -> None:
    data, expected = SOUND[what]
    for pieces in cuts(data):
        found, status, begun = read(pieces)
        assert (status, begun) == (None, False)
        assert [(method, target, body) for method, target, _, _, _, body in found] == expected


@pytest.mark.parametrize("what", BAD)
def test_a_fault_gets_its_status_however_it_is_cut(what: str) -> None:
    data, expected = BAD[what]
    for pieces in cuts(data):
        assert read(pieces)[1] == expected


def test_what_is_behind_a_request_waits_as_bytes() -> None:
    reader = Reader(MAX_BODY)
    reader.add(head(b"GET /1 HTTP/1.1", b"Host: a") + head(b"GET /2 HTTP/1.1", b"Host: a") + b"GET")
    first = reader.next()
    assert first is not None
    assert first.path == "/1"
    assert (reader.begun, reader.ahead) == (False, len(head(b"GET /2 HTTP/1.1", b"Host: a")) + 3)
    reader.add(b" /3")
    second = reader.next()
    assert second is not None
    assert second.path == "/2"
    assert reader.next() is None
    assert (reader.begun, reader.ahead) == (True, 0)
    assert repr(reader) == "<Reader: in a head, 0 bytes ahead>"


def test_no_request_is_lost_where_a_piece_holds_an_end_and_whole_requests() -> None:
    first = head(b"POST /1 HTTP/1.1", b"Host: a", b"Content-Length: 90")
    rest = head(b"GET /2 HTTP/1.0", b"Connection: keep-alive") * 3
    chunked = head(b"POST /1 HTTP/1.1", b"Host: a", b"Transfer-Encoding: chunked") + b"1\r\na\r\n0\r\n"
    for pieces in (
        [first + b"x" * 45, b"x" * 45 + rest],
        [first + b"x" * 89, b"x" + rest],
        [first[:-3], b"\n", b"\r", b"\n" + b"x" * 90 + rest],
        [chunked[:-1], b"\n", b"\r", b"\n" + rest],
        [chunked, b"\r\n" + rest],
    ):
        found, status, begun = read(pieces)
        assert [request[1] for request in found] == [b"/1", b"/2", b"/2", b"/2"]
        assert (status, begun) == (None, False)


def test_a_head_is_bounded_before_it_is_whole() -> None:
    start = b"GET / HTTP/1.1\r\nX: "
    fits = start + b"a" * (MAX_HEAD - len(start))
    assert read([fits]) == ([], None, True)
    assert read([fits + b"a"])[1] == 431
    assert read([fits, b"a"])[1] == 431
    assert read([b"\r\n" * (MAX_HEAD // 2 + 1)])[1] == 431


def test_what_chunks_cost_beside_the_body_is_bounded() -> None:
    start = head(b"POST / HTTP/1.1", b"Host: a", b"Transfer-Encoding: chunked")
    endless = b"1;" + b"x" * 998
    assert read([start, *[endless] * 30])[1] == 413
    trailer = b"0\r\n" + b"X: y\r\n" * 5000
    assert read([start, trailer])[1] == 413
    small = b"1\r\na\r\n" * MAX_BODY + b"0\r\n\r\n"
    assert read([start, small])[0][0][5] == b"a" * MAX_BODY


def test_headers_are_kept_if_they_are_of_use() -> None:
    reader = Reader(MAX_BODY)
    fields = [b"HOST: a:80", b"Origin:  http://a \t", b"origin: b", b"Cookie: c", b"Last-Event-ID:"]
    reader.add(head(b"GET / HTTP/1.1", *fields))
    request = reader.next()
    assert request is not None
    assert request.header(b"host") == "a:80"
    assert request.header(b"origin") == "http://a \t,b"
    assert request.header(b"last-event-id") == ""
    assert request.header(b"cookie") is None
    assert repr(request) == "<Request: GET /, 0 bytes>"


def test_a_trailer_is_not_believed() -> None:
    reader = Reader(MAX_BODY)
    reader.add(head(b"POST / HTTP/1.1", b"Host: a", b"Transfer-Encoding: chunked") + b"0\r\nOrigin: b\r\n\r\n")
    request = reader.next()
    assert request is not None
    assert request.header(b"origin") is None


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", None),
        ("after=7", "7"),
        ("after=7&after=8", "8"),
        ("before=7&after=", ""),
        ("after", ""),
        ("%61fter=%2B7+8", "+7 8"),
        ("after==", "="),
        ("&&after=%E2%9C%93", "✓"),
        ("x=after=7", None),
    ],
)
def test_arguments(query: str, expected: str | None) -> None:
    request = Request()
    request.query = query
    assert request.argument("after") == expected


def test_an_argument_that_is_no_utf8_is_refused() -> None:
    request = Request()
    request.query = "after=%ff"
    with pytest.raises(Refused, match="UTF-8") as refused:
        request.argument("after")
    assert refused.value.status == 400


@pytest.mark.parametrize(
    ("line", "fields", "keep"),
    [
        (b"GET / HTTP/1.1", [], True),
        (b"GET / HTTP/1.1", [b"Connection: close"], False),
        (b"GET / HTTP/1.1", [b"Connection: foo, Close"], False),
        (b"GET / HTTP/1.0", [], False),
        (b"GET / HTTP/1.0", [b"Connection: keep-alive"], True),
    ],
)
def test_whether_the_connection_is_kept(line: bytes, fields: list[bytes], keep: bool) -> None:
    ((_, _, _, kept, _, _),), status, _ = read([head(line, b"Host: a", *fields)])
    assert (kept, status) == (keep, None)


def test_a_client_that_waits_to_hear_whether_its_body_is_welcome() -> None:
    expecting = head(b"POST / HTTP/1.1", b"Host: a", b"Content-Length: 3", b"Expect: 100-Continue")
    reader = Reader(MAX_BODY)
    reader.add(expecting)
    assert reader.next() is None
    assert reader.expects
    reader.add(b"abc")
    assert reader.next() is not None
    assert not reader.expects
    reader.add(expecting + b"a")  # it did not wait
    assert reader.next() is None
    assert not reader.expects
    old = Reader(MAX_BODY)
    old.add(expecting.replace(b"HTTP/1.1", b"HTTP/1.0"))
    assert old.next() is None
    assert not old.expects


TOKEN = st.text("abcXYZ019-_", min_size=1, max_size=12).map(str.encode)
VALUE = st.text('abc XYZ019=;/,\t\xe9"', max_size=20).map(lambda text: text.strip().encode("latin-1"))
REQUEST = st.tuples(
    st.sampled_from([b"GET", b"HEAD", b"POST", b"PUT", b"DELETE", b"OPTIONS", b"PATCH"]),
    st.text("abc/%20?=&.~", max_size=20).map(lambda text: b"/" + text.encode()),
    st.sampled_from([b"1.1", b"1.1", b"1.0"]),
    st.lists(st.tuples(TOKEN.map(lambda name: b"X-" + name), VALUE), max_size=4),
    st.sampled_from([[], [(b"Connection", b"close")], [(b"Connection", b"keep-alive")], [(b"Origin", b"http://a")]]),
    st.binary(max_size=40),
    st.booleans(),
)


def written(request: tuple[Any, ...]) -> bytes:
    method, target, version, fields, more, body, chunked = request
    if version == b"1.0":  # h11 never keeps its connection
        more = [one for one in more if one[1] != b"keep-alive"]
    fields = [(b"Host", b"a"), *fields, *more]
    if chunked and version == b"1.1" and body:
        fields.append((b"Transfer-Encoding", b"chunked"))
        body = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
    elif body:
        fields.append((b"Content-Length", b"%d" % len(body)))
    lines = [b"%b: %b" % field for field in fields]
    return head(b"%b %b HTTP/%b" % (method, target, version), *lines) + body


def by_h11(data: bytes) -> tuple[list[tuple[Any, ...]], bool]:
    """The same from another parser: the requests up to the first that ends the connection, and whether one failed."""
    connection = h11.Connection(h11.SERVER)
    connection.receive_data(data)
    found: list[tuple[Any, ...]] = []
    try:
        while isinstance(request := connection.next_event(), h11.Request):
            body = b""
            while isinstance(event := connection.next_event(), h11.Data):
                body += event.data
            if event is h11.NEED_DATA:
                return found, False
            found.append((request.method.decode(), request.target, request.http_version.decode(), body))
            connection.send(h11.Response(status_code=204, headers=[]))
            connection.send(h11.EndOfMessage())
            if connection.states[h11.SERVER] is not h11.DONE or connection.states[h11.CLIENT] is not h11.DONE:
                return found, False
            connection.start_next_cycle()
    except h11.RemoteProtocolError:
        return found, True
    return found, False


@settings(max_examples=150, deadline=None)
@given(st.lists(REQUEST, min_size=1, max_size=3), st.data())
def test_any_sound_requests_are_read_as_h11_reads_them(requests: list[tuple[Any, ...]], data: Any) -> None:
    whole = b"".join(map(written, requests))
    at = data.draw(st.integers(0, len(whole)))
    found, status, begun = read([whole[:at], whole[at:]])
    expected, failed = by_h11(whole)
    assert not failed
    assert [(method, target, version, body) for method, target, version, _, _, body in found] == expected
    assert (status, begun) in ((None, False), (400, False))  # 400: something came behind the last request


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.binary(max_size=30),
            st.sampled_from(
                [
                    b"GET / HTTP/1.1\r\n",
                    b"POST /messages HTTP/1.1\r\n",
                    HOST,
                    b"Content-Length: 5\r\n",
                    b"\r\n",
                    b"\r\n\r\n",
                    b"Transfer-Encoding: chunked\r\n",
                    b"5\r\nabcde\r\n",
                    b"0\r\n\r\n",
                    b"Expect: 100-continue\r\n",
                ]
            ),
        ),
        max_size=12,
    ),
    st.lists(st.integers(0, 400), max_size=5),
)
@example([b"GET / HTTP/1.1\r\n", HOST, b"\r", b"\n"], [5])
def test_whatever_comes_is_read_or_refused_and_cutting_it_changes_nothing(parts: list[bytes], at: list[int]) -> None:
    whole = b"".join(parts)
    edges = [0, *sorted(min(one, len(whole)) for one in at), len(whole)]
    assert read(whole[a:b] for a, b in itertools.pairwise(edges)) == read([whole])
