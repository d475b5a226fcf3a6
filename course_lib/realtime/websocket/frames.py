"""A frame, byte by byte: RFC 6455, section 5.2.

A message travels in one frame or several. Each begins with two to fourteen bytes that say what it is::

     byte 0: FIN RSV1 RSV2 RSV3  opcode (4 bits)     FIN: the last frame of its message; RSV: for extensions, else 0
     byte 1: MASK  length (7 bits)                   0…125: that is the length
                                                     126: the next 2 bytes are it; 127: the next 8 bytes are
     then:   the masking key (4 bytes), when MASK    always from a client, never from a server
     then:   the payload

The mask hides nothing: the key stands in front of the bytes it was applied to. It takes from a hostile page the choice
of the bytes that its browser puts on the wire, so that they can't be made to look like an HTTP request to a proxy in
between that does not know WebSockets and might keep the "answer" for others (section 10.3).

`encode_frame` and `decode` do one whole frame; `anatomy.explain` says what every part of one means. A connection, which
gets its bytes in any pieces, is in `connection`.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import NamedTuple

__all__ = [
    "BadFrame",
    "Frame",
    "Head",
    "Opcode",
    "decode",
    "encode_frame",
    "head",
    "mask",
    "mask_in_python",
    "read_head",
]


class Opcode(enum.IntEnum):
    """What a frame is; 3…7 and 11…15 are reserved."""

    CONTINUATION = 0
    TEXT = 1
    BINARY = 2
    CLOSE = 8
    PING = 9
    PONG = 10

    @property
    def control(self) -> bool:
        """Whether it is about the connection, not part of a message: close, ping, pong."""
        return self >= Opcode.CLOSE


_OPCODES = frozenset(int(opcode) for opcode in Opcode)


class BadFrame(ValueError):  # noqa: N818 -- what it is, not a suffix
    """Bytes that no frame may begin with."""


class Head(NamedTuple):
    """What the first bytes of a frame say.

    Attributes:
        size: how many bytes they are, 2…14.
        fin: the last frame of its message.
        rsv: the three reserved bits, 0…7.
        opcode: 0…15.
        length: of the payload, in bytes.
        key: the masking key, or None.
    """

    size: int
    fin: bool
    rsv: int
    opcode: int
    length: int
    key: bytes | None


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame; its payload is not masked.

    Attributes:
        opcode: what it is.
        payload: its bytes.
        fin: whether it is the last of its message.
        rsv: the three reserved bits, 0…7.
        key: the masking key it travels with, or None.
    """

    opcode: Opcode
    payload: bytes = b""
    fin: bool = True
    rsv: int = 0
    key: bytes | None = None


def mask_in_python(key: bytes, data: bytes) -> bytes:
    """`data` with its byte i XORed with byte i mod 4 of the key (section 5.3); twice gives `data` again.

    A loop over the bytes would take 6 ms for 64 KiB. Key and data as two huge numbers, XORed at once: 0.2 ms.
    """
    size = len(data)
    keys = (key * (size // 4 + 1))[:size]
    return (int.from_bytes(data, "little") ^ int.from_bytes(keys, "little")).to_bytes(size, "little")


try:
    from tornado.speedups import websocket_mask as mask  # the same in C, 0.02 ms
except ImportError:  # tornado without its C part, or no tornado
    mask = mask_in_python  # type: ignore[assignment]


def head(opcode: int, length: int, *, fin: bool = True, rsv: int = 0, key: bytes | None = None) -> bytes:
    """The bytes in front of a payload of `length` bytes, its length in the shortest form.

    Raises:
        ValueError: a length of 2**63 or more.
    """
    first = fin << 7 | rsv << 4 | opcode
    masked = 0 if key is None else 0x80
    if length < 126:
        size = bytes((first, masked | length))
    elif length < 1 << 16:
        size = bytes((first, masked | 126)) + length.to_bytes(2, "big")
    elif length < 1 << 63:
        size = bytes((first, masked | 127)) + length.to_bytes(8, "big")
    else:
        raise ValueError(f"expected a payload below 2**63 bytes, got {length}")
    return size if key is None else size + key


def encode_frame(
    opcode: int, payload: bytes | bytearray = b"", *, fin: bool = True, rsv: int = 0, key: bytes | None = None
) -> bytes:
    """A whole frame. With a key (4 bytes) the payload is masked, as a client must and a server must not.

    No other rule is looked at, so that a test can send what is forbidden.
    """
    body = payload if key is None else mask(key, bytes(payload))
    return head(opcode, len(payload), fin=fin, rsv=rsv, key=key) + body


def read_head(data: bytes, at: int = 0) -> Head | None:
    """What the frame that begins at `data[at]` says of itself; None when more bytes are needed.

    Raises:
        BadFrame: a length of 2**63 or more (section 5.2: the most significant bit must be 0).
    """
    have = len(data) - at
    if have < 2:
        return None
    first, second = data[at], data[at + 1]
    length, size = second & 0x7F, 2
    if length >= 126:
        size = 4 if length == 126 else 10
        length = int.from_bytes(data[at + 2 : at + size], "big")
    masked = second & 0x80
    if have < size + (4 if masked else 0):
        return None
    if length >= 1 << 63:
        raise BadFrame(f"expected a length below 2**63, got {length}")
    key = data[at + size : at + size + 4] if masked else None
    return Head(size + 4 if masked else size, bool(first & 0x80), first >> 4 & 7, first & 15, length, key)


def decode(data: bytes) -> tuple[Frame, bytes] | None:
    """The first frame in `data`, and the bytes behind it; None when it is not complete.

    Raises:
        BadFrame: an opcode that is reserved, or a length of 2**63 or more.
    """
    found = read_head(data)
    if found is None or len(data) < found.size + found.length:
        return None
    if found.opcode not in _OPCODES:
        raise BadFrame(f"expected an opcode of section 5.2, got {found.opcode}")
    end = found.size + found.length
    body = data[found.size : end]
    payload = body if found.key is None else mask(found.key, body)
    return Frame(Opcode(found.opcode), payload, found.fin, found.rsv, found.key), data[end:]
