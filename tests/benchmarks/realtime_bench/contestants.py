"""The servers that are compared: the course's two paths on two loops, and Node's usual programs."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from realtime_bench import machine, packages

from course_lib import node
from course_lib.live.children import Child
from course_lib.live.process import Process

__all__ = ["Contestant", "Running", "from_interval", "from_node", "from_python", "pythons", "started"]


@dataclass(frozen=True)
class Running:
    """A server that accepts: where, and which process."""

    port: int
    pid: int


@dataclass(frozen=True)
class Contestant:
    """A name for the table, and how to start it: a context manager that gives a `Running`."""

    name: str
    start: Callable[[], AbstractContextManager[Running]]


def from_node(name: str, program: str, *flags: str) -> Contestant:
    """One of the Node programs beside this module."""

    @contextlib.contextmanager
    def start() -> Iterator[Running]:
        path, guard = packages.PROGRAMS / program, packages.PROGRAMS / "guard.cjs"
        command = [str(node.find()), *flags, "--require", str(guard), str(path)]
        settings = {**os.environ, "NODE_PATH": str(packages.node_modules()), "NODE_ENV": "production"}
        with machine.on_cpu(machine.server_cpu):
            process = Process(command, name=program, env=settings, stdin="held", own_group=True, keep="last")
        with process:
            line = process.stdout.wait_for(lambda text: text.startswith("{"), 15)
            if line is None:
                raise RuntimeError(f"expected {program} to say its port, got:\n{process.stderr.tail(20)}")
            yield Running(json.loads(line.text)["port"], process.pid)

    return Contestant(name, start)


def from_python(
    name: str, transport: str, path: str, loop: str, *, module: str = "course_lib.realtime", **limits: int
) -> Contestant:
    """A server of ``python -m course_lib.realtime``, with some of its limits changed."""

    @contextlib.contextmanager
    def start() -> Iterator[Running]:
        with machine.on_cpu(machine.server_cpu):
            how = ["--path", path, "--loop", loop, "--limits", json.dumps(limits)]
            child = Child(module, transport, "--port", "0", *how, "--supervised")
        with child:
            yield Running(child.port, child.pid)

    return Contestant(name, start)


def from_interval(module: str) -> list[Contestant]:
    """Long polling as commonly written, in Python and in Node: it looks for messages once a second."""
    from course_lib.realtime import faulty

    @contextlib.contextmanager
    def start() -> Iterator[Running]:
        with machine.on_cpu(machine.server_cpu):
            server = node.start(faulty.node("interval_polling"))
        with server:
            yield Running(server.port, server.pid)

    python = from_python("interval, tornado", "faulty.interval_polling", "batteries", "asyncio", module=module)
    return [python, Contestant("interval, node", start)]


def pythons(transport: str, *, module: str = "course_lib.realtime", **limits: int) -> list[Contestant]:
    """Batteries, and the hot path on both loops."""
    hot = ["asyncio"] if sys.platform == "win32" else ["asyncio", "uvloop"]
    return [
        from_python("batteries", transport, "batteries", "asyncio", module=module, **limits),
        *(from_python(f"hot, {loop}", transport, "hot", loop, module=module, **limits) for loop in hot),
    ]


@contextlib.contextmanager
def started(contestants: Sequence[Contestant]) -> Iterator[dict[str, Running]]:
    """All of them, running side by side: an idle server costs the one that is measured nothing."""
    with contextlib.ExitStack() as stack:
        yield {one.name: stack.enter_context(one.start()) for one in contestants}
