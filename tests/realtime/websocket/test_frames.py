"""One frame: the RFC's own examples, every length, the mask."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.realtime.websocket.frames import (
    BadFrame,
    Frame,
    Opcode,
    decode,
    encode_frame,
    head,
    mask,
    mask_in_python,
    read_head,
)

KEY = bytes.fromhex("37fa213d")
FRAMES = st.builds(
    *(Frame, st.sampled_from(Opcode), st.binary(max_size=300), st.booleans(), st.integers(0, 7)),
    st.sampled_from([None, KEY]),
)
RFC_EXAMPLES = {  # section 5.7
    "text": ("81 05 48 65 6c 6c 6f", Frame(Opcode.TEXT, b"Hello")),
    "masked text": ("81 85 37 fa 21 3d 7f 9f 4d 51 58", Frame(Opcode.TEXT, b"Hello", key=KEY)),
    "first fragment": ("01 03 48 65 6c", Frame(Opcode.TEXT, b"Hel", fin=False)),
    "last fragment": ("80 02 6c 6f", Frame(Opcode.CONTINUATION, b"lo")),
    "ping": ("89 05 48 65 6c 6c 6f", Frame(Opcode.PING, b"Hello")),
    "masked pong": ("8a 85 37 fa 21 3d 7f 9f 4d 51 58", Frame(Opcode.PONG, b"Hello", key=KEY)),
    "256 bytes": ("82 7e 01 00" + " 2a" * 256, Frame(Opcode.BINARY, b"*" * 256)),
    "64 KiB": ("82 7f 00 00 00 00 00 01 00 00" + " 2a" * 65_536, Frame(Opcode.BINARY, b"*" * 65_536)),
}


@pytest.mark.parametrize(("shown", "frame"), RFC_EXAMPLES.values(), ids=RFC_EXAMPLES)
def test_the_examples_of_the_rfc(shown, frame):
    data = bytes.fromhex(shown)
    assert decode(data + b"rest") == (frame, b"rest")
    assert encode_frame(frame.opcode, frame.payload, fin=frame.fin, rsv=frame.rsv, key=frame.key) == data


@pytest.mark.parametrize(
    ("length", "size"),
    [(0, 2), (125, 2), (126, 4), (65_535, 4), (65_536, 10), ((1 << 63) - 1, 10)],
)
@pytest.mark.parametrize("key", [None, KEY])
def test_a_length_takes_the_shortest_form(length, size, key):
    made = head(Opcode.BINARY, length, key=key)
    assert len(made) == size + (4 if key else 0)
    found = read_head(made)
    assert found is not None
    assert (found.size, found.length, found.key, found.fin, found.opcode) == (len(made), length, key, True, 2)


def test_a_length_of_64_bits_is_refused_both_ways():
    with pytest.raises(ValueError, match=r"below 2\*\*63"):
        head(Opcode.BINARY, 1 << 63)
    with pytest.raises(BadFrame, match=r"below 2\*\*63, got 9223372036854775808"):
        read_head(b"\x82\x7f\x80" + bytes(7))


def test_an_opcode_without_meaning_is_no_frame():
    with pytest.raises(BadFrame, match="opcode"):
        decode(b"\x83\x00")


@pytest.mark.parametrize("example", ["masked text", "256 bytes", "first fragment"])
def test_part_of_a_frame_is_none_yet(example):
    data = bytes.fromhex(RFC_EXAMPLES[example][0])
    assert [decode(data[:cut]) for cut in range(len(data))] == [None] * len(data)


@given(
    st.builds(
        Frame,
        st.sampled_from(Opcode),
        st.binary(max_size=300),
        st.booleans(),
        st.integers(0, 7),
        st.sampled_from([None, KEY]),
    )
)
def test_what_is_encoded_is_decoded(frame):
    data = encode_frame(frame.opcode, frame.payload, fin=frame.fin, rsv=frame.rsv, key=frame.key)
    assert decode(data) == (frame, b"")


@given(st.binary(min_size=4, max_size=4), st.binary(max_size=70))
def test_the_mask_is_byte_by_byte_and_its_own_inverse(key, data):
    plain = bytes(byte ^ key[at % 4] for at, byte in enumerate(data))
    for function in (mask, mask_in_python):
        assert function(key, data) == plain
        assert function(key, plain) == data


def test_control_frames_are_told_apart():
    assert [opcode for opcode in Opcode if opcode.control] == [Opcode.CLOSE, Opcode.PING, Opcode.PONG]
