"""How much a server can take, closed loop: WebSocket echo, event fan-out, HTTP. One table for each load."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from realtime_bench.contestants import Contestant, from_node, pythons, started
from realtime_bench.driver import Driver, Job
from realtime_bench.figures import Measured, Verdict, Wanted, ratio
from realtime_bench.rounds import alternated, progress

__all__ = ["ECHO", "FANOUT", "HTTP", "Table", "Target", "contestants", "run", "table", "verdicts"]


@dataclass(frozen=True)
class Target:
    """What is wanted of a contestant's figure, divided by the reference's."""

    who: str
    figure: str
    wanted: Wanted


@dataclass(frozen=True)
class Table:
    """One load, the name of one operation, the reference, and what is wanted."""

    title: str
    job: Job
    unit: str
    reference: str
    targets: tuple[Target, ...] = ()


def _echo(title: str, job: Job, stock: float, uvloop: float) -> Table:
    targets = [Target("hot, asyncio", "rate", Wanted(stock)), Target("hot, uvloop", "rate", Wanted(uvloop))]
    if job.payload == 32:
        targets += [Target(f"hot, {loop}", "p99", Wanted(1.0, most=True)) for loop in ("asyncio", "uvloop")]
    return Table(title, job, "messages/s", "node ws", tuple(targets))


ECHO = [
    *(_echo(f"WebSocket echo, 32 B, {count} connections", Job("echo", count), 1.0, 1.25) for count in (10, 100, 1000)),
    _echo("WebSocket echo, 64 KiB, 20 connections", Job("echo", 20, 65536), 2.0, 2.0),
]

FANOUT = [
    Table(
        f"Server-Sent Events, one POST to {count} clients",
        Job("events", count, 20, "/events"),
        "events/s",
        "node express",
        (Target("hot, asyncio", "rate", Wanted(1.2)), Target("hot, uvloop", "rate", Wanted(1.2))),
    )
    for count in (100, 1000)
]

HTTP = [
    Table(
        "HTTP GET /hello, JSON, 64 connections",
        Job("http", 64, 0, "/hello"),
        "requests/s",
        "node express",
        (Target("hot, asyncio", "rate", Wanted(1.0)), Target("hot, uvloop", "rate", Wanted(1.0))),
    )
]


def contestants(row: str, module: str) -> list[Contestant]:
    """Who takes part in a row."""
    if row == "echo":
        return [from_node("node ws", "ws_echo.cjs"), *pythons("websocket", module=module)]
    if row == "fanout":
        return [from_node("node express", "express_events.cjs"), *pythons("sse", module=module)]
    hello = [from_node("node express", "express_hello.cjs"), from_node("node http", "http_hello.cjs")]
    return [*hello, *pythons("long_polling", module=module)]


def run(
    tables: Sequence[Table], takers: Sequence[Contestant], drive: Driver, rounds: int
) -> Iterator[tuple[Table, dict[str, list[Measured]]]]:
    """Measure all tables of a row over the same running servers; each is given as soon as it is there."""
    with started(takers) as servers:
        for one in tables:
            progress(one.title)
            yield one, alternated(servers, lambda server, job=one.job: drive(server, job), rounds)


def verdicts(one: Table, measured: Mapping[str, Sequence[Measured]]) -> list[Verdict]:
    """What became of the table's targets."""
    found = []
    for target in one.targets:
        if target.who in measured:
            mine = [getattr(each, target.figure) for each in measured[target.who]]
            theirs = [getattr(each, target.figure) for each in measured[one.reference]]
            got = ratio(mine, theirs)
            what = f"{one.title}: {target.who}, {target.figure if target.figure != 'rate' else one.unit}"
            found.append(
                Verdict(f"{what}, x {one.reference}", str(got), str(target.wanted), target.wanted.met(got.value))
            )
    return found


def table(one: Table, measured: Mapping[str, Sequence[Measured]]) -> list[str]:
    """The lines of a table."""
    lines = [
        one.title,
        f"  {'':<16}{one.unit:>12}{'x ' + one.reference:>24}{'CPU µs':>9}{'x':>6}{'p50 ms':>9}{'p99 ms':>9}{'x':>6}"
        f"{'server':>8}{'load':>6}{'others':>8}",
    ]
    theirs = measured[one.reference]
    for name, runs in measured.items():
        middle = {
            figure: median(getattr(each, figure) for each in runs)
            for figure in ("rate", "cpu", "p50", "p99", "server", "load", "others")
        }
        rate, cpu, p99 = (
            ratio([getattr(each, figure) for each in runs], [getattr(each, figure) for each in theirs])
            for figure in ("rate", "cpu", "p99")
        )
        limit = " *" if sum(each.limit == "load" for each in runs) * 2 > len(runs) else ""
        lines.append(
            f"  {name:<16}{middle['rate']:>12,.0f}{rate!s:>24}{middle['cpu'] * 1e6:>9.1f}{cpu.value:>6.2f}"
            f"{middle['p50'] * 1e3:>9.2f}{middle['p99'] * 1e3:>9.2f}{p99.value:>6.2f}"
            f"{middle['server']:>8.0%}{middle['load']:>6.0%}{middle['others']:>8.0%}{limit}"
        )
    return lines
