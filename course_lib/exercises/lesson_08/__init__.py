"""Lesson 08, "The three compared": its card, questions and exercises."""

from course_lib.exercises.lesson_08.make import EXERCISES
from course_lib.exercises.lesson_08.predictions import PREDICTIONS
from course_lib.exercises.lesson_08.questions import GOALS, NEEDS, POINTS, QUIZZES, RECALL, RUNS
from course_lib.lesson import Lesson

__all__ = ["lesson"]

lesson = Lesson(
    8,
    "The three compared",
    minutes=45,
    needs=NEEDS,
    goals=GOALS,
    runs=RUNS,
    recall=RECALL,
    predictions=PREDICTIONS,
    quizzes=QUIZZES,
    exercises=EXERCISES,
    points=POINTS,
    next="Lesson 08b: Where do the microseconds go?",
)
