"""A small lesson with one part of each sort, and progress in a folder of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from course_lib.lesson import Exercise, Lesson, Note, Option, Prediction, Progress, Quiz, Trial


def order(delays: list[int]) -> list[int]:
    return sorted(delays)


def judge_order(answer: Callable[[list[int]], object]) -> Iterator[Trial]:
    yield Trial("order([3, 1])", [1, 3], lambda: answer([3, 1]))


@pytest.fixture
def progress(tmp_path: Path) -> Progress:
    return Progress(tmp_path)


@pytest.fixture
def lesson(progress: Progress) -> Lesson:
    quiz = Quiz("q", "Which `way`?", [Option("left", "No: **right**."), Option("right", "Yes.", right=True)])
    return Lesson(
        9,
        "Small things",
        5,
        ["Nothing."],
        ["Something."],
        ["No process."],
        recall=[Quiz("r", "Again?", [Option("yes", "Yes.", right=True), Option("no", "Yes!")])],
        predictions=[
            Prediction("c", "Who?", options=[Option("the timer", "Late.", key="timer"), Option("the tick", "Yes.")]),
            Prediction("o", "Order?", "order", ["a", "b"], why="So.", notes=[Note(lambda given: True, "Noted.")]),
            Prediction("n", "How long?", "number", unit="ms", within=0.5, measured=True, why="So."),
        ],
        quizzes=[quiz],
        exercises=[Exercise("09-1", "Sort", "Write `order`.", judge_order, ["Look.", "`sorted`."], order, [])],
        points=["Keep `this`."],
        next="Lesson 10.",
        progress=progress,
    )
