"""``test``: every check there is. Standard library only."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

__all__ = ["command"]

COVERAGE = ["--cov=course_lib", "--cov-report=term:skip-covered"]


def command(python: Path, extra: Sequence[str] = ()) -> list[str]:
    """The pytest command: everything with coverage, or what the learner's own arguments choose.

    ruff, mypy and the browser are tests like the others (``tests/house``, ``tests/browser``); the notebooks are tests
    through nbval. Options, markers and the sanitiser come from pyproject.toml.
    """
    return [str(python), "-m", "pytest", "--nbval", *(extra or COVERAGE)]
