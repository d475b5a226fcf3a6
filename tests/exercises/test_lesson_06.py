"""Lesson 06's checks say what is wrong with answers that people write, not only that something is."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from course_lib.exercises.lesson_06 import answers_server, answers_stream, lesson
from course_lib.lesson import judge
from course_lib.realtime import Hub, sse


async def plain_text(hub: Hub, last_id: str, write: Callable[[Any], Awaitable[None]]) -> None:
    news = asyncio.Event()
    subscription = hub.subscribe(wake=news.set)
    while True:
        for message in subscription.take():
            await write(f"id: {message.id}\ndata: {message.data}\n\n")
        await news.wait()
        news.clear()


async def ends_at_once(hub: Hub, last_id: str, write: Callable[[bytes], Awaitable[None]]) -> None:
    for message in hub.subscribe(after=0, wake=lambda: None).take():
        await write(sse.encode(message.data, id=str(message.id)))


def runs_of_ends(data: str, id: str = "") -> bytes:
    return answers_stream.encode(re.sub("[\r\n]+", "\n", data) if "\n\n" in data else data, id)


def two_for_crlf(data: str, id: str = "") -> bytes:
    return answers_stream.encode(data.replace("\r\n", "\n\n"), id)


def text(data: str, id: str = "") -> str:
    return f"data: {data}\n\n"


class Strict(answers_stream.Lines):
    def feed(self, chunk: bytes) -> list[str]:
        return answers_stream.Lines.feed(self, chunk.decode().encode())


class Greedy(answers_stream.Lines):
    def feed(self, chunk: bytes) -> list[str]:
        return answers_stream.Lines.feed(self, chunk.lstrip(b"\n") if self.after_cr else chunk)


class Waits(answers_server.Outbox):
    async def put(self, frame: bytes) -> None:
        answers_server.Outbox.put(self, frame)


class DropsTheLast(answers_server.Outbox):
    def put(self, frame: bytes) -> None:
        if len(self.waiting) == self.limit:
            self.waiting.pop()
            self.missed = True
        self.waiting.append(frame)


class TellsForEver(answers_server.Outbox):
    def take(self) -> list[bytes]:
        missed = self.missed
        frames: list[bytes] = answers_server.Outbox.take(self)
        self.missed = missed
        return frames


def with_a_blank(status: int | None, content_type: str) -> str:
    return "open" if status == 200 and content_type in ... else "closed"  # type: ignore[operator]


@pytest.mark.parametrize(
    ("number", "answer", "says"),
    [
        ("06-1", plain_text, "expected write(bytes)"),
        ("06-1", ends_at_once, "Write one encoded event for each message"),
        ("06-2", runs_of_ends, "An empty line in the text"),
        ("06-2", two_for_crlf, "one line end, not two"),
        ("06-2", text, "expected bytes from encode"),
        ("06-3", Strict, "A character was cut in two"),
        ("06-3", Greedy, "not more"),
        ("06-6", Waits, "nobody may wait for a slow client"),
        ("06-6", DropsTheLast, "the newest: 3, 4, 5"),
        ("06-6", TellsForEver, "told at the first take()"),
        ("06-7", with_a_blank, "A blank of the starter"),
    ],
)
def test_what_it_says(number: str, answer: Callable[..., object], says: str) -> None:
    (exercise,) = (one for one in lesson.exercises if one.id == number)
    assert says in str(judge(exercise, answer))
