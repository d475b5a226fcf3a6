"""What a client sent: a value, or a status and a sentence; never another error."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.realtime import Limits
from course_lib.realtime.validate import (
    MAX_CURSOR,
    Post,
    Refused,
    cursor_of,
    last_event_id_of,
    message_of,
    post_of,
    room_of,
    timeout_of,
)

LIMITS = Limits(max_body=4000, poll_timeout=20.0)
JSON = "application/json"


def refused(call: Callable[..., Any], *arguments: Any) -> int:
    with pytest.raises(Refused, match=r"^expected .* got ") as caught:
        call(*arguments)
    assert str(caught.value) == caught.value.sentence
    assert len(caught.value.sentence) < 300
    assert caught.value.sentence.isascii() or "…" in caught.value.sentence
    return caught.value.status


@pytest.mark.parametrize(
    ("body", "message", "room"),
    [
        (b'{"message": "hello"}', "hello", ""),
        (b' {"message": "", "room": "a-B_1.x"} ', "", "a-B_1.x"),
        ('{"message": "grüß\u2028 dich"}'.encode(), "grüß\u2028 dich", ""),
        (b'{"message": "\\ud83d\\ude00\\r\\n\\u0000", "more": [1]}', "😀\r\n\0", ""),
    ],
)
def test_a_message_is_read(body: bytes, message: str, room: str) -> None:
    assert post_of(body, JSON, LIMITS) == Post(message, room)
    assert message_of(body, JSON, LIMITS) == message


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"hello"',
        b"{}",
        b'{"message": 7}',
        b'{"message": null}',
        b'{"message": ["hello"]}',
        b'{"Message": "hello"}',
        b'{"message": "hello"',
        b'{"message": "hello"} {"message": "again"}',
        b'{"message": "hello", "message": "again"}',
        b'{"message": "hello", "x": NaN}',
        b'{"message": "hello", "x": -Infinity}',
        b'{"message": "hello\n"}',
        b'\xef\xbb\xbf{"message": "hello"}',
        b'{"message": "\xff"}',
        b'{"message": "\xed\xa0\x80"}',
        b'{"message": "\\ud800"}',
        '{"message": "hello"}'.encode("utf-16"),
        b"[" * 4000,
        b'{"message":' * 300,
        b'{"message": "hello", "room": ""}',
        b'{"message": "hello", "room": null}',
        b'{"message": "hello", "room": "../x"}',
    ],
)
def test_a_malformed_body_gets_400(body: bytes) -> None:
    assert refused(post_of, body, JSON, LIMITS) == 400


def test_a_number_that_python_will_not_read_gets_400() -> None:
    body = b'{"message": "hello", "x": %s}'
    assert message_of(body % (b"9" * 3900), JSON, LIMITS) == "hello"
    assert refused(post_of, body % (b"9" * 5000), JSON, Limits()) == 400


def test_the_size_is_looked_at_first() -> None:
    assert len(message_of(b'{"message": "' + b"x" * 3985 + b'"}', JSON, LIMITS)) == 3985
    assert refused(post_of, b'{"message": "' + b"x" * 3986 + b'"}', JSON, LIMITS) == 413
    assert refused(post_of, b"\xff" * 4001, "text/plain", LIMITS) == 413


@pytest.mark.parametrize(
    "content_type",
    [
        JSON,
        "APPLICATION/JSON",
        " application/json ",
        "application/json; charset=utf-8",
        'application/json;charset="UTF-8"',
        "application/json;",
        "application/vnd.course+json",
    ],
)
def test_json_is_known_by_its_type(content_type: str) -> None:
    assert message_of(b'{"message": "hello"}', content_type, LIMITS) == "hello"


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/jsonp",
        "application/json; charset=utf-16",
        "application/json, text/plain",
        "text/plain; x=application/json",
        "text/json",
        "application/" + "x" * 5000,
    ],
)
def test_what_another_sites_form_can_send_gets_415(content_type: str | None) -> None:
    assert refused(post_of, b'{"message": "hello"}', content_type, LIMITS) == 415


@settings(max_examples=200)
@given(
    st.binary(max_size=60) | st.recursive(st.none() | st.text(), st.lists).map(lambda one: json.dumps(one).encode()),
    st.none() | st.text(max_size=30) | st.just(JSON),
)
def test_any_body_is_read_or_refused(body: bytes, content_type: str | None) -> None:
    status = 200
    try:
        post_of(body, content_type, LIMITS)
    except Refused as error:
        status = error.status
    assert status in (200, 400, 413, 415)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_can_be_sent(text: str) -> None:
    assert message_of(json.dumps({"message": text}).encode(), JSON, Limits(max_body=1 << 20)) == text


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"nonsense", "expected a JSON object, got 'nonsense' (Expecting value: line 1 column 1 (char 0))"),
        (b"[" * 16_000, f"expected a JSON object, got '{'[' * 56}... (nested too deeply)"),
        (b"7", "expected a JSON object, got 7"),
        (b'"' + b"x" * 56 + b'"', f"expected a JSON object, got '{'x' * 56}'"),
        (b'"' + b"x" * 59 + b'"', f"expected a JSON object, got '{'x' * 56}..."),
        (b'{"message": 7}', 'expected {"message": "text"}, got {\'message\': 7}'),
        (b"{\xff}", "expected UTF-8, got the byte 0xff at 1"),
        (b'{"message": "x\\udc00"}', "expected text, got half a surrogate pair at character 1"),
    ],
)
def test_the_sentence_says_what_was_wrong(body: bytes, sentence: str) -> None:
    with pytest.raises(Refused) as caught:
        post_of(body, JSON, Limits(max_body=20_000))
    assert caught.value.sentence == sentence


def test_a_cursor_is_a_whole_number() -> None:
    assert [cursor_of(one) for one in (None, "0", "7", "007", str(MAX_CURSOR))] == [None, 0, 7, 7, MAX_CURSOR]
    assert MAX_CURSOR == 9_007_199_254_740_991
    assert [last_event_id_of(one) for one in (None, "", "7")] == [None, None, 7]
    assert refused(cursor_of, "") == 400


@pytest.mark.parametrize(
    "text",
    [
        "-1",
        "+1",
        " 1",
        "1 ",
        "1\n",
        "1.0",
        "1e3",
        "0x10",
        "1_000",
        "٣",
        "²",
        "one",
        "1\0",
        str(MAX_CURSOR + 1),
        "9" * 9000,
    ],
)
def test_an_absurd_cursor_gets_400(text: str) -> None:
    assert refused(cursor_of, text) == refused(last_event_id_of, text) == 400


def test_a_timeout_is_capped() -> None:
    assert [timeout_of(one, LIMITS) for one in (None, "0", "2.5", "30", "999999")] == [20.0, 0.0, 2.5, 20.0, 20.0]


@pytest.mark.parametrize("text", ["", "-1", "nan", "inf", "1e9", "1_0", "٣", " 1", "1.", ".5", "1" * 400])
def test_an_absurd_timeout_gets_400(text: str) -> None:
    assert refused(timeout_of, text, LIMITS) == 400


@pytest.mark.parametrize("name", ["", "a b", "a/b", "ä", "x" * 65, "a\n", None, 7, ["a"]])
def test_a_room_with_another_name_gets_400(name: object) -> None:
    assert refused(room_of, name) == 400
    assert room_of("x" * 64) == "x" * 64
