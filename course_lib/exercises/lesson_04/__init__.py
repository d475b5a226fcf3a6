"""Lesson 04, "Module systems: require and import": its card, questions and exercises."""

from course_lib.exercises.lesson_04.make import EXERCISES
from course_lib.exercises.lesson_04.predictions import PREDICTIONS
from course_lib.exercises.lesson_04.questions import GOALS, NEEDS, POINTS, QUIZZES, RECALL, RUNS
from course_lib.lesson import Lesson

__all__ = ["lesson"]

lesson = Lesson(
    4,
    "Module systems: require and import",
    minutes=45,
    needs=NEEDS,
    goals=GOALS,
    runs=RUNS,
    recall=RECALL,
    predictions=PREDICTIONS,
    quizzes=QUIZZES,
    exercises=EXERCISES,
    points=POINTS,
    next="Lesson 05: long polling, the oldest way to be told something in time.",
)
