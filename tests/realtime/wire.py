"""What the tests say to the servers and hear from them, byte for byte: plain sockets, no client of ours in between.

Nothing here sleeps: a read waits for bytes, with a limit, and `until` asks the server itself again and again.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import json
import os
import socket
import struct
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from course_lib import live, realtime
from course_lib.live import loop
from course_lib.realtime.sse import Event, Parser

__all__ = ["LIMIT", "PATHS", "Ended", "Raw", "Socket", "Stream", "ask", "post", "serving", "stats", "until"]

LIMIT = 10.0
"""Seconds after which a test gives up waiting."""

PATHS = ("batteries", "hot")
"""Both makes of a server: all of these tests run over both."""


@contextlib.contextmanager
def serving(name: str, path: str, **limits: Any) -> Iterator[live.Server]:
    """A server on the course loop; at its end, nothing of it is left, and nothing went wrong unseen."""
    with realtime.serve(name, path=path, **limits) as server:  # type: ignore[arg-type]
        yield server
    live.run(asyncio.sleep(0))
    errors = list(loop.started().errors)
    loop.started().errors.clear()
    assert errors == []
    assert live.leftovers() == []


def made(name: str) -> list[str]:
    """The paths on which a transport exists."""
    return [path for path in PATHS if importlib.util.find_spec(f"course_lib.realtime.{path}.{name}")]


def until(condition: Callable[[], object], what: str = "the condition") -> None:
    """Ask until it holds.

    Raises:
        AssertionError: not within `LIMIT` seconds.
    """
    end = time.monotonic() + LIMIT
    while not condition():
        assert time.monotonic() < end, f"expected {what} within {LIMIT:g} s"


class Ended(AssertionError):  # noqa: N818 -- what happened
    """The server hung up too early."""


class Raw:
    """A TCP connection to a server."""

    def __init__(self, server: live.Server, *, buffer: int | None = None) -> None:
        self.server = server
        self.socket = socket.socket()
        if buffer is not None:  # a small one, so that a client that does not read is soon full
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        self.socket.settimeout(LIMIT)
        self.socket.connect(("127.0.0.1", server.port))
        self.data = b""

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Hang up."""
        self.socket.close()

    def send(self, data: bytes | str) -> None:
        """Send bytes."""
        self.socket.sendall(data.encode() if isinstance(data, str) else data)

    def request(self, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes = b"") -> None:
        """Send a whole request."""
        fields = {"Host": f"localhost:{self.server.port}", **(headers or {})}
        if body and "Content-Length" not in fields and "Transfer-Encoding" not in fields:
            fields["Content-Length"] = str(len(body))
        head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        self.send(f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + body)

    def more(self) -> bool:
        """Wait for more bytes; False when the server has hung up."""
        try:
            data = self.socket.recv(65536)
        except ConnectionError:
            return False
        self.data += data
        return bool(data)

    def take(self, count: int) -> bytes:
        """So many bytes."""
        while len(self.data) < count:
            if not self.more():
                raise Ended(f"expected {count} bytes, got {self.data[:80]!r} and the end")
        taken, self.data = self.data[:count], self.data[count:]
        return taken

    def line(self) -> str:
        """A line of a head, without its end."""
        while b"\r\n" not in self.data:
            if not self.more():
                raise Ended(f"expected a line, got {self.data[:80]!r} and the end")
        line, _, self.data = self.data.partition(b"\r\n")
        return line.decode("latin-1")

    def head(self) -> tuple[int, dict[str, str]]:
        """The status and the headers (names in lower case) of an answer."""
        status = int(self.line().split()[1])
        headers = {}
        while line := self.line():
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        return status, headers

    def answer(self) -> tuple[int, dict[str, str], bytes]:
        """A whole answer."""
        status, headers = self.head()
        if status in (204, 304):
            return status, headers, b""
        if "content-length" in headers:
            return status, headers, self.take(int(headers["content-length"]))
        if headers.get("transfer-encoding") == "chunked":
            return status, headers, b"".join(iter(self.chunk, b""))
        while self.more():
            pass
        return status, headers, self.data

    def chunk(self) -> bytes:
        """One chunk of a body; b"" is the last one."""
        size = int(self.line(), 16)
        data = self.take(size + 2)
        return data[:-2]

    def ended(self) -> bytes:
        """Wait until the server hangs up; what it said before that."""
        while self.more():
            pass
        return self.data


def ask(
    server: live.Server, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes = b""
) -> tuple[int, dict[str, str], Any]:
    """One request on a connection of its own: the status, the headers, and the body (read, if it is JSON)."""
    with Raw(server) as raw:
        raw.request(method, path, headers, body)
        status, fields, data = raw.answer()
    if fields.get("content-type", "").startswith("application/json"):
        return status, fields, json.loads(data)
    return status, fields, data


def post(server: live.Server, message: str, **more: str) -> int:
    """Publish; the message's id."""
    body = json.dumps({"message": message, **more}).encode()
    status, _, answer = ask(server, "POST", "/messages", {"Content-Type": "application/json"}, body)
    assert status == 201, answer
    return int(answer["id"])


def stats(server: live.Server) -> dict[str, int]:
    """What the server counts."""
    counted: dict[str, int] = ask(server, "GET", "/stats")[2]
    return counted


class Stream(Raw):
    """An event stream."""

    def __init__(
        self,
        server: live.Server,
        path: str = "/events",
        headers: Mapping[str, str] | None = None,
        *,
        buffer: int | None = None,
    ) -> None:
        super().__init__(server, buffer=buffer)
        self.request("GET", path, {"Accept": "text/event-stream", **(headers or {})})
        self.status, self.headers = self.head()
        self.parser = Parser()
        self.events: list[Event] = []
        self.body = b""

    def piece(self) -> bytes:
        """The next piece of the body; b"" at its end in good order."""
        if self.headers.get("transfer-encoding") == "chunked":
            data = self.chunk()
        else:
            while not self.data and self.more():
                pass
            data, self.data = self.data, b""
        self.body += data
        self.events += self.parser.feed(data)
        return data

    def next(self) -> Event:
        """The next event."""
        while not self.events:
            assert self.piece(), "expected an event, got the end of the stream"
        return self.events.pop(0)

    def message(self) -> tuple[str, str]:
        """Id and text of the next event, which must be a message."""
        event = self.next()
        assert event.type == "message"
        return event.last_event_id, event.data


class Socket(Raw):
    """A WebSocket's client side; frames are masked with a key that leaves them readable unless told otherwise."""

    KEY = "dGhlIHNhbXBsZSBub25jZQ=="

    def __init__(
        self,
        server: live.Server,
        path: str = "/echo",
        headers: Mapping[str, str] | None = None,
        *,
        buffer: int | None = None,
    ) -> None:
        super().__init__(server, buffer=buffer)
        fields = {
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Key": self.KEY,
            "Sec-WebSocket-Version": "13",
            **(headers or {}),
        }
        self.request("GET", path, {name: value for name, value in fields.items() if value})
        self.status, self.headers = self.head()

    def frame(self, opcode: int, payload: bytes = b"", *, fin: bool = True, rsv: int = 0, masked: bool = True) -> None:
        """Send a frame, whatever it says."""
        self.send(self.made(opcode, payload, fin=fin, rsv=rsv, masked=masked))

    @staticmethod
    def made(opcode: int, payload: bytes = b"", *, fin: bool = True, rsv: int = 0, masked: bool = True) -> bytes:
        """A frame's bytes."""
        first, bit, size = fin << 7 | rsv << 4 | opcode, masked << 7, len(payload)
        if size < 126:
            head = struct.pack("!BB", first, bit | size)
        elif size < 65536:
            head = struct.pack("!BBH", first, bit | 126, size)
        else:
            head = struct.pack("!BBQ", first, bit | 127, size)
        if not masked:
            return head + payload
        key = os.urandom(4)
        stretched = key * (size // 4 + 1)
        mask = int.from_bytes(stretched[:size], "big")
        return head + key + (int.from_bytes(payload, "big") ^ mask).to_bytes(size, "big")

    def say(self, message: str | bytes) -> None:
        """Send a whole message."""
        if isinstance(message, bytes):
            self.frame(2, message)
        else:
            self.frame(1, message.encode())

    def read(self) -> tuple[int, bytes]:
        """Opcode and payload of the next frame."""
        first, size = self.take(2)
        assert first & 0x70 == 0
        assert size & 0x80 == 0, "expected the server not to mask"
        assert first & 0x80, "expected the server not to fragment"
        if size == 126:
            (size,) = struct.unpack("!H", self.take(2))
        elif size == 127:
            (size,) = struct.unpack("!Q", self.take(8))
        return first & 0x0F, self.take(size)

    def hear(self) -> str | bytes:
        """The next message; pings before it are passed over."""
        opcode, payload = self.read()
        while opcode == 9:
            opcode, payload = self.read()
        assert opcode in (1, 2), (opcode, payload)
        return payload.decode() if opcode == 1 else payload

    def closed(self) -> int:
        """The code of the close frame, which comes next but for messages; then the server must hang up.

        1006 when it hangs up without one.
        """
        opcode = 0
        while opcode != 8:
            try:
                opcode, payload = self.read()
            except Ended:
                return 1006
        payload[2:].decode()
        with contextlib.suppress(ConnectionError):  # the server may have hung up already
            self.frame(8, payload[:2])
        self.ended()
        return int.from_bytes(payload[:2], "big") if payload else 1005
