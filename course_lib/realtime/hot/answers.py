"""HTTP/1.1 answers as bytes (RFC 9112): a status line, a few headers, a body of known length."""

from __future__ import annotations

import functools
import json
from http import HTTPStatus
from typing import Any, Final

__all__ = ["CONTINUE", "JSON", "encode", "json_bytes"]

JSON: Final = b"application/json; charset=UTF-8"
CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"
"""Send me the body (RFC 9110 section 15.2.1)."""

_REASONS: Final = {one.value: one.phrase.encode() for one in HTTPStatus}
_dumps: Final = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode


def json_bytes(value: Any) -> bytes:
    """JSON without spaces; in ASCII, so that any text can be said."""
    return _dumps(value).encode("ascii")


@functools.lru_cache(maxsize=100)
def _start(status: int, kind: bytes) -> bytes:
    told = b"" if status == 204 else b"Content-Type: %b\r\nContent-Length: " % kind
    return b"HTTP/1.1 %d %b\r\nCache-Control: no-store\r\n%b" % (status, _REASONS[status], told)


def encode(status: int, body: bytes, kind: bytes = JSON, *, date: bytes, extra: bytes = b"") -> bytes:
    """A whole answer.

    Args:
        status: such as 200.
        body: what follows the headers; 204 has none.
        kind: its media type.
        date: the `Date` header's value.
        extra: more header lines, each with its line end.
    """
    if status == 204:
        return b"%bDate: %b\r\n%b\r\n" % (_start(status, b""), date, extra)
    return b"%b%d\r\nDate: %b\r\n%b\r\n%b" % (_start(status, kind), len(body), date, extra, body)
