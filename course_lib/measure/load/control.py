"""Starting a load, watching it, ending it: from a notebook, which itself measures nothing."""

from __future__ import annotations

import json
import math
import threading
from collections.abc import Callable, Iterator
from typing import Any, Final, Unpack

from course_lib.live import Child
from course_lib.live.supervised import Stoppable
from course_lib.live.waiting import wait_in_slices
from course_lib.measure.load.plan import Options, Plan
from course_lib.measure.load.result import Load
from course_lib.measure.load.tally import Progress

__all__ = ["Running", "plan_of", "run", "start"]

_MODULE: Final = "course_lib.measure.load"
_LOOK: Final = 0.05  # seconds between two looks at what the load's process has said
_ERRORS: Final[dict[str, type[Exception]]] = {"ConnectionError": ConnectionError, "ValueError": ValueError}


def plan_of(target: Any, **options: Unpack[Options]) -> Plan:
    """The plan for a target: something with a `url` (and a `pid`), or a URL.

    Raises:
        TypeError: it is neither.
        ValueError: see `Plan`.
    """
    url = target if isinstance(target, str) else getattr(target, "url", None)
    if not isinstance(url, str):
        raise TypeError(f"expected a server or its URL, got {target!r}")
    if options.get("pid") is None:
        options["pid"] = getattr(target, "pid", None)
    return Plan(url, **options)


class Running(Stoppable):
    """A load at work in a process of its own (or several); made by `start`."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._children: list[Child] = []
        try:
            for number in range(plan.generators):
                self._children.append(Child(_MODULE, "--plan", plan.part(number).to_json()))
        except BaseException:
            self.stop()
            raise

    def __repr__(self) -> str:
        return f"<Running: {self.plan}, {'done' if self.done else 'at work'}>"

    @property
    def done(self) -> bool:
        """Whether it has ended, by itself or stopped."""
        return not any(child.alive for child in self._children)

    @property
    def progress(self) -> list[Progress]:
        """What was reported so far, ten times a second; with several generators, by the first of them."""
        said = self._children[0].lines if self._children else []
        return [_progress(line) for line in said if line.startswith("[")]

    def stop(self) -> None:
        """End it at once; what it has measured until then is its result. Twice is fine."""
        for child in self._children:
            child.stop()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it has ended; False when `timeout` seconds passed before that."""
        return wait_in_slices(lambda seconds: all(child.wait(seconds) for child in self._children), timeout)

    def result(self, timeout: float | None = None) -> Load:
        """Wait for its end; what it measured.

        Raises:
            TimeoutError: it has not ended within `timeout` seconds. It goes on.
            ConnectionError: there was no server that could be loaded so.
            ValueError: it can't be done on this machine.
            OSError: there is not room for so many open files.
        """
        if not self.wait(timeout):
            raise TimeoutError(f"expected the load to end within {timeout:g} seconds; it is still at work")
        parts = [self._part(child) for child in self._children]
        self.stop()  # all have ended; nothing is to be remembered of them
        return Load.of(self.plan, parts, self.progress)

    def _part(self, child: Child) -> dict[str, Any]:
        last = next((line for line in reversed(child.lines) if line.startswith("{")), "")
        said: dict[str, Any] = json.loads(last) if last else {"failed": child.stderr[-2000:] or "nothing", "type": ""}
        if "failed" in said:
            self.stop()
            raise _ERRORS.get(said["type"], OSError)(said["failed"])
        return said

    def follow(self) -> Iterator[Progress]:
        """Each report of progress as it comes, until the load has ended."""
        seen, ended = 0, False
        while not ended:
            ended = self.wait(_LOOK)
            reports = self.progress[seen:]
            seen += len(reports)
            yield from reports


def _progress(line: str) -> Progress:
    at, count, *latencies, errors = json.loads(line)
    p50, p99, longest = (math.nan if one is None else one for one in latencies)
    return Progress(at, count, p50, p99, longest, errors)


def start(
    target: Any, *, on_progress: Callable[[Progress], object] | None = None, **options: Unpack[Options]
) -> Running:
    """Start a load and go on at once. As `run`, but `on_progress` is called on a thread of its own."""
    running = Running(plan_of(target, **options))
    if on_progress is not None:

        def tell() -> None:
            for one in running.follow():
                on_progress(one)

        threading.Thread(target=tell, name="course-load", daemon=True).start()
    return running


def run(target: Any, *, on_progress: Callable[[Progress], object] | None = None, **options: Unpack[Options]) -> Load:
    """Load a server from a process of its own, and wait for what came out.

    Args:
        target: a server of this machine: something with a `url` (and a `pid`: for its processor time and memory), as
            `live.serve` and `node.start` give it; or a URL like ``"http://localhost:8080"``.
        on_progress: called ten times a second.
        options: the fields of `Plan`: ``kind`` ("request", "poll", "sse", "echo", "websocket"), ``clients`` (10),
            ``rate`` (200.0 messages a second; None: a closed loop), ``duration`` (2.0 seconds), ``payload`` (32 bytes),
            ``path``, ``pid``, ``warmup`` (0.15: the share of the duration that is not counted), ``window`` (1: messages
            under way in a closed loop), ``timeout`` (5.0 seconds), ``loop`` ("auto": uvloop where it is installed),
            ``affinity`` (False), ``generators`` (1 process).

    Raises:
        TypeError: `target` is none.
        ValueError: an option is out of its bounds; see `Plan`.
        ConnectionError: there is no server that could be loaded so.
        OSError: there is not room for so many open files.
    """
    with Running(plan_of(target, **options)) as running:
        for one in running.follow():
            if on_progress is not None:
                on_progress(one)
        return running.result()
