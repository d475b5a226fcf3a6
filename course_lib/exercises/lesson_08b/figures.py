"""Exercises 08b-3 and 08b-4: how much a change can be worth, computed and read from a profile."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

from course_lib.exercises.lesson_08b import answers
from course_lib.lesson import Exercise, Trial, WrongAnswer

__all__ = ["AMDAHL", "PROFILE"]

Row = tuple[str, int, float, float]


def _close(got: Any, expected: Any) -> bool:
    return isinstance(got, (int, float)) and math.isclose(got, expected, rel_tol=0.005)


def _judge_amdahl(speed_up: Callable[..., Any]) -> Iterator[Trial]:
    cases = [
        (0.5, 2, 4 / 3, "Half of 100 µs becomes 25, the other half stays 50: 75 µs. 100 / 75 is 1.33."),
        (0.1, 10, 1 / 0.91, "A tenth becomes a hundredth; nine tenths stay. 100 µs become 91."),
        (0.9, 1, 1.0, "Nothing became faster."),
        (0.0, 50, 1.0, "What takes no time can become as fast as it likes."),
        (1.0, 8, 8.0, "All of it eight times as fast is the whole eight times as fast."),
        (0.75, 3, 2.0, "75 of 100 µs become 25, and 25 stay."),
        (0.5, 0.5, 1 / 1.5, "Half of it takes twice as long: a change for the worse counts too."),
    ]
    for share, times, expected, because in cases:
        yield Trial(
            f"speed_up({share}, {times})",
            round(expected, 4),
            lambda share=share, times=times: speed_up(share, times),  # type: ignore[misc]
            because,
            _close,
        )


AMDAHL = Exercise(
    "08b-3",
    "What can it be worth?",
    "`speed_up(share, times)`: a `share` (0 to 1) of a program's time is made `times` as fast. How many times as fast"
    " is the whole? For example, `speed_up(0.5, 2)` is 1.33.",
    _judge_amdahl,
    [
        "Take 100 µs. How many of them stay as they are? What becomes of the others?",
        "What stays is `1 - share`, what is left of the rest is `share / times`.",
        "As many times as fast as the old time divided by the new one.",
    ],
    answers.speed_up,
    [
        WrongAnswer("share times speed", answers.product, "100 / 75 is 1.33"),
        WrongAnswer("the average of the speed-ups", answers.linear, "100 / 75 is 1.33"),
        WrongAnswer("the bound, whatever `times` is", answers.all_of_it, "Half of 100 µs becomes 25"),
    ],
)

_ECHO: list[Row] = [
    ("main", 1, 0.1, 10.0),
    ("run_once", 1_000, 1.9, 9.9),
    ("data_received", 1_000, 1.0, 8.0),
    ("send", 1_000, 4.0, 4.0),
    ("mask", 1_000, 1.0, 1.0),
    ("isascii", 9_000, 2.0, 2.0),
]
_FEW: list[Row] = [("main", 1, 0.0, 4.0), ("parse", 8, 3.0, 3.0), ("len", 900, 1.0, 1.0)]


def _judge_profile(where: Callable[..., Any]) -> Iterator[Trial]:
    def same(got: Any, expected: Any) -> bool:
        return (
            isinstance(got, (tuple, list)) and len(got) == 2 and got[0] == expected[0] and _close(got[1], expected[1])
        )

    def because(rows: list[Row], expected: tuple[str, float]) -> Callable[[Any], str | None]:
        def said(got: Any) -> str | None:
            if not isinstance(got, (tuple, list)) or len(got) != 2:
                return "Expected a pair: a name, and how many times as fast the whole could become."
            if got[0] == max(rows, key=lambda row: row[3])[0]:
                return (
                    f"`{got[0]}` has the most cumulative time because everything happens inside it. What a function"
                    " costs itself stands in its own seconds."
                )
            if got[0] == max(rows, key=lambda row: row[1])[0]:
                return f"`{got[0]}` is called most often, and each call is cheap. Time decides, not calls."
            if got[0] != expected[0]:
                return "Look for the greatest own time."
            return (
                "The name is right. If its time were gone, what would be left of the sum of all own times? The old sum"
                " divided by that is the most that can be gained."
            )

        return said

    for words, rows, expected in (
        ("the rows of an echo", _ECHO, ("send", 10 / 6)),
        ("the rows of a parser", _FEW, ("parse", 4.0)),
        ("the rows of an echo, sorted by calls", sorted(_ECHO, key=lambda row: -row[1]), ("send", 10 / 6)),
    ):
        yield Trial(
            f"where({words})",
            (expected[0], round(expected[1], 4)),
            lambda rows=rows: where([*rows]),  # type: ignore[misc]
            because(rows, expected),
            same,
        )


PROFILE = Exercise(
    "08b-4",
    "Where does the time go?",
    "`where(rows)` gets the rows of a profile, each `(name, calls, own seconds, cumulative seconds)`, as `cProfile`"
    " prints them (own time is its `tottime`). It returns a pair: the name of the function that costs most itself, and"
    " how many times as fast the whole could become at most, if that function took no time at all. The time of the"
    " whole is the sum of all own times.",
    _judge_profile,
    [
        "Cumulative time counts what a function has called as well, so the outermost always has the most.",
        "`max(rows, key=lambda row: row[2])` is the row with the greatest own time.",
        "Amdahl again, with a part that becomes free: total / (total - own).",
    ],
    answers.where,
    [
        WrongAnswer("the most cumulative time", answers.by_cumulative, "everything happens inside it"),
        WrongAnswer("the most calls", answers.busiest, "Time decides, not calls"),
        WrongAnswer("40 % gone is 1.4 times as fast", answers.by_percent, "what would be left of the sum"),
    ],
)
