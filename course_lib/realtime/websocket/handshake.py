"""How an HTTP request becomes a WebSocket: RFC 6455, sections 1.3 and 4.

The client asks, in plain HTTP, to change the protocol; the server answers 101, and from the next byte on there is no
HTTP on this connection any more, only frames::

    GET /echo HTTP/1.1                                  HTTP/1.1 101 Switching Protocols
    Host: localhost:8080                                Upgrade: websocket
    Upgrade: websocket                                  Connection: Upgrade
    Connection: Upgrade                                 Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=
    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
    Sec-WebSocket-Version: 13

The key keeps no secret. It proves that the server knows what it agreed to: an HTTP server that understood nothing and
sent the request's headers back, or a cache that had an old answer at hand, could not have found the accept value.

The `Origin` header is no part of these rules, and yet a server must look at it: a browser lets every page in the world
open a WebSocket to any address, and sends the cookies with it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterable, Mapping

__all__ = ["GUID", "Refused", "accept_key", "check_request", "check_response", "new_key", "request", "response"]

GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
"""A constant of the protocol (section 1.3), chosen because nothing that is not a WebSocket server would add it."""

_VERSION = "13"


class Refused(Exception):  # noqa: N818 -- what happened, not a suffix
    """The handshake is refused.

    Attributes:
        status: the HTTP status to answer with; the one that came, when a client refuses a server's answer.
        sentence: what was expected, and what came.
        headers: headers that belong into the answer.
    """

    def __init__(self, status: int, sentence: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence
        self.headers = dict(headers or {})


def accept_key(key: str) -> str:
    """The `Sec-WebSocket-Accept` that answers a `Sec-WebSocket-Key`: base64(SHA-1(key + GUID))."""
    return base64.b64encode(hashlib.sha1((key + GUID).encode()).digest()).decode()


def new_key(nonce: bytes) -> str:
    """The `Sec-WebSocket-Key` for 16 random bytes.

    Raises:
        ValueError: they are not 16.
    """
    if len(nonce) != 16:
        raise ValueError(f"expected a nonce of 16 bytes, got {len(nonce)}")
    return base64.b64encode(nonce).decode()


def check_request(method: str, headers: Mapping[str, str], *, version: str = "HTTP/1.1") -> str:
    """The key of an upgrade request that keeps every rule of section 4.2.1.

    Args:
        method: the request's method.
        headers: its headers; names in any case.
        version: the HTTP version.

    Raises:
        Refused: a rule is broken: 405 for the method, 426 for a missing upgrade or a version other than 13, else 400.
    """
    fields = {name.lower(): value.strip() for name, value in headers.items()}
    if method != "GET":
        raise Refused(405, f"expected GET, got {method}", {"Allow": "GET"})
    if "websocket" not in _tokens(fields.get("upgrade", "")):
        raise Refused(426, "expected the header Upgrade: websocket", {"Upgrade": "websocket", "Connection": "Upgrade"})
    if version != "HTTP/1.1":
        raise Refused(400, f"expected HTTP/1.1, got {version}")
    if not fields.get("host"):
        raise Refused(400, "expected a Host header, got none")
    if "upgrade" not in _tokens(fields.get("connection", "")):
        raise Refused(400, f"expected the header Connection: Upgrade, got {fields.get('connection', '')!r}")
    if fields.get("sec-websocket-version") != _VERSION:
        got = fields.get("sec-websocket-version", "none")
        raise Refused(426, f"expected Sec-WebSocket-Version 13, got {got}", {"Sec-WebSocket-Version": _VERSION})
    return _checked_key(fields.get("sec-websocket-key", ""))


def response(key: str) -> bytes:
    """The server's whole answer to a request with this key (section 4.2.2)."""
    return (
        "HTTP/1.1 101 Switching Protocols\r\n"
        "Upgrade: websocket\r\n"
        "Connection: Upgrade\r\n"
        f"Sec-WebSocket-Accept: {accept_key(key)}\r\n"
        "\r\n"
    ).encode("latin-1")


def request(host: str, path: str, key: str, headers: Iterable[tuple[str, str]] = ()) -> bytes:
    """A client's whole request (section 4.1).

    Raises:
        ValueError: a line break in one of the parts, which would begin a header of its own.
    """
    lines = [f"GET {path} HTTP/1.1", f"Host: {host}", "Upgrade: websocket", "Connection: Upgrade"]
    lines += [f"Sec-WebSocket-Key: {key}", f"Sec-WebSocket-Version: {_VERSION}"]
    lines += [f"{name}: {value}" for name, value in headers]
    if any("\r" in line or "\n" in line for line in lines):
        raise ValueError("expected a host, path and headers without line breaks")
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def check_response(head: bytes, key: str) -> None:
    """Look at the server's answer, up to its empty line, as a client must (section 4.1).

    Raises:
        Refused: the status is not 101, or a header is not what the rules want.
    """
    status_line, *lines = head.decode("latin-1").split("\r\n")
    fields = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    status = status_line.split(" ")[1] if status_line.startswith("HTTP/1.1 ") else ""
    number = int(status) if status.isascii() and status.isdigit() else 0
    if number != 101:
        raise Refused(number, f"expected HTTP/1.1 101, got {status_line[:80]!r}")
    if fields.get("upgrade", "").lower() != "websocket" or "upgrade" not in _tokens(fields.get("connection", "")):
        raise Refused(number, "expected the headers Upgrade: websocket and Connection: Upgrade")
    if fields.get("sec-websocket-accept") != accept_key(key):
        got = fields.get("sec-websocket-accept")
        raise Refused(number, f"expected Sec-WebSocket-Accept {accept_key(key)}, got {got}")
    for name in ("sec-websocket-extensions", "sec-websocket-protocol"):
        if name in fields:
            raise Refused(number, f"expected no header {name}, because none was asked for; got {fields[name]!r}")


def _tokens(value: str) -> list[str]:
    return [token.strip().lower() for token in value.split(",")]


def _checked_key(key: str) -> str:
    try:
        nonce = base64.b64decode(key, validate=True)
    except (binascii.Error, ValueError):
        nonce = b""
    if len(nonce) != 16:
        raise Refused(400, f"expected a Sec-WebSocket-Key of 16 bytes in base64, got {key[:60]!r}")
    return key
