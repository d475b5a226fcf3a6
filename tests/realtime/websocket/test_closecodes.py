"""The numbers of a close frame: which may travel, and what the frame carries."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.realtime.websocket.closecodes import CODES, InvalidClose, may_be_sent, meaning, payload_of, read


def test_which_codes_may_be_sent():
    sendable = {code for code in range(6_000) if may_be_sent(code)}
    assert sendable == {*range(1000, 1004), *range(1007, 1015), *range(3000, 5000)}
    assert not may_be_sent(-1)


def test_every_code_has_a_meaning():
    assert all(row.code == code and row.meaning.endswith(".") for code, row in CODES.items())
    assert meaning(1009) == CODES[1009].meaning
    assert [meaning(code) for code in (3000, 4999, 5000)] == [
        "A library's own number, registered with IANA.",
        "The application's own number.",
        "Not a close code.",
    ]


@given(st.integers(3000, 4999), st.text(max_size=30))
def test_what_is_written_is_read(code, reason):
    assert read(payload_of(code, reason)) == (code, reason)


def test_half_a_code_is_called_that():
    with pytest.raises(InvalidClose, match="two bytes, got one"):
        read(b"\x03")


def test_nothing_means_no_status():
    assert read(b"") == (1005, "")


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        (b"\x03", 1002),
        (b"\x03\xed", 1002),
        (b"\x00\x00", 1002),
        (b"\x03\xe8\xff", 1007),
        (b"\x03\xe8\xed\xa0\x80", 1007),
    ],
)
def test_a_payload_that_breaks_a_rule(payload, code):
    with pytest.raises(InvalidClose, match="expected") as broken:
        read(payload)
    assert broken.value.code == code


@pytest.mark.parametrize("code", [0, 999, 1005, 1006, 1015, 2000, 5000])
def test_a_reserved_code_is_not_written(code):
    with pytest.raises(ValueError, match=f"got {code}"):
        payload_of(code)


def test_a_reason_fits_a_control_frame():
    assert len(payload_of(1000, "é" * 61 + "e")) == 125
    with pytest.raises(ValueError, match="123 bytes, got 124"):
        payload_of(1000, "é" * 62)
