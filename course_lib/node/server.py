"""A Node.js program that stays: started, ready, talked to, stopped."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from course_lib.live import registry
from course_lib.live.process import Process
from course_lib.live.supervised import Supervised
from course_lib.node.binary import find
from course_lib.node.folder import Module, environment, hide_folder, program_folder

__all__ = ["NodeServer", "start"]

# Loaded before the program: when our end of its stdin closes, because we stop it or because we are gone, it ends.
_GUARD = """\
process.stdin.on('end', () => process.exit(0)).on('error', () => process.exit(0)).resume().unref();
"""


class NodeServer(Supervised):
    """A running Node.js program; made by `start`."""

    def __init__(self, name: str, process: Process, ready: str, clean_up: Callable[[], None]) -> None:
        self.name = name
        self._process = process
        self._clean_up = clean_up
        self.ready = ready
        """The line that said that it was ready."""
        registry.add(name, self)

    def __repr__(self) -> str:
        return f"<NodeServer {self.name!r}: {self._process.state}>"

    @property
    def port(self) -> int:
        """The port its ready line names: the line is the number alone, or JSON with a "port".

        Raises:
            ValueError: the line names no port.
        """
        with contextlib.suppress(ValueError, KeyError, TypeError):
            said = json.loads(self.ready)
            return int(said["port"] if isinstance(said, dict) else said)
        raise ValueError(f'expected the ready line to be a port, or JSON with a "port", got {self.ready!r}')

    @property
    def url(self) -> str:
        """``http://localhost:`` and the port."""
        return f"http://localhost:{self.port}"

    @property
    def lines(self) -> list[str]:
        """What it has printed to stdout so far; only the last megabyte is kept."""
        return [line.text for line in self._process.stdout.lines]

    def stop(self) -> None:
        """End it, and remove its folder. Twice is fine."""
        try:
            self._process.stop()
        finally:
            self._clean_up()
            registry.remove(self)


def start(
    source: str,
    module: Module = "commonjs",
    timeout: float = 10,
    args: Sequence[str] = (),
    *,
    name: str | None = None,
    ready: str = "",
    files: Mapping[str, str] | None = None,
    flags: Sequence[str] = (),
) -> NodeServer:
    """Start a Node.js program that stays, and wait until it says that it is ready.

    It ends when it is stopped, when its ``with`` block ends, and at the latest when this interpreter ends, however that
    comes about: its stdin is a pipe from us, and a small guard loaded before it ends it when that pipe closes.

    Args:
        source, module, args, files, flags: as in `run`.
        timeout: seconds it may take to be ready.
        name: what ran under this name is stopped first, so a cell can be run again.
        ready: the ready line is the first line of its stdout that starts with this; by default the first of all.

    Raises:
        NodeMissing: there is no Node.js, or none new enough.
        RuntimeError: it ended before it was ready; the message shows its stderr.
        TimeoutError: it was not ready in time; it has been ended.
    """
    path = find()
    name = registry.make_room(name, "node")
    with contextlib.ExitStack() as stack:
        main = stack.enter_context(program_folder(source, module, {**(files or {}), "course-guard.cjs": _GUARD}))
        process = Process(
            [str(path), "--require", str(main.parent / "course-guard.cjs"), *flags, str(main), *args],
            name="node server",
            cwd=main.parent,
            env=environment(),
            stdin="held",
            own_group=True,
            keep="last",
        )
        stack.callback(process.stop)
        line = process.stdout.wait_for(lambda text: text.startswith(ready), timeout)
        if line is None:
            raise _not_ready(process, timeout, ready, main.parent)
        return NodeServer(name, process, line.text, stack.pop_all().close)


def _not_ready(process: Process, timeout: float, ready: str, folder: Path) -> Exception:
    wanted = f"a line that starts with {ready!r}" if ready else "a first line"
    if process.stdout.closed:
        process.wait(2.0)
        said = process.stderr.tail(20) or process.stdout.tail() or "    (nothing)"
        ended = f"it ended with exit code {process.exit_code}:\n{hide_folder(said, folder)}"
        return RuntimeError(f"expected {wanted} from the Node.js server, but {ended}")
    said = process.stdout.tail() or "    (nothing)"
    return TimeoutError(
        f"expected {wanted} from the Node.js server within {timeout:g} seconds. It had printed:\n{said}"
    )
