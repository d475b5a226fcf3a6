"""How far the instrument can be believed on this machine.

It adds something to everything it measures: its own event loop's turn, its own lateness, its own ceiling. Here it
measures the smallest server there is, of which nothing else is to be known, and is compared with a plain blocking
socket, which does nothing but send and wait.
"""

from __future__ import annotations

from dataclasses import dataclass

from course_lib.measure.latency import percentile
from course_lib.measure.load import bare, control

__all__ = ["Trust", "trust"]

_ROUNDS = 2


@dataclass(frozen=True, repr=False)
class Trust:
    """What the load adds on this machine. Times are in seconds.

    Attributes:
        floor: the median round trip of a blocking socket to the smallest server.
        round_trip_p50, round_trip_p99: the load's own figures for one client at the same server.
        late_p50, late_p99: how late it sends, at 1,000 messages a second.
        ceiling: answers a second that one generator can take with a processor of its own.
        ticks: how its schedule wakes it.
        loop: its event loop.
    """

    floor: float
    round_trip_p50: float
    round_trip_p99: float
    late_p50: float
    late_p99: float
    ceiling: float
    ticks: str
    loop: str

    def __repr__(self) -> str:
        return "<Trust: measured>"

    @property
    def added(self) -> float:
        """What the load adds to the median of a round trip."""
        return max(self.round_trip_p50 - self.floor, 0.0)

    @property
    def sentence(self) -> str:
        """What can be believed, and what can't."""
        least = 10 * max(self.added, self.late_p50)
        return (
            f"On this machine the load adds about {self.added * 1e6:.0f} µs to a round trip and is "
            f"{self.late_p50 * 1e6:.0f} µs late (p99 {self.late_p99 * 1e6:.0f} µs): believe latencies from "
            f"{_rounded(least)} on to a tenth, compare smaller ones only with each other, and take no rate above "
            f"{_rounded_down(self.ceiling):,} a second for the server's."
        )

    def rows(self) -> list[tuple[str, str]]:
        """For a table: what, and its figure."""
        micro = (
            ("round trip of a blocking socket, p50", self.floor),
            ("round trip by the load, p50", self.round_trip_p50),
            ("round trip by the load, p99", self.round_trip_p99),
            ("lateness of the schedule, p50", self.late_p50),
            ("lateness of the schedule, p99", self.late_p99),
        )
        times = [(name, f"{value * 1e6:.0f} µs") for name, value in micro]
        return [
            *times,
            ("most answers a second", f"{self.ceiling:,.0f}"),
            ("woken by", self.ticks),
            ("loop", self.loop),
        ]


def _rounded_down(count: float) -> int:
    """To two digits."""
    digits = str(int(count))
    return int(digits[:2] + "0" * len(digits[2:]))


def _rounded(seconds: float) -> str:
    return f"{float(f'{seconds * 1e3:.1g}'):g} ms"


def trust(seconds: float = 1.0) -> Trust:
    """Measure the instrument for about `seconds` (and as long again for starting processes).

    Raises:
        ValueError: `seconds` is not in 0.2…60.
    """
    if not 0.2 <= seconds <= 60:
        raise ValueError(f"expected 0.2…60 seconds, got {seconds!r}")
    part = seconds / (2 * _ROUNDS + 2)
    with bare.start() as child:
        url = f"http://localhost:{child.port}"
        floors, trips = [], []
        for _ in range(_ROUNDS):  # by turns, so that a slow moment of the machine meets both
            floors.append(bare.floor(child.port, part))
            trips.append(control.run(url, clients=1, rate=None, duration=max(part, 0.05)))
        paced = control.run(url, clients=10, rate=1000.0, duration=max(part, 0.05))
        most = control.run(url, clients=32, rate=None, duration=max(part, 0.05))
    trip = min(trips, key=lambda one: one.p50)
    ceiling = most.rate / max(most.generator_cpu, 0.01)
    return Trust(
        percentile(floors, 0), trip.p50, trip.p99, paced.late_p50, paced.late_p99, ceiling, paced.ticks, paced.loop
    )
