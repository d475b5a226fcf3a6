"""The three transports beside Node, and the instrument beside others: rates, latencies, CPU, memory, in one run.

    python3 tests/benchmarks/bench_realtime.py [--only echo,fanout,http,longpoll,idle,leak,instrument] [--rounds N]
                                               [--seconds S] [--driver auto|c|course] [--json FILE]

Every server and every load is a process of its own, servers on one CPU and the load on another where processes can be
bound. The contestants run side by side and are measured in turns; the order is turned round every other round, and a
measurement that others disturbed is made again. A ratio is that of the medians; behind it, in brackets, stand the
smallest and the largest ratio of a round. Beside each rate stands what an operation cost the server's CPU, which noise
hardly moves, and how busy the server and the generator were: a generator that is busy all the time has found its own
limit (marked *), not the server's.

Node's packages (express, ws) are fetched by npm into the user's cache at the first run; so are the Python packages if
this Python lacks one. At the end stands every target, and whether it was met.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1])]

from realtime_bench import packages  # noqa: E402

ROWS = ("echo", "fanout", "http", "longpoll", "idle", "leak", "instrument")


@dataclasses.dataclass
class Report:
    """What has been found so far: the text is printed as it comes."""

    verdicts: list[Any] = dataclasses.field(default_factory=list)
    figures: dict[str, Any] = dataclasses.field(default_factory=dict)

    def add(self, row: str, figures: Any, lines: list[str], verdicts: list[Any]) -> None:
        """Print the lines of a row, and keep its figures and verdicts."""
        self.figures.setdefault(row, []).append(figures)
        self.verdicts += verdicts
        print("\n".join(lines), end="\n\n", flush=True)

    def summary(self) -> str:
        """Every target, and whether it was met."""
        met = sum(one.met for one in self.verdicts)
        return "\n".join([f"Targets: {met} of {len(self.verdicts)} met", *(f"  {one}" for one in self.verdicts)])


def capacities(row: str, options: argparse.Namespace, report: Report) -> None:
    """Echo, fan-out and HTTP."""
    from realtime_bench import capacity, driver

    drive = driver.driver(options.driver, options.seconds)
    tables = {"echo": capacity.ECHO, "fanout": capacity.FANOUT, "http": capacity.HTTP}[row]
    takers = capacity.contestants(row, options.servers)
    for one, measured in capacity.run(tables, takers, drive, options.rounds):
        report.add(row, {one.title: measured}, capacity.table(one, measured), capacity.verdicts(one, measured))


def long_polls(options: argparse.Namespace, report: Report) -> None:
    """Delivery, drain, hang-ups."""
    from realtime_bench import longpoll
    from realtime_bench.contestants import from_interval, pythons

    measured = longpoll.run(
        pythons("long_polling", module=options.servers), from_interval(options.servers), options.rounds, Random(1)
    )
    report.add("longpoll", measured, longpoll.table(measured), longpoll.verdicts(measured))


def idle(options: argparse.Namespace, report: Report) -> None:
    """Memory of connections that do nothing."""
    from realtime_bench import holding

    count = holding.room_for(holding.IDLE)
    measured = {
        transport: holding.idle_all(transport, holding.contestants(transport, options.servers), count)
        for transport in holding.PATHS
    }
    report.add("idle", measured, holding.idle_table(measured, count), holding.idle_verdicts(measured, count))


def leak(options: argparse.Namespace, report: Report) -> None:
    """Memory after clients that vanished."""
    from realtime_bench import holding

    count = holding.room_for(holding.VANISHING)
    measured = {
        transport: holding.leak_all(transport, holding.contestants(transport, options.servers), count)
        for transport in holding.PATHS
    }
    report.add("leak", measured, holding.leak_table(measured, count), holding.leak_verdicts(measured, count))


def instrument(options: argparse.Namespace, report: Report) -> None:
    """The load generator beside others."""
    from realtime_bench import instrument

    program = packages.compiled(packages.PROGRAMS / "drive.c")
    closed, opened = instrument.against(
        instrument.contestants(options.servers), options.rounds, options.seconds, program
    )
    for title, what, measured, reference in (
        ("Closed loop, GET /hello", "Beside wrk", closed, "wrk"),
        ("Open loop, GET /hello", "Open loop", opened, "drive.c"),
    ):
        lines = instrument.table(title, measured, reference)
        report.add("instrument", measured, lines, instrument.verdicts(what, measured, reference))
    lines, verdicts, stops = instrument.stopped(min(options.rounds, 3))
    report.add("instrument", stops, lines, verdicts)
    lines, heard = instrument.ceiling(options.rounds, options.seconds, options.servers, program)
    report.add("instrument", heard, lines, [])


def measure(row: str) -> Callable[[argparse.Namespace, Report], None]:
    """What measures a row."""
    if row in ("echo", "fanout", "http"):
        return lambda options, report: capacities(row, options, report)
    return {"longpoll": long_polls, "idle": idle, "leak": leak, "instrument": instrument}[row]


def rows_of(text: str) -> list[str]:
    """The rows a command line names.

    Raises:
        ArgumentTypeError: there is none of that name.
    """
    named = [one.strip() for one in text.split(",") if one.strip()]
    if unknown := [one for one in named if one not in ROWS]:
        raise argparse.ArgumentTypeError(f"expected some of {','.join(ROWS)}; got {','.join(unknown)}")
    return [one for one in ROWS if one in named]


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description="The three transports beside Node, the instrument beside others.")
    parser.add_argument("--only", type=rows_of, default=list(ROWS), help=f"some of {','.join(ROWS)} (all)")
    parser.add_argument("--rounds", type=int, default=5, help="how often each is measured (5)")
    parser.add_argument("--seconds", type=float, default=1.5, help="how long one measurement takes (1.5)")
    parser.add_argument("--driver", choices=["auto", "c", "course"], default="auto", help="what finds capacities")
    parser.add_argument(
        "--servers", default="course_lib.realtime", metavar="MODULE", help="what serves (course_lib.realtime)"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures of all rounds there")
    return parser.parse_args(given)


def plain(value: Any) -> Any:
    """What `json` can't write by itself."""
    return dataclasses.asdict(value) if dataclasses.is_dataclass(value) and not isinstance(value, type) else str(value)


def run(options: argparse.Namespace) -> int:
    """Measure the rows, print them and the verdicts."""
    from realtime_bench import machine

    from course_lib import node

    packages.node_modules()
    versions = ", ".join(f"{name} {version}" for name, version in packages.NPM.items())
    print(f"{machine.about()}\nNode {'.'.join(map(str, node.version()))}, {versions}; ", end="")
    print(f"{options.rounds} rounds of {options.seconds:g} s\n", flush=True)
    report, failed = Report(), []
    for row in options.only:
        try:
            measure(row)(options, report)
        except (RuntimeError, OSError, ValueError) as error:
            failed.append(row)
            print(f"{row}: {error}\n", flush=True)
    print(report.summary())
    print(f"\nAt the end: load average {machine.load_average()}")
    if failed:
        print(f"Not measured: {', '.join(failed)}")
    if options.json:
        options.json.write_text(
            json.dumps({"machine": machine.about(), "figures": report.figures}, default=plain, indent=1)
        )
    return 1 if failed else 0


def main() -> int:
    """The command: here, or in an environment of the benchmark's own when this Python lacks a package."""
    options = arguments()
    try:
        if packages.missing_here():
            command = [str(packages.own_python()), str(Path(__file__)), *sys.argv[1:]]
            return subprocess.run(command, check=False).returncode
        return run(options)
    except packages.Missing as missing:
        print(missing, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
