"""A page that opens one EventSource after another, and shows which of them wait.

The streams say nothing: what counts is how many of them the browser lets through. They are opened by a button only,
because on a JupyterHub they share the browser's connections with JupyterLab itself.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from tornado.web import Application, RequestHandler

from course_lib.realtime import sse

__all__ = ["make_app"]

_PAGE = Path(__file__).with_name("tabs.html")


class _Page(RequestHandler):
    def get(self) -> None:
        self.set_header("Cache-Control", "no-store")
        self.finish(_PAGE.read_text(encoding="utf-8"))


class _Hello(RequestHandler):
    def get(self) -> None:
        self.set_header("Cache-Control", "no-store")
        self.finish("hello")


class _Silent(RequestHandler):
    """A stream that says nothing, until the client goes or the server closes."""

    async def get(self) -> None:
        self.set_header("Content-Type", sse.CONTENT_TYPE)
        self.set_header("Cache-Control", "no-store")
        self.over = asyncio.Event()
        waiting: set[_Silent] = self.settings["waiting"]
        waiting.add(self)
        try:
            self.write(sse.comment())
            await self.flush()
            await self.over.wait()
        finally:
            waiting.discard(self)

    def on_connection_close(self) -> None:
        self.over.set()


def make_app() -> Application:
    """The page at ``/``, its streams at ``/stream``, and something else to ask for at ``/hello``."""
    waiting: set[_Silent] = set()

    def close() -> None:
        for one in list(waiting):
            one.over.set()

    routes = [("/", _Page), ("/stream", _Silent), ("/hello", _Hello)]
    return Application(routes, waiting=waiting, closing=[close])
