"""Lesson 07's exercises, in the notebook's order: the fault first, then from a skeleton."""

from __future__ import annotations

from course_lib.exercises.lesson_07.bytewise import ACCEPT, FRAME
from course_lib.exercises.lesson_07.chat import CHAT
from course_lib.exercises.lesson_07.rooms import ORIGIN, ROOM

__all__ = ["EXERCISES"]

EXERCISES = [CHAT, ACCEPT, FRAME, ROOM, ORIGIN]
