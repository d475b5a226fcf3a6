"""A frame in words: every bit of it, and what is wrong with it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.realtime.websocket import encode_frame, explain

KEY = bytes.fromhex("37fa213d")


def words(data: bytes) -> dict[str, str]:
    return {part.name: part.meaning for part in explain(data)}


def test_the_masked_hello_of_the_rfc_part_by_part():
    parts = explain(bytes.fromhex("81 85 37 fa 21 3d 7f 9f 4d 51 58"))
    assert [(part.at, part.bits or part.raw.hex(), part.name) for part in parts] == [
        (0, "1", "FIN"),
        (0, "000", "RSV1, RSV2, RSV3"),
        (0, "0001", "opcode"),
        (1, "1", "MASK"),
        (1, "0000101", "payload length"),
        (2, "37fa213d", "masking key"),
        (6, "7f9f4d5158", "masked payload"),
    ]
    assert parts[-1].meaning == "'Hello'"
    assert str(parts[0]) == "  0  1                          FIN: the last frame of its message"
    assert str(parts[5]).startswith("  2  37 fa 21 3d                masking key: ")


@pytest.mark.parametrize(
    ("data", "name", "meaning"),
    [
        (encode_frame(1, b"Hello"), "payload", "'Hello'"),
        (encode_frame(1, b""), "payload", "empty"),
        (encode_frame(1, b"", key=KEY), "payload", "empty"),
        (encode_frame(1, b"a"), "payload length", "1 byte of payload"),
        (encode_frame(2, b"\xff\x00"), "payload", "ff 00"),
        (encode_frame(2, b"\xff" * 21), "payload", "ff " * 19 + "ff …"),
        (encode_frame(1, b"a" * 61), "payload", "'" + "a" * 60 + "' …"),
        (encode_frame(1, b"a" * 60), "payload", "'" + "a" * 60 + "'"),
        (encode_frame(2, bytes(256)), "payload length", "126: the next 2 bytes are the length"),
        (encode_frame(2, bytes(256)), "extended payload length", "256 bytes of payload"),
        (encode_frame(2, bytes(65_536)), "extended payload length", "65536 bytes of payload"),
        (encode_frame(1, b"", fin=False), "FIN", "more frames of this message follow"),
        (encode_frame(8, b"\x03\xe8bye"), "close code", "1000: What the connection was for is done."),
        (encode_frame(8, b"\x03\xe8bye", key=KEY), "close reason", "'bye'"),
        (encode_frame(8, b"\x03\xe8", key=KEY), "close reason", "none"),
        (encode_frame(8), "close", "no code and no reason"),
    ],
)
def test_what_a_part_says(data, name, meaning):
    assert words(data)[name] == meaning


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (encode_frame(1, b"", rsv=4), "RSV1, RSV2, RSV3"),
        (encode_frame(3), "opcode"),
        (encode_frame(9, b"", fin=False), "FIN"),
        (encode_frame(9, bytes(126)), "payload length"),
        (encode_frame(8, b"\x03"), "close"),
        (encode_frame(8, b"\x03\xed"), "close"),
        (b"\x82\x7f\xff" + bytes(7), "extended payload length"),
    ],
)
def test_what_is_not_allowed_is_named(data, name):
    assert "not allowed" in words(data)[name]


def test_what_is_missing_is_counted():
    data = encode_frame(2, bytes(300), key=KEY)
    missing = [words(data[:cut]).get("incomplete") for cut in range(len(data))]
    assert missing[:8] == [f"{count} more bytes needed" for count in (2, 1, 2, 1, 4, 3, 2, 1)]
    assert missing[8:] == [f"{count} more bytes needed" for count in range(300, 0, -1)]
    assert "incomplete" not in words(data + b"rest")


@given(st.binary(max_size=40))
def test_it_explains_anything(data):
    assert all(str(part) for part in explain(data))
