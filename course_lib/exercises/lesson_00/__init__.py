"""Lesson 00, "Start here": its card, questions and exercises, and the experiments that need a process of their own."""

from course_lib.exercises.lesson_00.make import EXERCISES
from course_lib.exercises.lesson_00.questions import GOALS, NEEDS, POINTS, PREDICTIONS, QUIZZES, RECALL, RUNS
from course_lib.lesson import Lesson

__all__ = ["lesson"]

lesson = Lesson(
    0,
    "Start here",
    40,
    NEEDS,
    GOALS,
    RUNS,
    RECALL,
    PREDICTIONS,
    QUIZZES,
    EXERCISES,
    POINTS,
    next="Lesson 01: the event loop's six phases, with a real program in each.",
)
