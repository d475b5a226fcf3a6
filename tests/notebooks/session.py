"""A kernel as JupyterLab uses it on Run All: every cell is sent at once, and the kernel works through the queue.

nbval and nbclient send one cell at a time, so they cannot see what a learner sees: a cell that breaks the kernel's loop
loses all the cells behind it. A session also looks at the kernel from outside: which processes, ports and files are
there that were not there before.
"""

from __future__ import annotations

import os
import queue
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

import psutil
from jupyter_client.manager import KernelManager

from course_lib.commands.isolation import isolation
from course_lib.commands.notebook import ThisPython

__all__ = ["Pass", "Session"]

BASELINE = "import threading as _t; _course_threads = {one.ident for one in _t.enumerate()}; del _t"
THREADS = (
    "import threading as _t; print(*sorted(one.name for one in _t.enumerate()"
    " if one.ident not in _course_threads and not one.name.startswith(%r)), sep='\\n')"
)
HARMLESS = (
    "course-loop",  # the course loop waits for the next run; it is no one's leftover
    "asyncio_",  # the kernel loop's own pool
    "subshell-",  # where JupyterLab's widget messages arrive
)


@dataclass
class Pass:
    """One Run All: what each cell put out, the errors in words, and the seconds from the first to the last cell."""

    outputs: list[list[dict[str, Any]]]
    errors: list[str] = field(default_factory=list)
    seconds: float = 0.0


class Session:
    """A kernel on this interpreter, in a notebook's folder, with nobody's progress.

    Args:
        folder: the kernel's working directory.
        scratch: an empty folder for settings, progress and temporary files.
    """

    def __init__(self, folder: Path, scratch: Path) -> None:
        self.folder, self.temporary = folder, scratch / "tmp"
        self.temporary.mkdir(parents=True)
        self._manager = KernelManager(kernel_spec_manager=ThisPython(), transport_encryption="auto")
        # Not measured by coverage: nbval's kernels are, and what is measured is slower than what a learner sees.
        inherited = {key: value for key, value in os.environ.items() if not key.startswith("COVERAGE_")}
        environment = {
            **inherited,
            **isolation(scratch),
            **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(self.temporary)),
        }
        self._manager.start_kernel(cwd=str(folder), env=environment)
        self._client = self._manager.blocking_client()
        self._client.start_channels()
        self._client.wait_for_ready(timeout=60)
        self.process = psutil.Process(self._manager.provisioner.pid)
        self._ports = self._listening()
        self._files = self._listed()
        self.ask(BASELINE)

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def run_all(self, sources: Sequence[str], limit: float) -> Pass:
        """Send every source at once and collect what comes until the last is done, or `limit` seconds are over."""
        start = time.monotonic()
        sent = [self._client.execute(source, stop_on_error=False, allow_stdin=False) for source in sources]
        place = {id: index for index, id in enumerate(sent)}
        done: set[str] = set()
        result = Pass([[] for _ in sources])
        while len(done) < len(sent):
            try:
                message = self._client.get_iopub_msg(timeout=max(0.1, start + limit - time.monotonic()))
            except queue.Empty:
                lost = [str(place[id]) for id in sent if id not in done]
                result.errors.append(f"not done after {limit:.0f} s: code cells {', '.join(lost)}")
                self._manager.interrupt_kernel()
                break
            index = place.get(message["parent_header"].get("msg_id"))
            if index is None:
                continue
            kind, content = message["msg_type"], message["content"]
            if kind == "status" and content["execution_state"] == "idle":
                done.add(sent[index])
            elif kind == "error":
                result.errors.append(f"code cell {index}: {content['ename']}: {content['evalue']}")
            elif kind in ("stream", "display_data", "execute_result"):
                result.outputs[index].append({"output_type": kind, **content})
        result.seconds = time.monotonic() - start
        return result

    def ask(self, code: str, limit: float = 30) -> list[str]:
        """The lines that some code prints.

        Raises:
            AssertionError: it failed, or printed nothing in time.
        """
        result = self.run_all([code], limit)
        assert not result.errors, result.errors
        return "".join(output.get("text", "") for output in result.outputs[0]).splitlines()

    def left(self) -> list[str]:
        """What the kernel has now that it did not have before its first cell, seen from outside and by thread."""
        found = [f"process {child.pid}: {_command(child)}" for child in self.process.children(recursive=True)]
        found += [f"listening port {port}" for port in sorted(self._listening() - self._ports)]
        found += [f"file {path}" for path in sorted(self._listed() - self._files)]
        return found + [f"thread {name}" for name in self.ask(THREADS % (HARMLESS,)) if name]

    def close(self) -> None:
        """End the kernel. Closing twice is fine."""
        if self._manager.is_alive():
            self._client.stop_channels()
            self._manager.shutdown_kernel()
            self._manager.cleanup_resources()

    def _listening(self) -> set[int]:
        connections = self.process.net_connections(kind="inet")
        return {one.laddr.port for one in connections if one.status == psutil.CONN_LISTEN}

    def _listed(self) -> set[str]:
        return {
            str(path)
            for folder in (self.folder, self.temporary)
            for path in folder.rglob("*")
            if not {"__pycache__", ".ipynb_checkpoints"} & set(path.parts)
        }


def _command(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())[:120]
    except psutil.Error:
        return "ended meanwhile"
