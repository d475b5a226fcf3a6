"""Lesson 05's checks take other right answers, and name the mistake that was made; its client says what happened."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any

import pytest
import tornado.web

from course_lib.exercises.lesson_05 import lesson
from course_lib.exercises.lesson_05.pulse import PulseLoop
from course_lib.exercises.lesson_05.talk import Talk
from course_lib.lesson import judge
from course_lib.live.web import OpenServer
from course_lib.realtime.batteries import long_polling


class WithTasks(tornado.web.RequestHandler):
    """Cancels its wait; gives what it finds as it is."""

    task: asyncio.Task[object] | None = None

    async def get(self):
        hub, after = self.settings["hub"], int(self.get_query_argument("after"))
        news = asyncio.get_running_loop().create_future()
        watch = hub.watch("", lambda _: news.done() or news.set_result(None))
        try:
            if not (hub.after(after).messages or hub.after(after).missed):
                self.task = asyncio.ensure_future(
                    asyncio.wait_for(news, float(self.get_query_argument("timeout", "25")))
                )
                await self.task
        except (TimeoutError, asyncio.CancelledError):
            self.set_status(204)
            return
        finally:
            watch.close()
        batch = hub.after(after)
        texts = [{"id": one.id, "message": one.data} for one in batch.messages]
        self.write({"messages": texts, "cursor": batch.cursor, "missed": batch.missed})

    def on_connection_close(self):
        if self.task is not None:
            self.task.cancel()


class DictLog:
    def __init__(self, keep):
        self.keep, self.texts, self.count = keep, {}, 0

    def append(self, text):
        self.count += 1
        self.texts[self.count] = text
        self.texts.pop(self.count - self.keep, None)
        return self.count

    def after(self, cursor):
        missed = cursor > self.count or (cursor < self.count and cursor + 1 not in self.texts)
        found = self.texts.values() if missed else [self.texts[n] for n in self.texts if n > cursor]
        return tuple(found), self.count, missed


class EventBell:
    def __init__(self):
        self.event, self.count = asyncio.Event(), 0

    def waiting(self):
        return self.count

    def ring(self):
        self.event.set()
        self.event.clear()

    async def wait(self, seconds):
        self.count += 1
        try:
            await asyncio.wait_for(self.event.wait(), seconds)
        except TimeoutError:
            return False
        finally:
            self.count -= 1
        return True


def by_random(failures, rng):
    return rng.random() * min(30, 0.25 * 2.0 ** min(failures, 1000))


async def catches_more(fetch, show, pause):
    cursor = failures = 0
    while True:
        try:
            status, answer = await fetch(cursor)
            if status not in (200, 204):
                raise ValueError(status)
        except Exception:
            failures += 1
            await pause(failures)
            continue
        failures = 0
        if status == 200:
            for text in ["…"] * answer["missed"] + answer["messages"]:
                show(text)
            cursor = answer["cursor"]


def exercise(id: str) -> Any:
    return next(one for one in lesson.exercises if one.id == id)


@pytest.mark.parametrize(
    ("id", "answer"),
    [
        ("05-1", long_polling.Poll),
        ("05-1", WithTasks),
        ("05-2", DictLog),
        ("05-3", EventBell),
        ("05-4", by_random),
        ("05-6", catches_more),
    ],
)
def test_another_right_answer_is_right(id, answer):
    assert str(judge(exercise(id), answer)) == f"{id}: correct"


class Pasted(tornado.web.RequestHandler):
    async def get(self):
        while not self.settings["messages"]:
            await asyncio.sleep(1)


class Typo(tornado.web.RequestHandler):
    async def get(self):
        self.write(self.hub)


class NoHandler:
    pass


class PlainBell:
    waiting = 0

    def ring(self):
        pass

    def wait(self, seconds):
        return True


async def never_asks(fetch, show, pause):
    await asyncio.sleep(30)


async def swallows_all(fetch, show, pause):
    while True:
        with contextlib.suppress(BaseException):
            await fetch(0)


@pytest.mark.parametrize(
    ("id", "answer", "says"),
    [
        ("05-1", Pasted, "has the log"),
        ("05-1", Typo, "got a 500"),
        ("05-1", NoHandler, "inherits from tornado.web.RequestHandler"),
        ("05-2", lambda keep: None, "AttributeError"),
        ("05-3", PlainBell, "should be `async def`"),
        ("05-4", lambda failures, rng: "soon", "expected a number of seconds, got 'soon'"),
        ("05-4", lambda failures, rng: None, "expected a number of seconds, got None"),
        ("05-5", lambda body, content_type, most: 201, "give its text"),
        ("05-6", never_asks, "Begin with `fetch(0)`"),
        ("05-6", swallows_all, "lets it pass"),
    ],
)
def test_the_mistake_that_was_made_is_named(id, answer, says):
    verdict = judge(exercise(id), answer)
    assert verdict.state == "wrong", str(verdict)
    assert says in verdict.sentence


def test_a_starter_with_a_part_written_is_not_attempted():
    class Starter:
        def __init__(self, keep: int) -> None:
            self.kept: list[str] = []

        def append(self, text: str) -> int:
            self.kept.append(text)
            return len(self.kept)

        def after(self, cursor: int) -> None:
            raise NotImplementedError

    class Handler(tornado.web.RequestHandler):
        async def get(self) -> None:
            raise NotImplementedError

    assert judge(exercise("05-2"), Starter).state == "unattempted"
    assert judge(exercise("05-1"), Handler).state == "unattempted"


def served(trial: Callable[[OpenServer], Awaitable[None]]) -> None:
    async def main() -> None:
        server = OpenServer(long_polling.make_app(), 0, lambda line: None)
        try:
            await trial(server)
        finally:
            await server.close()

    asyncio.run(main())


def test_a_talk_is_recorded():
    async def trial(server: OpenServer) -> None:
        times = iter(range(100))
        talk = Talk(server, "two words", clock=lambda: float(next(times)))
        waiting = await talk.begin("Bob", "/poll?after=0")
        posted = await talk.post("Ana", "hello")
        answer = await waiting.answer()
        assert (posted.status, posted.words, repr(answer), answer.texts) == (201, "201", "<200 hello>", ["hello"])
        assert answer.sent > 30
        assert answer.received > 60
        said = [(event.lane, event.detail["to"], event.label) for event in talk.record]
        assert said == [
            ("Bob", "server", "GET /poll?after=0"),
            ("Ana", "server", "POST hello"),
            ("server", "Ana", "201"),
            ("server", "Bob", "200 hello"),
        ]
        assert talk.record.title == "two words"
        assert repr(talk) == "<Talk with the server: 4 events>"
        assert talk.open == set()

    served(trial)


def test_who_hangs_up_has_no_answer():
    async def trial(server: OpenServer) -> None:
        talk = Talk(server.port)
        waiting = await talk.begin("Bob", "/poll?after=0")
        waiting.hang_up()
        answer = await waiting.answer()
        assert (answer.status, answer.json, answer.words) == (0, None, "the connection breaks")
        await talk.begin("Bob", "/poll?after=0")
        talk.close()
        assert talk.open == set()

    served(trial)


@pytest.mark.parametrize(
    ("answer", "status", "json"),
    [
        (b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}", 200, {}),
        (b"HTTP/1.1 204 No Content\r\n\r\n", 204, None),
        (b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{"a\r\n4\r\n":1}\r\n0\r\n\r\n', 200, {"a": 1}),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}", 0, None),
        (b"HTTP/1.1 500 Oh\r\nContent-Length: 2\r\n\r\noh", 500, None),
        (b"", 0, None),
    ],
)
def test_an_answer_is_read(answer, status, json):
    async def canned(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        writer.close()

    async def main() -> None:
        server = await asyncio.start_server(canned, "127.0.0.1", 0)
        talk = Talk(SimpleNamespace(port=server.sockets[0].getsockname()[1]))
        found = await talk.get("Bob", "/")
        assert (found.status, found.json) == (status, json)
        server.close()

    asyncio.run(main())


def test_a_loop_knows_which_timers_are_due():
    loop = PulseLoop()
    try:
        loop.call_later(1, print)
        loop.begin()
        loop.call_later(5, print)
        loop.call_later(50, print)
        loop.call_later(5, print).cancel()
        assert [loop.due(1), loop.due(10), loop.due(100)] == [0, 1, 2]
    finally:
        loop.close()
