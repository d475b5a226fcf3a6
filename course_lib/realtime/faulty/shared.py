"""What the faulty servers have around them: a page, a way in for messages, a count of what they leak, and an end.

A leak that outlived the lesson would be a fault of ours. So each server notes what it starts in
``settings["started"]``; ``/stats`` counts that, and closing the server ends it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from typing import Any

import tornado.web

from course_lib.realtime import pages

__all__ = ["Hello", "Messages", "Started", "Stats", "application"]


class Started:
    """What a server has started and not ended: functions that end it."""

    def __init__(self) -> None:
        self._end: dict[object, Callable[[], object]] = {}
        self.over = asyncio.Event()
        """Set when the server closes."""

    def __len__(self) -> int:
        return len(self._end)

    def add(self, key: object, end: Callable[[], object]) -> None:
        """It runs."""
        self._end[key] = end

    def discard(self, key: object) -> None:
        """It has ended."""
        self._end.pop(key, None)

    def end(self) -> None:
        """End everything."""
        for one in list(self._end.values()):
            one()
        self._end.clear()
        self.over.set()


class Messages(tornado.web.RequestHandler):
    """``POST /messages``: anybody may, from any page, with anything; the list grows for ever."""

    def post(self) -> None:
        """Append."""
        self.settings["published"] += 1
        message = json.loads(self.request.body)["message"]
        self.settings["messages"].append((self.settings["published"], message))
        self.set_status(201)
        self.write({"id": self.settings["published"]})


class Stats(tornado.web.RequestHandler):
    """``GET /stats``: what runs, whether or not anyone still listens."""

    def get(self) -> None:
        """Answer with JSON."""
        self.write({"started": len(self.settings["started"]), "published": self.settings["published"]})


class Hello(tornado.web.RequestHandler):
    """``GET /hello``."""

    def get(self) -> None:
        """Answer with JSON."""
        self.write({"hello": "world"})


def application(page: str, routes: Sequence[Any], **settings: Any) -> tornado.web.Application:
    """A faulty server's own routes, and what is around them."""
    started = Started()
    ours: list[Any] = [("/messages", Messages), ("/stats", Stats), ("/hello", Hello), *pages.routes(page)]
    shared = {"messages": [], "published": 0, "interval": 1.0, "started": started, "closing": [started.end]}
    return tornado.web.Application([*ours, *routes], **{**shared, **settings})
