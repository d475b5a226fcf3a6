"""Every lesson as a learner runs it: Run All in a queue, then the exercises solved and Run All again, in one kernel."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from course_lib import exercises
from course_lib.commands.notebook import read
from course_lib.commands.places import notebooks
from tests.notebooks.checks import exercises as exercise_cells
from tests.notebooks.checks import verdicts
from tests.notebooks.session import Pass, Session

BUDGET = 60.0
"""Seconds that Run All may take."""

LEFTOVERS = "from course_lib import live; print(*live.leftovers(), sep='\\n')"


@dataclass
class Studied:
    """What came of a lesson: the first Run All, the second with the solutions put in, and what was left after both."""

    tasks: list[str]
    unsolved: Pass
    solved: Pass
    left: list[str] = field(default_factory=list)


def study(path: Path, scratch: Path, solutions: dict[str, str], budget: float = BUDGET, patience: float = 5) -> Studied:
    """Run a lesson twice in one kernel, the second time with each exercise's cell replaced by its solution."""
    notebook = read(path)
    tasks = exercise_cells(notebook)
    with Session(path.parent, scratch) as session:
        first = session.run_all(_sources(notebook), budget)
        for name, index in tasks.items():
            notebook.cells[index].source = solutions[name]
        second = session.run_all(_sources(notebook), budget)
        left = [] if "not done" in str(first.errors + second.errors) else _left(session, patience)
    return Studied(list(tasks), first, second, left)


def _sources(notebook):
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


def _left(session, patience):
    """What is left once what is ending has ended; one that stays is there at every look."""
    deadline = time.monotonic() + patience
    while (left := session.left()) and time.monotonic() < deadline:
        pass
    return [line for line in session.ask(LEFTOVERS) if line] + left


@pytest.fixture(scope="module", params=notebooks(), ids=lambda path: path.stem)
def lesson(request, tmp_path_factory):
    path = request.param
    solutions = exercises.load(path.stem.partition("_")[0]).sources()
    studied = study(path, tmp_path_factory.mktemp(path.stem), solutions)
    assert solutions.keys() == set(studied.tasks), "expected a tagged cell for every exercise of the lesson"
    return studied


def test_run_all_twice_ends_without_an_error(lesson):
    assert lesson.unsolved.errors == []
    assert lesson.solved.errors == []


def test_run_all_keeps_its_budget(lesson):
    assert lesson.unsolved.seconds <= BUDGET
    assert lesson.solved.seconds <= BUDGET


def test_an_unsolved_exercise_is_not_a_wrong_one(lesson):
    assert verdicts(lesson.tasks, lesson.unsolved.outputs) == dict.fromkeys(lesson.tasks, "not attempted yet")


def test_solved_every_check_says_correct(lesson):
    assert verdicts(lesson.tasks, lesson.solved.outputs) == dict.fromkeys(lesson.tasks, "correct")


def test_nothing_is_left(lesson):
    assert lesson.left == []
