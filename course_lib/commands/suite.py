"""``test``: every check there is. Standard library only."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

__all__ = ["command"]

COVERAGE = ["--cov=course_lib", "--cov-report=term:skip-covered"]

MOST_AT_ONCE = 4
"""Test files at once, at most: each notebook is a kernel, and the browser tests a JupyterLab."""


def command(python: Path, extra: Sequence[str] = ()) -> list[str]:
    """The pytest command: everything with coverage, or what the learner's own arguments choose.

    ruff, mypy and the browser are tests like the others (``tests/house``, ``tests/browser``); the notebooks are tests
    through nbval. Options, markers and the sanitiser come from pyproject.toml.
    """
    return [str(python), "-m", "pytest", "--nbval", *(extra or [*COVERAGE, *_beside_each_other(os.cpu_count() or 1)])]


def _beside_each_other(cores: int) -> list[str]:
    """Files side by side, in their order, so that the longest (the browser's) begins early; one worker to a file."""
    if cores == 1:
        return []
    return ["-n", str(min(cores, MOST_AT_ONCE)), "--dist=loadfile", "--no-loadscope-reorder"]
