"""A server that answers byte for byte what it was told to: for trying out clients and parsers.

`GET` of a path sends its bytes, head included, piece by piece, and then ends the connection or holds it open. What the
clients asked is kept, because the second request is what shows that a client has come back.
"""

from __future__ import annotations

import asyncio
import http
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from tornado.iostream import IOStream, StreamClosedError
from tornado.web import Application, HTTPError, RequestHandler

__all__ = ["Answer", "answer", "make_app"]


@dataclass(frozen=True)
class Answer:
    """What is sent for one path.

    Attributes:
        pieces: the bytes, each piece in a write of its own.
        then: ``"close"`` ends the connection afterwards, ``"hold"`` leaves it open until the client goes.
    """

    pieces: Sequence[bytes]
    then: Literal["close", "hold"] = "close"


def answer(
    status: int = 200,
    content_type: str = "text/event-stream",
    body: bytes = b"",
    headers: Sequence[str] = (),
) -> Answer:
    """An answer whose end is the end of its connection, as in HTTP/1.0: nothing stands in the body but the body."""
    words = f"HTTP/1.1 {status} {http.HTTPStatus(status).phrase}"
    head = "\r\n".join([words, f"Content-Type: {content_type}", *headers, "Connection: close", "", ""])
    return Answer([head.encode() + body])


class _Say(RequestHandler):
    """Sends an answer's bytes past tornado's own idea of an answer."""

    async def get(self) -> None:
        known: Mapping[str, Answer] = self.settings["answers"]
        if self.request.path not in known:
            raise HTTPError(404)
        asked: list[tuple[str, str]] = self.settings["asked"]
        asked.append((self.request.path, self.request.headers.get("Last-Event-ID", "")))
        told = known[self.request.path]
        stream = self.detach()
        open_streams: set[IOStream] = self.settings["open"]
        open_streams.add(stream)
        try:
            for piece in told.pieces:
                await stream.write(piece)
            if told.then == "hold":
                gone = asyncio.Event()
                stream.set_close_callback(gone.set)
                await gone.wait()
        except StreamClosedError:
            pass  # the client left before the end: its right
        finally:
            open_streams.discard(stream)
            stream.close()


def make_app(answers: Mapping[str, Answer]) -> Application:
    """A server for these answers, by path.

    ``app.settings["asked"]`` is the list of requests so far: pairs of the path and the text of ``Last-Event-ID``.
    """
    held: set[IOStream] = set()

    def close() -> None:
        for stream in list(held):
            stream.close()

    return Application([("/.*", _Say)], answers=dict(answers), asked=[], open=held, closing=[close])
