"""Exercises 03-4 and 03-6: many at once, but not too many, and none on the loop's own thread."""

from __future__ import annotations

import asyncio
import inspect
import threading
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from course_lib.exercises.lesson_03 import answers_many as answers
from course_lib.exercises.lesson_03.bench import drive
from course_lib.lesson import Exercise, Trial, WrongAnswer

__all__ = ["GATHER", "READ"]


def _jobs(count: int, turns: Callable[[int], int], peak: list[int]) -> list[Callable[[], Awaitable[int]]]:
    """Jobs that take so many turns of the loop each, and note how many of them ran at once."""
    running = 0

    def make(number: int) -> Callable[[], Awaitable[int]]:
        async def job() -> int:
            nonlocal running
            running += 1
            peak[0] = max(peak[0], running)
            for _ in range(turns(number)):
                await asyncio.sleep(0)
            running -= 1
            return number

        return job

    return [make(number) for number in range(count)]


def _peak(gather_limited: Callable[..., Any], limit: int, count: int) -> int:
    peak = [0]
    drive(lambda: gather_limited(limit, _jobs(count, lambda _: 3, peak)))
    return peak[0]


def _sliding(gather_limited: Callable[..., Any]) -> object:
    """The first of four jobs ends only when the last has begun: two places, used again as soon as one is free."""
    last = asyncio.Event()

    async def first() -> str:
        await asyncio.wait_for(last.wait(), 0.5)
        return "first"

    async def short() -> str:
        await asyncio.sleep(0)
        return "short"

    async def final() -> str:
        last.set()
        return "last"

    try:
        return drive(lambda: gather_limited(2, [first, short, short, final]), limit=2)
    except TimeoutError:
        return "the second place stayed empty"


def _judge_gather(gather_limited: Callable[..., Any]) -> Iterator[Trial]:
    def many(peak: Any) -> str:
        if peak == 0:
            return "No job has run: calling an async function makes a coroutine, and somebody has to await it."
        if peak < 3:
            return "Fewer than allowed: an `await` in a loop waits for one job before it starts the next."
        return "The limit limits nothing: all jobs must share one semaphore, and each must hold a place while it runs."

    yield Trial(
        "how many of 8 jobs run at once in gather_limited(3, jobs)?", 3, lambda: _peak(gather_limited, 3, 8), many
    )

    def order(got: Any) -> str:
        if len(got) < 6:
            return "Some jobs have not run: `limit` says how many run at the same time, not how many run."
        return "The results belong in the order of the jobs, as `gather` returns them, not in that of finishing."

    yield Trial(
        "gather_limited(4, jobs) with 6 jobs, where later jobs finish earlier",
        [0, 1, 2, 3, 4, 5],
        lambda: drive(lambda: gather_limited(4, _jobs(6, lambda number: 13 - 2 * number, [0]))),
        order,
    )
    yield Trial(
        "gather_limited(2, jobs), where the first job ends only when the last has begun",
        ["first", "short", "short", "last"],
        lambda: _sliding(gather_limited),
        "In batches, everybody waits for the slowest of the batch. A place that is free should be taken at once.",
    )
    yield Trial("gather_limited(2, [])", [], lambda: drive(lambda: gather_limited(2, [])), "No jobs, no results.")


GATHER = Exercise(
    "03-4",
    "gather, with a limit",
    "`jobs` is a list of async functions without parameters. Write `async def gather_limited(limit, jobs)`: it"
    " runs all of them, at most"
    " `limit` at the same time, and returns their results in the order of the list. A free place is taken at once.",
    _judge_gather,
    [
        "`asyncio.Semaphore(limit)` has `limit` places; `async with` takes one and gives it back.",
        "Wrap each job in a small coroutine that takes a place, awaits the job and returns its result; then"
        " `gather` those.",
        "One semaphore for all of them, made once, outside the small coroutine.",
    ],
    answers.gather_limited,
    [
        WrongAnswer("a semaphore around gather", answers.all_at_once, "The limit limits nothing"),
        WrongAnswer("a semaphore for each job", answers.one_semaphore_each, "share one semaphore"),
        WrongAnswer("await in a loop", answers.one_by_one, "waits for one job before"),
        WrongAnswer("batches", answers.in_batches, "In batches"),
        WrongAnswer("results as they come", answers.as_they_finish, "in the order of the jobs"),
    ],
)


def _loop_goes_on(read_all: Callable[..., Any]) -> object:
    """`read` waits for a flag that only the loop can set: on the loop's own thread it waits in vain."""

    async def main() -> object:
        flag = threading.Event()
        asyncio.get_running_loop().call_later(0.005, flag.set)
        return await read_all(["a"], lambda _path: "the loop went on" if flag.wait(1.0) else "the loop stood still")

    return drive(main, limit=3)


def _overlap(read_all: Callable[..., Any]) -> object:
    meeting = threading.Barrier(2)

    def read(_path: str) -> str:
        try:
            meeting.wait(1.0)
        except threading.BrokenBarrierError:
            return "alone"
        return "together"

    return drive(lambda: read_all(["a", "b"], read), limit=3)


def _judge_read(read_all: Callable[..., Any]) -> Iterator[Trial]:
    def results(got: Any) -> str:
        if any(map(inspect.isawaitable, got)):
            return "`to_thread` gives something to await; the result is what comes out of that."
        return "The results belong in the order of the paths."

    yield Trial(
        'read_all(["a", "b", "c"], str.upper)',
        ["A", "B", "C"],
        lambda: drive(lambda: read_all(["a", "b", "c"], str.upper)),
        results,
    )
    yield Trial(
        'read_all(["a"], read), where read waits for something that only the loop can do,',
        ["the loop went on"],
        lambda: _loop_goes_on(read_all),
        "`read` ran in the loop's own thread: `async def` does not change that, and a yield before or after it"
        " does not either.",
    )
    yield Trial(
        'read_all(["a", "b"], read), where each read waits until the other has begun,',
        ["together", "together"],
        lambda: _overlap(read_all),
        "One after the other: `await` in a loop starts the second read when the first is over. Start all, then wait.",
    )


READ = Exercise(
    "03-6",
    "A blocking call, off the loop",
    "`read(path)` is an ordinary function that blocks: a file, a database driver, a password hash. Write `async"
    " def read_all(paths, read)`,"
    " which returns what `read` gives for each path, in order, while the loop stays free and the reads overlap.",
    _judge_read,
    [
        "`asyncio.to_thread(function, argument)` gives something to await; the function runs in a thread of the pool.",
        "Pass the function and its argument, not the result of calling it.",
        "`await asyncio.gather(*(… for path in paths))` starts them all before it waits.",
    ],
    answers.read_all,
    [
        WrongAnswer("async def is enough", answers.async_is_enough, "the loop's own thread"),
        WrongAnswer("a sleep(0) between the calls", answers.sleep_between, "the loop's own thread"),
        WrongAnswer("to_thread in a loop", answers.one_thread_at_a_time, "Start all, then wait"),
        WrongAnswer("called before it is passed", answers.called_too_early, "not callable"),
    ],
)
