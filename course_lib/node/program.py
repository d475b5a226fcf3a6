"""Run a Node.js program to its end, and keep what it printed, with times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from course_lib.live.process import Process
from course_lib.node.binary import find, version
from course_lib.node.folder import Module, environment, hide_folder, program_folder
from course_lib.record import Event, Record

__all__ = ["NodeRun", "NodeTimeout", "run"]


@dataclass(frozen=True, repr=False)
class NodeRun:
    """What a Node.js program did.

    Attributes:
        stdout: what it printed, at most about a megabyte. Its folder, whose name is random, is written ``/program``.
        stderr: what it printed to stderr, in the same way.
        exit_code: 0 when all went well; 1 after an uncaught error; negative when a signal ended it.
        duration: seconds from start to end, Node's own start included.
        record: one event of kind "output" per line, in lane "stdout" or "stderr"; times since the start.
    """

    stdout: str
    stderr: str
    exit_code: int
    duration: float
    record: Record

    def __repr__(self) -> str:
        return f"<NodeRun: exit code {self.exit_code}, {len(self.lines)} lines>"

    @property
    def lines(self) -> list[str]:
        """The lines it printed to stdout."""
        return self.record.labels(lane="stdout")


class NodeTimeout(TimeoutError):  # noqa: N818 -- as TimeoutError's other names: what happened, not a suffix
    """A Node.js program was still running when its seconds were over; it has been ended.

    Attributes:
        lines: what it had printed to stdout by then.
    """

    def __init__(self, message: str, lines: list[str]) -> None:
        super().__init__(message)
        self.lines = lines


def run(
    source: str,
    module: Module = "commonjs",
    timeout: float = 10,
    args: Sequence[str] = (),
    *,
    stdin: str = "",
    files: Mapping[str, str] | None = None,
    flags: Sequence[str] = (),
) -> NodeRun:
    """Run a program in real Node.js and wait for its end.

    Its working folder is a fresh one that is removed afterwards. The stop button ends it at once.

    Args:
        source: the main program.
        module: how Node reads it, ``"commonjs"`` or ``"esm"``.
        timeout: seconds it may take.
        args: its command-line arguments (``process.argv[2]`` and on).
        stdin: what it can read from stdin.
        files: more files of its folder, by name: ``{"other.mjs": "export const n = 1"}``.
        flags: Node's own flags, for example ``["--expose-gc"]``.

    Raises:
        NodeMissing: there is no Node.js, or none new enough.
        NodeTimeout: it was still running after `timeout` seconds.
        ValueError: `module` or a file's name is not valid.
    """
    path = find()
    with program_folder(source, module, files or {}) as main:
        process = Process(
            [str(path), *flags, str(main), *args],
            name="node",
            cwd=main.parent,
            env=environment(),
            stdin=stdin.encode() or "closed",
        )
        try:
            ended = process.wait(timeout)
        finally:
            process.kill()
        if not ended:
            raise _still_running(process, timeout, main.parent)
        return _result(process, main.parent, {"node": ".".join(map(str, version(path))), "module": module})


def _still_running(process: Process, timeout: float, folder: Path) -> NodeTimeout:
    said = process.stdout.tail() or "    (nothing)"
    complaint = f"\nand to stderr:\n{process.stderr.tail()}" if process.stderr.lines else ""
    message = (
        f"expected the Node.js program to end within {timeout:g} seconds, but it was still running and has been ended. "
        f"It had printed:\n{said}{complaint}"
    )
    lines = [hide_folder(line.text, folder) for line in process.stdout.lines]
    return NodeTimeout(hide_folder(message, folder), lines)


def _result(process: Process, folder: Path, facts: dict[str, object]) -> NodeRun:
    events = [
        Event(line.at, lane, "output", hide_folder(line.text, folder))
        for lane, output in (("stdout", process.stdout), ("stderr", process.stderr))
        for line in output.lines
    ]
    if dropped := process.stdout.dropped + process.stderr.dropped:
        facts["dropped"] = dropped
    code = process.exit_code
    return NodeRun(
        hide_folder(process.stdout.text, folder),
        hide_folder(process.stderr.text, folder),
        -1 if code is None else code,
        process.duration,
        Record(tuple(events), "Node.js", facts),  # type: ignore[arg-type]
    )
