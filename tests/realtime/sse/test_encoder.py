"""The encoder: what it writes is read back as the same event, and what cannot be said is refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.realtime.sse import Event, Parser, comment, encode

TEXTS = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("\r\n: \ufeff\0"), max_size=30)
LINES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n"), max_size=12)
IDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n\0"), max_size=12)


def test_what_it_writes() -> None:
    assert encode("hello") == b"data: hello\n\n"
    assert encode("") == b"data: \n\n"
    assert encode("a\nb\r\nc\rd\n") == b"data: a\ndata: b\ndata: c\ndata: d\ndata: \n\n"
    assert encode("x", event="joined", id=7, retry=2000) == b"retry: 2000\nevent: joined\nid: 7\ndata: x\n\n"
    assert encode(None, retry=2000) == b"retry: 2000\n\n"
    assert encode("grüß", id="") == "id: \ndata: grüß\n\n".encode()
    assert comment() == b":\n\n"
    assert comment("still here") == b":still here\n\n"


@settings(max_examples=300)
@given(
    st.lists(st.tuples(TEXTS, LINES, st.none() | IDS | st.integers(0), st.none() | st.integers(0, 2**64)), max_size=4)
)
def test_what_it_writes_is_read_back(given_events: list[tuple[str, str, str | int | None, int | None]]) -> None:
    stream, expected, last, waits = b"", [], "", None
    for data, event, name, retry in given_events:
        stream += encode(data, event=event, id=name, retry=retry) + comment(event)
        last = last if name is None else str(name)
        waits = waits if retry is None else retry
        expected.append(Event(event or "message", data.replace("\r\n", "\n").replace("\r", "\n"), last))
    parser = Parser()
    assert parser.feed(stream) == expected
    assert (parser.last_event_id, parser.retry_ms) == (last, waits)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"event": "a\nb"}, "event without line ends"),
        ({"event": "a\rdata: b"}, "event without line ends"),
        ({"id": "1\n\ndata: x"}, "id without line ends"),
        ({"id": "1\r"}, "id without line ends"),
        ({"id": "1\0"}, "id without NUL"),
        ({"retry": -1}, "retry of 0 milliseconds or more, got -1"),
        ({"data": "\ud800"}, "half a surrogate pair"),
        ({"event": "\udfff"}, "half a surrogate pair"),
    ],
)
def test_what_cannot_be_said_is_refused(options: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=f"^expected .*{says}"):
        encode(**{"data": "x", **options})


@pytest.mark.parametrize(
    "options",
    [
        {"data": 7},
        {"data": b"x"},
        {"event": 7},
        {"id": True},
        {"id": 1.5},
        {"retry": "10"},
        {"retry": True},
        {"retry": 1.5},
    ],
)
def test_another_type_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match=r"^expected \w+ to be a "):
        encode(**{"data": "x", **options})


def test_a_comment_is_one_line() -> None:
    for text in ("a\nb", "a\rb"):
        with pytest.raises(ValueError, match="expected a comment without line ends"):
            comment(text)
    with pytest.raises(TypeError, match="expected a comment to be a string"):
        comment(b"x")  # type: ignore[arg-type]
