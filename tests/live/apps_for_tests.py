"""Applications and children for the tests of this folder, found by module name from other processes."""

from __future__ import annotations

import asyncio
import sys

import tornado.web


class Hello(tornado.web.RequestHandler):
    """Says hello, or raises when asked to."""

    def get(self) -> None:
        if self.get_argument("fail", None):
            raise ValueError("as you wish")
        self.write({"hello": sys.argv[1:]})


def make_app() -> tornado.web.Application:
    """One page."""
    return tornado.web.Application([("/", Hello)])


async def make_app_slowly() -> tornado.web.Application:
    """The same from an async function."""
    return make_app()


class Loop(tornado.web.RequestHandler):
    """Says which loop it runs on."""

    def get(self) -> None:
        self.write({"loop": type(asyncio.get_running_loop()).__module__})


def make_loop_app() -> tornado.web.Application:
    """One page."""
    return tornado.web.Application([("/", Loop)])


def fail_to_make() -> tornado.web.Application:
    """Raises."""
    raise RuntimeError("no app today")
