"""What a load measured."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from course_lib.measure.histogram import Histogram
from course_lib.measure.latency import Summary
from course_lib.measure.load.plan import Plan
from course_lib.measure.load.tally import ERRORS, Progress
from course_lib.record import Event, Record

__all__ = ["Load"]

_BUSY: Final = 0.9  # a generator or server that has less than a tenth of a processor left is at its limit
_KEPT: Final = 2000
_FIGURES: Final = (
    *("sent", "answered", "n", "p50", "p90", "p99", "max", "rate", "seconds", "stopped"),
    *("bytes_out", "bytes_in", "bytes_connecting", "bytes_publishing", "bytes_per_message"),
    *("server_cpu", "cpu_per_message", "memory", "generator_cpu", "late_p50", "late_p99"),
    *("ticks", "loop", "limit", "notes"),
)


@dataclass(frozen=True, repr=False)
class Load:
    """What a load measured. Times are in seconds; those of messages that were due in the warm-up are left out.

    "Answers" are deliveries in the kinds poll, sse and websocket: every message counts once for every client.

    Attributes:
        plan: what was asked for.
        histogram: the latencies, from the moment a message was due (closed loop: sent) to its answer.
        sent: messages sent or published, in the warm-up too.
        answered: answers, in the warm-up too.
        errors: how many of each kind: refused, reset, timeout, status, protocol, missing, duplicate.
        seconds: from the end of the warm-up to the end of the schedule (or until a slow server had taken it all).
        rate: answers a second in that time.
        bytes_out, bytes_in: on the wire in all completed exchanges, headers and framing included, handshakes not.
        bytes_connecting: of all handshakes.
        bytes_publishing: of the one who published, out and in (a WebSocket hears with its subscribers' bytes).
        server_cpu: seconds of processor time, user and system, of the server after the warm-up; None without pid.
        cpu_per_message: the same for each answer.
        memory: the server's resident bytes before the first connection and while all were open; None without pid.
        lateness: how late this load itself was in sending: what of the latencies may be its own fault.
        generator_cpu: share of one processor that the busiest generator used after the warm-up, 0…1.
        ticks: how the schedule woke the loop: "os.timerfd_create", "timerfd through ctypes" or "spin"; "none" in a
            closed loop.
        loop: the generator's event loop: "asyncio" or "uvloop".
        notes: what else is to be known, in sentences.
        stopped: it was stopped before its end.
        began: when the schedule began, on the clock of ``time.perf_counter()``; with several generators, the first's.
        progress: what was reported ten times a second.
        record: one event of kind "latency" for each of at most some thousand messages, evenly chosen, at the moment it
            was due.
    """

    plan: Plan
    histogram: Histogram
    sent: int
    answered: int
    errors: Mapping[str, int]
    seconds: float
    rate: float
    bytes_out: int
    bytes_in: int
    bytes_connecting: int
    bytes_publishing: int
    server_cpu: float | None
    cpu_per_message: float | None
    memory: tuple[int, int] | None
    lateness: Histogram
    generator_cpu: float
    ticks: str
    loop: str
    notes: tuple[str, ...]
    stopped: bool
    began: float
    progress: tuple[Progress, ...]
    record: Record

    def __repr__(self) -> str:
        errors = ", ".join(f"{count} {kind}" for kind, count in self.errors.items())
        state = "stopped" if self.stopped else errors or "all answered"
        return f"<Load: {self.plan}: {state}>"

    @classmethod
    def of(cls, plan: Plan, parts: Sequence[Mapping[str, Any]], progress: Sequence[Progress] = ()) -> Load:
        """One result of what all generators counted."""
        latencies, lateness = Histogram(), Histogram()
        errors: Counter[str] = Counter()
        for part in parts:
            latencies.merge(Histogram.from_json(part["histogram"]))
            lateness.merge(Histogram.from_json(part["lateness"]))
            errors.update(part["errors"])
        counted, seconds = sum(part["counted"] for part in parts), max(part["seconds"] for part in parts)
        shares = [part["generator_cpu"] / part["seconds"] for part in parts if part["seconds"]]
        used = parts[0]["server_cpu"]  # every generator read the same server's clock
        out, came, connecting, publishing = (sum(part["bytes"][i] for part in parts) for i in range(4))
        return cls(
            plan=plan,
            histogram=latencies,
            sent=sum(part["sent"] for part in parts),
            answered=sum(part["answered"] for part in parts),
            errors=MappingProxyType({kind: errors[kind] for kind in ERRORS if errors[kind]}),
            seconds=seconds,
            rate=counted / seconds if seconds else 0.0,
            bytes_out=out,
            bytes_in=came,
            bytes_connecting=connecting,
            bytes_publishing=publishing,
            server_cpu=used,
            cpu_per_message=used / counted if used is not None and counted else None,
            memory=tuple(parts[0]["memory"]) if parts[0]["memory"] else None,
            lateness=lateness,
            generator_cpu=max(shares, default=0.0),
            ticks=parts[0]["ticks"],
            loop=parts[0]["loop"],
            notes=tuple(note for part in parts[:1] for note in part["notes"]),
            stopped=any(part["stopped"] for part in parts),
            began=parts[0]["began"],
            progress=tuple(progress),
            record=_record(plan, parts),
        )

    @property
    def n(self) -> int:
        """How many latencies there are."""
        return self.histogram.n

    @property
    def ok(self) -> bool:
        """Whether there were no errors."""
        return not self.errors

    @property
    def p50(self) -> float:
        """The median latency; nan when there are none."""
        return self._percentile(50)

    @property
    def p90(self) -> float:
        """The 90th percentile; nan when there are none."""
        return self._percentile(90)

    @property
    def p99(self) -> float:
        """The 99th percentile; nan when there are none."""
        return self._percentile(99)

    @property
    def max(self) -> float:
        """The longest latency; nan when there are none."""
        return self._percentile(100)

    @property
    def late_p50(self) -> float:
        """The median of this load's own lateness; 0 in a closed loop, which cannot be late."""
        return self.lateness.percentile(50) if self.lateness.n else 0.0

    @property
    def late_p99(self) -> float:
        """The 99th percentile of this load's own lateness; 0 in a closed loop."""
        return self.lateness.percentile(99) if self.lateness.n else 0.0

    @property
    def summary(self) -> Summary:
        """The latencies in five numbers.

        Raises:
            ValueError: there are none.
        """
        return Summary(self.n, *(self.histogram.percentile(q) for q in (50, 90, 99, 100)))

    @property
    def bytes_per_message(self) -> float:
        """Bytes on the wire for each answer, both ways; nan when there was none."""
        return (self.bytes_out + self.bytes_in) / self.answered if self.answered else math.nan

    @property
    def limit(self) -> str:
        """Whose ceiling the rate is, in a sentence; empty when nobody was at his limit."""
        share = round(self.generator_cpu * 100)
        if self.ticks == "spin":
            return "the generator spins between messages, so its own limit is not known"
        if self.generator_cpu >= _BUSY:
            return f"the generator was busy {share} %: this is its ceiling, not the server's"
        if self.server_share is not None and self.server_share >= _BUSY:
            server = round(self.server_share * 100)
            return f"the server was busy {server} %, the generator {share} %: this is the server's ceiling"
        return ""

    @property
    def server_share(self) -> float | None:
        """Share of one processor of the server after the warm-up; None without pid."""
        return None if self.server_cpu is None or not self.seconds else self.server_cpu / self.seconds

    def values(self, points: int = 1000) -> list[float]:
        """At most `points` latencies at evenly spaced ranks, the longest among them: for `show.latency`."""
        return self.histogram.values(points)

    def to_json(self) -> str:
        """All figures as one line of JSON, with the histogram, without record and progress."""
        figures = {name: _json(getattr(self, name)) for name in _FIGURES}
        errors, histogram = dict(self.errors), json.loads(self.histogram.to_json())
        return json.dumps(
            {**self.plan.facts(), "asked_rate": self.plan.rate, "errors": errors, **figures, "histogram": histogram}
        )

    def _percentile(self, q: float) -> float:
        return self.histogram.percentile(q) if self.n else math.nan


def _json(value: object) -> object:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _record(plan: Plan, parts: Sequence[Mapping[str, Any]]) -> Record:
    moments = [moment for part in parts for moment in part["moments"]]
    every = max(len(moments) // _KEPT, 1)
    events = tuple(Event(due, plan.kind, "latency", duration=latency) for due, latency in moments[::every])
    return Record(events, str(plan), {"plan": plan.facts()})
