"""Lesson 03's exercises, in the notebook's order: the fault first, then from a worked example to an empty page."""

from __future__ import annotations

from course_lib.exercises.lesson_03.audit import AUDIT
from course_lib.exercises.lesson_03.cancelling import WORKER
from course_lib.exercises.lesson_03.concurrency import GATHER, READ
from course_lib.exercises.lesson_03.order import ITERATION, TRANSLATE

__all__ = ["EXERCISES"]

EXERCISES = [AUDIT, ITERATION, TRANSLATE, GATHER, WORKER, READ]
