"""The mechanism of a lesson: predict, reveal, quiz, exercise, progress, and the ``%%node`` cell.

A lesson is data (`Lesson`, `Prediction`, `Quiz`, `Exercise`); what can be done with it are `Lesson`'s methods. Nothing
here knows what a lesson is about.
"""

from __future__ import annotations

from typing import Any

from course_lib.lesson.card import Figure
from course_lib.lesson.exercise import Exercise, Trial, WrongAnswer
from course_lib.lesson.lesson import Lesson
from course_lib.lesson.progress import Progress
from course_lib.lesson.questions import Note, Option, Prediction, Quiz
from course_lib.lesson.verdict import Verdict, judge

__all__ = ["Exercise", "Figure", "Lesson", "Note", "Option", "Prediction", "Progress", "Quiz", "Trial", "Verdict"]
__all__ += ["WrongAnswer", "judge", "load_ipython_extension"]


def load_ipython_extension(shell: Any) -> None:
    """``%load_ext course_lib.lesson``: give this IPython the ``%%node`` cell."""
    from course_lib.lesson.node_cell import register

    register(shell)
