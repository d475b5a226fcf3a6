"""Lesson 06's exercises, in the notebook's order: the fault first, then from three blanks to an empty page."""

from __future__ import annotations

from course_lib.exercises.lesson_06.encoding import ENCODE
from course_lib.exercises.lesson_06.policies import ANSWER, OUTBOX, RESUME
from course_lib.exercises.lesson_06.serving import SERVER
from course_lib.exercises.lesson_06.splitting import LINES, READ

__all__ = ["EXERCISES"]

EXERCISES = [SERVER, ENCODE, LINES, READ, RESUME, OUTBOX, ANSWER]
