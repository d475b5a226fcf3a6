"""Lesson 03's checks say what is wrong with answers that people write, not only that something is."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest

from course_lib.exercises.lesson_03 import lesson
from course_lib.lesson import judge


class Waits:
    """`note` as a coroutine function, which its caller would have to await."""

    def __init__(self, write: Callable[[str], Awaitable[None]]) -> None:
        self.write = write
        self.failed: list[str] = []

    async def note(self, line: str) -> None:
        await self.write(line)

    async def close(self) -> None:
        pass


async def never_waits(log: Callable[[str], object]) -> None:
    asyncio.get_running_loop().call_soon(log, "then")
    log("start")
    log("end")


async def no_timer(log: Callable[[str], object]) -> None:
    for line in ("start", "end", "then", "immediate 1", "tick", "immediate 2", "timer"):
        log(line)
        await asyncio.sleep(0)


async def only_the_first(limit: int, jobs: Sequence[Callable[[], Awaitable[Any]]]) -> list[Any]:
    return await asyncio.gather(*(job() for job in jobs[:limit]))


async def until_empty(queue: asyncio.Queue[str], do: Callable[[str], Awaitable[None]], failed: list[str]) -> None:
    while not queue.empty():
        await do(await queue.get())


async def not_awaited(paths: Sequence[str], read: Callable[[str], str]) -> list[asyncio.Future[str]]:
    return [asyncio.ensure_future(asyncio.to_thread(read, path)) for path in paths]


@pytest.mark.parametrize(
    ("number", "answer", "says"),
    [
        ("03-1", Waits, "plain `def`"),
        ("03-3", never_waits, "only while the coroutine waits"),
        ("03-3", no_timer, "wait until it has run"),
        ("03-4", only_the_first, "not how many run"),
        ("03-5", until_empty, "waits for the next job"),
        ("03-6", not_awaited, "gives something to await"),
    ],
)
def test_what_it_says(number: str, answer: Callable[..., object], says: str) -> None:
    (exercise,) = (one for one in lesson.exercises if one.id == number)
    assert says in str(judge(exercise, answer))
