"""Which notebook a learner means by ``1``, ``08b`` or ``notebooks/03_asyncio.ipynb``. Standard library only."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path

from course_lib.commands.places import notebooks

__all__ = ["find"]


def find(names: Sequence[str]) -> list[Path]:
    """The notebooks with these numbers, names or paths, in the order given; all of them when none is named.

    Raises:
        SystemExit: a name is no lesson's; the message lists the lessons there are.
    """
    every = notebooks()
    if not names:
        return every
    return [_one(name, every) for name in names]


def _one(name: str, every: Sequence[Path]) -> Path:
    path = Path(name)
    if path.suffix == ".ipynb" and path.is_file():
        return path.resolve()
    stem = path.stem
    number = re.fullmatch(r"(\d+)([a-z]?)", stem)
    code = number[1].zfill(2) + number[2] if number else None
    for lesson in every:
        if stem == lesson.stem or code == lesson.stem.split("_")[0]:
            return lesson
    known = ", ".join(lesson.stem for lesson in every) or "none yet"
    sys.exit(f"expected a lesson's number or a notebook, got {name!r}; the lessons are: {known}")
