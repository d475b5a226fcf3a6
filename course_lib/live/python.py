"""Python in a process of its own, run to its end: for what would disturb the kernel, or be disturbed by it."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from course_lib.live.process import Process

__all__ = ["Finished", "environment", "run_module", "run_source"]

_ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True, repr=False)
class Finished:
    """What a process did that has ended.

    Attributes:
        stdout: what it printed.
        stderr: what it printed to stderr.
        exit_code: 0 when all went well; negative when a signal ended it.
        duration: seconds from start to end, the interpreter's own start included.
    """

    stdout: str
    stderr: str
    exit_code: int
    duration: float

    def __repr__(self) -> str:
        return f"<Finished: exit code {self.exit_code}, {len(self.lines)} lines>"

    @property
    def lines(self) -> list[str]:
        """The lines it printed to stdout."""
        return self.stdout.splitlines()


def run_source(source: str, timeout: float = 30, args: Sequence[str] = ()) -> Finished:
    """Run a Python program in a fresh interpreter of this environment and wait for its end.

    Raises:
        TimeoutError: it was still running after `timeout` seconds; it has been ended.
    """
    return _run([sys.executable, "-c", source, *args], "the program", timeout)


def run_module(module: str, *args: str, timeout: float = 30, limit: int = 1 << 20) -> Finished:
    """Run ``python -m module`` in a fresh interpreter and wait for its end; `limit` bytes of its output are kept.

    Raises:
        TimeoutError: it was still running after `timeout` seconds; it has been ended.
    """
    return _run([sys.executable, "-m", module, *args], f"python -m {module}", timeout, limit)


def environment(added: Mapping[str, str] | None = None) -> dict[str, str]:
    """Our environment, so that a child finds this package wherever it starts, and prints UTF-8 on every platform."""
    path = os.pathsep.join(filter(None, [str(_ROOT), os.environ.get("PYTHONPATH", "")]))
    return {**os.environ, "PYTHONPATH": path, "PYTHONIOENCODING": "utf-8", **(added or {})}


def _run(command: Sequence[str], name: str, timeout: float, limit: int = 1 << 20) -> Finished:
    process = Process(command, name=name, env=environment(), limit=limit)
    try:
        ended = process.wait(timeout)
    finally:
        process.kill()
    if not ended:
        said = process.stdout.tail() or "    (nothing)"
        raise TimeoutError(f"expected {name} to end within {timeout:g} seconds; it had printed:\n{said}")
    code = process.exit_code
    return Finished(process.stdout.text, process.stderr.text, -1 if code is None else code, process.duration)
