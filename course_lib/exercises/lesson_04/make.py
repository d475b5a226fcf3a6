"""Lesson 04's exercises, in the notebook's order: the fault first, then from a worked example to an empty page."""

from __future__ import annotations

from course_lib.exercises.lesson_04.binding import NAMESPACE, UNUSED
from course_lib.exercises.lesson_04.faults import CYCLE, STALE
from course_lib.exercises.lesson_04.loading import CACHE, ORDER

__all__ = ["EXERCISES"]

EXERCISES = [STALE, CACHE, CYCLE, NAMESPACE, ORDER, UNUSED]
