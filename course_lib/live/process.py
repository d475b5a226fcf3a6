"""A process we started and will not lose: its output bounded, its end certain.

Whatever happens to the one who started it (an error, the stop button, the end of the interpreter), the process is told
to end, and made to end when it does not listen. It is always waited for, so it never stays behind as a zombie.

Three ways to go, each harder than the one before: its stdin closes (a well-behaved child takes that as "your parent is
gone, or wants you to go"), then SIGTERM, then SIGKILL. On Windows the last two are one.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any, Literal

from course_lib.live.output import Output
from course_lib.live.supervised import Stoppable
from course_lib.live.waiting import SLICE, wait_in_slices

__all__ = ["Process", "running"]

_CHUNK = 1 << 16
_running: set[Process] = set()


def running() -> list[Process]:
    """Every process started here that has not ended, in order of process id."""
    return sorted((process for process in _running if process.alive), key=lambda process: process.pid)


def _end_all() -> None:
    for process in running():
        process.stop(grace=0.2)


atexit.register(_end_all)


class Process(Stoppable):
    """A running program, its output collected in the background.

    Args:
        command: the program and its arguments; no shell is involved.
        name: what errors and `repr` call it.
        cwd: its working folder.
        env: its environment; None is ours.
        stdin: ``"closed"`` gives it an empty stdin; ``"held"`` a pipe that stays open as long as we live;
            bytes are written to it, then it is closed.
        own_group: put it into a process group of its own, so that the stop button (which signals the kernel's
            group) does not reach it. Only for programs that end when their stdin does.
        limit: bytes of output kept per stream.
        keep: which end of the output is kept.

    Raises:
        OSError: the program can't be started.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        name: str,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        stdin: Literal["closed", "held"] | bytes = "closed",
        own_group: bool = False,
        limit: int = 1 << 20,
        keep: Literal["first", "last"] = "first",
    ) -> None:
        self.name = name
        self.stdout = Output(limit, keep)
        self.stderr = Output(limit, keep)
        self._own_group = own_group
        self._held = stdin == "held"
        self._finished = threading.Event()
        self._start = time.perf_counter()
        self.duration = 0.0
        self._popen: subprocess.Popen[bytes] = subprocess.Popen(
            list(command),
            cwd=cwd,
            env=None if env is None else dict(env),
            stdin=subprocess.DEVNULL if stdin == "closed" else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            **_group_options(own_group),
        )
        _running.add(self)
        try:
            readers = [self._reader(self._popen.stdout, self.stdout), self._reader(self._popen.stderr, self.stderr)]
            self._thread(self._watch, readers)
            if isinstance(stdin, bytes):
                self._thread(self._feed, stdin)
        except BaseException:  # the stop button: perhaps before there is a thread that watches
            self._signal("SIGKILL")
            self._watch([])
            for stream in (self._popen.stdout, self._popen.stderr):
                if stream is not None:
                    stream.close()
            raise

    def __repr__(self) -> str:
        return f"<Process {self.name!r}: {self.state}>"

    @property
    def pid(self) -> int:
        """The process id."""
        return self._popen.pid

    @property
    def alive(self) -> bool:
        """Whether it has not ended yet."""
        return not self._finished.is_set()

    @property
    def exit_code(self) -> int | None:
        """None while it runs; minus the signal's number when a signal ended it (not on Windows)."""
        return self._popen.returncode if self._finished.is_set() else None

    @property
    def state(self) -> str:
        """``"running, pid 123"`` or ``"ended with exit code 0"``."""
        return f"running, pid {self.pid}" if self.alive else f"ended with exit code {self._popen.returncode}"

    def now(self) -> float:
        """Seconds since it was started: the clock of its output lines."""
        return time.perf_counter() - self._start

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it has ended and all its output has come; False when `timeout` seconds passed before that."""
        return wait_in_slices(self._finished.wait, timeout)

    def stop(self, grace: float = 2.0) -> None:
        """End it: close its stdin, then SIGTERM, then SIGKILL, `grace` seconds apart. Twice is fine.

        Even when this is interrupted, the process is gone afterwards.
        """
        try:
            if self._held:
                self._close_stdin()
                if self.wait(grace):
                    return
            self._signal("SIGTERM")
            self.wait(grace)
        finally:
            self._signal("SIGKILL")
            self._finished.wait(5.0)

    def kill(self) -> None:
        """End it now, without asking."""
        self._signal("SIGKILL")
        self._finished.wait(5.0)

    def _signal(self, name: str) -> None:
        if not self.alive:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):  # it ended by itself this moment
            if self._own_group and sys.platform != "win32":
                os.killpg(self.pid, getattr(signal, name))
            elif name == "SIGKILL":
                self._popen.kill()
            else:
                self._popen.terminate()

    def _thread(self, target: object, argument: object) -> threading.Thread:
        thread = threading.Thread(target=target, args=(argument,), name=f"course-{self.name}", daemon=True)  # type: ignore[arg-type]
        thread.start()
        return thread

    def _reader(self, stream: IO[bytes] | None, output: Output) -> threading.Thread:
        def read(source: IO[bytes]) -> None:
            with contextlib.suppress(OSError, ValueError), source:
                while data := os.read(source.fileno(), _CHUNK):
                    output.feed(data, self.now())
            output.close(self.now())

        return self._thread(read, stream)

    def _feed(self, data: bytes) -> None:
        with contextlib.suppress(OSError):  # it ended, or closed its stdin, without reading all of it
            if self._popen.stdin is not None:
                self._popen.stdin.write(data)
        self._close_stdin()

    def _close_stdin(self) -> None:
        if self._popen.stdin is not None:
            with contextlib.suppress(OSError):
                self._popen.stdin.close()

    def _watch(self, readers: list[threading.Thread]) -> None:
        self._popen.wait()
        self.duration = self.now()
        for reader in readers:
            reader.join(5 * SLICE)  # a grandchild may hold the pipe open: its words are not this program's
        self.stdout.close(self.now())
        self.stderr.close(self.now())
        self._close_stdin()
        self._finished.set()
        _running.discard(self)


def _group_options(own_group: bool) -> dict[str, Any]:
    if not own_group:
        return {}
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"process_group": 0}
