"""The least client that can time a long poll: a keep-alive connection, a blocking socket, one request at a time."""

from __future__ import annotations

import json
import socket
import time
from typing import Any

__all__ = ["Exchange"]


class Exchange:
    """A connection for one request after another; a context manager.

    Args:
        port: of the server on 127.0.0.1.
        timeout: seconds an answer may take.
    """

    def __init__(self, port: int, timeout: float = 30.0) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._kept = b""

    def __enter__(self) -> Exchange:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def send(self, method: str, target: str, value: object = None) -> None:
        """Send a request; with a value, that as JSON."""
        body = b"" if value is None else json.dumps(value).encode()
        head = f"{method} {target} HTTP/1.1\r\nHost: localhost\r\n"
        if body:
            head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        self._socket.sendall(head.encode() + b"\r\n" + body)

    def receive(self) -> tuple[int, Any, float]:
        """The status, the JSON of the body (None without one), and when its first bytes were here.

        Raises:
            ConnectionError: the connection ended.
        """
        head = self._until(b"\r\n\r\n")
        moment = time.perf_counter()
        status = int(head[9:12])
        fields = dict(line.lower().split(b":", 1) for line in head.split(b"\r\n")[1:] if b":" in line)
        if b"chunked" in fields.get(b"transfer-encoding", b""):
            body = b""
            while size := int(self._until(b"\r\n"), 16):
                body += self._take(size + 2)[:-2]
            self._take(2)
        else:
            body = self._take(int(fields.get(b"content-length", b"0")))
        return status, json.loads(body) if body else None, moment

    def ask(self, method: str, target: str, value: object = None) -> tuple[int, Any, float]:
        """Send a request and take its answer."""
        self.send(method, target, value)
        return self.receive()

    def close(self) -> None:
        """Hang up. Twice is fine."""
        self._socket.close()

    def _until(self, end: bytes) -> bytes:
        while (at := self._kept.find(end)) < 0:
            self._read()
        found, self._kept = self._kept[:at], self._kept[at + len(end) :]
        return found

    def _take(self, size: int) -> bytes:
        while len(self._kept) < size:
            self._read()
        found, self._kept = self._kept[:size], self._kept[size:]
        return found

    def _read(self) -> None:
        data = self._socket.recv(65536)
        if not data:
            raise ConnectionError("expected an answer, got the end of the connection")
        self._kept += data
