"""``python3 -m course_lib.eventloop FILE.json``: run JSON programs and print where each of their lines came from.

Prints one JSON line per program: ``{"id": name, "rows": [[label, phase, queue], ...]}``, or ``{"id": name, "error":
text}`` for a program that fails or does not end; the others still run.

The programs run in a child process, because no loop can stop a callback that never returns: the child is ended and a
new one takes over with the next program.
"""

from __future__ import annotations

import argparse
import json
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

from .programs import run_program
from .rules import VERSIONS

_START = 60.0
"""Seconds a child may take to start; a program's time begins when it is ready."""

_GRACE = 1.0
"""Seconds a child gets beyond the time of a program: the loop's own limit, which names the cause, should come first."""


class Worker:
    """A child process that runs programs, one line in, one line out.

    Args:
        timeout: seconds for one program.
        options: further arguments for the child.
    """

    def __init__(self, timeout: float, options: list[str]) -> None:
        self._timeout = timeout
        self._command = [sys.executable, "-m", "course_lib.eventloop", "--worker", "--timeout", str(timeout), *options]
        self._child: subprocess.Popen[str] | None = None
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()

    def __enter__(self) -> Worker:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def run(self, program: object) -> dict[str, Any]:
        """The answer for one program; an error when none came in time."""
        name = program.get("id") if isinstance(program, dict) else None
        child = self._child or self._start()
        assert child.stdin is not None
        child.stdin.write(json.dumps(program) + "\n")
        child.stdin.flush()
        try:
            line = self._lines.get(timeout=self._timeout + _GRACE)
        except queue.Empty:
            line = None
        if line is None:
            ended = child.poll()
            self.stop()
            what = "a callback did not return" if ended is None else f"the process ended with code {ended}"
            return {"id": name, "error": f"no result within {self._timeout:g} s: {what}"}
        answer: dict[str, Any] = json.loads(line)
        return answer

    def stop(self) -> None:
        """End the child, whatever it does. Twice is safe."""
        if self._child is not None:
            self._child.kill()
            self._child.wait()
            for pipe in (self._child.stdin, self._child.stdout):
                assert pipe is not None
                pipe.close()
            self._child = None

    def _start(self) -> subprocess.Popen[str]:
        child = self._child = subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
        self._lines = queue.SimpleQueue()
        threading.Thread(target=self._read, args=(child, self._lines), daemon=True).start()
        if self._lines.get(timeout=_START) is None:
            raise RuntimeError(f"expected a child process that runs programs, got one that ended: {self._command}")
        return child

    @staticmethod
    def _read(child: subprocess.Popen[str], lines: queue.SimpleQueue[str | None]) -> None:
        assert child.stdout is not None
        try:
            for line in child.stdout:
                lines.put(line)
        except ValueError:  # closed under our hands, by stop()
            return
        lines.put(None)


def work(timeout: float, node: str, clock: str) -> None:
    """Be the child: say that it is ready, then run what stdin asks for."""
    print(flush=True)
    for line in sys.stdin:
        program = json.loads(line)
        name = program.get("id") if isinstance(program, dict) else None
        try:
            answer: dict[str, Any] = {
                "id": name,
                "rows": run_program(program, node=node, clock=clock, limit=timeout),
            }
        except Exception as error:
            answer = {"id": name, "error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


def programs_in(path: Path) -> Iterator[object]:
    """The programs of a file: ``{"programs": [...]}``, a list, or one program."""
    data = json.loads(path.read_text(encoding="utf-8"))
    if isinstance(data, dict) and "programs" in data:
        data = data["programs"]
    yield from data if isinstance(data, list) else [data]


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(
        prog="python3 -m course_lib.eventloop", description="Run JSON programs on the loop."
    )
    parser.add_argument("file", nargs="?", type=Path, help="the programs; see course_lib/eventloop/programs.py")
    parser.add_argument("--timeout", type=float, default=10.0, metavar="S", help="seconds for each program (10)")
    parser.add_argument(
        "--node", default="24", choices=VERSIONS, metavar="VERSION", help=f"rules to follow: {', '.join(VERSIONS)} (24)"
    )
    parser.add_argument("--clock", choices=("real", "virtual"), default="real", help="real time, or none at all (real)")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        work(options.timeout, options.node, options.clock)
        return 0
    if options.file is None:
        parser.error("expected a file of programs")
    try:
        programs = list(programs_in(options.file))
    except (OSError, ValueError) as error:
        print(f"expected a JSON file of programs in {options.file}, got: {error}", file=sys.stderr)
        return 2
    failed = False
    with Worker(options.timeout, ["--node", options.node, "--clock", options.clock]) as worker:
        for program in programs:
            answer = worker.run(program)
            failed = failed or "error" in answer
            print(json.dumps(answer), flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
