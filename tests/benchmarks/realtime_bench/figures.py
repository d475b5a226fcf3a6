"""Figures and what may be said about them: ratios with their spread, and targets.

Two contestants are compared by the ratio of their medians. Its spread comes from the rounds: in each round all
contestants are measured one after the other, so the ratio of a round compares what met the same machine.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Measured", "Ratio", "Verdict", "Wanted", "ratio"]


@dataclass(frozen=True)
class Measured:
    """What one contestant did in one round.

    Attributes:
        rate: operations a second.
        p50, p99: seconds.
        cpu: the server's CPU seconds (user and system) per operation.
        server: the share of one CPU the server used.
        load: the share of one CPU the load generator used.
        others: the share of the server's CPU, or the generator's, that something else took: the noise of a machine.
    """

    rate: float
    p50: float
    p99: float
    cpu: float
    server: float = 0.0
    load: float = 0.0
    others: float = 0.0

    @property
    def limit(self) -> str:
        """What kept it from more: ``"server"``, ``"load"`` (the generator), or ``"waiting"`` (neither was busy)."""
        if self.server >= 0.93:
            return "server"
        return "load" if self.load >= 0.93 else "waiting"


@dataclass(frozen=True)
class Ratio:
    """The ratio of two medians, and the smallest and largest ratio of a round."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.2f} ({self.low:.2f} - {self.high:.2f})"


def ratio(one: Sequence[float], other: Sequence[float]) -> Ratio:
    """How many times `other` is `one`, both measured in the same rounds, in order.

    Raises:
        ValueError: they are not of the same number of rounds, or there is none.
    """
    if len(one) != len(other) or not one:
        raise ValueError(f"expected as many figures of both, at least one, got {len(one)} and {len(other)}")
    rounds = [a / b for a, b in zip(one, other, strict=True)]
    return Ratio(statistics.median(one) / statistics.median(other), min(rounds), max(rounds))


@dataclass(frozen=True)
class Wanted:
    """A target: at least, or at most, a bound."""

    bound: float
    most: bool = False

    def __str__(self) -> str:
        return f"{'<=' if self.most else '>='} {self.bound:g}"

    def met(self, value: float) -> bool:
        """Whether a value reaches it."""
        return value <= self.bound if self.most else value >= self.bound


@dataclass(frozen=True)
class Verdict:
    """One line of the summary: what was wanted of whom, and what came."""

    what: str
    got: str
    wanted: str
    met: bool

    def __str__(self) -> str:
        return f"{self.what:<66}{self.got:>24}  wanted {self.wanted:<10} {'met' if self.met else 'NOT MET'}"
