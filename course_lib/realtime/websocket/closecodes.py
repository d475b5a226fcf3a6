"""Why a WebSocket ended: the numbers of RFC 6455, section 7.4, and the payload of a close frame.

A close frame carries nothing, or two bytes with a number and then a reason in UTF-8. Not every number may travel: three
are reserved for a program to tell *itself* what happened (no number came; the connection broke; TLS failed), and one
that claims to have been received is a lie. Whoever receives such a frame answers 1002, "you broke the protocol".

=============  ================================================================
0…999          never used
1000…2999      the protocol's own; only those in `CODES` have a meaning
3000…3999      libraries and frameworks, registered with IANA
4000…4999      yours: any application may use them without asking
=============  ================================================================
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

__all__ = ["CODES", "CloseCode", "InvalidClose", "may_be_sent", "meaning", "payload_of", "read"]


@dataclass(frozen=True, slots=True)
class CloseCode:
    """One number of the table.

    Attributes:
        code: the number.
        name: the RFC's name of it.
        meaning: one sentence.
        on_the_wire: whether a close frame may carry it.
    """

    code: int
    name: str
    meaning: str
    on_the_wire: bool = True


_TABLE = (
    CloseCode(1000, "normal closure", "What the connection was for is done."),
    CloseCode(1001, "going away", "The server shuts down, or the page was left."),
    CloseCode(1002, "protocol error", "The other side broke a rule of the protocol."),
    CloseCode(1003, "unsupported data", "A kind of data came that this side can't take, say binary."),
    CloseCode(1004, "reserved", "Has no meaning yet.", on_the_wire=False),
    CloseCode(1005, "no status received", "A close frame came without a number.", on_the_wire=False),
    CloseCode(1006, "abnormal closure", "The connection ended without a close frame.", on_the_wire=False),
    CloseCode(1007, "invalid payload data", "A message does not fit its kind: text that is not UTF-8."),
    CloseCode(1008, "policy violation", "A rule of this application was broken; there is no better number."),
    CloseCode(1009, "message too big", "A message is larger than this side takes."),
    CloseCode(1010, "mandatory extension", "The client needed an extension that the server did not offer."),
    CloseCode(1011, "internal error", "Something unexpected happened on this side."),
    CloseCode(1012, "service restart", "The server restarts; come back after a random few seconds."),
    CloseCode(1013, "try again later", "The server can't carry this connection now, say because it reads too slowly."),
    CloseCode(1014, "bad gateway", "A gateway got a wrong answer from the server behind it."),
    CloseCode(1015, "TLS handshake", "The encrypted connection could not be made.", on_the_wire=False),
)

CODES: Mapping[int, CloseCode] = MappingProxyType({row.code: row for row in _TABLE})
"""The protocol's own numbers: RFC 6455, section 7.4.1, and IANA's registry for 1012…1014."""

_MOST_REASON = 123  # a control frame's payload is at most 125 bytes, and the number takes two


class InvalidClose(ValueError):  # noqa: N818 -- what it is, not a suffix
    """The payload of a close frame breaks a rule; `code` is the close code to answer it with (1002 or 1007)."""

    def __init__(self, code: int, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


def may_be_sent(code: int) -> bool:
    """Whether a close frame may carry `code`."""
    row = CODES.get(code)
    return row.on_the_wire if row else 3000 <= code <= 4999


def meaning(code: int) -> str:
    """One sentence on what `code` says, whatever number it is."""
    if row := CODES.get(code):
        return row.meaning
    if 3000 <= code <= 3999:
        return "A library's own number, registered with IANA."
    if 4000 <= code <= 4999:
        return "The application's own number."
    return "Not a close code."


def payload_of(code: int, reason: str = "") -> bytes:
    """What a close frame with this code and reason carries.

    Raises:
        ValueError: the code may not be sent, or the reason is longer than 123 bytes of UTF-8.
    """
    if not may_be_sent(code):
        raise ValueError(f"expected a close code that may be sent, got {code} ({meaning(code)})")
    words = reason.encode()
    if len(words) > _MOST_REASON:
        raise ValueError(f"expected a reason of at most {_MOST_REASON} bytes, got {len(words)}")
    return code.to_bytes(2, "big") + words


def read(payload: bytes) -> tuple[int, str]:
    """The code and the reason that a close frame carries; 1005 and "" when it carries nothing (section 7.1.5).

    Raises:
        InvalidClose: one lone byte, a code that may not be sent, or a reason that is not UTF-8.
    """
    if not payload:
        return 1005, ""
    if len(payload) == 1:
        raise InvalidClose(1002, "expected a close code of two bytes, got one byte")
    code = int.from_bytes(payload[:2], "big")
    if not may_be_sent(code):
        raise InvalidClose(1002, f"expected a close code that may be sent, got {code}")
    try:
        return code, payload[2:].decode()
    except UnicodeDecodeError:
        raise InvalidClose(1007, "expected a close reason in UTF-8") from None
