"""Exercise 06-1: one answer that never ends, with ids, resume, and an end."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

from course_lib.exercises.lesson_03.bench import awaitable, drive, until
from course_lib.exercises.lesson_06 import answers_server as answers
from course_lib.lesson import Exercise, Trial, WrongAnswer
from course_lib.realtime import Hub, sse

__all__ = ["SERVER"]


class _Connection:
    """A client of the learner's server: what reached it, and a line that can be cut."""

    def __init__(self, events: Callable[..., Coroutine[Any, Any, Any]], hub: Hub, last_id: str = "") -> None:
        self._parser = sse.Parser()
        self.got: list[tuple[str, str]] = []
        self.gone = False
        self.task = asyncio.ensure_future(awaitable(events(hub, last_id, self._write)))

    async def _write(self, frame: Any) -> None:
        if self.gone:
            raise ConnectionResetError("the client has left")
        if not isinstance(frame, bytes):
            raise TypeError(f"expected write(bytes), got write({frame!r})")
        self.got += [(event.last_event_id, event.data) for event in self._parser.feed(frame)]
        await asyncio.sleep(0)

    async def settle(self, count: int) -> list[tuple[str, str]]:
        """What has come, as soon as so many events have, or when nothing moves any more."""
        await until(lambda: len(self.got) >= count or self.task.done(), turns=60)
        await until(lambda: False, turns=3)
        self._raise()
        return self.got

    async def leave(self) -> None:
        """Hang up, as a server sees it: the task that answers is cancelled."""
        self.gone = True
        self.task.cancel()
        await until(self.task.done, turns=20)

    def _raise(self) -> None:
        if self.task.done() and not self.task.cancelled():
            with contextlib.suppress(ConnectionError):
                self.task.result()


def _live(events: Callable[..., Any]) -> list[tuple[str, str]]:
    async def main() -> list[tuple[str, str]]:
        hub = Hub()
        client = _Connection(events, hub)
        await until(lambda: hub.subscribers() > 0 or client.task.done(), turns=20)
        hub.publish("one")
        await client.settle(1)
        hub.publish("two\nlines")
        got = await client.settle(2)
        await client.leave()
        return got

    return drive(main)


def _resumed(events: Callable[..., Any], last_id: str) -> list[tuple[str, str]]:
    async def main() -> list[tuple[str, str]]:
        hub = Hub()
        for text in ("a", "b", "c", "d"):
            hub.publish(text)
        client = _Connection(events, hub, last_id)
        await client.settle(2)
        hub.publish("e")
        got = await client.settle(3 if last_id else 1)
        await client.leave()
        return got

    return drive(main)


def _left_behind(events: Callable[..., Any], *, count: int, busy: bool) -> int:
    """How many subscriptions are left when so many clients have come and gone."""

    async def visit(hub: Hub) -> None:
        client = _Connection(events, hub)
        await until(lambda: hub.subscribers() > 0 or client.task.done(), turns=20)
        if busy:
            hub.publish("news")
            await client.settle(1)
        await client.leave()

    async def main() -> int:
        hub = Hub()
        for _ in range(count):
            await visit(hub)
        return hub.subscribers()

    return drive(main)


def _judge(events: Callable[..., Any]) -> Iterator[Trial]:
    def ids(got: Any) -> str | None:
        if got and all(id == "" for id, _ in got):
            return "The events carry no id, so a client that comes back cannot say what it has seen."
        return "Write one encoded event for each message: its id as text, its data."

    yield Trial(
        "(id, data) of the events, when two messages are published to a client that listens",
        [("1", "one"), ("2", "two\nlines")],
        lambda: _live(events),
        ids,
    )
    yield Trial(
        "the same for a client with Last-Event-ID: 2, of four messages and a fifth",
        [("3", "c"), ("4", "d"), ("5", "e")],
        lambda: _resumed(events, "2"),
        lambda got: (
            "It was away, and what came meanwhile is lost. Give `subscribe` the number it has seen: `after=`."
            if got == [("5", "e")]
            else "It has seen 2. What comes next is 3, once, and so on."
        ),
    )
    yield Trial(
        "the same for a new client, which sends no Last-Event-ID",
        [("5", "e")],
        lambda: _resumed(events, ""),
        "A new client begins with what comes next. `after=None` means that; `after=0` means the whole history.",
    )
    yield Trial(
        "subscriptions left when 20 clients have come, heard a message and gone",
        0,
        lambda: _left_behind(events, count=20, busy=True),
        "The server goes on working for clients that are gone. When one leaves, the task is cancelled where it waits:"
        " only a `finally` runs then.",
    )
    yield Trial(
        "subscriptions left when 20 clients have come and gone, and nothing was published",
        0,
        lambda: _left_behind(events, count=20, busy=False),
        "Nothing is written to a quiet client, so no write can fail. Its task is cancelled: clean up in `finally`.",
    )


SERVER = Exercise(
    "06-1",
    "The fault, mended",
    "`events(hub, last_id, write)` answers one `GET /events`. `hub` is a `Hub`; `last_id` is the text of the header"
    " Last-Event-ID, empty when there is none; `await write(frame)` sends bytes. When the client leaves, the task is"
    " cancelled. Fill the three blanks, so that every event has its id, a client that comes back gets what it missed,"
    " and nothing is left of a client that has gone. The check lets 40 clients come and go.",
    _judge,
    [
        "`hub.subscribe(after=7, …)` starts with message 8; `after=None` starts with what comes next.",
        "`sse.encode(message.data, id=str(message.id))` gives the bytes of one event.",
        "A cancelled task raises CancelledError at its `await`. What stands in `finally` runs all the same.",
    ],
    answers.events,
    [
        WrongAnswer("a client that comes back is new", answers.from_now_on, "what came meanwhile is lost"),
        WrongAnswer("no id", answers.no_id, "carry no id"),
        WrongAnswer("the whole history for a new client", answers.everything_again, "begins with what comes next"),
        WrongAnswer("clean-up behind the endless loop", answers.after_the_loop, "only a `finally` runs"),
        WrongAnswer("clean-up when a write fails", answers.once_is_enough, "The server goes on working"),
    ],
)
