"""Exercises 03-2 and 03-3: the order of one turn, and a Node program that keeps its order on asyncio."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from course_lib.exercises.lesson_03 import answers_order as answers
from course_lib.exercises.lesson_03.bench import awaitable, drive
from course_lib.lesson import Exercise, Trial, WrongAnswer

__all__ = ["ITERATION", "TRANSLATE"]

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
        await asyncio.ensure_future(awaitable(translated(log)))

    drive(main)
    return labels, turns, times


def _why_not_the_order(labels: Any) -> str | None:
    missing = [label for label in _PRINTED if label not in labels]
    if len(missing) > 1:
        return "What has been asked for runs only while the coroutine waits; when it is over, so is the loop."
    if missing == ["timer"]:
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
        "does the timer come 20 ms after the start?",
        True,
        waited,
        "Ask for it with `call_later(0.02, …)`, which takes seconds, and wait until it has run.",
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
