"""Exercises 01-1, 01-2 and 01-4: the rules of a turn, of a timers phase and of a close phase, as plain functions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from course_lib.exercises.lesson_01 import answers
from course_lib.exercises.lesson_01.attacks import closing_reports
from course_lib.lesson import Exercise, Trial, WrongAnswer

__all__ = ["CLOSES", "TIMERS", "TURN"]


def _labels_or(because: str) -> Callable[[Any], str]:
    """`because`, unless what came are no labels at all: then the order is not what is wrong."""
    return lambda got: because if _are_labels(got) else "The result is a list of labels, each a string."


def _are_labels(got: Any) -> bool:
    return isinstance(got, list) and all(isinstance(label, str) for label in got)


# -- 01-1: the order of one turn


def _judge_turn(turn_order: Callable[[list[tuple[str, str]]], object]) -> Iterator[Trial]:
    def trial(ready: list[tuple[str, str]], because: str) -> Trial:
        expected = answers.turn_order(ready)
        return Trial(f"turn_order({ready})", expected, lambda: turn_order(list(ready)), _labels_or(because))

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
        return Trial(f"run_timers({lists}, {now})", expected, lambda: run_timers(fresh, now), _labels_or(because))

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

# -- 01-4: the queue of closing handles


def _judge_closes(run_closes: Callable[[list[Callable[[], None]]], object]) -> Iterator[Trial]:
    yield Trial(
        "run_closes([a, b, c])",
        [["c", "b", "a"]],
        lambda: closing_reports(run_closes, 1),
        lambda got: (
            "The last handle closed is the first reported."
            if any(got)
            else "None of them was called: `run_closes` returns nothing, it calls each."
        ),
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
