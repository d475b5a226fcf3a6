"""HTTP on the hot path: what every server here answers, whatever its transport, and the way in from tornado.

Tornado finds the route of a connection's first request, then gives the connection away. `Connection` reads that request
once more, with its own parser and its own eyes, and answers it and all that follow. So every path that tornado routes
to `Hot` is in the table of `Site` too.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence, Sized
from typing import Any, TypeAlias

import tornado.httputil
import tornado.web

from course_lib.realtime import origins, pages, validate
from course_lib.realtime.batteries import common
from course_lib.realtime.hot.answers import json_bytes
from course_lib.realtime.hot.connection import Connection
from course_lib.realtime.hot.detach import Detached, detach
from course_lib.realtime.hot.reader import Request
from course_lib.realtime.hot.sweep import Sweep
from course_lib.realtime.hub import Hub
from course_lib.realtime.limits import Limits
from course_lib.realtime.validate import Refused

__all__ = ["Hot", "Route", "Routes", "Site", "application", "make_app"]

Route: TypeAlias = Callable[[Connection, Request], None]
"""Answers a request; see `Connection`."""

Routes: TypeAlias = Mapping[str, Mapping[str, Route]]
"""Path to method to route."""


class Site:
    """What the connections of a server share.

    Args:
        hub: where messages go.
        limits: the bounds.
        clients: who is connected, as ``/stats`` counts them.
        sweep: the timer of its connections; None makes one.
    """

    def __init__(self, hub: Hub, limits: Limits, clients: Sized = (), sweep: Sweep | None = None) -> None:
        self.hub = hub
        self.limits = limits
        self.clients = clients
        self.counts: Callable[[], Mapping[str, int]] = dict
        """What a transport has to add to ``/stats``."""
        self.sweep = Sweep(limits.header_timeout) if sweep is None else sweep
        self.note: Callable[..., None] | None = None
        """Adds a line to the server's log, once there is one."""
        self.routes: dict[str, dict[str, Route]] = {
            "/messages": {"POST": self.messages},
            "/stats": _with_head(self.stats),
            "/hello": _with_head(hello),
        }

    def __repr__(self) -> str:
        return f"<Site: {', '.join(self.routes)}; {len(self.sweep)} connections>"

    def route(self, connection: Connection, request: Request) -> None:
        """Answer a request by its path and method.

        Raises:
            Refused: 404, or what the route raises.
        """
        methods = self.routes.get(request.path)
        if methods is None:
            raise Refused(404, f"expected a path of this server, got {request.path[:60]!r}")
        found = methods.get(request.method)
        if found is not None:
            found(connection, request)
            return
        allow = f"Allow: {', '.join([*methods, 'OPTIONS'])}\r\n".encode()
        if request.method == "OPTIONS":
            connection.answer(204, extra=allow)
        else:
            connection.refuse(Refused(405, "405 Method Not Allowed"), extra=allow)

    def messages(self, connection: Connection, request: Request) -> None:
        """``POST /messages``: publish ``{"message": "text"}``; the answer is ``{"id": 7}``."""
        origin, host = request.header(b"origin"), request.header(b"host") or "127.0.0.1"
        if not origins.allowed(origin, host, self.limits.origins):
            raise Refused(403, f"expected a page of {host!r}, got one of {origin!r}")
        posted = validate.post_of(request.body, request.header(b"content-type"), self.limits)
        connection.answer(201, json_bytes({"id": self.hub.publish(posted.message, room=posted.room).id}))

    def stats(self, connection: Connection, request: Request) -> None:
        """``GET /stats``: what the hub counts, and the clients connected now."""
        connection.answer(200, json_bytes({"clients": len(self.clients), **self.hub.stats(), **self.counts()}))

    def report(self, error: Exception) -> None:
        """An error of ours, not of a client."""
        logging.getLogger("tornado.application").error("uncaught exception in a route", exc_info=error)


def hello(connection: Connection, request: Request) -> None:
    """``GET /hello``: the least an HTTP server can say, for comparing servers."""
    connection.answer(200, json_bytes({"hello": "world"}))


class _Every(tuple[str, ...]):
    __slots__ = ()

    def __contains__(self, method: object) -> bool:
        return True


@tornado.web.stream_request_body
class Hot(tornado.web.RequestHandler):
    """Gives the connection away before tornado reads a body, whatever the method."""

    SUPPORTED_METHODS = _Every()

    def initialize(self, site: Site) -> None:
        """Remember where to."""
        self.site = site

    async def prepare(self) -> None:
        """Do it."""
        self.site.note = self.settings.get("note")
        head = _head_of(self.request)
        await detach(self, lambda: Connection(self.site, head))


def _head_of(request: tornado.httputil.HTTPServerRequest) -> bytes:
    """A request's head, as it came but for the case of names and for folded lines."""
    lines = [f"{request.method} {request.uri} {request.version}"]
    lines += [f"{name}: {value}" for name, value in request.headers.get_all()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def _with_head(route: Route) -> dict[str, Route]:
    return {"GET": route, "HEAD": route}


def application(
    page: str, site: Site, closing: Sequence[Callable[[], Any]] = (), **settings: Any
) -> tornado.web.Application:
    """The application of a transport: everything in ``site.routes``, and its page.

    Args:
        page: whose page is served at ``/``: one of `pages.NAMES`.
        site: the routes.
        closing: called when the server closes, before its connections are closed.
        settings: more of tornado's settings.
    """
    ours = [(path, Hot, {"site": site}) for path in site.routes]
    for path, _, file in pages.routes(page):
        site.routes[path] = _with_head(_file(file["text"].encode(), file["content_type"].encode()))
    shared = {"clients": site.clients, "closing": list(closing), **settings}
    app = common.application(page, ours, site.hub, site.limits, **shared)
    Detached.of(app)
    return app


def _file(body: bytes, kind: bytes) -> Route:
    extra = f"Content-Security-Policy: {pages.POLICY}\r\nX-Content-Type-Options: nosniff\r\n".encode()
    return lambda connection, request: connection.answer(200, body, kind, extra)


def make_app(hub: Hub | None = None, limits: Limits = Limits()) -> tornado.web.Application:  # noqa: B008 -- frozen
    """The server with no transport: ``/hello``, ``/messages`` and ``/stats``."""
    return application("long_polling", Site(hub or Hub(limits.history), limits))
