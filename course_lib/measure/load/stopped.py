"""The experiment that tells two kinds of load apart: a server that stops for a tenth of each second.

A visitor who comes while it is stopped waits until it goes on: up to 100 ms, and as visitors come at all moments, one
in ten of them waits, evenly spread. What has piled up must then be worked off, and that is waiting too. So one in a
hundred waits longer than about 95 ms. An open loop finds that. A closed loop has ten clients: in each second, ten
requests meet the stop and thousands do not, and its 99th percentile is a few milliseconds. Both measure the same
server; the second one leaves out those who were not asked to wait because nobody came to ask.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import psutil

from course_lib.measure.latency import percentile
from course_lib.measure.load import bare
from course_lib.measure.load.connection import now
from course_lib.measure.load.control import Running, plan_of
from course_lib.measure.load.result import Load
from course_lib.measure.load.tally import Progress

__all__ = ["Stopped", "expected_latencies", "run"]

_WORK: Final = 400e-6  # seconds the experiment's own server works for an answer
_RATE: Final = 1500.0  # requests a second for it: six tenths of what it can do
_SHARE: Final = 0.6
_FASTEST: Final = 5000.0


@dataclass(frozen=True, repr=False)
class Stopped:
    """What two loads say about one server that was stopped again and again.

    Attributes:
        open: the open loop's result.
        closed: the closed loop's.
        stops: when the server was stopped under the open loop, in seconds from its start, and for how long.
        expected_p99: the 99th percentile that the visitors of the open loop's schedule must have seen, worked out from
            `stops` and the server's speed, in seconds.
    """

    open: Load
    closed: Load
    stops: tuple[tuple[float, float], ...]
    expected_p99: float

    def __repr__(self) -> str:
        return f"<Stopped: {len(self.stops)} stops, open loop {self.open.plan.rate:g}/s, closed loop>"

    def rows(self) -> list[tuple[str, float, float, float]]:
        """For a table: which load, and what it says of p50, p99 and the longest, in milliseconds."""
        return [_row("open loop", self.open), _row("closed loop", self.closed)]


def _row(name: str, load: Load) -> tuple[str, float, float, float]:
    p50, p99, longest = (round(1e3 * value, 2) for value in (load.p50, load.p99, load.max))
    return name, p50, p99, longest


def expected_latencies(due: Iterable[float], stops: Sequence[tuple[float, float]], service: float) -> Iterator[float]:
    """What each visitor waits at a server with one queue, in seconds.

    Args:
        due: when the visitors come, ascending.
        stops: when the server stops, ascending, and for how long; what it works on then, it finishes afterwards.
        service: seconds of work for each.
    """
    free = float("-inf")
    left = list(stops)
    for moment in due:
        end = max(moment, free) + service
        while left and left[0][0] < end:
            begin, length = left.pop(0)
            end = max(begin + length + service, end) if begin < end - service else end + length
        free = end
        yield end - moment


def run(
    target: Any = None,
    *,
    seconds: float = 4.0,
    stop: float = 0.1,
    every: float = 1.0,
    rate: float | None = None,
    clients: int = 10,
    on_progress: Callable[[Progress], object] | None = None,
) -> Stopped:
    """Stop a server for `stop` of every `every` seconds, and load it, first in an open loop, then in a closed one.

    Args:
        target: a server with a `url` and a `pid`, in a process of its own; None for a bare one of known speed.
        seconds: of each load; the first quarter is warm-up.
        stop: seconds of each stop.
        every: seconds from one stop to the next.
        rate: requests a second in the open loop; None for six tenths of what the server can do, at most 5,000.
        clients: connections of each load.
        on_progress: called ten times a second of either load.

    Raises:
        ValueError: the stops leave no time between them, or `target` has no process id.
        ConnectionError: there is no such server.
    """
    if not 0 < stop < every:
        raise ValueError(
            f"expected stops shorter than the time from one to the next, got {stop:g} and {every:g} seconds"
        )
    if target is None:
        with bare.start(_WORK) as child:
            there = _There(f"http://localhost:{child.port}", child.pid)
            return _both(there, seconds, stop, every, rate or _RATE, clients, on_progress)
    if getattr(target, "pid", None) is None:
        raise ValueError(f"expected a server with a process id, got {target!r}")
    return _both(target, seconds, stop, every, rate, clients, on_progress)


@dataclass(frozen=True)
class _There:
    url: str
    pid: int


def _both(
    target: Any,
    seconds: float,
    stop: float,
    every: float,
    rate: float | None,
    clients: int,
    on_progress: Callable[[Progress], object] | None,
) -> Stopped:
    if rate is None:
        with Running(plan_of(target, clients=clients, rate=None, duration=0.5)) as running:
            rate = min(float(f"{_SHARE * running.result().rate:.2g}"), _FASTEST)
    loads = []
    for how in (rate, None):
        plan = plan_of(target, clients=clients, rate=how, duration=seconds, warmup=0.25)
        with Running(plan) as running, _stopping(target.pid, stop, every) as stops:
            for one in running.follow():
                if on_progress is not None:
                    on_progress(one)
            loads.append((running.result(), stops))
    (opened, stops), (closed, _) = loads
    at = tuple((begin - opened.began, length) for begin, length in stops)
    service = (1 - stop / every) / closed.rate
    cut = opened.plan.warmup * seconds
    due = [number / rate for number in range(opened.plan.count or 0)]
    waits = [wait for moment, wait in zip(due, expected_latencies(due, at, service), strict=True) if moment >= cut]
    return Stopped(opened, closed, at, percentile(waits, 99))


@contextmanager
def _stopping(pid: int, stop: float, every: float) -> Iterator[list[tuple[float, float]]]:
    """Stop the process again and again, from a thread of its own; when it was stopped, and for how long."""
    process, over = psutil.Process(pid), threading.Event()
    stops: list[tuple[float, float]] = []

    def again_and_again() -> None:
        while not over.wait(every - stop):
            process.suspend()
            try:
                begin = now()
                whole = not over.wait(stop)
            finally:
                process.resume()
            if whole:  # else the load had ended before
                stops.append((begin, now() - begin))

    thread = threading.Thread(target=again_and_again, name="course-stopping", daemon=True)
    thread.start()
    try:
        yield stops
    finally:
        over.set()
        thread.join()
