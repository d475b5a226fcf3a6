"""Lesson 08b's exercises, in the notebook's order: the fault first, then from two blanks to an empty page."""

from __future__ import annotations

from course_lib.exercises.lesson_08b.figures import AMDAHL, PROFILE
from course_lib.exercises.lesson_08b.frames import ECHO, UNMASK
from course_lib.exercises.lesson_08b.sending import BROADCASTER

__all__ = ["EXERCISES"]

EXERCISES = [ECHO, UNMASK, AMDAHL, PROFILE, BROADCASTER]
