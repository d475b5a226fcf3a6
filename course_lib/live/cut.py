"""What is noted of a connection that ended before it had sent a whole request.

Tornado hangs up on such a client and says nothing, and no handler ever hears of it. A log without it hides half of what
strangers do to a server: clients that send one byte a minute, that leave in the middle, that speak no HTTP at all.
"""

from __future__ import annotations

import time
from typing import Any

from tornado.iostream import UnsatisfiableReadError

__all__ = ["Beginning"]


class Beginning:
    """The moment in which a server began to wait for a request.

    Args:
        connection: tornado's ``HTTP1Connection``; what it knows of its progress has no public name.
        first: whether it is the first request of its TCP connection.
    """

    def __init__(self, connection: Any, *, first: bool) -> None:
        self._connection = connection
        self._stream = connection.stream
        self._first = first
        self._since = time.perf_counter()
        self._written = self._stream._total_write_index

    def ended(self) -> tuple[int, str, str] | None:
        """A status, the path asked for ("-" when it is not known) and what was wrong; None when nothing was."""
        connection = self._connection
        if connection.stream is None or connection._read_finished or connection._write_finished:
            return None
        line = connection._request_start_line
        path = "-" if line is None else line.path
        if isinstance(self._stream.error, UnsatisfiableReadError):
            return 431, path, f"expected a head of at most {connection.params.max_header_size:,} bytes"
        if self._stream._total_write_index > self._written:  # tornado's bare "400 Bad Request"
            return 400, path, "expected an HTTP request" if line is None else "expected a body as its headers say"
        waited = time.perf_counter() - self._since
        limit = connection._body_timeout if line else connection.params.header_timeout
        if limit and waited >= limit:
            if line is None and not self._stream._read_buffer and not self._first:
                return None  # it may come back for more, and did not
            return 408, path, f"expected the whole request within {limit:g} s"
        if line is None and not self._stream._read_buffer:
            return None
        return 400, path, "the client left in the middle of its request"
