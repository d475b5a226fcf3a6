"""Exercise 03-5: a worker that is cancelled in the middle of a job and loses nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator, Iterator, Sequence
from typing import Any

from course_lib.exercises.lesson_03 import answers_tasks as answers
from course_lib.exercises.lesson_03.bench import awaitable, drive, until
from course_lib.lesson import Exercise, Trial, WrongAnswer

__all__ = ["WORKER"]


class _Pause:
    """Something to await that only ever goes back to the loop."""

    def __await__(self) -> Generator[None, None, None]:
        yield


class _Jobs(asyncio.Queue[str]):
    """A queue that, when the trial is over, gives nothing any more.

    A worker that swallows everything swallows its own closing as well; at this `await` Python sees that, and gives up.
    An ordinary queue without a loop raises, which would be swallowed too, and so on for ever.
    """

    over = False

    async def get(self) -> str:
        while self.over:
            await _Pause()
        return await super().get()


def _work(worker: Callable[..., Any], jobs: Sequence[str], cancel_in: str) -> dict[str, object]:
    """Let it work, cancel it in the named job (or, with ``""``, when all is done), and say what was left."""
    done: list[str] = []
    failed: list[str] = []
    began: list[str] = []

    async def do(job: str) -> None:
        began.append(job)
        await asyncio.sleep(0)
        if job == "bad":
            raise ValueError(job)
        if job == cancel_in:
            await asyncio.get_running_loop().create_future()
        done.append(job)

    async def main() -> dict[str, object]:
        queue = _Jobs()
        for job in jobs:
            queue.put_nowait(job)
        task = asyncio.ensure_future(awaitable(worker(queue, do, failed)))
        await until(lambda: task.done() or (cancel_in in began if cancel_in else len(done) + len(failed) >= len(jobs)))
        await until(lambda: False, turns=5)
        early = task.done()
        if not early:
            task.cancel()
        elif not task.cancelled() and (error := task.exception()) is not None:
            raise error
        await until(task.done)
        ended = (
            "too early" if early else "never" if not task.done() else "cancelled" if task.cancelled() else "returned"
        )
        left = [queue.get_nowait() for _ in range(queue.qsize())]
        queue.over = True
        return {"done": done, "failed": failed, "left": left, "ended": ended}

    return drive(main)


def _because_worker(got: Any) -> str | None:
    if not all(isinstance(job, str) for job in got["done"]):
        return "`queue.get()` only gives something to await; the job is what comes out of `await queue.get()`."
    if len(got["done"]) > len(set(got["done"])):
        return "A finished job came back and was done again: put back only what was cancelled before it was done."
    if got["ended"] == "too early":
        return "It ended before it was cancelled. An empty queue is no reason: a worker waits for the next job."
    if got["left"] == [] and got["ended"] != "cancelled":
        return "The CancelledError was swallowed: the worker goes on, and whoever cancelled it may wait for ever."
    if got["left"] == []:
        return "CancelledError is no Exception, so it passed your handler, and the job was lost on the way."
    if got["ended"] != "cancelled":
        return "A task that returns has finished; only one that lets CancelledError out is cancelled. Raise it again."
    return None


def _because_undisturbed(got: Any) -> str | None:
    if got["done"] == ["a"]:
        return "It ended after one job: a worker takes jobs for ever."
    return _because_worker(got)


def _judge_worker(worker: Callable[..., Any]) -> Iterator[Trial]:
    def trial(
        jobs: list[str], cancel_in: str, done: list[str], failed: list[str], left: list[str], because: object
    ) -> Trial:
        when = f"cancelled in the middle of {cancel_in!r}" if cancel_in else "cancelled when all is done"
        return Trial(
            f"a worker on {jobs}, {when},",
            {"done": done, "failed": failed, "left": left, "ended": "cancelled"},
            lambda: _work(worker, jobs, cancel_in),
            because,  # type: ignore[arg-type]
        )

    yield trial(["a", "b"], "", ["a", "b"], [], [], _because_undisturbed)
    yield trial(["a", "bad", "b"], "", ["a", "b"], ["bad"], [], "One job that fails must not stop the others.")
    yield trial(["a", "b"], "b", ["a"], [], ["b"], _because_worker)


WORKER = Exercise(
    "03-5",
    "A worker that can be cancelled",
    "Write `async def worker(queue, do, failed)`. For ever: take a job from the `asyncio.Queue` and `await"
    " do(job)`. A job that raises an"
    " ordinary exception goes to the list `failed`, and the worker goes on. When the worker is cancelled in the"
    " middle of a job, it"
    " puts the job back with `queue.put_nowait(job)` and ends cancelled.",
    _judge_worker,
    [
        "Two `except` clauses around `await do(job)`: one for the cancellation, one for `Exception`.",
        "`asyncio.CancelledError` is a BaseException: `except Exception` does not see it.",
        "After putting the job back, `raise` with nothing behind it lets the cancellation go on.",
    ],
    answers.worker,
    [
        WrongAnswer("a bare except makes it robust", answers.catch_everything, "swallowed"),
        WrongAnswer("nothing to tidy up", answers.only_exceptions, "the job was lost"),
        WrongAnswer("returning is as good", answers.return_when_cancelled, "Raise it again"),
        WrongAnswer("finally, in any case", answers.put_back_always, "done again"),
    ],
)
