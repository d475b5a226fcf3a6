"""Percentiles, and the five numbers that sum a distribution up.

Latencies have a long tail, so a mean says little: half of all visitors wait at most the median, and the one in a
hundred who waits longest waits at least the 99th percentile. The percentile here is the *nearest rank*: the smallest
value that is not below q per cent of the values. It is always a value that really occurred (Hyndman and Fan, "Sample
Quantiles in Statistical Packages", 1996, definition 1; numpy calls it ``inverted_cdf``).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

__all__ = ["Summary", "percentile"]

_UNITS = {"s": 1.0, "ms": 1e3, "µs": 1e6}


def percentile(values: Iterable[float], q: float) -> float:
    """The smallest of `values` that is not below `q` per cent of them.

    Raises:
        ValueError: there are no values, or `q` is not in 0…100.
    """
    return _of_sorted(sorted(values), q)


def _of_sorted(values: Sequence[float], q: float) -> float:
    if not 0 <= q <= 100:
        raise ValueError(f"expected a percentile in 0…100, got {q}")
    if not values:
        raise ValueError("expected at least one value, got none")
    rank = math.ceil(Fraction(str(q)) * len(values) / 100)  # exact: 64.4 * 250 / 100 is above 161 in floats
    return values[max(rank, 1) - 1]


@dataclass(frozen=True)
class Summary:
    """A distribution in five numbers, in the unit of the values (seconds, for everything in this course).

    Attributes:
        n: how many values.
        p50: half of them are at most this: the median.
        p90: nine of ten are at most this.
        p99: 99 of 100 are at most this; the maximum when there are fewer than 100.
        max: the largest.
    """

    n: int
    p50: float
    p90: float
    p99: float
    max: float

    @classmethod
    def of(cls, values: Iterable[float]) -> Summary:
        """The summary of some values.

        Raises:
            ValueError: there are none.
        """
        ordered = sorted(values)
        p50, p90, p99, largest = (_of_sorted(ordered, q) for q in (50, 90, 99, 100))
        return cls(len(ordered), p50, p90, p99, largest)

    def row(self, unit: Literal["s", "ms", "µs"] = "ms", digits: int = 2) -> tuple[int, float, float, float, float]:
        """The five numbers for a table, seconds turned into `unit` and rounded."""
        factor = _UNITS[unit]
        p50, p90, p99, largest = (round(value * factor, digits) for value in (self.p50, self.p90, self.p99, self.max))
        return self.n, p50, p90, p99, largest

    def __str__(self) -> str:
        n, p50, p90, p99, largest = self.row()
        return f"n {n}, p50 {p50} ms, p90 {p90} ms, p99 {p99} ms, max {largest} ms"
