"""A WebSocket echo server that watches itself: what it calls for each message, and where its time goes.

Run as a process of its own, so that nothing but the server is counted. `run` starts it, sends it messages one at a time
and returns the `Profile`. Calls are counted with `sys.setprofile`, which sees every call of a function in Python and in
C; a call of a socket's or a selector's method in C is a system call, so these need no `strace`. Times come from
`cProfile`. Both make Python slower than it is, and C not: read the shares, not the sum.
"""

from __future__ import annotations

import argparse
import asyncio
import cProfile
import http.client
import json
import socket
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from types import FrameType
from typing import Any, Final

from course_lib import live
from course_lib.live import parent
from course_lib.realtime import Limits, serving, websocket
from course_lib.realtime.websocket import handshake

__all__ = ["ROOMS", "SYSTEM", "Profile", "run"]

ROOMS: Final = ("the kernel", "selector", "asyncio", "tornado: streams", "tornado: the rest", "our code", "other")
"""Where a call or a microsecond may belong."""

SYSTEM: Final = ("recv", "recv_into", "send", "poll", "register", "unregister", "modify", "control", "select")
"""Methods in C of a socket or a selector that are one system call each."""

_KERNEL: Final = frozenset(SYSTEM)
_OWNERS: Final = ("socket", "epoll", "kqueue", "poll", "devpoll")


@dataclass(frozen=True)
class Profile:
    """What one message costs, on average.

    Attributes:
        calls: room to calls of functions a message.
        system: name of a system call to how often it is made for a message.
        seconds: room to seconds a message, the profiler's own cost included.
    """

    calls: dict[str, float]
    system: dict[str, float]
    seconds: dict[str, float] = field(repr=False)


def run(path: str, messages: int = 300) -> Profile:
    """Profile the echo server of a path, ``"batteries"`` or ``"hot"``, with one client and one message at a time."""
    with live.Child("course_lib.exercises.lesson_08b.profiled", "--path", path) as child:
        connection = _shake_hands(child.port)
        with connection:
            _echo(connection, 20)  # warm
            found = []
            for how in ("calls", "time"):
                _ask(child.port, f"/begin?how={how}")
                _echo(connection, messages)
                found.append(_ask(child.port, "/end"))
    counted, timed = found
    return Profile(
        calls={room: counted["rooms"].get(room, 0) / messages for room in ROOMS},
        system={name: round(times / messages, 1) for name, times in counted["system"].items() if times > messages / 20},
        seconds={room: timed["rooms"].get(room, 0) / messages for room in ROOMS},
    )


def _shake_hands(port: int) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=10)
    connection.sendall(handshake.request("localhost", "/echo", handshake.new_key(bytes(16))))
    answer = b""
    while not answer.endswith(b"\r\n\r\n"):
        answer += connection.recv(1)
    return connection


def _echo(connection: socket.socket, messages: int) -> None:
    frame = websocket.encode_frame(websocket.Opcode.TEXT, b"x" * 32, key=b"abcd")
    for _ in range(messages):
        connection.sendall(frame)
        left = 34
        while left:
            left -= len(connection.recv(left))


def _ask(port: int, path: str) -> dict[str, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        answer: dict[str, Any] = json.load(connection.getresponse())
        return answer
    finally:
        connection.close()


# -- in the server's process


def _room(file: str) -> str:
    """Where a function belongs, from its file; C functions have none."""
    parts = PurePath(file).parts
    if "asyncio" in parts:
        return "selector" if file.endswith("selector_events.py") else "asyncio"
    if file.endswith("selectors.py"):
        return "selector"
    if "tornado" in parts:
        return "tornado: streams" if file.endswith("iostream.py") else "tornado: the rest"
    return "our code" if "course_lib" in parts else "other"


class Calls:
    """Counts calls by room, and system calls by name."""

    def __init__(self) -> None:
        self.rooms: Counter[str] = Counter()
        self.system: Counter[str] = Counter()

    def __call__(self, frame: FrameType, event: str, arg: Any) -> None:
        """What `sys.setprofile` calls."""
        if event == "call":
            self.rooms[_room(frame.f_code.co_filename)] += 1
        elif event == "c_call":
            if arg.__name__ in _KERNEL and type(getattr(arg, "__self__", None)).__name__ in _OWNERS:
                self.system[arg.__name__] += 1
                self.rooms["the kernel"] += 1
            else:
                self.rooms[_room(frame.f_code.co_filename)] += 1

    def begin(self) -> None:
        """Count from now on."""
        sys.setprofile(self)

    def end(self) -> dict[str, Any]:
        """What was counted."""
        sys.setprofile(None)
        return {"rooms": self.rooms, "system": self.system}


class Times:
    """Measures processor time by room: a wait, or another process's turn, costs nothing."""

    def __init__(self) -> None:
        self._profile = cProfile.Profile(time.process_time)

    def begin(self) -> None:
        """Measure from now on."""
        self._profile.enable()

    def end(self) -> dict[str, Any]:
        """What was measured."""
        self._profile.disable()
        rooms = dict.fromkeys(ROOMS, 0.0)
        for entry in self._profile.getstats():
            if not isinstance(entry.code, str):
                rooms[_room(entry.code.co_filename)] += entry.inlinetime
            elif any(f"'{name}' of" in entry.code for name in SYSTEM):
                rooms["the kernel"] += entry.inlinetime
            else:
                rooms["other"] += entry.inlinetime
        return {"rooms": rooms}


def _serve(path: str) -> None:
    import tornado.web

    watching: list[Calls | Times] = []

    class Begin(tornado.web.RequestHandler):
        def get(self) -> None:
            watching.append(Calls() if self.get_argument("how") == "calls" else Times())
            self.finish({})
            watching[-1].begin()

    class End(tornado.web.RequestHandler):
        def get(self) -> None:
            self.finish(watching.pop().end())

    async def main() -> None:
        app = serving.maker("websocket", path)(None, Limits())
        app.add_handlers(".*", [("/begin", Begin), ("/end", End)])
        app.settings["log_function"] = lambda handler: None
        server = app.listen(0, "127.0.0.1")
        (listening,) = server._sockets.values()
        parent.ready(port=listening.getsockname()[1])
        await parent.gone()

    asyncio.run(main())


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m course_lib.exercises.lesson_08b.profiled", description=__doc__)
    parser.add_argument("--path", choices=["batteries", "hot"], default="batteries")
    _serve(parser.parse_args(arguments).path)


if __name__ == "__main__":
    main()
