"""Contestants take turns, so that a slow moment of the machine meets all of them."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

__all__ = ["alternated", "blaming", "progress"]

One = TypeVar("One")
Result = TypeVar("Result")


def alternated(
    contestants: Mapping[str, One], measure: Callable[[One], Result], rounds: int
) -> dict[str, list[Result]]:
    """Measure each contestant once a round, every other round in the opposite order.

    Args:
        contestants: by name.
        measure: called with one of them.
        rounds: how many, at least 1.

    Raises:
        ValueError: `rounds` is below 1.
        RuntimeError: a measurement failed; the message begins with the contestant's name.
    """
    if rounds < 1:
        raise ValueError(f"expected at least 1 round, got {rounds}")
    results: dict[str, list[Result]] = {name: [] for name in contestants}
    for number in range(rounds):
        order = list(contestants) if number % 2 else list(reversed(contestants))
        for name in order:
            with blaming(name):
                results[name].append(measure(contestants[name]))
    return results


def progress(text: str) -> None:
    """Say on stderr what is being measured."""
    print(f"  … {text}", file=sys.stderr, flush=True)


@contextlib.contextmanager
def blaming(name: str) -> Iterator[None]:
    """Say whose measurement it was that failed.

    Raises:
        RuntimeError: for what went wrong in the block with a connection or a program.
    """
    try:
        yield
    except (RuntimeError, OSError) as error:
        raise RuntimeError(f"{name}: {error}") from error
