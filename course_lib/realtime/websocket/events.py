"""What a WebSocket connection tells the program that uses it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

__all__ = ["Binary", "Close", "Event", "Failed", "Ping", "Pong", "Raw", "Text"]


@dataclass(frozen=True, slots=True)
class Text:
    """A whole text message."""

    data: str


@dataclass(frozen=True, slots=True)
class Binary:
    """A whole binary message."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Raw:
    """A whole message in the bytes it came in, in place of `Text` or `Binary`; of text they are UTF-8, and checked.

    Attributes:
        opcode: TEXT or BINARY.
        payload: its bytes.
    """

    opcode: int
    payload: bytes | bytearray


@dataclass(frozen=True, slots=True)
class Ping:
    """The other side asked whether we are there; the answer is in the output already."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Pong:
    """The other side is there: the answer to a ping, or a sign of life without one."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Close:
    """The other side says nothing more; an answer is in the output, unless we had said so first.

    Attributes:
        code: its number; 1005 when it gave none, 1006 when the connection was lost without a close frame.
        reason: its words.
    """

    code: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Failed:
    """The other side broke a rule; a close frame that tells it so is in the output, unless we had closed already.

    Attributes:
        code: 1002 (protocol), 1007 (not UTF-8), 1009 (too big).
        reason: what was expected, and what came.
    """

    code: int
    reason: str


Event: TypeAlias = Text | Binary | Raw | Ping | Pong | Close | Failed
