"""Lesson 05, "Long polling": its card, questions and exercises."""

from course_lib.exercises.lesson_05.make import EXERCISES
from course_lib.exercises.lesson_05.predictions import PREDICTIONS
from course_lib.exercises.lesson_05.questions import GOALS, NEEDS, POINTS, QUIZZES, RECALL, RUNS
from course_lib.lesson import Lesson

__all__ = ["lesson"]

lesson = Lesson(
    5,
    "Long polling",
    minutes=45,
    needs=NEEDS,
    goals=GOALS,
    runs=RUNS,
    recall=RECALL,
    predictions=PREDICTIONS,
    quizzes=QUIZZES,
    exercises=EXERCISES,
    points=POINTS,
    next="Lesson 06: Server-Sent Events, one answer that never ends.",
)
