"""The command line."""

from __future__ import annotations
from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str]) -> int:
    """Temporary: only refresh."""
    from course_lib.commands import refresh

    assert arguments[0] == "refresh"
    return refresh.main(arguments[1:])
