"""From numbers to places: scales, their ticks, and numbers as a reader wants them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

__all__ = ["UNITS", "Scale", "counted", "number", "scale", "unit_for"]

UNITS: Final = {"ns": 1e-9, "µs": 1e-6, "us": 1e-6, "ms": 1e-3, "s": 1.0, "min": 60.0}
"""How many seconds one unit of time is."""


def number(value: float, digits: int = 3) -> str:
    """A number with `digits` significant digits, never in powers of ten: ``0.00123``, ``4.5``, ``12,300``."""
    if not math.isfinite(value):
        return "∞" if value > 0 else "-∞" if value < 0 else "?"
    if value == 0:
        return "0"
    places = digits - 1 - math.floor(math.log10(abs(value)))
    rounded = round(value, places)
    if float(rounded).is_integer() or places <= 0:
        return f"{rounded:,.0f}"
    return f"{rounded:,.{places}f}".rstrip("0").rstrip(".")


def counted(count: int, noun: str, plural: str = "") -> str:
    """``1 event``, ``2 events``."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def unit_for(seconds: float) -> str:
    """The unit in which a time of `seconds` reads best."""
    if seconds >= 120:
        return "min"
    if seconds >= 1:
        return "s"
    return "ms" if seconds >= 1e-3 or seconds <= 0 else "µs"


_LEAST: Final = 1e-300
"""What is less counts as zero: below, floating point has not the digits for a power of ten."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Where a number stands: `lo` at `start` px, `hi` at `end` px, linear or logarithmic."""

    lo: float
    hi: float
    start: float
    end: float
    log: bool = False

    def __call__(self, value: float) -> float:
        """The place of `value` in px; what lies outside stands at the edge."""
        if self.log:
            low, high = math.log10(self.lo), math.log10(self.hi)
            part = (math.log10(max(value, self.lo)) - low) / (high - low)
        else:
            part = (value - self.lo) / (self.hi - self.lo)
        return self.start + min(max(part, 0.0), 1.0) * (self.end - self.start)

    def ticks(self, room: float = 70.0) -> list[float]:
        """Round numbers about `room` px apart."""
        count = max(int(abs(self.end - self.start) / room), 1)
        return _decades(self.lo, self.hi, count) if self.log else _steps(self.lo, self.hi, count)


def scale(
    values: Iterable[float], start: float, end: float, *, log: bool = False, zero: bool = False, exact: bool = False
) -> Scale:
    """A scale that shows all of `values`, from a round number to a round number.

    Args:
        values: what must be seen; on a log scale, zero and less stand at the lower edge.
        start, end: px.
        log: logarithmic; needs at least one value above zero, otherwise the scale is linear.
        zero: a linear scale that begins at 0.
        exact: end at the largest value instead of the next round number.
    """
    finite = [value for value in values if math.isfinite(value)]
    if log and (positive := [value for value in finite if value > _LEAST]):
        low, high = _round_down(min(positive)), _round_up(max(positive))
        return Scale(low, high if high > low else 10 * low, start, end, log=True)
    low_value, high_value = min(finite, default=0.0), max(finite, default=1.0)
    if zero:
        low_value, high_value = min(low_value, 0.0), max(high_value, 0.0)
    if low_value == high_value:
        room = abs(low_value) / 2 or 1.0
        low_value, high_value = (0.0, room) if zero and low_value == 0 else (low_value - room, high_value + room)
    step = _step(high_value - low_value, 5)
    top = high_value if exact else math.ceil(high_value / step - 1e-9) * step
    bottom = low_value if exact else math.floor(low_value / step + 1e-9) * step
    return Scale(bottom, top, start, end)


def _step(span: float, count: int) -> float:
    """The smallest of 1, 2, 5 times a power of ten that divides `span` into at most `count` parts."""
    rough = span / max(count, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * (1 - 1e-9))


def _steps(lo: float, hi: float, count: int) -> list[float]:
    step = _step(hi - lo, count)
    first, last = math.ceil(lo / step - 1e-6), math.floor(hi / step + 1e-6)
    return [at * step for at in range(first, last + 1)]


def _round_down(value: float) -> float:
    """The largest of 1, 2, 5 times a power of ten that is not above `value`."""
    power = 10.0 ** math.floor(math.log10(value) + 1e-9)
    return max(factor * power for factor in (1, 2, 5) if factor * power <= value * (1 + 1e-9))


def _round_up(value: float) -> float:
    """The smallest of 1, 2, 5 times a power of ten that is not below `value`."""
    power = 10.0 ** math.floor(math.log10(value) + 1e-9)
    return min(factor * power for factor in (1, 2, 5, 10) if factor * power >= value * (1 - 1e-9))


def _decades(lo: float, hi: float, count: int) -> list[float]:
    """1, 2, 5 of each decade, or its 1 only, or the 1 of some decades: at most `count` or so."""
    first, last = math.floor(math.log10(lo) + 1e-9), math.ceil(math.log10(hi) - 1e-9)
    fine = [factor * 10.0**at for at in range(first, last + 1) for factor in (1, 2, 5)]
    seen = [value for value in fine if lo * (1 - 1e-9) <= value <= hi * (1 + 1e-9)]
    if len(seen) <= count + 1:
        return seen
    tens = [at for at in range(first, last + 1) if lo * (1 - 1e-9) <= 10.0**at <= hi * (1 + 1e-9)]
    return [10.0**at for at in tens[:: math.ceil(len(tens) / max(count, 1))]] or [lo, hi]
