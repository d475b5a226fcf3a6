"""The solution and wrong answers of 05-4: how long a client waits before it tries again.

A solution's source is shown to the learner, so it uses only names that the notebook's first cell imports. The wrong
answers keep the solution's parameters; each carries in its docstring what its author believed. All of it is written as
a learner writes in a cell, so without types.
"""

# mypy: disable-error-code="no-untyped-def, no-untyped-call"

from __future__ import annotations

import random

__all__ = [
    "a_little_noise",
    "delay",
    "doubles",
    "for_ever_longer",
    "its_own_seed",
    "steady",
    "the_cap_last",
    "until_it_overflows",
]


def delay(failures, rng):
    ceiling = min(30, 0.25 * 2 ** min(failures, 20))  # 2 ** 20 is far above the cap already
    return rng.uniform(0, ceiling)


def doubles(failures, rng):
    """Believes that back-off alone spreads the clients."""
    return min(30, 0.25 * 2 ** min(failures, 20))


def a_little_noise(failures, rng):
    """Believes that any randomness will do."""
    return min(30, 0.25 * 2 ** min(failures, 20)) * rng.uniform(0.95, 1)


def its_own_seed(failures, rng):
    """Believes that numbers look random, so they differ from client to client."""
    return delay(failures, random.Random(failures))


def for_ever_longer(failures, rng):
    """Believes that doubling needs no end."""
    return rng.uniform(0, 0.25 * 2 ** min(failures, 1000))


def the_cap_last(failures, rng):
    """Believes that it makes no difference where the cap is applied."""
    return min(30, rng.uniform(0, 0.25 * 2 ** min(failures, 1000)))


def until_it_overflows(failures, rng):
    """Believes that nobody fails a few thousand times in a row."""
    return rng.uniform(0, min(30, 0.25 * 2**failures))


def steady(failures, rng):
    """Believes that a random pause is all, however often it failed."""
    return rng.uniform(0, 30)
