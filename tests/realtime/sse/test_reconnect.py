"""The rules of an EventSource: a table, and a memory."""

from __future__ import annotations

from itertools import product
from typing import Any, get_args

import pytest

from course_lib.realtime.sse import ReadyState, Reconnection
from course_lib.realtime.sse.reconnect import TABLE, Happening, happening_of

CONNECTING, OPEN, CLOSED = ReadyState


@pytest.mark.parametrize(
    ("status", "content_type", "expected"),
    [
        (200, "text/event-stream", "event stream"),
        (200, "text/event-stream; charset=utf-8", "event stream"),
        (200, "text/event-stream;charset=windows-1252", "event stream"),
        (200, "text/event-stream;", "event stream"),
        (200, " Text/Event-Stream ", "event stream"),
        (200, "text/event-streams", "other answer"),
        (200, "text/event-stream2; x=text/event-stream", "other answer"),
        (200, "text/plain", "other answer"),
        (200, "", "other answer"),
        (200, None, "other answer"),
        (201, "text/event-stream", "other answer"),
        (204, "text/event-stream", "other answer"),
        (206, "text/event-stream", "other answer"),
        (301, "text/event-stream", "other answer"),
        (404, "text/event-stream", "other answer"),
        (500, "text/event-stream", "other answer"),
        (503, "text/event-stream", "other answer"),
    ],
)
def test_only_one_answer_is_a_stream(status: int, content_type: str | None, expected: str) -> None:
    assert happening_of(status, content_type) == expected


@pytest.mark.parametrize(
    ("happenings", "states", "fired"),
    [
        (["event stream", "end of body", "event stream"], [OPEN, CONNECTING, OPEN], ["open", "error", "open"]),
        (
            ["network error", "network error", "event stream"],
            [CONNECTING, CONNECTING, OPEN],
            ["error", "error", "open"],
        ),
        (["event stream", "network error"], [OPEN, CONNECTING], ["open", "error"]),
        (["other answer", "close"], [CLOSED, CLOSED], ["error", ""]),
        (["event stream", "end of body", "other answer"], [OPEN, CONNECTING, CLOSED], ["open", "error", "error"]),
        (["event stream", "close", "close"], [OPEN, CLOSED, CLOSED], ["open", "", ""]),
        (["close"], [CLOSED], [""]),
    ],
)
def test_what_follows_what(happenings: list[Any], states: list[ReadyState], fired: list[str]) -> None:
    rules = Reconnection()
    steps = [rules.happened(one) for one in happenings]
    assert [step.state for step in steps] == states
    assert [step.fires for step in steps] == fired
    assert rules.state == states[-1]


def test_the_table_is_whole_and_each_step_agrees_with_itself() -> None:
    for state, happening in product(ReadyState, get_args(Happening)):
        rules = Reconnection()
        rules.state = state
        if (state, happening) not in TABLE:
            possible = ", ".join(other for at, other in TABLE if at is state)
            with pytest.raises(ValueError, match=f"^expected one of {possible} while {state.name}, got {happening}$"):
                rules.happened(happening)
            assert rules.state is state
        else:
            step = rules.happened(happening)
            assert step.then == {OPEN: "read", CONNECTING: "wait", CLOSED: "stop"}[step.state]
    assert {state for state, happening in TABLE if happening == "close"} == set(ReadyState)
    assert {happening for _, happening in TABLE} == set(get_args(Happening))
    assert [int(state) for state in ReadyState] == [0, 1, 2]


def test_it_remembers_from_stream_to_stream() -> None:
    rules = Reconnection()
    assert rules.headers() == {"Accept": "text/event-stream", "Cache-Control": "no-cache"}
    assert rules.pause == 3.0
    parser = rules.parser()
    parser.feed(b"id: 7\nretry: 1500\ndata\n\n")
    rules.note(parser)
    assert rules.headers()["Last-Event-ID"] == "7"
    assert rules.pause == 1.5
    parser = rules.parser()
    assert parser.feed(b"data: x\n\n")[0].last_event_id == "7"
    rules.note(parser)
    assert (rules.headers()["Last-Event-ID"], rules.pause) == ("7", 1.5)
    parser.feed(b"id\n\n")
    rules.note(parser)
    assert "Last-Event-ID" not in rules.headers()
    assert repr(rules) == "<Reconnection: CONNECTING, last event id '', retry 1500 ms>"


def test_a_header_carries_utf8_as_bytes() -> None:
    assert Reconnection("ä…").headers()["Last-Event-ID"].encode("latin-1") == "ä…".encode()


def test_no_wait_is_longer_than_a_day() -> None:
    rules = Reconnection()
    parser = rules.parser()
    parser.feed(b"retry: " + b"9" * 600 + b"\n")
    rules.note(parser)
    assert rules.pause == 86_400


def test_a_parser_of_its_own_limit() -> None:
    assert Reconnection("7").parser(5).limit == 5
