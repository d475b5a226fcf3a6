"""The machine a benchmark runs on: which CPU for whom, what the others take of it, how many files may be open."""

from __future__ import annotations

import contextlib
import os
import platform
import sys
import time
import timeit
from collections.abc import Callable, Iterator
from typing import TypeVar

import psutil

__all__ = ["CALM", "Busy", "about", "allow_files", "calmest", "load_average", "load_cpu", "on_cpu", "server_cpu"]

Result = TypeVar("Result")


def _allowed() -> list[int]:
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []


CALM = 0.05
"""The share of a CPU that others may take while something is measured there."""

_CPUS = _allowed()
server_cpu: int | None = _CPUS[0] if len(_CPUS) > 1 else None
"""The CPU servers run on; None where processes can't be bound to one, or where there is only one."""
load_cpu: int | None = _CPUS[1] if len(_CPUS) > 1 else None
"""The CPU the load comes from."""


@contextlib.contextmanager
def on_cpu(cpu: int | None) -> Iterator[None]:
    """What is started inside the block runs on `cpu` only."""
    if cpu is None:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {cpu})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


class Busy:
    """A stretch of time as a process spent it: made at its beginning, asked at its end.

    Args:
        pid: the server's process.
    """

    def __init__(self, pid: int) -> None:
        self._process = psutil.Process(pid)
        self._begun = self._read()
        self.seconds = self.cpu = 0.0
        self._worked = (0.0, 0.0)

    def stop(self) -> Busy:
        """Note the end: `seconds` passed, `cpu` seconds of the process."""
        begun, end = self._begun, self._read()
        self.seconds, self.cpu = end[0] - begun[0], end[1] - begun[1]
        self._worked = end[2] - begun[2], end[3] - begun[3]
        return self

    def others(self, load: float | None) -> float:
        """The share that others took: of the server's CPU, or of the generator's if that is more.

        Args:
            load: the CPU seconds of the generator; None if they are not known, and its CPU is not looked at.
        """
        if server_cpu is None:
            return 0.0
        of_server, of_load = self._worked
        taken = max(of_server - self.cpu, 0.0 if load is None else of_load - load)
        return max(0.0, taken / self.seconds)

    def _read(self) -> tuple[float, float, float, float]:
        times = self._process.cpu_times()
        return time.perf_counter(), times.user + times.system, *_worked()


def calmest(pid: int, measure: Callable[[], Result], tries: int = 3) -> Result:
    """Measure a server; again, `tries` times in all, while others take more than a twentieth of its CPU.

    Args:
        pid: the server's process.
        measure: measures it.

    Returns:
        What came when others took least.
    """
    best: tuple[float, Result] | None = None
    for _ in range(tries):
        busy = Busy(pid)
        found = measure()
        others = busy.stop().others(None)
        if best is None or others < best[0]:
            best = others, found
        if others <= CALM:
            break
    assert best is not None
    return best[1]


def _worked() -> tuple[float, float]:
    """Seconds that the server's CPU and the generator's have worked since the system's start."""
    if server_cpu is None or load_cpu is None:
        return 0.0, 0.0
    each = psutil.cpu_times(percpu=True)
    idle = ("idle", "iowait", "guest", "guest_nice")  # a guest's time is in the user's already
    of_server, of_load = (
        sum(one) - sum(getattr(one, name, 0.0) for name in idle) for one in (each[server_cpu], each[load_cpu])
    )
    return of_server, of_load


def allow_files(wanted: int) -> int:
    """Raise the number of files this process and its children may open to `wanted`; gives what is allowed now."""
    if sys.platform == "win32":
        return wanted
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return wanted
    allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    with contextlib.suppress(ValueError, OSError):  # macOS has one more limit, which getrlimit does not tell
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
        return allowed
    return soft


def about() -> str:
    """One line: the interpreter and how fast it is, the system, its CPUs, and how busy it is.

    Builds of one version differ by as much as 2 (profile-guided or not), which no build flag tells reliably: hence the
    nanoseconds of a turn of an empty loop.
    """
    turn = min(timeit.repeat("for i in range(1000): x = i * 2", number=200, repeat=5)) / 200_000
    place = "not bound to CPUs" if server_cpu is None else f"servers on CPU {server_cpu}, load on CPU {load_cpu}"
    return (
        f"Python {platform.python_version()}, {turn * 1e9:.0f} ns a turn of a plain loop; "
        f"{platform.system()} {platform.release()}, {psutil.cpu_count()} CPUs; {place}; load average {load_average()}"
    )


def load_average() -> str:
    """How many processes wanted a CPU: in the last 1, 5 and 15 minutes."""
    return ", ".join(f"{one:.2f}" for one in os.getloadavg()) if hasattr(os, "getloadavg") else "unknown"
