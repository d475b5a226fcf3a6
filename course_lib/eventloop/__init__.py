"""A real event loop with Node's rules, written to be read.

    from course_lib.eventloop import log, next_tick, run, set_timeout

    def main():
        set_timeout(log, 0, "timer")
        next_tick(log, "tick")
        log("main")

    run(main).output  # ["main", "tick", "timer"]

Begin reading with `phases` (the timetable), `core` (the walk), `drain` (the two queues), `timers`, `promise`; then
`outside` and `real`, which give the rules a clock, sockets and files. What is modelled is Node 24; `rules` says where
other versions differ.
"""

from __future__ import annotations

from .core import EventLoop
from .coroutines import async_function, start
from .errors import AggregateError, LoopError, LoopLimit, NoLoop, UnhandledRejection
from .immediates import Immediate
from .interface import (
    busy,
    clear_immediate,
    clear_interval,
    clear_timeout,
    connect,
    listen,
    log,
    next_tick,
    now,
    on_uncaught_exception,
    on_unhandled_rejection,
    queue_microtask,
    read_file,
    set_immediate,
    set_interval,
    set_timeout,
    write_file,
)
from .phases import PHASES, QUEUES
from .promise import Promise
from .reading import Callback
from .rules import NodeRules
from .running import Run, open_loop, run
from .sockets import Server, Socket
from .timers import Timeout
from .virtual import VirtualFile, VirtualIO

__all__ = [
    "PHASES",
    "QUEUES",
    "AggregateError",
    "Callback",
    "EventLoop",
    "Immediate",
    "LoopError",
    "LoopLimit",
    "NoLoop",
    "NodeRules",
    "Promise",
    "Run",
    "Server",
    "Socket",
    "Timeout",
    "UnhandledRejection",
    "VirtualFile",
    "VirtualIO",
    "async_function",
    "busy",
    "clear_immediate",
    "clear_interval",
    "clear_timeout",
    "connect",
    "listen",
    "log",
    "next_tick",
    "now",
    "on_uncaught_exception",
    "on_unhandled_rejection",
    "open_loop",
    "queue_microtask",
    "read_file",
    "run",
    "set_immediate",
    "set_interval",
    "set_timeout",
    "start",
    "write_file",
]
