"""A histogram of times that costs little to fill, never grows, and adds up with others.

Latencies reach from microseconds to a minute, so buckets of one width do not do: one microsecond is much for the short
ones, and a minute has sixty million of them. The buckets here are *log-linear*: 128 equal ones between each power of
two and the next, each 0.8 % of its values wide or less. That is what the first sixteen bits of a float32 say (sign,
exponent, seven bits of the fraction), so finding a value's bucket is no arithmetic at all: cut the number in two.
The same idea as HdrHistogram's (http://hdrhistogram.org), in the machine's own number format (IEEE 754).

Two histograms merge by adding their counts, and the result is the histogram of all values together; percentiles do not
merge, and neither do means of percentiles.
"""

from __future__ import annotations

import json
import math
import struct
import sys
from array import array
from collections import Counter
from collections.abc import Iterable
from fractions import Fraction

__all__ = ["HIGHEST", "LOWEST", "Histogram"]

LOWEST = 1e-6
"""Seconds: a shorter time counts as this, and in `Histogram.below`."""
HIGHEST = 60.0
"""Seconds: a longer time counts as this, and in `Histogram.above`."""

_PENDING = 1024  # values kept before they are sorted into buckets: a tenth of a millisecond of work at a time
_UPPER_HALF = slice(1 if sys.byteorder == "little" else 0, None, 2)


def _bucket(seconds: float) -> int:
    return int(struct.unpack(">H", struct.pack(">f", seconds)[:2])[0])


def _low(bucket: int) -> float:
    return float(struct.unpack(">f", struct.pack(">I", bucket << 16))[0])


_FIRST, _LAST = _bucket(LOWEST), _bucket(HIGHEST)


class Histogram:
    """Times in seconds, from 1 µs to 60 s, each known to 0.4 %; the smallest and the largest exactly.

    Times outside are counted at the nearer end, and in `below` or `above`.
    """

    def __init__(self) -> None:
        self._counts: Counter[int] = Counter()
        self._pending = array("d")
        self._n = 0
        self._sum = 0.0
        self._min = math.inf
        self._max = 0.0
        self._below = 0
        self._above = 0

    def __repr__(self) -> str:
        return f"<Histogram: {self.n:,} values>"

    def __eq__(self, other: object) -> bool:
        """Whether the same values were recorded, as far as buckets tell them apart."""
        return isinstance(other, Histogram) and self._facts() == other._facts()

    __hash__ = None  # type: ignore[assignment]

    def record(self, seconds: float) -> None:
        """Count one time. Cheap: it is sorted in later, with others.

        Raises:
            ValueError: it is negative, or not a number.
        """
        if not seconds >= 0.0:
            raise ValueError(f"expected seconds of 0 or more, got {seconds}")
        self._pending.append(seconds)
        if len(self._pending) >= _PENDING:
            self._fold()

    def record_all(self, times: Iterable[float]) -> None:
        """Count many times at once, which is cheaper for each.

        Raises:
            ValueError: one is negative, or not a number; then none is counted.
        """
        values = list(times)
        if values and not (min(values) >= 0.0 and sum(values) >= 0.0):  # a sum with one NaN is NaN
            wrong = next(value for value in values if not value >= 0.0)
            raise ValueError(f"expected seconds of 0 or more, got {wrong}")
        self._fold()
        for at in range(0, len(values), _PENDING):
            self._sort_in(values[at : at + _PENDING])

    def merge(self, other: Histogram) -> None:
        """Add all that `other` has counted; the same as if it had been recorded here."""
        other._fold()
        self._fold()
        self._counts.update(other._counts)
        self._n += other._n
        self._sum += other._sum
        self._below += other._below
        self._above += other._above
        self._min = min(self._min, other._min)
        self._max = max(self._max, other._max)

    def __add__(self, other: Histogram) -> Histogram:
        both = Histogram()
        both.merge(self)
        both.merge(other)
        return both

    @property
    def n(self) -> int:
        """How many times were recorded, those outside the range included."""
        return self._n + len(self._pending)

    @property
    def below(self) -> int:
        """How many were shorter than `LOWEST`."""
        self._fold()
        return self._below

    @property
    def above(self) -> int:
        """How many were longer than `HIGHEST`."""
        self._fold()
        return self._above

    @property
    def min(self) -> float:
        """The shortest, at least `LOWEST`.

        Raises:
            ValueError: nothing was recorded.
        """
        self._need_values()
        return self._min

    @property
    def max(self) -> float:
        """The longest, at most `HIGHEST`.

        Raises:
            ValueError: nothing was recorded.
        """
        self._need_values()
        return self._max

    @property
    def mean(self) -> float:
        """The mean.

        Raises:
            ValueError: nothing was recorded.
        """
        self._need_values()
        return self._sum / self._n

    def percentile(self, q: float) -> float:
        """The time that is not below `q` per cent of those recorded (nearest rank), within 0.4 %.

        Raises:
            ValueError: nothing was recorded, or `q` is not in 0…100.
        """
        if not 0 <= q <= 100:
            raise ValueError(f"expected a percentile in 0…100, got {q}")
        self._need_values()
        return self._at_ranks([max(math.ceil(Fraction(str(q)) * self._n / 100), 1)])[0]

    def values(self, points: int = 1000) -> list[float]:
        """At most `points` times at evenly spaced ranks, the longest always among them: for pictures."""
        self._fold()
        points = min(points, self._n)
        return self._at_ranks([(i + 1) * self._n // points for i in range(points)]) if points else []

    def buckets(self) -> list[tuple[float, float, int]]:
        """Each bucket with something in it, in order: from, to (seconds), how many."""
        self._fold()
        return [(_low(bucket), _low(bucket + 1), count) for bucket, count in sorted(self._counts.items())]

    def to_json(self) -> str:
        """One line of JSON, a few kilobytes at most; `from_json` gives an equal histogram."""
        counts, n, least, most, below, above = self._facts()
        facts = {"n": n, "min": least if n else None, "max": most, "sum": self._sum, "below": below, "above": above}
        return json.dumps({"histogram": 1, **facts, "counts": counts})

    @classmethod
    def from_json(cls, text: str) -> Histogram:
        """The histogram that `to_json` wrote.

        Raises:
            ValueError: the text is not a histogram in format 1, or contradicts itself.
        """
        data = json.loads(text)
        if not isinstance(data, dict) or data.get("histogram") != 1:
            raise ValueError(f'expected a JSON object with "histogram": 1, got {text[:60]!r}')
        made = cls()
        try:
            made._counts.update({int(bucket): int(count) for bucket, count in data["counts"]})
            made._n, made._below, made._above = int(data["n"]), int(data["below"]), int(data["above"])
            made._max, made._sum = float(data["max"]), float(data["sum"])
            made._min = math.inf if data["min"] is None else float(data["min"])
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"expected the counts and sums of a histogram, got {text[:60]!r}") from error
        if made._counts.total() != made._n or not all(_FIRST <= bucket <= _LAST for bucket in made._counts):
            raise ValueError(f"expected {made._n} values in buckets {_FIRST}…{_LAST}, got {text[:60]!r}")
        return made

    def _facts(self) -> tuple[list[list[int]], int, float, float, int, int]:
        self._fold()
        counts = [[bucket, count] for bucket, count in sorted(self._counts.items())]
        return counts, self._n, self._min, self._max, self._below, self._above

    def _need_values(self) -> None:
        self._fold()
        if not self._n:
            raise ValueError("expected at least one value, got none")

    def _at_ranks(self, ranks: list[int]) -> list[float]:
        """The values at these ranks (1 is the shortest), which ascend: the middle of their buckets."""
        found: list[float] = []
        counted, buckets = 0, iter(self.buckets())
        low, high = 0.0, 0.0
        for rank in ranks:
            while counted < rank:
                low, high, count = next(buckets)
                counted += count
            middle = min(max((low + high) / 2, self._min), self._max)
            found.append(self._max if rank == self._n else self._min if rank == 1 else middle)
        return found

    def _fold(self) -> None:
        """Sort in what is pending."""
        if self._pending:
            values, self._pending = self._pending.tolist(), array("d")
            self._sort_in(values)

    def _sort_in(self, values: list[float]) -> None:
        """Count the values in their buckets, all at once and in C."""
        shortest, longest = min(values), max(values)
        if shortest < LOWEST or longest > HIGHEST:
            self._below += sum(value < LOWEST for value in values)
            self._above += sum(value > HIGHEST for value in values)
            values = [min(max(value, LOWEST), HIGHEST) for value in values]
            shortest, longest = min(values), max(values)
        self._n += len(values)
        self._sum += sum(values)
        self._min = min(self._min, shortest)
        self._max = max(self._max, longest)
        halves = memoryview(array("f", values)).cast("B").cast("H")
        self._counts.update(halves[_UPPER_HALF])
