"""Exercises 01-3 and 01-5: a server that ends, and a long computation that lets others in, tried on a real loop."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from course_lib.exercises.lesson_01 import answers
from course_lib.exercises.lesson_01.attacks import share, visit
from course_lib.lesson import Exercise, Trial, WrongAnswer

__all__ = ["SERVER", "SLICES"]

# -- 01-3: a server that lets its program end


def _judge_serve(serve: Callable[[int, Callable[[int], object]], object]) -> Iterator[Trial]:
    def because(got: Any) -> str:
        if "another got" in str(got):
            return "Each client is answered with its own data, in capitals: `socket.end(data.upper())`."
        if "goes on" in str(got):
            return "The listening socket is an open handle, and the loop lives as long as one is open: close it."
        if str(got).startswith("0 of"):
            return "The server had closed before any client came: close it when the last of them has been accepted."
        return "A client that came later found nobody there: close when the last client has come, not the first."

    for clients, gap in ((1, 0), (2, 30), (3, 0)):
        how = f"{gap} ms apart" if gap else "all at once"
        yield Trial(
            f"serve({clients}, on_port)",
            f"{clients} of {clients} clients answered ({how}), and the program ends",
            lambda clients=clients, gap=gap, how=how: visit(serve, clients, gap, how),  # type: ignore[misc]
            because,
        )


SERVER = Exercise(
    "01-3",
    "A server that lets its program end",
    "The starter is the server that hangs. Mend it: `serve(clients, on_port)` answers each connection with its data"
    " in capitals, and when that many clients have been accepted the server closes, so that the program can end. The"
    " check sends clients, one after the other and all at once.",
    _judge_serve,
    [
        "Closing a server stops it from accepting; connections that are open stay open and are answered.",
        "Count the connections in `on_connection` (`nonlocal left`).",
        "`left -= 1`, and `if left == 0: server.close()`.",
    ],
    answers.serve,
    [
        WrongAnswer("the program ends when the clients have gone", answers.never_closed, "open handle"),
        WrongAnswer("close in every connection", answers.close_after_first, "came later"),
        WrongAnswer("close after a while", answers.close_soon, "before any client came"),
    ],
    seconds=15.0,
)

# -- 01-5: a long computation in slices


def _judge_slices(in_slices: Callable[..., object]) -> Iterator[Trial]:
    def because(got: Any) -> str:
        if "not every" in str(got):
            return "Every item has to be worked on, exactly once."
        if "with [0]" not in str(got):
            return "`done` is called once, at the end of the work: what is scheduled has not run yet."
        return (
            "More than one slice ran before anybody else did. Ticks and promises run before the loop goes on: only a"
            " phase lets others in."
        )

    for count, size in ((1000, 100), (250, 100), (3, 10)):
        yield Trial(
            f"in_slices({count} items, work, done, {size})",
            f"done() with [0] items left; at most {min(count, size)} items a turn",
            lambda count=count, size=size: share(in_slices, count, size),  # type: ignore[misc]
            because,
            _as_good,
        )


def _as_good(got: object, expected: str) -> bool:
    """Smaller slices than asked for are right too."""
    what, _, most = str(got).rpartition("at most ")
    wanted, _, allowed = expected.rpartition("at most ")
    return what == wanted and int(most.split()[0]) <= int(allowed.split()[0])


SLICES = Exercise(
    "01-5",
    "A long computation in slices",
    "Write `in_slices(items, work, done, size=100)`: call `work(item)` for every item and then `done()` once, and"
    " keep the loop responsive: never more than `size` items between two visits of the check phase. Use"
    " `set_immediate` to go on. The check runs another program's immediates beside yours and counts how many of your"
    " items were done between two of them.",
    _judge_slices,
    [
        "Write an inner function that works on one slice and then schedules itself for the next one.",
        "It needs to know where its slice begins: `slice_from(start)`.",
        "When `start + size < len(items)`, `set_immediate(lambda: slice_from(start + size))`; otherwise `done()`.",
    ],
    answers.in_slices,
    [
        WrongAnswer("all at once", answers.all_at_once, "before anybody else did"),
        WrongAnswer("any kind of later will do", answers.slices_by_tick, "only a phase"),
        WrongAnswer("done when scheduled", answers.first_slice_only, "has not run yet"),
    ],
    seconds=12.0,
)
