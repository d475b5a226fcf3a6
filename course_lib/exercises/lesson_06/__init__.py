"""Lesson 06, "Server-Sent Events": its card, questions and exercises."""

from course_lib.exercises.lesson_06.make import EXERCISES
from course_lib.exercises.lesson_06.predictions import PREDICTIONS
from course_lib.exercises.lesson_06.questions import GOALS, NEEDS, POINTS, QUIZZES, RECALL, RUNS
from course_lib.lesson import Lesson

__all__ = ["lesson"]

lesson = Lesson(
    6,
    "Server-Sent Events",
    minutes=45,
    needs=NEEDS,
    goals=GOALS,
    runs=RUNS,
    recall=RECALL,
    predictions=PREDICTIONS,
    quizzes=QUIZZES,
    exercises=EXERCISES,
    points=POINTS,
    next="Lesson 07: WebSockets, one connection and both directions.",
)
