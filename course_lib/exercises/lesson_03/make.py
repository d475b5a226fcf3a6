"""Lesson 03's exercises: task, trials and hints. What the answers look like is in `answers`."""

from __future__ import annotations

import asyncio
import gc
import threading
import weakref
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Any, TypeAlias

from course_lib.exercises.lesson_03 import answers
from course_lib.exercises.lesson_03.bench import drive, until
from course_lib.lesson import Exercise, Trial, WrongAnswer

__all__ = ["EXERCISES"]

# -- 03-2: one iteration, as a pure function

_Arguments: TypeAlias = tuple[list[str], list[tuple[int, str]], list[str], int]


def _judge_iteration(iteration: Callable[..., Any]) -> Iterator[Trial]:
    def trial(arguments: _Arguments, expected: object, because: str) -> Trial:
        ready, timers, io, now = arguments
        given = f"iteration({ready}, {timers}, {io}, {now})"
        return Trial(given, expected, lambda: iteration([*ready], [*timers], [*io], now), because)

    yield trial(
        (["soon"], [(5, "timer")], ["io"], 20),
        (["soon", "io", "timer"], []),
        "What waits in the queue stays at its head; the I/O handles of `select` are appended, then the due timers.",
    )
    yield trial(
        ([], [(9, "second"), (3, "first"), (50, "far")], [], 10),
        (["first", "second"], [(50, "far")]),
        "The timers are a heap: the one due earliest comes out first, whichever was set first.",
    )
    yield trial(([], [(10, "on time")], [], 10), (["on time"], []), "A timer whose moment is now is due.")
    yield trial(
        (["a", "b"], [(30, "y"), (20, "x")], [], 0),
        (["a", "b"], [(20, "x"), (30, "y")]),
        "What is not due is left, earliest first.",
    )
    yield trial(([], [], [], 0), ([], []), "Where nothing waits, nothing runs.")

    def pure() -> object:
        ready, timers, io = ["soon"], [(30.0, "y"), (5.0, "x")], ["io"]
        iteration(ready, timers, io, 10.0)
        return ready, timers, io

    kept = (["soon"], [(30.0, "y"), (5.0, "x")], ["io"])
    yield Trial(
        "the three lists after iteration(ready, timers, io, 10)", kept, pure, "A pure function changes no argument."
    )


ITERATION = Exercise(
    "03-2",
    "One turn of asyncio's loop",
    "`select` has just returned. `ready` holds the names that wait in the ready queue, `io` the names of the"
    " I/O handles that `select`"
    " reported, `timers` pairs `(when, name)` in any order, and `now` is the time. Return a pair: the names"
    " that run in this turn,"
    ' in order, and the timers that are left, earliest first. `iteration(["a"], [(9, "t")], ["b"], 5)` gives'
    ' `(["a", "b"], [(9, "t")])`. No two timers have the same time. Change none of the arguments.',
    _judge_iteration,
    [
        "Which timers are due is a question about `when` and `now` only. The worked example has that line already.",
        "`sorted(timers)` puts pairs into the order of their first item. A timer with `when == now` is due.",
        "The first result is `[*ready, *io, *names_of_due_timers]`.",
    ],
    answers.iteration,
    [
        WrongAnswer("Node's order: timers first", answers.node_order, "stays at its head"),
        WrongAnswer("what select reports overtakes the queue", answers.news_first, "stays at its head"),
        WrongAnswer(
            "timers in the order in which they were set", answers.order_of_asking, "due earliest comes out first"
        ),
        WrongAnswer("a timer due now is not due", answers.never_exactly_due, "whose moment is now"),
    ],
)

# -- 03-3: a Node program, translated

_PRINTED = ["start", "end", "then", "immediate 1", "tick", "immediate 2", "timer"]


def _translation(translated: Callable[..., Any]) -> tuple[list[str], dict[str, int], dict[str, float]]:
    """The labels in order, and for each the turn of the loop and the time at which it was logged."""
    labels: list[str] = []
    turns: dict[str, int] = {}
    times: dict[str, float] = {}

    async def main() -> None:
        loop = asyncio.get_running_loop()
        turn = 0

        def count() -> None:
            nonlocal turn
            turn += 1
            loop.call_soon(count)

        def log(label: str) -> None:
            labels.append(label)
            turns[label], times[label] = turn, loop.time()

        loop.call_soon(count)
        await asyncio.create_task(translated(log))

    drive(main)
    return labels, turns, times


def _why_not_the_order(labels: Any) -> str | None:
    if "timer" not in labels:
        return (
            "Node waits for its timers. asyncio's loop ends with its main coroutine, and what still waits is dropped."
        )
    if "tick" in labels and labels.index("tick") > labels.index("immediate 2"):
        return (
            "`call_soon` appends to the one queue, behind `immediate 2`. Nothing runs between two callbacks: call it."
        )
    if "then" in labels and labels.index("then") > labels.index("immediate 1"):
        return "There is no queue for promises to overtake in: what should run first has to be asked for first."
    return None


def _judge_translated(translated: Callable[..., Any]) -> Iterator[Trial]:
    yield Trial("await translated(log)", _PRINTED, lambda: _translation(translated)[0], _why_not_the_order)

    def separate() -> object:
        _, turns, _ = _translation(translated)
        return turns["immediate 1"] > turns["end"]

    yield Trial(
        "is immediate 1 logged in a later turn of the loop than end?",
        True,
        separate,
        "The lines come in the right order, but all in one step of the coroutine: others on this loop could not"
        " run between.",
    )

    def waited() -> object:
        _, _, times = _translation(translated)
        return times["timer"] - times["start"] > 0.018

    yield Trial(
        "does the timer come 20 ms after the start?", True, waited, "`call_later` takes seconds: 20 ms are 0.02."
    )


TRANSLATE = Exercise(
    "03-3",
    "A Node program, translated",
    "Write `async def translated(log)`, which calls `log` with the lines of the Node program above, in the"
    " order in which real Node"
    " prints them: `log` instead of `console.log`, `call_soon` for `setImmediate`, `call_later` for"
    " `setTimeout`. You have to decide"
    " what becomes of the `then` and of the tick. It runs as `asyncio.run(translated(print))` would.",
    _judge_translated,
    [
        "There is one queue, so the order of asking is the order of running. Who has to be asked for first?",
        "A tick runs when the callback that queued it has returned, before anybody else. A plain call does the same.",
        "When the coroutine is over, the loop is over. Let it sleep until the timer has run.",
    ],
    answers.translated,
    [
        WrongAnswer("line by line", answers.literal, "appends to the one queue"),
        WrongAnswer(
            "call_soon runs right after this callback", answers.tick_by_call_soon, "Nothing runs between two callbacks"
        ),
        WrongAnswer("the loop waits for its timers", answers.translated_without_end, "what still waits is dropped"),
        WrongAnswer("only the order counts", answers.straight_through, "all in one step"),
    ],
)

# -- 03-4: gather with a limit


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
        return (
            "The limit limits nothing: all jobs must share one semaphore, and each must hold a place of it"
            " while it runs."
            if peak > 3
            else "Fewer than allowed: an `await` in a loop waits for one job before it starts the next."
        )

    yield Trial(
        "how many of 8 jobs run at once in gather_limited(3, jobs)?", 3, lambda: _peak(gather_limited, 3, 8), many
    )
    yield Trial(
        "gather_limited(4, jobs), where later jobs finish earlier",
        [0, 1, 2, 3],
        lambda: drive(lambda: gather_limited(4, _jobs(4, lambda number: 9 - 2 * number, [0]))),
        "The results belong in the order of the jobs, as `gather` returns them, not in the order in which they"
        " finished.",
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

# -- 03-5: a worker that can be cancelled


def _work(worker: Callable[..., Any], jobs: Sequence[str], cancel_in: str) -> dict[str, object]:
    """Let it work, cancel it in the named job (or, with ``""``, when all is done), and say what was left."""
    done: list[str] = []
    failed: list[str] = []
    began: list[str] = []
    queue: asyncio.Queue[str]

    async def do(job: str) -> None:
        began.append(job)
        await asyncio.sleep(0)
        if job == "bad":
            raise ValueError(job)
        if job == cancel_in:
            await asyncio.get_running_loop().create_future()
        done.append(job)

    async def main() -> dict[str, object]:
        nonlocal queue
        queue = asyncio.Queue()
        for job in jobs:
            queue.put_nowait(job)
        task = asyncio.ensure_future(worker(queue, do, failed))
        await until(lambda: task.done() or (cancel_in in began if cancel_in else len(done) + len(failed) >= len(jobs)))
        await until(lambda: False, turns=5)
        if not task.done():
            task.cancel()
        elif not task.cancelled() and (error := task.exception()) is not None:
            raise error
        ended = await until(task.done)
        left = [queue.get_nowait() for _ in range(queue.qsize())]
        return {"done": done, "failed": failed, "left": left, "ended cancelled": ended and task.cancelled()}

    queue = None  # type: ignore[assignment]  # made inside the loop that uses it
    return drive(main)


def _because_worker(got: Any) -> str | None:
    if len(got["done"]) > len(set(got["done"])):
        return "A finished job came back and was done again: put back only what was cancelled before it was done."
    if got["left"] == [] and not got["ended cancelled"]:
        return "The CancelledError was swallowed: the worker goes on, and whoever cancelled it may wait for ever."
    if got["left"] == []:
        return "CancelledError is no Exception, so it passed your handler, and the job was lost on the way."
    if not got["ended cancelled"]:
        return "A task that returns has finished; only one that lets CancelledError out is cancelled. Raise it again."
    return None


def _judge_worker(worker: Callable[..., Any]) -> Iterator[Trial]:
    def trial(
        jobs: list[str], cancel_in: str, done: list[str], failed: list[str], left: list[str], because: object
    ) -> Trial:
        when = f"cancelled in the middle of {cancel_in!r}" if cancel_in else "cancelled when all is done"
        return Trial(
            f"a worker on {jobs}, {when},",
            {"done": done, "failed": failed, "left": left, "ended cancelled": True},
            lambda: _work(worker, jobs, cancel_in),
            because,  # type: ignore[arg-type]
        )

    yield trial(["a", "b"], "", ["a", "b"], [], [], _because_worker)
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

# -- 03-6: off the loop


def _loop_goes_on(read_all: Callable[..., Any]) -> object:
    """`read` waits for a flag that only the loop can set: on the loop's own thread it waits in vain."""

    async def main() -> object:
        flag = threading.Event()
        asyncio.get_running_loop().call_later(0.005, flag.set)
        return await read_all(["a"], lambda _path: "the loop went on" if flag.wait(0.3) else "the loop stood still")

    return drive(main, limit=3)


def _overlap(read_all: Callable[..., Any]) -> object:
    meeting = threading.Barrier(2)

    def read(_path: str) -> str:
        try:
            meeting.wait(0.5)
        except threading.BrokenBarrierError:
            return "alone"
        return "together"

    return drive(lambda: read_all(["a", "b"], read), limit=3)


def _judge_read(read_all: Callable[..., Any]) -> Iterator[Trial]:
    yield Trial(
        'read_all(["a", "b", "c"], str.upper)',
        ["A", "B", "C"],
        lambda: drive(lambda: read_all(["a", "b", "c"], str.upper)),
        "The results belong in the order of the paths.",
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

# -- 03-1: the fault, mended


class _Line(str):
    """A line that can be watched: plain strings take no weak references."""


def _notes(audit_class: Callable[..., Any], lines: Sequence[str], *, collect: bool = False) -> dict[str, list[str]]:
    """Note the lines and close. With `collect`, each write waits for a reply while the garbage collector passes."""
    written: list[str] = []
    replies: list[weakref.ref[asyncio.Future[None]]] = []

    async def write(line: str) -> None:
        if collect:
            reply = asyncio.get_running_loop().create_future()
            replies.append(weakref.ref(reply))
            await reply
        else:
            await asyncio.sleep(0)
            await asyncio.sleep(0)
        if line == "bad":
            raise ConnectionError("the disk is full")
        written.append(line)

    async def main() -> dict[str, list[str]]:
        audit = audit_class(write)
        for line in lines:
            audit.note(line)
        if collect:
            await until(lambda: len(replies) == len(lines))
            gc.collect()
            for reply in replies:
                if (waiting := reply()) is not None:
                    waiting.set_result(None)
        await audit.close()
        return {"written": sorted(written), "failed": sorted(audit.failed)}

    return drive(main)


def _still_kept(audit_class: Callable[..., Any]) -> int:
    written: list[int] = []

    async def write(line: str) -> None:
        await asyncio.sleep(0)
        written.append(1)

    async def main() -> int:
        audit = audit_class(write)
        lines = [_Line(f"order {number}") for number in range(100)]
        watched: list[weakref.ref[Any]] = [weakref.ref(line) for line in lines]
        tasks = asyncio.all_tasks()
        while lines:
            audit.note(lines.pop())
        new: list[weakref.ref[Any]] = [weakref.ref(task) for task in asyncio.all_tasks() - tasks]
        await until(lambda: len(written) == 100)
        await until(lambda: False, turns=5)
        gc.collect()
        kept = sum(ref() is not None for ref in (*watched, *new))
        await audit.close()
        return kept

    return drive(main)


def _judge_audit(audit_class: Callable[..., Any]) -> Iterator[Trial]:
    lines = ["a", "b", "c"]
    yield Trial(
        "three notes, then close()",
        {"written": lines, "failed": []},
        lambda: _notes(audit_class, lines),
        "`close()` has to wait for the writes that are still under way: the loop ends right after it.",
    )
    yield Trial(
        "three notes, the garbage collector passes while they wait, then close()",
        {"written": lines, "failed": []},
        lambda: _notes(audit_class, lines, collect=True),
        "The tasks vanished: the loop holds them weakly, so somebody else has to hold them until they are done.",
    )
    yield Trial(
        "three notes, one of which cannot be written, then close()",
        {"written": ["a", "c"], "failed": ["bad"]},
        lambda: _notes(audit_class, ["a", "bad", "c"]),
        "A failed write has to end up in `failed`: an exception that nobody looks at is lost.",
    )
    yield Trial(
        "what is still kept of 100 notes that were written long ago",
        0,
        lambda: _still_kept(audit_class),
        "The finished tasks are kept for ever: in a server that is a leak. Let each one remove itself when it is done.",
    )


AUDIT = Exercise(
    "03-1",
    "The fault, mended",
    "Write the class `Audit` so that no line is lost: `note(line)` returns at once (it stays a plain `def`) and"
    " has the line written in"
    " the background; a line whose write raises is put into the list `audit.failed`; `await audit.close()`"
    " returns when all writes"
    " have ended; and what is finished is not kept. The check attacks it: it runs the garbage collector while"
    " writes wait, makes"
    " one fail, and closes early.",
    _judge_audit,
    [
        "Keep each task in a set: `self.tasks.add(task)`, and `task.add_done_callback(self.tasks.discard)`.",
        "Wrap the write in a small coroutine with `try … except Exception: self.failed.append(line)`, and make"
        " that the task.",
        "In `close`: `while self.tasks: await asyncio.wait(self.tasks)`.",
    ],
    answers.Audit,
    [
        WrongAnswer("closes without waiting", answers.ForgetfulAudit, "has to wait"),
        WrongAnswer("the loop keeps its tasks", answers.WeakAudit, "vanished"),
        WrongAnswer("waits, and looks at nothing", answers.SilentAudit, "is lost"),
        WrongAnswer("keeps every task for ever", answers.HoardingAudit, "kept for ever"),
    ],
)

EXERCISES = [AUDIT, ITERATION, TRANSLATE, GATHER, WORKER, READ]
