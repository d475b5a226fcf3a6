"""What the first two bytes of a frame may be, and a text: RFC 6455, sections 5.1 to 5.6."""

from __future__ import annotations

from course_lib.realtime.websocket.frames import Opcode

__all__ = ["MOST_CONTROL", "NO_TEXT", "Broken", "is_text", "judge"]

MOST_CONTROL = 125
"""Bytes that a control frame may carry."""

NO_TEXT = "expected text in UTF-8"
"""What is said of a text that is none, wherever in it the wrong byte is."""

_RESERVED = 0b1111_1000_1111_1000  # one bit for each opcode that does not exist: 3…7 and 11…15


class Broken(Exception):  # noqa: N818 -- what happened to the rule
    """The other side broke a rule; `code` is what to close the connection with."""

    def __init__(self, code: int, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


def judge(first: int, second: int, *, masks: bool, under_way: bool) -> None:
    """Look at the first two bytes of a frame.

    Args:
        first: the byte with FIN, RSV and opcode.
        second: the byte with MASK and the length.
        masks: whether its sender must mask, as a client must.
        under_way: whether a message has begun, and more of it is to come.

    Raises:
        Broken: 1002.
    """
    opcode = first & 15
    if first & 0x70:
        raise Broken(1002, f"expected RSV bits 000, because no extension is agreed on, got {first >> 4 & 7:03b}")
    if _RESERVED >> opcode & 1:
        raise Broken(1002, f"expected an opcode that has a meaning, got {opcode}")
    if bool(second & 0x80) != masks:
        got = "expected a masked frame, got one without a mask" if masks else "expected a frame without a mask, got one"
        raise Broken(1002, got)
    if opcode >= Opcode.CLOSE:
        _judge_control(first, second)
    elif opcode and under_way:
        raise Broken(1002, "expected the rest of the message under way, got a new message")
    elif not opcode and not under_way:
        raise Broken(1002, "expected a new message, got a continuation of none")


def _judge_control(first: int, second: int) -> None:
    if not first & 0x80:
        raise Broken(1002, "expected a control frame in one piece, got one without FIN")
    if second & 0x7F > MOST_CONTROL:
        raise Broken(1002, f"expected a control frame of at most {MOST_CONTROL} bytes, got a longer one")


def is_text(payload: bytes) -> bool:
    """Whether it is whole, valid UTF-8 (section 5.6, 8.1). ASCII, the most common, is seen without decoding."""
    if payload.isascii():
        return True
    try:
        payload.decode()
    except UnicodeDecodeError:
        return False
    return True
