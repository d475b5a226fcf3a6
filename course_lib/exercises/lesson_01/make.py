"""Lesson 01's exercises, in the order of the lesson."""

from __future__ import annotations

from course_lib.exercises.lesson_01.order import CLOSES, TIMERS, TURN
from course_lib.exercises.lesson_01.programs import SERVER, SLICES

__all__ = ["EXERCISES"]

EXERCISES = [TURN, TIMERS, SERVER, CLOSES, SLICES]
