"""Lesson 05's exercises, in the notebook's order: the fault first, then from a worked example to an empty page."""

from __future__ import annotations

from course_lib.exercises.lesson_05.fault import FAULT
from course_lib.exercises.lesson_05.logs import LOG, RECEIVED
from course_lib.exercises.lesson_05.reader import DELAY, FOLLOW
from course_lib.exercises.lesson_05.waiting import BELL

__all__ = ["EXERCISES"]

EXERCISES = [FAULT, LOG, BELL, DELAY, RECEIVED, FOLLOW]
