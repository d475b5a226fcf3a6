"""What tornado's WebSocket leaves out of RFC 6455: to say why it hangs up.

When a client breaks a rule, tornado closes the TCP connection and says nothing. The RFC wants more, for the sake of
whoever debugs the client: a close frame with a number first (section 7.1.7, "fail the connection"; 7.4.1 has the
numbers). And the frame must arrive. A socket that is closed while the client is still sending is reset, and a reset
destroys what the client has not read yet. So this side stops writing, throws away what comes, and waits a moment for
the client to hang up.

Added besides: a client's frames must be masked (5.1), a close frame must make sense (5.5.1), and nothing is delivered
after the goodbye. Names that begin with an underscore are tornado's own; the tests tell when a release changes them.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import sys
from typing import Final

from tornado.websocket import WebSocketProtocol13

from course_lib.realtime.websocket.closecodes import InvalidClose, read

__all__ = ["StrictProtocol"]

LINGER: Final = 1.0
"""Seconds a client has to hang up after it has been told why."""

_CLOSE: Final = 8  # opcodes from here on are control frames


class StrictProtocol(WebSocketProtocol13):
    """One connection."""

    ended: tuple[int, str] | None = None
    """The close code and words of whoever said goodbye first."""
    _failed = False

    def fail(self, code: int, words: str) -> None:
        """Say what the client did wrong, and read on only to throw away. Twice is fine."""
        if self._failed or self.stream.closed():
            return
        self._failed = True
        self.close(code, words)
        if not (self.stream.closed() or self.stream.writing()):
            with contextlib.suppress(OSError):  # the client has gone already
                self.stream.socket.shutdown(socket.SHUT_WR)
        asyncio.get_running_loop().call_later(LINGER, super()._abort)

    def close(self, code: int | None = None, reason: str | None = None) -> None:
        """Say goodbye."""
        if code is None and reason is not None:  # tornado's own, when no pong came
            code = 1011
        if code == 1009 and not (self._failed or self.client_terminated):  # tornado's own, when a message is too big
            self.fail(1009, f"expected a message of at most {self.params.max_message_size:,} bytes")
            return
        if self.ended is None and not self.stream.closed():
            self.ended = code or 1005, reason or ""
        super().close(code, reason)

    async def _receive_frame(self) -> None:
        if self._failed:
            await self.stream.read_bytes(65_536, partial=True)
            return
        self._frame_mask = None
        await super()._receive_frame()
        if self._frame_mask is None:
            self.fail(1002, "expected a masked frame")

    def _handle_message(self, opcode: int, data: bytes) -> asyncio.Future[None] | None:
        if self._frame_mask is None:
            return None  # the caller fails the connection
        if self.server_terminated and opcode < _CLOSE:
            return None
        if opcode == _CLOSE:
            try:
                said = read(data)
            except InvalidClose as error:
                self.fail(error.code, str(error))
                return None
            self.ended = self.ended or said
        return super()._handle_message(opcode, data)

    def _abort(self) -> None:
        if self.stream.closed() or (self.server_terminated and not self._failed):
            super()._abort()
        elif isinstance(error := sys.exception(), UnicodeDecodeError):
            self.fail(1007, "expected text in UTF-8")
        elif error is not None:
            self.fail(1011, "the server made a mistake")
        else:
            self.fail(1002, "expected a frame that keeps to RFC 6455")
