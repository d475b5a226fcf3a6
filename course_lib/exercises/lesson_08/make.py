"""Lesson 08's exercises, in the notebook's order: the fault first, then figures, then bytes, then a decision."""

from __future__ import annotations

from course_lib.exercises.lesson_08.choosing import CHOOSE, WIRE
from course_lib.exercises.lesson_08.figures import LATENCIES, PERCENTILE, TOGETHER
from course_lib.exercises.lesson_08.honest import BENCHMARK

__all__ = ["EXERCISES"]

EXERCISES = [BENCHMARK, LATENCIES, PERCENTILE, TOGETHER, WIRE, CHOOSE]
