"""Lesson 01, "The event loop's phases": its card, questions and exercises."""

from course_lib.exercises.lesson_01.make import EXERCISES
from course_lib.exercises.lesson_01.predictions import PREDICTIONS
from course_lib.exercises.lesson_01.questions import GOALS, NEEDS, POINTS, QUIZZES, RECALL, RUNS
from course_lib.lesson import Lesson

__all__ = ["lesson"]

lesson = Lesson(
    1,
    "The event loop's phases",
    45,
    NEEDS,
    GOALS,
    RUNS,
    RECALL,
    PREDICTIONS,
    QUIZZES,
    EXERCISES,
    POINTS,
    next="Lesson 02: ticks, microtasks and promises, the queues that are emptied between any two callbacks.",
)
