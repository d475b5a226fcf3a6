"""The parser: the standard's rules one by one, then any bytes in any pieces."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from course_lib.realtime.sse import Event, Parser, TooLong
from tests.realtime.sse.streams import STREAMS, by_the_book


def fed(stream: bytes, chunk: int = 0, **options: int) -> tuple[list[Event], Parser]:
    """All events of a stream that comes in pieces of `chunk` bytes (0: whole), and the parser."""
    parser, events = Parser(**options), []  # type: ignore[arg-type]
    for start in range(0, len(stream), chunk or max(len(stream), 1)):
        events += parser.feed(stream[start : start + (chunk or len(stream))])
    return events, parser


def data_of(stream: bytes) -> list[str]:
    """The data of all events; the same whole, byte by byte, and in twos and threes."""
    events = fed(stream)[0]
    for chunk in (1, 2, 3):
        assert fed(stream, chunk)[0] == events
    return [event.data for event in events]


@pytest.mark.parametrize(
    ("stream", "data"),
    [
        # a line ends with LF, CR or CRLF, and an event with an empty line
        (b"data: a\n\ndata: b\n\n", ["a", "b"]),
        (b"data: a\r\rdata: b\r\r", ["a", "b"]),
        (b"data: a\r\n\r\ndata: b\r\n\r\n", ["a", "b"]),
        (b"data: a\ndata: b\r\ndata: c\rdata: d\n\n", ["a\nb\nc\nd"]),
        (b"data: a\n\r\ndata: b\r\n\n", ["a", "b"]),
        (b"data: a\r\n\rdata: b\n\r", ["a", "b"]),
        # and with nothing else
        ("data: a\u2028\u2029\u0085\x0b\x0c\x1c\x1d\x1eb\n\n".encode(), ["a\u2028\u2029\u0085\x0b\x0c\x1c\x1d\x1eb"]),
        # one space is taken away, a tab or a second space is not
        (b"data:a\ndata: a\ndata:  a\ndata:\ta\ndata: \n\n", ["a\na\n a\n\ta\n"]),
        # only the first colon counts
        (b"data: a: b\n\n", ["a: b"]),
        (b"data::\n\n", [":"]),
        # data without a value is an empty line; an event needs data
        (b"data\n\n", [""]),
        (b"data:\n\n", [""]),
        (b"data\ndata\n\n", ["\n"]),
        (b"event: x\nid: 1\nretry: 1\n\n", []),
        (b"\n\n\n", []),
        # comments and unknown fields, names are told apart by case
        (b":\n: data: a\n:data: b\ndata: c\n\n", ["c"]),
        (b"Data: a\nDATA: b\n data: c\ndata : d\nx\nx: y\ndata: e\n\n", ["e"]),
        # one BOM at the beginning
        (b"\xef\xbb\xbfdata: a\n\n", ["a"]),
        (b"\xef\xbb\xbf\xef\xbb\xbfdata: a\n\ndata: b\n\n", ["b"]),
        (b"\n\xef\xbb\xbfdata: a\n\ndata: b\n\n", ["b"]),
        (b"\xef\xbb\xbf\ndata: a\n\n", ["a"]),
        (b"\xef\xbbdata: a\n\ndata: b\n\n", ["b"]),
        ("data: \ufeff\n\n".encode(), ["\ufeff"]),
        # what is not UTF-8 is replaced, by as many signs as a decoder of the whole would write
        (b"data: \xff\n\n", ["\ufffd"]),
        (b"data: \xe2\x82\ndata: \xac\n\n", ["\ufffd\n\ufffd"]),
        (b"data: \xf0\x9f\x98\n\n", ["\ufffd"]),
        (b"data: \xed\xa0\x80\n\n", ["\ufffd\ufffd\ufffd"]),
        (b"data: \xc0\x80\n\n", ["\ufffd\ufffd"]),
        (b"data\xff: a\n\n", []),
        (b"data: a\0b\n\n", ["a\0b"]),
        (b"data\0: a\n\n", []),
        # what the end cuts off is no event
        (b"data: a\n\ndata: b\n", ["a"]),
        (b"data: a\n\ndata: b", ["a"]),
        (b"data: a", []),
        (b"", []),
    ],
)
def test_data(stream: bytes, data: list[str]) -> None:
    assert data_of(stream) == data


def test_an_event_has_a_type_for_itself_alone() -> None:
    stream = b"event: a\ndata\n\ndata\n\nevent: b\n\ndata\n\nevent: c\nevent: d\ndata\n\nevent: e\nevent\ndata\n\n"
    assert [event.type for event in fed(stream)[0]] == ["a", "message", "message", "d", "message"]
    assert [event.type for event in fed(b"event:  \xff \ndata\n\n")[0]] == [" \ufffd "]


def test_an_id_stays_in_force() -> None:
    stream = b"data\n\nid: 1\ndata\n\ndata\n\nid:  2 \ndata\n\nid\ndata\n\ndata\n\n"
    assert [event.last_event_id for event in fed(stream)[0]] == ["", "1", "1", " 2 ", "", ""]


def test_an_id_with_nul_is_no_id() -> None:
    events, parser = fed(b"id: 1\ndata\n\nid: 2\0\ndata\n\nid: \0\ndata\n\n")
    assert [event.last_event_id for event in events] == ["1", "1", "1"]
    assert parser.last_event_id == "1"


def test_the_last_event_id_changes_with_the_empty_line_and_not_before() -> None:
    parser = Parser()
    parser.feed(b"id: 1\n")
    assert parser.last_event_id == ""
    assert parser.feed(b"\n") == []
    assert parser.last_event_id == "1"
    parser.feed(b"id: 2\ndata: cut off")
    assert parser.last_event_id == "1"


def test_an_id_goes_on_over_a_reconnection() -> None:
    parser = Parser("7")
    assert parser.last_event_id == "7"
    assert parser.feed(b"data\n\nid: 8\ndata\n\n") == [Event("message", "", "7"), Event("message", "", "8")]


@pytest.mark.parametrize(
    ("line", "retry"),
    [
        (b"retry: 10", 10),
        (b"retry:10", 10),
        (b"retry: 0", 0),
        (b"retry: 0010", 10),
        (b"retry: " + b"0" * 9000 + b"3", 3),
        (b"retry: 99999999999999999999", 99999999999999999999),
        (b"retry:  10", None),
        (b"retry: 10 ", None),
        (b"retry: -1", None),
        (b"retry: +1", None),
        (b"retry: 1.5", None),
        (b"retry: 1_000", None),
        (b"retry: 0x10", None),
        (b"retry: 10s", None),
        ("retry: ²".encode(), None),
        ("retry: ٣".encode(), None),
        ("retry: \uff11".encode(), None),
        (b"retry: ", None),
        (b"retry", None),
        (b"Retry: 10", None),
        (b"retry: " + b"9" * 600, 10**600 - 1),
        (b"retry: " + b"9" * 601, None),
        (b"retry: " + b"9" * 9000, None),
    ],
)
def test_the_reconnection_time_is_ascii_digits(line: bytes, retry: int | None) -> None:
    assert fed(line + b"\n")[1].retry_ms == retry
    assert fed(b"retry: 5\n" + line + b"\n", 1)[1].retry_ms == (5 if retry is None else retry)


def test_a_line_that_cr_ends_is_at_work_at_once() -> None:
    parser = Parser()
    assert parser.feed(b"data: a\r") == []
    assert parser.feed(b"\r") == [Event("message", "a")]
    assert parser.feed(b"\n") == []
    assert parser.feed(b"data: b\r\n") == []
    assert parser.feed(b"\r") == [Event("message", "b")]
    assert parser.feed(b"") == []
    assert parser.feed(b"\n\ndata: c\n") == []
    assert parser.feed(b"\n") == [Event("message", "c")]


@settings(max_examples=300)
@given(STREAMS)
@example("data: €\n\n".encode())
def test_any_stream_is_read_as_the_book_says(stream: bytes) -> None:
    events, parser = fed(stream)
    assert (events, parser.last_event_id, parser.retry_ms) == by_the_book(stream)
    assert parser.error is None


@settings(max_examples=300)
@given(STREAMS, st.data())
def test_pieces_never_change_the_events(stream: bytes, data: st.DataObject) -> None:
    whole, parser = fed(stream)
    byte_by_byte, other = fed(stream, 1)
    assert (byte_by_byte, other.last_event_id, other.retry_ms) == (whole, parser.last_event_id, parser.retry_ms)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=8)))
    third, events = Parser(), []
    for start, end in pairwise([0, *cuts, len(stream)]):
        events += third.feed(stream[start:end])
    assert (events, third.last_event_id, third.retry_ms) == (whole, parser.last_event_id, parser.retry_ms)


@pytest.mark.parametrize(
    "stream",
    [b"data: " + b"x" * 100, b"x" * 101, b":" + b"x" * 100, b"data: %b\n" % (b"x" * 40) * 3, b"data\n" * 101],
    ids=["data", "name", "comment", "several lines", "empty lines"],
)
@pytest.mark.parametrize("chunk", [0, 1, 7])
def test_what_would_not_end_is_stopped(stream: bytes, chunk: int) -> None:
    before = b"id: 1\ndata: before\n\n"
    events, parser = fed(before + stream + b"\n\ndata: after\n\n", chunk, limit=100)
    assert events == [Event("message", "before", "1")]
    assert isinstance(parser.error, TooLong)
    assert "of at most 100 bytes, got more" in str(parser.error)
    assert parser.feed(b"data: more\n\n") == []
    assert len(parser._line) + len(parser._data) == 0
    assert parser.last_event_id == "1"
    assert "stopped: expected" in repr(parser)


def test_a_line_is_not_kept_until_its_end_comes() -> None:
    parser = Parser(limit=100)
    for _ in range(100):
        parser.feed(b"x")
    assert parser.error is None
    parser.feed(b"x")
    assert isinstance(parser.error, TooLong)
    assert parser.begun == b""


def test_what_is_as_long_as_may_be_is_read() -> None:
    for chunk in (0, 1, 7):
        events, parser = fed(b"data: %b\n\n" % (b"x" * 94), chunk, limit=100)
        assert (len(events[0].data), parser.error) == (94, None)
        events, parser = fed(b"data: %b\n" % (b"x" * 49) * 2 + b"\n", chunk, limit=100)
        assert (len(events[0].data), parser.error) == (99, None)
    with pytest.raises(ValueError, match="expected a limit of 1 byte or more"):
        Parser(limit=0)
    assert Parser(limit=1).limit == 1
    assert Parser().limit == 64 * 1024 * 1024


class Counted(bytearray):
    """A buffer that knows how many bytes were put into it."""

    total = 0

    def __iadd__(self, data: bytes) -> Counted:  # type: ignore[override, misc]
        Counted.total += len(data)
        return super().__iadd__(data)


def test_a_line_in_many_pieces_is_copied_once() -> None:
    parser = Parser()
    parser._line = Counted()
    Counted.total = 0
    for _ in range(2000):
        parser.feed(b"x")
    parser.feed(b"\n")
    assert Counted.total == 2000


def test_an_event_is_frozen() -> None:
    with pytest.raises(AttributeError):
        Event("message", "x").data = "y"  # type: ignore[misc]


def test_it_shows_its_state() -> None:
    assert repr(fed(b"id: 7\n\ndata: x")[1]) == "<Parser: 7 bytes of a line, last event id '7'>"


def test_it_shows_its_buffers() -> None:
    parser = Parser()
    parser.feed("event: price\ndata: 42\ndata: caf\u00e9".encode()[:-1])
    assert (parser.type, parser.data, parser.begun) == ("price", "42\n", b"data: caf\xc3")
    parser.feed(b"\xa9\n\n")
    assert (parser.type, parser.data, parser.begun) == ("", "", b"")
