"""Lesson 07, "WebSockets": its card, questions and exercises."""

from course_lib.exercises.lesson_07.make import EXERCISES
from course_lib.exercises.lesson_07.predictions import PREDICTIONS
from course_lib.exercises.lesson_07.questions import GOALS, NEEDS, POINTS, QUIZZES, RECALL, RUNS
from course_lib.lesson import Lesson

__all__ = ["lesson"]

lesson = Lesson(
    7,
    "WebSockets",
    minutes=45,
    needs=NEEDS,
    goals=GOALS,
    runs=RUNS,
    recall=RECALL,
    predictions=PREDICTIONS,
    quizzes=QUIZZES,
    exercises=EXERCISES,
    points=POINTS,
    next="Lesson 08: the three transports under the same load.",
)
