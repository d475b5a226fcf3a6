"""The solution and wrong answers of 05-1: a handler that lets its clients wait.

A solution's source is shown to the learner, so it uses only names that the notebook's first cell imports. The wrong
answers override the solution where their authors believed something else; each says in its docstring what. All of it is
written as a learner writes in a cell, so without types.
"""

# mypy: disable-error-code="no-untyped-def, no-untyped-call, misc"

from __future__ import annotations

import asyncio

import tornado.web

__all__ = [
    "AnswersAtOnce",
    "ForgetsThatTheyLeave",
    "LetsTheTimeoutOut",
    "LooksMoreOften",
    "OneCursorForAll",
    "OnlyFromNowOn",
    "Poll",
    "SaysNothingIsMissed",
    "StillTheInterval",
]


class Poll(tornado.web.RequestHandler):
    async def get(self):
        hub = self.settings["hub"]
        cursor = int(self.get_query_argument("after", str(hub.newest)))
        seconds = float(self.get_query_argument("timeout", "25"))
        batch = hub.after(cursor)
        if not (batch.messages or batch.missed):
            await self.wait(hub, seconds)
            batch = hub.after(cursor)
        if batch.messages or batch.missed:
            messages = [{"id": one.id, "message": one.data} for one in batch.messages]
            self.write({"messages": messages, "cursor": batch.cursor, "missed": batch.missed})
        else:
            self.set_status(204)

    async def wait(self, hub, seconds):
        self.over = asyncio.Event()
        watch = hub.watch("", lambda message: self.over.set())
        try:
            async with asyncio.timeout(seconds):
                await self.over.wait()
        except TimeoutError:
            pass
        finally:
            watch.close()  # whatever ended the wait

    def on_connection_close(self):
        self.over.set()


class StillTheInterval(Poll):
    """Believes that a cursor is all that was missing."""

    async def wait(self, hub, seconds):
        self.over, newest = asyncio.Event(), hub.newest
        for _ in range(int(seconds)):
            await asyncio.sleep(1)
            if self.over.is_set() or hub.newest > newest:
                return


class LooksMoreOften(Poll):
    """Believes that a shorter interval is no interval."""

    async def wait(self, hub, seconds):
        self.over, newest = asyncio.Event(), hub.newest
        for _ in range(int(seconds / 0.02)):
            await asyncio.sleep(0.02)
            if self.over.is_set() or hub.newest > newest:
                return


class OneCursorForAll(Poll):
    """Believes that the server has to remember what has been delivered."""

    async def get(self):
        hub = self.settings["hub"]
        batch = hub.after(self.settings.setdefault("delivered", 0))
        if not batch.messages:
            await self.wait(hub, 25)
            batch = hub.after(self.settings["delivered"])
        self.settings["delivered"] = hub.newest
        messages = [{"id": one.id, "message": one.data} for one in batch.messages]
        self.write({"messages": messages, "cursor": batch.cursor, "missed": batch.missed})


class ForgetsThatTheyLeave(Poll):
    """Believes that a coroutine ends with its connection."""

    def on_connection_close(self):
        pass


class OnlyFromNowOn(Poll):
    """Believes that messages begin to count when somebody listens."""

    async def get(self):
        hub = self.settings["hub"]
        cursor = hub.newest
        await self.wait(hub, float(self.get_query_argument("timeout", "25")))
        batch = hub.after(cursor)
        if not batch.messages:
            self.set_status(204)
            return
        messages = [{"id": one.id, "message": one.data} for one in batch.messages]
        self.write({"messages": messages, "cursor": batch.cursor, "missed": False})


class LetsTheTimeoutOut(Poll):
    """Believes that a timeout is an error."""

    async def wait(self, hub, seconds):
        self.over = asyncio.Event()
        watch = hub.watch("", lambda message: self.over.set())
        try:
            await asyncio.wait_for(self.over.wait(), seconds)
        finally:
            watch.close()


class SaysNothingIsMissed(Poll):
    """Believes that the messages that are left are all there were."""

    def write(self, chunk):
        super().write({**chunk, "missed": False} if isinstance(chunk, dict) else chunk)


class AnswersAtOnce(Poll):
    """Believes that an empty answer is as good as a wait."""

    async def wait(self, hub, seconds):
        self.over = asyncio.Event()
