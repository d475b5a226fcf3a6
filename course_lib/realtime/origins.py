"""Which pages may talk to a server: the `Origin` header.

A browser lets any page open a WebSocket to any server, and sends the user's cookies along; nothing but the server's own
look at `Origin` stands between them (RFC 6455 section 10.2). A page cannot forge the header. A program that is no
browser can, but it has no other user's cookies to misuse, so a request without it is let through.

The rule is the usual one: the origin's host and port are those the request was sent to, or the origin is on a list.
What it does not stop is DNS rebinding, where a stranger's name is made to point here: then `Origin` and `Host` agree.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

__all__ = ["allowed", "checked_origin"]

_HOST: Final = r"(?P<host>\[[0-9a-f:.]+\]|[a-z0-9](?:[a-z0-9_.-]*[a-z0-9])?\.?)(?::(?P<port>[0-9]{1,5}))?"
_ORIGIN: Final = re.compile(rf"(?P<scheme>https?)://{_HOST}", re.ASCII | re.IGNORECASE)
_AUTHORITY: Final = re.compile(_HOST, re.ASCII | re.IGNORECASE)
_DEFAULT: Final = {"http": 80, "https": 443}
_LONGEST: Final = 300


def allowed(origin: str | None, host: str, extra: Iterable[str] = ()) -> bool:
    """Whether a request may be answered.

    Args:
        origin: the `Origin` header; None when there is none. An origin that hides itself ("null": a sandboxed frame,
            a local file) is refused.
        host: the `Host` header.
        extra: origins that may besides, as ``"https://course.example:8443"``.

    Never raises: what is no origin is refused.
    """
    if origin is None:
        return True
    asked = _parts(origin)
    if asked is None:
        return False
    if asked in {_parts(one) for one in extra}:
        return True
    scheme, name, port = asked
    here = _AUTHORITY.fullmatch(host) if len(host) <= _LONGEST else None
    # behind a proxy that does TLS the page's scheme is https and ours http: the port a host leaves out is the page's
    return here is not None and (here["host"].lower(), _port(here["port"], scheme)) == (name, port)


def checked_origin(text: str) -> str:
    """`text`, if it is an origin: scheme, host and perhaps a port, nothing else.

    Raises:
        ValueError: it is not.
    """
    if _parts(text) is None:
        raise ValueError(f'expected an origin such as "http://localhost:8888", got {text!r}')
    return text


def _port(digits: str | None, scheme: str) -> int:
    return int(digits) if digits else _DEFAULT[scheme]


def _parts(origin: str) -> tuple[str, str, int] | None:
    found = _ORIGIN.fullmatch(origin) if len(origin) <= _LONGEST else None
    if found is None:
        return None
    scheme = found["scheme"].lower()
    port = _port(found["port"], scheme)
    return (scheme, found["host"].lower(), port) if 0 < port <= 65535 else None
