"""What a load has counted: sans-I/O, moments are given to it.

The fast half (`answered`) is called for every message, tens of thousands of times a second, and must cost less than
what it measures: two comparisons and an append. Everything else is worked out from that later.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import Final

from course_lib.measure.histogram import Histogram

__all__ = ["ERRORS", "Progress", "Tally"]

ERRORS: Final = ("refused", "reset", "timeout", "status", "protocol", "missing", "duplicate")
"""Every kind of error: a connection refused; broken with something under way; no answer in time; an answer that says
no; an answer that is none; a message that never came, or came although nobody waited for it (again)."""

_BATCH = 512  # latencies sorted into the histogram at a time: a pause of some 100 µs
_KEPT = 1000  # messages kept one by one, for the record; twice as many before every other one is dropped


@dataclass(frozen=True, slots=True)
class Progress:
    """A tenth of a second of a load: seconds since its start, answers or deliveries, their latencies, errors.

    The latencies are nan when there were none, and in the warm-up.
    """

    at: float
    count: int
    p50: float
    p99: float
    max: float
    errors: int


class Tally:
    """Counts answers (or deliveries), bytes and errors.

    Attributes:
        latencies: of all messages due at `cut` or later.
        sent: messages sent, the warm-up's included.
        answers: answers or deliveries, the warm-up's included.
        bytes_out, bytes_in: of completed exchanges.
        bytes_connecting: of handshakes.
        bytes_publishing: of the one who publishes, both ways.
        errors: how many of each kind.
        lateness: how late this load itself was with messages due at `cut` or later.
    """

    def __init__(self, start: float = math.inf, cut: float = math.inf) -> None:
        self.start = start
        self.cut = cut
        self.latencies = Histogram()
        self.lateness = Histogram()
        self.sent = 0
        self.answers = 0
        self.bytes_out = 0
        self.bytes_in = 0
        self.bytes_connecting = 0
        self.bytes_publishing = 0
        self.errors: Counter[str] = Counter()
        self._pending: list[float] = []
        self._since = Histogram()
        self._seen = 0, 0
        self._moments: list[tuple[float, float]] = []
        self._every = 1
        self._until = 1

    def __repr__(self) -> str:
        return f"<Tally: {self.answers:,} answers, {self.errors.total():,} errors>"

    def answered(self, due: float, now: float) -> None:
        """A message that was due at `due` has its answer, or arrived at one client."""
        self.answers += 1
        if due >= self.cut:
            pending = self._pending
            pending.append(now - due)
            self._until -= 1
            if not self._until:
                self._until = self._every
                self._moments.append((due, now - due))
            if len(pending) >= _BATCH:
                self._sort_in()

    def begin(self, start: float, cut: float) -> None:
        """The schedule begins at `start`; what is due before `cut` is warm-up."""
        self.start, self.cut = start, cut

    def progress(self, now: float) -> Progress:
        """What happened since the last time this was asked; latencies are nan in the warm-up."""
        self._sort_in()
        count, errors = self.answers - self._seen[0], self.errors.total() - self._seen[1]
        since, self._since = self._since, Histogram()
        self._seen = self.answers, self.errors.total()
        shown = (since.percentile(50), since.percentile(99), since.max) if since.n else (math.nan,) * 3
        return Progress(now - self.start, count, *shown, errors)

    def finished(self) -> Histogram:
        """All latencies."""
        self._sort_in()
        return self.latencies

    @property
    def moments(self) -> list[tuple[float, float]]:
        """For some thousand messages, evenly chosen: when it was due, in seconds from the start, and its latency."""
        return [(due - self.start, latency) for due, latency in self._moments]

    def _sort_in(self) -> None:
        pending, self._pending = self._pending, []
        since = Histogram()
        since.record_all(pending)
        self._since.merge(since)
        self.latencies.merge(since)
        if len(self._moments) >= 2 * _KEPT:
            self._moments = self._moments[1::2]
            self._every *= 2
