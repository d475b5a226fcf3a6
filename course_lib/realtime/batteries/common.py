"""What the servers of all transports share: the page at ``/``, ``POST /messages``, ``/stats``, ``/hello``, and errors.

A transport brings messages *to* the client. The other direction is an ordinary request in all three: a POST, checked
from the outside in. Whose page sent it, how much is it, what does it say it is, what is it?
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NoReturn, cast

import tornado.web
from tornado.http1connection import HTTP1Connection

from course_lib.realtime import origins, pages, validate
from course_lib.realtime.batteries.clients import Clients
from course_lib.realtime.hub import Hub
from course_lib.realtime.limits import Limits
from course_lib.realtime.validate import Refused

__all__ = ["Handler", "Hello", "Messages", "Stats", "application"]

MAX_HEADERS: Final = 16_384
"""Bytes of a request's head."""

DRAINED: Final = 8 << 20
"""Bytes of an oversized body that are read and thrown away, so that the client gets to read why it was refused."""


def application(
    page: str, routes: Sequence[Any], hub: Hub | None, limits: Limits, **settings: Any
) -> tornado.web.Application:
    """The application of a transport: its own routes, and what all have.

    Args:
        page: whose page is served at ``/``: one of `pages.NAMES`.
        routes: as for ``tornado.web.Application``.
        hub: where messages go; None makes one.
        limits: bounds.
        settings: more of tornado's settings; ``clients`` may be anything with a length.
    """
    clients = Clients(limits.max_clients)
    shared: dict[str, Any] = {
        "hub": hub or Hub(limits.history),
        "limits": limits,
        "clients": clients,
        "closing": [clients.send_away],
        "http": {
            "idle_connection_timeout": limits.header_timeout,
            "body_timeout": limits.header_timeout,
            "max_header_size": MAX_HEADERS,
            "max_body_size": limits.max_body,
        },
        "default_handler_class": NotFound,
    }
    ours: list[Any] = [("/messages", Messages), ("/stats", Stats), ("/hello", Hello), *pages.routes(page)]
    return tornado.web.Application([*routes, *ours], **{**shared, **settings})


class Handler(tornado.web.RequestHandler):
    """One request. `Refused`, raised by whatever a method calls, becomes its answer: ``{"error": "sentence"}``."""

    @property
    def hub(self) -> Hub:
        """The hub of the application."""
        return cast(Hub, self.settings["hub"])

    @property
    def limits(self) -> Limits:
        """The bounds of the application."""
        return cast(Limits, self.settings["limits"])

    @property
    def clients(self) -> Clients:
        """Who is connected to the application."""
        return cast(Clients, self.settings["clients"])

    def set_default_headers(self) -> None:
        """Nothing here is worth keeping: the next answer is another one."""
        self.set_header("Cache-Control", "no-store")

    def compute_etag(self) -> None:
        """None: what is not kept needs no tag."""

    def check_same_site(self) -> None:
        """Refuse what the page of another site sent.

        Raises:
            Refused: 403.
        """
        origin = self.request.headers.get("Origin")
        if not origins.allowed(origin, self.request.host, self.limits.origins):
            raise Refused(403, f"expected a page of {self.request.host!r}, got one of {origin!r}")

    def note(self, method: str, status: int, words: str) -> None:
        """Add a line to the server's log, for what is no request of its own."""
        note = self.settings.get("note")
        if note is not None:
            note(method, self.request.path, status, words, self.request.request_time())

    def send_error(self, status_code: int = 500, **kwargs: Any) -> None:
        """Answer with an error; a `Refused` knows its status."""
        error = kwargs.get("exc_info", (None, None))[1]
        super().send_error(error.status if isinstance(error, Refused) else status_code, **kwargs)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """The answer of `send_error`."""
        error = kwargs.get("exc_info", (None, None))[1]
        sentence = error.sentence if isinstance(error, Refused) else f"{status_code} {self._reason}"
        if status_code == 503:
            self.set_header("Retry-After", "2")
        self.finish({"error": sentence})

    def log_exception(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        """A refusal is the client's fault: it stands in the server's log, not among our own errors."""
        if not isinstance(error, (Refused, tornado.web.HTTPError)):
            super().log_exception(kind, error, trace)


class NotFound(Handler):
    """Any path that is none of ours."""

    def prepare(self) -> None:
        """Say so."""
        raise Refused(404, f"expected a path of this server, got {self.request.path[:60]!r}")


@tornado.web.stream_request_body
class Messages(Handler):
    """``POST /messages``: publish ``{"message": "text"}``; the answer is ``{"id": 7}``."""

    def prepare(self) -> None:
        """Look at the size; the rest is judged when the body is here.

        A client that is still sending when we answer and hang up finds a broken connection in place of the answer.
        """
        self.body = bytearray()
        digits = self.request.headers.get("Content-Length", "")
        self.announced = int(digits) if digits.isdecimal() and len(digits) < 20 else 0
        connection = cast(HTTP1Connection, self.request.connection)
        connection.set_max_body_size(max(DRAINED, self.announced))
        if self.announced > DRAINED:
            self.refuse_size()

    def data_received(self, chunk: bytes) -> None:
        """Keep a piece of the body: one byte more than is allowed says enough about the size."""
        room = self.limits.max_body + 1 - len(self.body)
        self.body += chunk[: max(room, 0)]

    def post(self) -> None:
        """Publish what came."""
        self.check_same_site()
        if len(self.body) > self.limits.max_body:
            self.refuse_size()
        posted = validate.post_of(bytes(self.body), self.request.headers.get("Content-Type"), self.limits)
        message = self.hub.publish(posted.message, room=posted.room)
        self.set_status(201)
        self.write({"id": message.id})

    def refuse_size(self) -> NoReturn:
        """Say how much would have been too much."""
        came = f"{self.announced:,}" if self.announced else "more"
        raise Refused(413, f"expected a body of at most {self.limits.max_body:,} bytes, got {came}")


class Stats(Handler):
    """``GET /stats``: what the hub counts, and the clients connected now."""

    def get(self) -> None:
        """Answer with JSON."""
        self.write({"clients": len(self.clients), **self.hub.stats()})


class Hello(Handler):
    """``GET /hello``: the least an HTTP server can say, for comparing servers."""

    def get(self) -> None:
        """Answer with JSON."""
        self.write({"hello": "world"})
