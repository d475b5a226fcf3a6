"""Lesson 01's exercises: task, trials and hints. What the answers look like is in `answers`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from course_lib.exercises.lesson_01 import answers
from course_lib.exercises.lesson_01.attacks import closing_reports, share, visit
from course_lib.lesson import Exercise, Trial, WrongAnswer

__all__ = ["EXERCISES"]

# -- 01-1: the order of one turn


def _judge_turn(turn_order: Callable[[list[tuple[str, str]]], object]) -> Iterator[Trial]:
    def trial(ready: list[tuple[str, str]], because: str) -> Trial:
        expected = answers.turn_order(ready)
        return Trial(f"turn_order({ready})", expected, lambda: turn_order(list(ready)), because)

    yield trial(
        [("data", "poll"), ("t1", "timers"), ("t2", "timers")],
        "The phase decides before the order of scheduling does: timers come before poll.",
    )
    yield trial(
        [("now", "check"), ("data", "poll"), ("no socket", "pending"), ("t", "timers")],
        '"Immediate" names the check phase, which comes after poll.',
    )
    yield trial(
        [("a", "close"), ("b", "close"), ("c", "close"), ("i1", "check"), ("i2", "check")],
        "Close callbacks come last, and in reverse: the last one closed is reported first.",
    )
    yield trial([], "Where nothing is ready, nothing runs.")


TURN = Exercise(
    "01-1",
    "The order of one turn",
    "Write `turn_order(ready)`. At the start of a turn, everything in `ready` can run: a list of `(label, phase)`"
    " pairs in the order in which they were scheduled, where the phase is `timers`, `pending`, `poll`, `check` or"
    " `close`. Return the labels in the order in which"
    ' the loop runs them. `turn_order([("i", "check"), ("t", "timers")])` gives `["t", "i"]`.',
    _judge_turn,
    [
        "The starter already walks the phases in order. What is missing is the list of labels of one phase.",
        "`[label for label, where in ready if where == phase]` gives them in the order of scheduling.",
        'For `phase == "close"` that list has to be reversed before it is added.',
    ],
    answers.turn_order,
    [
        WrongAnswer("first come, first served", answers.first_come, "The phase decides"),
        WrongAnswer("every phase is first in, first out", answers.fixed_turn, "in reverse"),
        WrongAnswer("immediate means at once", answers.immediate_first, "after poll"),
    ],
)

# -- 01-2: a pass over the timer lists


def _judge_timers(run_timers: Callable[[dict[int, list[tuple[str, int]]], int], object]) -> Iterator[Trial]:
    def trial(lists: dict[int, list[tuple[str, int]]], now: int, because: str) -> Trial:
        expected = answers.run_timers(lists, now)
        fresh = {ms: list(timers) for ms, timers in lists.items()}
        return Trial(f"run_timers({lists}, {now})", expected, lambda: run_timers(fresh, now), because)

    yield trial(
        {5: [("short", 30)], 20: [("long", 0)]},
        40,
        "The list whose first timer is due earliest goes first, here the one of 20 ms (due at 20, the other at 35).",
    )
    yield trial(
        {20: [("A", 0), ("B", 5)], 17: [("C", 5)]},
        40,
        "A due list is emptied as far as it is due before the next list is looked at, so B runs before C.",
    )
    yield trial(
        {10: [("due", 0), ("not yet", 8)]}, 12, "A list is emptied only as far as it is due: the second is due at 18."
    )
    yield trial({10: [("x", 2)]}, 12, "A timer is due when now is the start plus the delay, not a millisecond later.")
    yield trial({10: [], 3: [("y", 0)]}, 9, "A list may be empty.")
    yield trial({50: [("z", 0)]}, 9, "Nothing is due yet.")


TIMERS = Exercise(
    "01-2",
    "A pass over the timer lists",
    "Write `run_timers(lists, now)`, one timers phase. `lists` maps a duration in ms to its list of `(label, start)`"
    " pairs, oldest first; `now` is the loop's clock. Return the labels that run, in order. The rule: take the list"
    " whose **first** timer is due earliest; run its timers from the front while `start + ms <= now`; then the next"
    " list. Lists whose first timer is not due do not run.",
    _judge_timers,
    [
        "Two steps: put the lists in order, then walk each from its front.",
        "A list's place is decided by its first timer: `timers[0][1] + ms`. Leave empty lists out.",
        "`sorted((timers[0][1] + ms, ms) for ms, timers in lists.items() if timers)` is the first step; in the"
        " second, stop a list at the first timer with `start + ms > now`.",
    ],
    answers.run_timers,
    [
        WrongAnswer("a heap of timers", answers.due_order, "B runs before C"),
        WrongAnswer("the shortest delay first", answers.shortest_first, "due earliest"),
        WrongAnswer("the whole list", answers.whole_list, "as far as it is due"),
    ],
)

# -- 01-3: a server that lets its program end


def _judge_serve(serve: Callable[[int, Callable[[int], object]], object]) -> Iterator[Trial]:
    def because(got: Any) -> str:
        if "goes on" in str(got):
            return "The listening socket is an open handle, and the loop lives as long as one is open: close it."
        if str(got).startswith("0 of"):
            return "The server had closed before any client came: a span of time is no sign that the work is done."
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

# -- 01-4: the queue of closing handles


def _judge_closes(run_closes: Callable[[list[Callable[[], None]]], object]) -> Iterator[Trial]:
    yield Trial(
        "run_closes([a, b, c])",
        [["c", "b", "a"]],
        lambda: closing_reports(run_closes, 1),
        "The last handle closed is the first reported.",
    )
    yield Trial(
        "run_closes([a, b, c]) in two turns",
        [["c", "b", "a"], []],
        lambda: closing_reports(run_closes, 2),
        "A handle is reported once: take the callbacks out of the list.",
    )
    yield Trial(
        "run_closes([a, b, c]) in two turns, where b closes one more handle",
        [["c", "b", "a"], ["late"]],
        lambda: closing_reports(run_closes, 2, again="b"),
        "What is closed during the phase belongs to the next turn, neither to this one nor to nobody: take the list"
        " first.",
    )


CLOSES = Exercise(
    "01-4",
    "The close phase",
    "Write `run_closes(closing)`. `closing` is the list of close callbacks, in the order in which the handles were"
    " closed. Run one close phase: call each of them in the order that libuv uses. A callback may close another"
    " handle, which appends to `closing`: that one belongs to the next turn and must still be in the list when you"
    " are done.",
    _judge_closes,
    [
        "Last in, first out.",
        "Two things must not mix: the callbacks of this turn, and those added meanwhile.",
        "Copy the list, empty it with `closing.clear()`, then call the copy's members in reverse.",
    ],
    answers.run_closes,
    [
        WrongAnswer("first closed, first reported", answers.closes_in_order, "first reported"),
        WrongAnswer("until it is empty", answers.close_while_any, "next turn"),
        WrongAnswer("empty it at the end", answers.forget_the_next_turn, "take the list first"),
    ],
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

EXERCISES = [TURN, TIMERS, SERVER, CLOSES, SLICES]
