"""The bench on which lesson 03 tries a learner's coroutines: it comes back, whatever they do."""

from __future__ import annotations

import asyncio
import contextlib
import gc
from typing import Any

import pytest

from course_lib.exercises.lesson_03.bench import StillRunning, awaitable, drive, until
from course_lib.exercises.lesson_03.make import EXERCISES
from course_lib.lesson import judge

WORKER = next(exercise for exercise in EXERCISES if exercise.id == "03-5")


def test_gives_what_the_coroutine_returned() -> None:
    async def main() -> int:
        await asyncio.sleep(0)
        return 42

    assert drive(main) == 42


def test_an_error_comes_out() -> None:
    async def main() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        drive(main)


def test_what_waits_for_ever_is_left() -> None:
    async def main() -> None:
        await asyncio.get_running_loop().create_future()

    with pytest.raises(StillRunning, match=r"0\.05 s"):
        drive(main, limit=0.05)


def test_a_coroutine_that_swallows_its_cancellation_holds_nobody() -> None:
    async def main() -> None:
        for _ in range(100):
            try:
                await asyncio.get_running_loop().create_future()
            except asyncio.CancelledError:
                continue

    with pytest.raises(StillRunning):
        drive(main, limit=0.05)


def test_what_cannot_be_awaited_is_named() -> None:
    with pytest.raises(TypeError, match="got 3; the function should be `async def`"):
        drive(lambda: awaitable(3))  # type: ignore[arg-type,return-value]


def test_until_gives_up() -> None:
    async def main() -> bool:
        return await until(lambda: False, turns=3)

    assert drive(main) is False


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_worker_that_swallows_everything_can_be_thrown_away() -> None:
    async def worker(queue: Any, do: Any, failed: Any) -> None:
        while True:
            with contextlib.suppress(BaseException):
                await do(await queue.get())

    assert "swallowed" in judge(WORKER, worker).sentence
    gc.collect()  # it closes the coroutine, which must not go round for ever
