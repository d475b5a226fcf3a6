"""Tornado's HTTP server, opened on a free port and closed completely, its requests noted instead of printed.

Runs on a loop: the course loop's in this process, or the own loop of a server process.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import importlib
import inspect
import logging
import math
import socket
import sys
import threading
import time
from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias
from weakref import WeakSet

import tornado.httpserver
import tornado.web
from tornado.httputil import HTTPConnection, HTTPMessageDelegate
from tornado.iostream import IOStream

from course_lib.live.cut import Beginning

__all__ = ["App", "LogLine", "OpenServer", "PortTaken", "checked_port", "load"]

_GOODBYE = 1.0  # seconds for the functions of app.settings["closing"]
_SPARE_FILES = 64  # open files that strangers' connections must leave to us
_HANDLERS_END = 0.5  # seconds for handlers whose connection has been closed

App: TypeAlias = "tornado.web.Application | Callable[[], Any] | str"
"""A tornado application, a function (plain or async) that makes one, or where that is: ``"package.module:name"``."""


class LogLine(NamedTuple):
    """One answered request: when (seconds since the server opened), what, the status, and the seconds it took.

    `error` is the exception's type and words when the handler raised one, or the sentence with which it refused.

    What is no request has a word of its own for a method: "CUT" is a connection that ended before it had sent a whole
    request, and an application may add others.
    """

    at: float
    method: str
    path: str
    status: int
    seconds: float
    error: str = ""

    def __str__(self) -> str:
        error = f" {self.error}" if self.error else ""
        return f"{self.method} {self.path} {self.status}{error}"


class PortTaken(OSError):  # noqa: N818 -- what happened, not a suffix
    """Something listens on the wanted port already."""


def _most_files() -> float:
    """The number that no open file or socket of this process can have."""
    try:
        import resource
    except ImportError:  # Windows: there is no such number
        return math.inf
    soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return math.inf if soft == resource.RLIM_INFINITY else soft


def checked_port(port: int) -> int:
    """`port`, if it is one.

    Raises:
        TypeError: it is no whole number.
        ValueError: it is not in 0…65535.
    """
    if isinstance(port, bool) or not isinstance(port, int):
        raise TypeError(f"expected a port number, got {port!r}")
    if not 0 <= port <= 65535:
        raise ValueError(f"expected a port in 0…65535, got {port}")
    return port


async def load(app: App) -> tornado.web.Application:
    """The application that `app` is, makes or names.

    Raises:
        TypeError: it is none of these.
    """
    made: Any = app
    if isinstance(made, str):
        module, colon, name = made.partition(":")
        if not colon:
            raise TypeError(f'expected "package.module:name", got {made!r}')
        made = getattr(importlib.import_module(module), name)
    if callable(made) and not isinstance(made, tornado.web.Application):
        made = made()
    if inspect.isawaitable(made):
        made = await made
    if not isinstance(made, tornado.web.Application):
        raise TypeError(f"expected a tornado.web.Application or a function that makes one, got {made!r}")
    return made


class _Server(tornado.httpserver.HTTPServer):
    """Remembers its connections (a WebSocket's is handed over and would outlive the server) and what they wait for."""

    note: Callable[..., None]
    most_files: float

    def initialize(self, *args: Any, **options: Any) -> None:
        super().initialize(*args, **options)
        self.streams: WeakSet[IOStream] = WeakSet()
        self._beginnings: dict[object, Beginning] = {}

    def handle_stream(self, stream: IOStream, address: tuple[Any, ...]) -> None:
        if stream.socket.fileno() >= self.most_files:  # or accept() would fail, again and again, for everyone
            stream.close()
            self.note("CUT", "-", 503, "expected fewer connections: this process can open no more")
            return
        self.streams.add(stream)
        super().handle_stream(stream, address)

    def start_request(self, server_conn: object, request_conn: HTTPConnection) -> HTTPMessageDelegate:
        first = server_conn not in self._beginnings
        self._beginnings[server_conn] = Beginning(request_conn, first=first)
        return super().start_request(server_conn, request_conn)

    def on_close(self, server_conn: object) -> None:
        super().on_close(server_conn)
        beginning = self._beginnings.pop(server_conn, None)
        if beginning is not None and not self._stopped and (cut := beginning.ended()) is not None:
            status, path, words = cut
            self.note("CUT", path, status, words)


class OpenServer:
    """A server that accepts. Make it, and `close` it, on the loop it shall run on.

    The application's settings may hold for it:

    - ``"http"``: keyword arguments for ``tornado.httpserver.HTTPServer``, such as ``idle_connection_timeout``.
    - ``"closing"``: functions, plain or async, that are called when it closes, before its connections do: the place to
      end what lasts (streams, WebSockets) in its own way. They are called together and have a second.

    The server puts there ``"note"``: a function that adds a line to its log, ``note(method, path, status, words="",
    seconds=0.0)``.

    Args:
        app: the application.
        port: 0 takes a free one.
        note: called with every answered request.

    Raises:
        PortTaken: `port` is in use.
    """

    def __init__(self, app: tornado.web.Application, port: int, note: Callable[[LogLine], None]) -> None:
        self._opened = time.perf_counter()
        self._app = app
        self._note = note
        app.settings.setdefault("log_function", self._answered)
        app.settings["note"] = self._noted
        self._server = _Server(app, **app.settings.get("http", {}))
        self._server.note = self._noted
        self._server.most_files = _most_files() - _SPARE_FILES
        try:
            self._listening = socket.create_server(("127.0.0.1", checked_port(port)), backlog=128)
        except OSError as error:
            if error.errno in (errno.EADDRINUSE, errno.EACCES):
                raise PortTaken(
                    error.errno, f"expected port {port} to be free, but it is taken; port=0 takes a free one"
                ) from None
            raise
        self._listening.setblocking(False)
        self._server.add_socket(self._listening)
        self.port: int = self._listening.getsockname()[1]

    def _answered(self, handler: tornado.web.RequestHandler) -> None:
        request, status = handler.request, handler.get_status()
        error = sys.exc_info()[1] if status >= 400 else None
        if error is None:
            words = ""
        elif isinstance(error, tornado.web.HTTPError):
            words = error.get_message() or ""
        else:
            words = f"{type(error).__name__}: {error}" if status >= 500 else str(error)
        self._noted(request.method or "", request.uri or "", status, words, request.request_time())

    def _noted(self, method: str, path: str, status: int, words: str = "", seconds: float = 0.0) -> None:
        self._note(LogLine(time.perf_counter() - self._opened, method, path, status, seconds, words))

    async def close(self) -> None:
        """Stop accepting, let the application end what lasts, and close every connection, WebSockets too."""
        self._server.stop()
        await self._end_what_lasts()
        for stream in list(self._server.streams):
            stream.close()
        with contextlib.suppress(TimeoutError):  # a handler that never looks at its connection is not waited for
            await asyncio.wait_for(self._server.close_all_connections(), _HANDLERS_END)

    async def _end_what_lasts(self) -> None:
        async def end(one: Callable[[], Any]) -> None:
            made = one()
            if inspect.isawaitable(made):
                await made

        tasks = [asyncio.ensure_future(end(one)) for one in self._app.settings.get("closing", ())]
        if not tasks:
            return
        done, late = await asyncio.wait(tasks, timeout=_GOODBYE)
        for task in late:
            task.cancel()
        for task in done:
            if (error := task.exception()) is not None:
                logging.getLogger("tornado.application").error("while the server closed", exc_info=error)

    def abandon(self) -> None:
        """Close the sockets when the loop it ran on is gone, from any thread."""
        self._listening.close()
        for stream in list(self._server.streams):
            if stream.socket is not None:
                stream.socket.close()


class _Here(threading.local):
    note: Callable[[str], None] | None = None


_here = _Here()


def _divert(record: logging.LogRecord) -> bool:
    note = _here.note  # a filter runs on the thread that logs
    if note is None:
        return True
    error = record.exc_info[1] if record.exc_info else None
    note(record.getMessage().partition("\n")[0] + (f": {error!r}" if error else ""))
    return False


def keep_quiet(note: Callable[[str], None]) -> None:
    """What tornado would print from this thread goes to `note`; other threads (the kernel's own) keep their logging.

    A server that prints would write into whichever cell happens to run.
    """
    _here.note = note
    for name in ("tornado.access", "tornado.application", "tornado.general", "asyncio"):
        logging.getLogger(name).addFilter(_divert)  # the same one again is no second one
