"""How long to wait before trying again: exponential back-off with full jitter.

A server that comes back finds all its clients waiting. Had they agreed on a pause, they would all return in the same
moment, and it would go down again. So the ceiling of the pause doubles with every failure, up to a cap, and the pause
itself is drawn anywhere below the ceiling (Marc Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog 2015).
"""

from __future__ import annotations

import math
import random

__all__ = ["Backoff"]


class Backoff:
    """The pauses of one client.

    Args:
        base: seconds: the ceiling of the first pause.
        cap: seconds: no ceiling is above this.
        least: seconds: no pause is below this, or a run of short draws would be a busy loop.
        rng: where the draws come from.

    Raises:
        ValueError: not 0 ≤ least ≤ base ≤ cap, or not finite, or `base` is 0.
    """

    def __init__(
        self, base: float = 0.25, cap: float = 30.0, *, least: float = 0.05, rng: random.Random | None = None
    ) -> None:
        if not (0 <= least <= base <= cap < math.inf and base > 0):
            raise ValueError(f"expected 0 <= least <= base <= cap and base above 0, got {least:g}, {base:g}, {cap:g}")
        self.base = base
        self.cap = cap
        self.least = least
        self.failures = 0
        """How many pauses were asked for since the last success."""
        self._rng = rng or random.Random()

    def __repr__(self) -> str:
        return f"<Backoff: {self.failures} failures, next pause {self.least:g}…{self.ceiling:g} s>"

    @property
    def ceiling(self) -> float:
        """Seconds that the next pause is at most."""
        return min(self.cap, self.base * 2.0 ** min(self.failures, 1000))

    def next(self) -> float:
        """Seconds to wait after another failure."""
        pause = self._rng.uniform(self.least, self.ceiling)
        self.failures += 1
        return pause

    def reset(self) -> None:
        """It worked: the next pause is short again."""
        self.failures = 0
