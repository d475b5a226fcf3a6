"""Lesson 08b, "Where do the microseconds go?": its card, questions and exercises."""

from course_lib.exercises.lesson_08b.make import EXERCISES
from course_lib.exercises.lesson_08b.predictions import PREDICTIONS
from course_lib.exercises.lesson_08b.questions import GOALS, NEEDS, POINTS, QUIZZES, RECALL, RUNS
from course_lib.lesson import Lesson

__all__ = ["lesson"]

lesson = Lesson(
    8,
    "Where do the microseconds go?",
    minutes=45,
    part="b",
    needs=NEEDS,
    goals=GOALS,
    runs=RUNS,
    recall=RECALL,
    predictions=PREDICTIONS,
    quizzes=QUIZZES,
    exercises=EXERCISES,
    points=POINTS,
    next="Make one of your own servers faster: profile it first.",
)
