"""Talk to a server request by request, and keep a record of who said what: for the lesson's pictures and its attacks.

A bare HTTP client on asyncio's streams, one connection for each request. It can do what a polite client does not: send
a request and hang up.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from course_lib.record import Record, Recorder

__all__ = ["Answer", "Talk", "Waiting"]

_PATIENCE = 10.0  # seconds: no cell and no check waits longer than this for anything


@dataclass(frozen=True)
class Answer:
    """What came back.

    Attributes:
        status: the HTTP status; 0 when the connection broke without an answer.
        json: the body as a value; None when it is empty or no JSON.
        seconds: from the request to the answer.
        sent: bytes of the request, with its head.
        received: bytes of the answer, with its head.
    """

    status: int
    json: Any = None
    seconds: float = 0.0
    sent: int = 0
    received: int = 0

    def __repr__(self) -> str:
        return f"<{self.words}>"

    @property
    def texts(self) -> list[str]:
        """The messages in it."""
        given = self.json if isinstance(self.json, dict) else {}
        return [one["message"] for one in given.get("messages", [given] if "message" in given else [])]

    @property
    def words(self) -> str:
        """Status and messages, in a few words."""
        if self.status == 0:
            return "the connection breaks"
        missed = " (missed some)" if isinstance(self.json, dict) and self.json.get("missed") else ""
        return " ".join([str(self.status), ", ".join(self.texts)]).strip() + missed


class Waiting:
    """A request that was sent and has no answer yet; made by `Talk.begin`."""

    def __init__(self, talk: Talk, who: str, sent: int, reader: asyncio.StreamReader, writer: Any) -> None:
        self._talk = talk
        self._who = who
        self._sent = sent
        self._reader = reader
        self._writer = writer
        self._since = talk.recorder.now()

    async def answer(self) -> Answer:
        """Wait for the answer, and close the connection.

        Raises:
            TimeoutError: there was none within ten seconds.
        """
        try:
            async with asyncio.timeout(_PATIENCE):
                status, body, size = await _read(self._reader)
        finally:
            self.close()
        seconds = self._talk.recorder.now() - self._since
        answer = Answer(status, _json(body), seconds, self._sent, size)
        self._talk.note(self._talk.server_name, self._who, answer.words)
        return answer

    def close(self) -> None:
        """Close the connection, and say nothing of it. Twice is fine."""
        self._writer.close()
        self._talk.open.discard(self)

    def hang_up(self) -> None:
        """Close the connection without waiting for the answer."""
        self.close()
        self._talk.note(self._who, self._talk.server_name, "hangs up")


class Talk:
    """Requests to one server, recorded.

    Args:
        server: anything with a `port`, or the port itself.
        title: the record's.
        server_name: the server's lane.
        clock: seconds; default: time.perf_counter.
    """

    def __init__(
        self, server: Any, title: str = "", *, server_name: str = "server", clock: Callable[[], float] | None = None
    ) -> None:
        self.port = int(getattr(server, "port", server))
        self.server_name = server_name
        self.recorder = Recorder(title, clock=clock) if clock else Recorder(title)
        self.open: set[Waiting] = set()
        """Requests without an answer. They are kept here: a connection that nobody holds would be closed."""

    def __repr__(self) -> str:
        return f"<Talk with the {self.server_name}: {len(self.record)} events>"

    @property
    def record(self) -> Record:
        """Who sent what to whom so far: what `show.sequence` draws."""
        return self.recorder.record()

    async def get(self, who: str, path: str) -> Answer:
        """Send a GET request and wait for the answer."""
        return await (await self.begin(who, path)).answer()

    async def post(self, who: str, text: str) -> Answer:
        """Send ``{"message": text}`` to /messages and wait for the answer."""
        body, headers = json.dumps({"message": text}).encode(), {"Content-Type": "application/json"}
        return await self.send(who, "POST", "/messages", body, headers, label=f"POST {text}")

    async def send(
        self, who: str, method: str, path: str, body: bytes, headers: Mapping[str, str], *, label: str = ""
    ) -> Answer:
        """Send any request with a body and wait for the answer; `label` is for the record."""
        return await (await self._sent(who, method, path, body, headers, label)).answer()

    async def begin(self, who: str, path: str) -> Waiting:
        """Send a GET request, and come back at once."""
        return await self._sent(who, "GET", path)

    def close(self) -> None:
        """Close what is open. Twice is fine."""
        for waiting in list(self.open):
            waiting.close()

    def note(self, who: str, to: str, label: str) -> None:
        """Note in the record that somebody sent something."""
        self.recorder.add(who, "message", label, to=to)

    async def _sent(
        self,
        who: str,
        method: str,
        path: str,
        body: bytes = b"",
        headers: Mapping[str, str] = MappingProxyType({}),
        label: str = "",
    ) -> Waiting:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        head = [f"{method} {path} HTTP/1.1", f"Host: localhost:{self.port}", "Connection: close"]
        head += [f"{name}: {value}" for name, value in headers.items()]
        head += [f"Content-Length: {len(body)}"] if body else []
        request = "\r\n".join([*head, "", ""]).encode() + body
        writer.write(request)
        self.note(who, self.server_name, label or f"{method} {path}")
        waiting = Waiting(self, who, len(request), reader, writer)
        self.open.add(waiting)
        return waiting


async def _read(reader: asyncio.StreamReader) -> tuple[int, bytes, int]:
    """Status, body, and bytes of an answer; status 0 when the connection ended before there was one."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        status = int(lines[0].split()[1])
        fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        if fields.get("transfer-encoding") == "chunked":
            body, size = await _read_chunks(reader)
        else:
            size = int(fields.get("content-length", 0))
            body = await reader.readexactly(size)
    except (OSError, asyncio.IncompleteReadError):
        return 0, b"", 0
    return status, body, len(head) + size


async def _read_chunks(reader: asyncio.StreamReader) -> tuple[bytes, int]:
    """A body that came in chunks (RFC 9112, 7.1), and its bytes with the chunks' own heads."""
    body, size = b"", 0
    while True:
        line = await reader.readuntil(b"\r\n")
        chunk = await reader.readexactly(int(line, 16) + 2)
        body, size = body + chunk[:-2], size + len(line) + len(chunk)
        if len(chunk) == 2:
            return body, size


def _json(body: bytes) -> Any:
    with contextlib.suppress(ValueError):
        return json.loads(body)
    return None
