"""HTTP answers in any pieces."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.measure.load.http import Answers, Body, ProtocolError, head_of, request

PLAIN = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
CHUNKED = (
    b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\nX: y\r\n\r\n"
)
EMPTY = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"
WANTED = [
    (200, b"hello", len(PLAIN), True),
    (201, b"abc0123456789", len(CHUNKED), True),
    (204, b"", len(EMPTY), False),
]


def cut(data: bytes, places: list[int]) -> list[bytes]:
    ends = sorted({place % (len(data) + 1) for place in places} | {0, len(data)})
    return [data[begin:end] for begin, end in itertools.pairwise(ends)]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 500), max_size=20))
def test_cutting_never_changes_the_answers(places):
    answers = Answers()
    found = [one for piece in cut(PLAIN + CHUNKED + EMPTY, places) for one in answers.feed(piece)]
    assert [tuple(one) for one in found] == WANTED
    assert not answers.begun


@settings(max_examples=50, deadline=None)
@given(st.lists(st.binary(min_size=1, max_size=30), max_size=5), st.lists(st.integers(0, 300), max_size=10))
def test_a_chunked_body_in_any_pieces(chunks, places):
    data = b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n\r\n" + b"next"
    body = Body()
    assert b"".join(body.feed(piece) for piece in cut(data, places)) == b"".join(chunks)
    assert body.complete
    assert body.rest == b"next"


def test_an_answer_may_last_until_the_end():
    answers = Answers()
    whole = b"HTTP/1.0 200 OK\r\n\r\nhello"
    assert answers.feed(whole) == []
    assert answers.end() == [(200, b"hello", len(whole), False)]
    assert answers.end() == []
    assert answers.feed(PLAIN[:-1]) == []
    assert answers.end() == []


@pytest.mark.parametrize(
    ("head", "keep"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0", True),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: Close", False),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 0", False),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive", True),
        (b"HTTP/1.1 200", False),
    ],
)
def test_whether_the_connection_stays(head, keep):
    assert head_of(head).keep is keep


def test_the_type_of_a_body():
    assert head_of(b"HTTP/1.1 200 OK\r\ncontent-TYPE: Text/Event-Stream; charset=utf-8").type == "text/event-stream"


@pytest.mark.parametrize(
    "data",
    [
        b"hello\r\n\r\n", b"HTTP/2 200 OK\r\n\r\n", b"HTTP/1.1 2x0 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\nno field\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n",
        b"x" * 70_000, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1" * 2000,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n" + bytes((1 << 24) + 1),
    ],
)  # fmt: skip
def test_what_is_no_answer_is_refused(data):
    with pytest.raises(ProtocolError, match="expected"):
        Answers().feed(data)


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=200))
def test_anything_is_an_answer_or_refused(data):
    for start in (b"", PLAIN[:17], CHUNKED[:51]):
        try:
            Answers().feed(start + data)
        except ProtocolError:
            continue


def test_a_request():
    assert (
        request("GET", "/x", "localhost:1", {"A-B": "c"}) == b"GET /x HTTP/1.1\r\nHost: localhost:1\r\nA-B: c\r\n\r\n"
    )
    assert request("POST", "/", "h", {}, b"hi") == b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi"
