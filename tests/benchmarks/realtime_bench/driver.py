"""Closed-loop load on one server, and what its process spent meanwhile.

Two generators can drive. `drive.c` is what capacities are found with where a C compiler is: an asynchronous client in
Python costs about as much per message as the servers do, so it would often find its own limit. Elsewhere, or when asked
for, the course's own generator drives. Either says how busy it was: at 93 % of its CPU and above, what was found is the
generator's limit, and the server may be better than its figure.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from realtime_bench import machine, packages
from realtime_bench.contestants import Running
from realtime_bench.figures import Measured

__all__ = ["Driver", "Job", "driver", "run_compiled"]

Kind = Literal["echo", "http", "events"]


@dataclass(frozen=True)
class Job:
    """A load: of which kind, over how many connections, with how many bytes of payload, on which path."""

    kind: Kind
    connections: int
    payload: int = 32
    path: str = "/echo"


class Driver:
    """Finds capacities.

    Args:
        program: the compiled `drive.c`; None drives with the course's own generator.
        seconds: how long each measurement takes, after a warm-up of a third of it.
        tries: how often a measurement is made when others took more than a twentieth of a CPU meanwhile; the least
            disturbed counts.
    """

    def __init__(self, program: Path | None, seconds: float, tries: int = 3) -> None:
        self.program = program
        self.seconds = seconds
        self.tries = tries
        self.name = "drive.c" if program else "course_lib.measure.load"

    def __call__(self, server: Running, job: Job) -> Measured:
        """Drive one server."""
        best = self._once(server, job)
        for _ in range(self.tries - 1):
            if best.others <= machine.CALM:
                break
            best = min(best, self._once(server, job), key=lambda one: one.others)
        return best

    def _once(self, server: Running, job: Job) -> Measured:
        if self.program:
            return run_compiled(self.program, server, job, self.seconds)
        return self._course(server, job)

    def _course(self, server: Running, job: Job) -> Measured:
        from course_lib.measure import load

        busy = machine.Busy(server.pid)
        kinds = {"echo": "echo", "http": "request", "events": "sse"}
        with machine.on_cpu(machine.load_cpu):
            found = load.run(
                f"http://localhost:{server.port}",
                kind=kinds[job.kind],
                clients=job.connections,
                rate=None,
                duration=self.seconds * 4 / 3,
                warmup=0.25,
                payload=max(job.payload, 12),
                path=job.path,
                pid=server.pid,
                window=3 if job.kind == "events" else 1,
            )
        others = busy.stop().others(None)
        cpu = found.cpu_per_message or 1e-9  # too little for the system's clock of a hundredth of a second
        return Measured(found.rate, found.p50, found.p99, cpu, found.server_cpu or 0.0, found.generator_cpu, others)


def run_compiled(program: Path, server: Running, job: Job, seconds: float, rate: float = 0.0) -> Measured:
    """Drive one server with `drive.c`; with a rate, in an open loop.

    Raises:
        RuntimeError: it ended with an error; the message is its own.
    """
    given = (job.kind, server.port, job.connections, seconds, seconds / 3, job.payload, job.path, rate)
    with (
        machine.on_cpu(machine.load_cpu),
        subprocess.Popen(
            [str(program), *map(str, given)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process,
        _killed(process),
    ):
        assert process.stdout is not None
        assert process.stderr is not None
        busy = None
        for line in process.stdout:
            if line == "begin\n":
                busy = machine.Busy(server.pid)
            elif line == "end\n" and busy:
                busy.stop()
            elif busy:
                said = json.loads(line)
                done = said["operations"]
                return Measured(
                    rate=done / said["seconds"],
                    p50=said["p50"],
                    p99=said["p99"],
                    cpu=max(busy.cpu / done, 1e-9),
                    server=busy.cpu / busy.seconds,
                    load=said["cpu"] / said["seconds"],
                    others=busy.others(said["cpu"]),
                )
        raise RuntimeError(process.stderr.read().strip() or "expected drive.c to say what it measured, got nothing")


@contextlib.contextmanager
def _killed(process: subprocess.Popen[str]) -> Iterator[None]:
    try:
        yield
    finally:
        process.kill()


def driver(which: Literal["auto", "c", "course"], seconds: float) -> Driver:
    """The driver asked for; ``"auto"`` takes `drive.c` where it can be compiled.

    Raises:
        Missing: ``"c"`` was asked for, and there is no compiler, or the system is not Linux.
    """
    program = None if which == "course" else packages.compiled(packages.PROGRAMS / "drive.c")
    if which == "c" and program is None:
        raise packages.Missing("expected Linux and a C compiler (cc) for drive.c, found none: use --driver course.")
    return Driver(program, seconds)
