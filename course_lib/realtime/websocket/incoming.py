"""A message on its way in: its frames, as far as they have come."""

from __future__ import annotations

import codecs

from course_lib.realtime.websocket.frames import Head, Opcode, mask
from course_lib.realtime.websocket.rules import NO_TEXT, Broken

__all__ = ["Incoming"]


class Incoming:
    """The message under way.

    Args:
        opcode: TEXT or BINARY.
        most: bytes it may have.
    """

    __slots__ = ("_body", "_key", "_last", "_most", "_size", "_tail", "left", "opcode")

    def __init__(self, opcode: int, most: int) -> None:
        self.opcode = opcode
        self.left = 0
        """Bytes still to come of the frame under way."""
        self._most = most
        self._size = 0  # of the frames that were announced
        self._body = bytearray()
        self._tail = b""  # of a text: the beginning of a character whose rest is still to come
        self._key: bytes | None = None  # of the frame under way, turned to where we are
        self._last = False

    def announce(self, frame: Head) -> None:
        """The next frame begins.

        Raises:
            Broken: 1009, the message will be too big.
        """
        self._size += frame.length
        if self._size > self._most:
            raise Broken(1009, f"expected a message of at most {self._most:,} bytes, got {self._size:,} or more")
        self.left, self._key, self._last = frame.length, frame.key, frame.fin

    def take(self, piece: bytes) -> bytearray | None:
        """Some bytes of the frame that was announced, as they came; the whole message, when they were its last.

        Raises:
            Broken: 1007, a text that is not UTF-8.
        """
        self.left -= len(piece)
        if self._key is not None:
            turn = len(piece) & 3
            piece = mask(self._key, piece)
            self._key = self._key[turn:] + self._key[:turn]
        if self.opcode == Opcode.TEXT:
            self._check(piece)
        self._body += piece
        if self.left or not self._last:
            return None
        if self._tail:
            raise Broken(1007, NO_TEXT)  # it ends within a character
        return self._body

    def _check(self, piece: bytes) -> None:
        if not self._tail and piece.isascii():
            return
        piece = self._tail + piece
        try:
            _, used = codecs.utf_8_decode(piece, "strict", False)
        except UnicodeDecodeError:
            raise Broken(1007, NO_TEXT) from None
        self._tail = piece[used:]
        if self._tail[:1] == b"\xed" and self._tail[1:] >= b"\xa0":
            raise Broken(1007, NO_TEXT)  # half a surrogate pair: Python's decoder waits for its third byte
