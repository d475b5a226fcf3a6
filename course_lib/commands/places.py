"""Where the course, its environment and its notebooks are. Standard library only."""

from __future__ import annotations

import os
import sys
from pathlib import Path

__all__ = ["NOTEBOOKS", "ROOT", "in_venv", "notebooks", "shown", "venv", "venv_python"]

ROOT = Path(__file__).resolve().parents[2]
"""The folder that holds README.md."""

NOTEBOOKS = ROOT / "notebooks"


def venv() -> Path:
    """The environment's folder: ``.venv``, or what COURSE_VENV names (relative to the course's folder)."""
    return ROOT / os.environ.get("COURSE_VENV", ".venv")


def venv_python() -> Path:
    """The environment's interpreter, whether or not it exists yet."""
    return venv() / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def in_venv() -> bool:
    """Whether this process runs on the environment's own interpreter."""
    return Path(sys.prefix).resolve() == venv().resolve()


def notebooks() -> list[Path]:
    """Every lesson, in order."""
    return sorted(NOTEBOOKS.glob("*.ipynb"))


def shown(path: Path) -> str:
    """A path as a learner would type it: relative to the course's folder where it lies inside."""
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else str(path)
