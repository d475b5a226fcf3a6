"""Solutions and wrong answers of 06-1, 06-5, 06-6 and 06-7: what a server does for one client, and a client's rules.

A solution's source is shown to the learner, so it uses only names that the notebook's first cell imports. The wrong
answers keep the solutions' parameters; each carries in its docstring what its author believed. All of it is written as
a learner writes in a cell, so without types.
"""

# mypy: disable-error-code="no-untyped-def, no-untyped-call, var-annotated"

from __future__ import annotations

import asyncio
from collections import deque

from course_lib.realtime import sse

__all__ = [
    "DropsTheNewest",
    "EmptiesItself",
    "NeverTells",
    "Outbox",
    "Unbounded",
    "after_answer",
    "after_the_loop",
    "any_success",
    "events",
    "everything_again",
    "exact_type",
    "from_now_on",
    "id_is_a_place",
    "includes_the_last",
    "never_gives_up",
    "never_missed",
    "newest_is_enough",
    "no_id",
    "once_is_enough",
    "one_too_early",
    "patient_with_503",
    "resume",
    "type_does_not_matter",
]


# -- 06-1: the server, with three blanks


async def events(hub, last_id, write):
    news = asyncio.Event()
    seen = int(last_id) if last_id else None
    subscription = hub.subscribe(after=seen, wake=news.set)
    try:
        while True:
            for message in subscription.take():
                await write(sse.encode(message.data, id=str(message.id)))
            await news.wait()
            news.clear()
    finally:
        subscription.close()


async def from_now_on(hub, last_id, write):
    """Believes that a client that comes back is a new client."""
    await events(hub, "", write)


async def no_id(hub, last_id, write):
    """Believes that the id is the server's own business."""

    async def without(frame):
        await write(b"".join(line for line in frame.splitlines(keepends=True) if not line.startswith(b"id")))

    await events(hub, last_id, without)


async def everything_again(hub, last_id, write):
    """Believes that a new client wants to hear everything that was ever said."""
    await events(hub, last_id or "0", write)


async def after_the_loop(hub, last_id, write):
    """Believes that the line behind the loop is reached when the client leaves."""
    news = asyncio.Event()
    subscription = hub.subscribe(after=int(last_id) if last_id else None, wake=news.set)
    while True:
        for message in subscription.take():
            await write(sse.encode(message.data, id=str(message.id)))
        await news.wait()
        news.clear()
    subscription.close()


async def once_is_enough(hub, last_id, write):
    """Believes that a failing write is the only way to learn that a client has left."""
    news = asyncio.Event()
    subscription = hub.subscribe(after=int(last_id) if last_id else None, wake=news.set)
    while True:
        for message in subscription.take():
            try:
                await write(sse.encode(message.data, id=str(message.id)))
            except ConnectionError:
                subscription.close()
                return
        await news.wait()
        news.clear()


# -- 06-5: resume


def resume(log, last):
    if last is None:
        return False, []
    newest = log[-1][0] if log else 0
    if last > newest:
        return True, log
    missed = bool(log) and last < log[0][0] - 1
    return missed, [message for message in log if message[0] > last]


def includes_the_last(log, last):
    """Believes that the id in Last-Event-ID is the first one wanted."""
    missed, messages = resume(log, last)
    return missed, [message for message in log if message[0] == last] + messages


def id_is_a_place(log, last):
    """Believes that message 7 stands at place 7 of the log."""
    missed, _ = resume(log, last)
    return missed, [] if last is None else log[last:]


def never_missed(log, last):
    """Believes that whoever gets what is kept gets everything."""
    return False, resume(log, last)[1]


def one_too_early(log, last):
    """Believes that something is missing whenever the last message seen is no longer kept."""
    missed, messages = resume(log, last)
    return missed or (last is not None and bool(log) and last < log[0][0]), messages


def newest_is_enough(log, last):
    """Believes that an id from the future is an id like any other."""
    if last is None:
        return False, []
    missed = bool(log) and last < log[0][0] - 1
    return missed, [message for message in log if message[0] > last]


# -- 06-6: a client that does not read


class Outbox:
    def __init__(self, limit):
        self.limit = limit
        self.waiting = deque()
        self.missed = False  # the client has to be told

    def put(self, frame):
        if len(self.waiting) == self.limit:
            self.waiting.popleft()
            self.missed = True
        self.waiting.append(frame)

    def take(self):
        told = [b"event: missed\ndata: {}\n\n"] if self.missed else []
        frames = [*told, *self.waiting]
        self.waiting.clear()
        self.missed = False
        return frames


class Unbounded(Outbox):
    """Believes that a queue is a bound."""

    def put(self, frame):
        self.waiting.append(frame)


class DropsTheNewest(Outbox):
    """Believes that who comes last has to go."""

    def put(self, frame):
        if len(self.waiting) == self.limit:
            self.missed = True
            return
        self.waiting.append(frame)


class NeverTells(Outbox):
    """Believes that a gap nobody mentions is no gap."""

    def take(self):
        self.missed = False
        return Outbox.take(self)


class EmptiesItself(Outbox):
    """Believes that a full queue is best thrown away whole."""

    def put(self, frame):
        if len(self.waiting) == self.limit:
            self.waiting.clear()
            self.missed = True
        self.waiting.append(frame)


# -- 06-7: what makes an EventSource stop


def after_answer(status, content_type):
    if status is None:
        return "connecting"
    kind = content_type.partition(";")[0].strip().lower()
    return "open" if status == 200 and kind == "text/event-stream" else "closed"


def patient_with_503(status, content_type):
    """Believes that "unavailable for now" makes the browser try again."""
    return "connecting" if status is not None and status >= 500 else after_answer(status, content_type)


def any_success(status, content_type):
    """Believes that every 2xx is a success."""
    return after_answer(200 if status is not None and 200 <= status < 300 else status, content_type)


def exact_type(status, content_type):
    """Believes that a content type is one word."""
    if status is None:
        return "connecting"
    return "open" if status == 200 and content_type == "text/event-stream" else "closed"


def type_does_not_matter(status, content_type):
    """Believes that the status decides alone."""
    return after_answer(status, "text/event-stream")


def never_gives_up(status, content_type):
    """Believes that an EventSource reconnects whatever happens."""
    return "open" if after_answer(status, content_type) == "open" else "connecting"
