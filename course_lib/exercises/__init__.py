"""One package a lesson: card, predictions, questions, exercises. Importing one in a notebook brings ``%%node``."""

from __future__ import annotations

import importlib
import pkgutil

from course_lib.lesson import Lesson
from course_lib.lesson.kept import progress_of_this_machine
from course_lib.lesson.node_cell import register_here
from course_lib.lesson.page import show

__all__ = ["codes", "lessons", "load", "progress_page"]

_PREFIX = "lesson_"

register_here()


def codes() -> list[str]:
    """The lessons that exist, in order: ``"00"``, …, ``"08"``, ``"08b"``."""
    names = [module.name for module in pkgutil.iter_modules(__path__) if module.name.startswith(_PREFIX)]
    return sorted(name.removeprefix(_PREFIX) for name in names)


def load(code: str) -> Lesson:
    """One lesson, by its code: what its notebook's name begins with.

    Raises:
        ModuleNotFoundError: there is no lesson of this code.
    """
    module = importlib.import_module(f"{__name__}.{_PREFIX}{code}")
    lesson: Lesson = module.lesson
    return lesson


def lessons() -> tuple[Lesson, ...]:
    """Every lesson that exists, in order."""
    return tuple(load(code) for code in codes())


def progress_page() -> None:
    """Show what is done in every lesson, and what is next."""
    from course_lib.lesson.progress_page import ProgressPage

    show(ProgressPage(lessons(), progress_of_this_machine()))
