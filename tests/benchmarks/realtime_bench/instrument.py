"""The course's load generator beside others: wrk in a closed loop, `drive.c` in an open one, and a server that stops.

Every figure of one line comes from one run: the generators take turns on the same server, bound to the same CPU.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from realtime_bench import machine
from realtime_bench.contestants import Contestant, Running, from_node, from_python, started
from realtime_bench.driver import Job, run_compiled
from realtime_bench.figures import Verdict, Wanted, ratio
from realtime_bench.rounds import alternated, progress

from course_lib.measure import load, trust

__all__ = ["Heard", "against", "ceiling", "read_wrk", "stopped", "table", "verdicts"]

CONNECTIONS = (1, 32)
RATES = (500, 2_000, 5_000, 20_000)
_UNITS = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0}


@dataclass(frozen=True)
class Heard:
    """What one generator said of a server: answers a second, p50 and p99 in seconds, its own share of a CPU, errors."""

    rate: float
    p50: float
    p99: float
    busy: float = 0.0
    errors: int = 0


def read_wrk(said: str) -> Heard:
    """What ``wrk --latency`` prints.

    Raises:
        ValueError: it is none of that.
    """
    found = {
        share: (float(value), unit) for share, value, unit in re.findall(r"(50|99)%\s+([\d.]+)(us|ms|s|m)\b", said)
    }
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    if rate is None or len(found) != 2:
        raise ValueError(f"expected what wrk --latency prints, got {said[:200]!r}")
    p50, p99 = (value * _UNITS[unit] for value, unit in (found["50"], found["99"]))
    return Heard(float(rate[1]), p50, p99)


def _wrk(server: Running, connections: int, seconds: float) -> Heard:
    command = ["wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--latency"]
    with machine.on_cpu(machine.load_cpu):
        done = subprocess.run(
            [*command, f"http://127.0.0.1:{server.port}/hello"], capture_output=True, text=True, check=True
        )
    return read_wrk(done.stdout)


def _compiled(program: Path, server: Running, connections: int, seconds: float, rate: float = 0.0) -> Heard:
    found = run_compiled(program, server, Job("http", connections, 0, "/hello"), seconds, rate)
    return Heard(found.rate, found.p50, found.p99, found.load)


def _course(
    server: Running, connections: int, seconds: float, rate: float | None = None, kind: str = "request"
) -> Heard:
    with machine.on_cpu(machine.load_cpu):
        found = load.run(
            f"http://localhost:{server.port}",
            kind=kind,  # type: ignore[arg-type]
            clients=connections,
            rate=rate,
            duration=seconds * 4 / 3,
            warmup=0.25,
            pid=server.pid,
        )
    return Heard(found.rate, found.p50, found.p99, found.generator_cpu, sum(found.errors.values()))


def contestants(module: str) -> list[Contestant]:
    """The two servers that are asked: a fast one, and express."""
    fast = from_python("hot, asyncio", "long_polling", "hot", "asyncio", module=module)
    return [from_node("node express", "express_hello.cjs"), fast]


Table = dict[str, dict[str, list[Heard]]]


def against(takers: Sequence[Contestant], rounds: int, seconds: float, program: Path | None) -> tuple[Table, Table]:
    """The closed loops beside wrk, and, on the last server, the open ones beside `drive.c`.

    Returns:
        Of both: title → generator → what it said, by round. Empty where there is no wrk, or no compiler.
    """
    closed: Table = {}
    opened: Table = {}
    with started(takers) as servers:
        for name, server in servers.items():
            for count in CONNECTIONS if shutil.which("wrk") else ():
                generators: dict[str, Callable[[], Heard]] = {"wrk": lambda s=server, n=count: _wrk(s, n, seconds)}
                if program:
                    generators["drive.c"] = lambda s=server, n=count: _compiled(program, s, n, seconds)
                generators["course"] = lambda s=server, n=count: _course(s, n, seconds)
                title = f"{name}, {count} connection{'s' * (count > 1)}"
                progress(f"beside wrk: {title}")
                closed[title] = alternated(generators, lambda hear, s=server: machine.calmest(s.pid, hear), rounds)
        name, server = list(servers.items())[-1]
        for rate in RATES if program else ():
            title = f"{name}, {rate:,}/s over 10 connections"
            progress(f"open loop: {title}")
            both: dict[str, Callable[[], Heard]] = {
                "drive.c": lambda r=rate, s=server: _compiled(program, s, 10, seconds, r),
                "course": lambda r=rate, s=server: _course(s, 10, seconds, float(r)),
            }
            opened[title] = alternated(both, lambda hear, s=server: machine.calmest(s.pid, hear), rounds)
    return closed, opened


def table(title: str, measured: Table, reference: str) -> list[str]:
    """The lines of a comparison."""
    if not measured:
        return [f"{title}: no {reference} here to compare with"]
    lines = [
        f"{title} (x {reference})",
        f"  {'':<50}{'requests/s':>12}{'x':>6}{'p50 µs':>10}{'x':>24}{'p99 µs':>10}{'x':>24}{'busy':>6}",
    ]
    for what, each in measured.items():
        for name, heard in each.items():
            rate, p50, p99 = (
                ratio([getattr(one, figure) for one in heard], [getattr(one, figure) for one in each[reference]])
                for figure in ("rate", "p50", "p99")
            )
            busy, errors = median(one.busy for one in heard), sum(one.errors for one in heard)
            notes = f"{f'{busy:.0%}' if busy else '-':>6}" + (f"  {errors:,} errors" if errors else "")
            lines.append(
                f"  {f'{what}: {name}':<50}{median(one.rate for one in heard):>12,.0f}{rate.value:>6.2f}"
                f"{median(one.p50 for one in heard) * 1e6:>10.0f}{p50!s:>24}"
                f"{median(one.p99 for one in heard) * 1e6:>10.0f}{p99!s:>24}{notes}"
            )
    return lines


def verdicts(what: str, measured: Table, reference: str) -> list[Verdict]:
    """The course's p50 must be within 10 % of the reference's."""
    found = []
    for title, each in measured.items():
        got = ratio([one.p50 for one in each["course"]], [one.p50 for one in each[reference]])
        met = abs(got.value - 1) <= 0.1 and not any(one.errors for one in each["course"])
        found.append(Verdict(f"{what}: {title}, p50 x {reference}", str(got), "0.9 - 1.1", met))
    return found


def stopped(rounds: int) -> tuple[list[str], list[Verdict], list[dict[str, float]]]:
    """A server that is stopped for 100 ms in each second, under an open and a closed loop."""
    progress("a server that stops")
    found = [load.stopped.run(seconds=4.0) for _ in range(rounds)]
    lines = ["A server stopped for 100 ms in each second: what two loads say"]
    for name, pick in (("open loop", lambda one: one.open), ("closed loop", lambda one: one.closed)):
        p99 = [pick(one).p99 * 1e3 for one in found]
        longest = median(pick(one).max * 1e3 for one in found)
        lines.append(
            f"  {name:<16} p99 {median(p99):7.2f} ms ({min(p99):.2f} - {max(p99):.2f}), longest {longest:.1f} ms"
        )
    expected = median(one.expected_p99 * 1e3 for one in found)
    lines.append(f"  {'worked out':<16} p99 {expected:7.2f} ms, from the stops that really happened")
    got = median(one.open.p99 * 1e3 for one in found)
    wanted = Wanted(5, most=True)
    what = "Stopped server: p99 of the open loop, from 100 ms"
    verdict = Verdict(what, f"{got:.1f} ms", "95 - 105 ms", wanted.met(abs(got - 100)))
    figures = [{"open": one.open.p99, "closed": one.closed.p99, "expected": one.expected_p99} for one in found]
    return lines, [verdict], figures


def ceiling(rounds: int, seconds: float, module: str, program: Path | None) -> tuple[list[str], dict[str, list[Heard]]]:
    """What the course's generator finds as a server's capacity, and how near to its own limit that is."""
    progress("the generator's own limit")
    fast = from_python("hot", "websocket", "hot", "asyncio", module=module)
    with started([fast]) as servers:
        server = servers["hot"]
        generators: dict[str, Callable[[], Heard]] = {"course": lambda: _course(server, 100, seconds, kind="echo")}
        if program:

            def compiled() -> Heard:
                found = run_compiled(program, server, Job("echo", 100), seconds)
                return Heard(found.rate, found.p50, found.p99, found.load)

            generators["drive.c"] = compiled
        heard = alternated(generators, lambda hear: machine.calmest(server.pid, hear), rounds)
    lines = ["Capacity, and the generator's own limit: WebSocket echo, 100 connections, hot on asyncio"]
    for name, each in heard.items():
        rate, busy = median(one.rate for one in each), median(one.busy for one in each)
        limit = "its own limit" if busy >= 0.93 else f"its own limit is about {rate / busy:,.0f}" if busy else ""
        lines.append(f"  {name:<16}{rate:>12,.0f} messages/s, itself {busy:.0%} busy: {limit}")
    with machine.on_cpu(machine.load_cpu):
        lines.append(f"  {trust(seconds=1.0).sentence}")
    return lines, heard
