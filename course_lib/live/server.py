"""A web server for a lesson: on the course loop, or in a process of its own."""

from __future__ import annotations

import asyncio
import json
import os
from collections import deque
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from course_lib.live import loop as course_loop
from course_lib.live import registry
from course_lib.live.children import Child
from course_lib.live.loops import LoopName, checked_loop
from course_lib.live.supervised import Stoppable

if TYPE_CHECKING:
    from course_lib.live.web import App, LogLine

__all__ = ["Server", "serve"]


class Server(Stoppable):
    """A running server; made by `serve`. It never prints: what it answered is in `log`."""

    def __init__(
        self, name: str, port: int, child: Child | None, log: Callable[[], list[LogLine]], stop: Callable[[], None]
    ) -> None:
        self.name = name
        self.port = port
        self.pid = os.getpid() if child is None else child.pid
        """The process it runs in."""
        self._where = "the course loop" if child is None else f"process {child.pid}"
        self._log = log
        self._stop = stop
        self._stopped = False
        registry.add(name, self)

    def __repr__(self) -> str:
        state = "stopped" if self._stopped else f"at {self.url} in {self._where}"
        return f"<Server {self.name!r}: {state}>"

    @property
    def url(self) -> str:
        """``http://localhost:`` and the port.

        The word, not 127.0.0.1: cookies in an iframe and WebAuthn want the host name that JupyterLab itself has.
        """
        return f"http://localhost:{self.port}"

    @property
    def log(self) -> list[LogLine]:
        """The requests it has answered, oldest first; only the latest are kept.

        A server in a process of its own reports each a moment after it was answered.
        """
        return self._log()

    @property
    def stopped(self) -> bool:
        """Whether it has been stopped."""
        return self._stopped

    def stop(self) -> None:
        """Close its port and all its connections. Twice is fine."""
        if not self._stopped:
            self._stopped = True
            try:
                self._stop()
            finally:
                registry.remove(self)


def serve(
    app: App,
    *,
    name: str | None = None,
    process: bool = False,
    port: int = 0,
    args: Sequence[str] = (),
    keep: int = 1000,
    loop: LoopName = "asyncio",
) -> Server:
    """Start a tornado server on 127.0.0.1; when this returns it accepts connections.

    Args:
        app: a ``tornado.web.Application``, a function (plain or async) that makes one, or where that function is:
            ``"package.module:name"``.
        name: a server that runs under this name is stopped first, so a cell can be run again.
        process: run it in a process of its own: for anything that is measured. Then `app` must be a function of a
            module, or say where one is, because another process can't be given an object.
        port: 0 takes a free one.
        args: with `process`: what the server's process finds in ``sys.argv[1:]``.
        keep: how many requests `Server.log` keeps; with 0 a process does not even report them, which is a cost when
            requests are counted.
        loop: with `process`: the loop it runs on. ``"auto"`` is uvloop where that is installed.

    Raises:
        TypeError: `app` is none of these, or `port` no whole number.
        ValueError: `port` is not in 0…65535, or there is no such `loop` here.
        PortTaken: `port` is in use.
        ChildFailed: the server's process ended before it was ready.
    """
    if process:
        return _in_process(_address(app), registry.make_room(name, "server"), port, args, keep, checked_loop(loop))
    if loop == "uvloop":
        raise ValueError("expected process=True with loop='uvloop', because the course loop is asyncio's own")
    return _on_loop(app, registry.make_room(name, "server"), port, keep)


def _on_loop(app: App, name: str, port: int, keep: int) -> Server:
    from course_lib.live.web import OpenServer, keep_quiet, load

    lines: deque[LogLine] = deque(maxlen=keep)

    thread = course_loop.started()

    opened: list[OpenServer] = []

    async def open_() -> None:
        keep_quiet(thread.errors.append)
        opened.append(OpenServer(await load(app), port, lines.append))

    def log() -> list[LogLine]:
        # the client has its answer a moment before the line is noted: one turn of the loop later, it is
        if thread.alive and not thread.here:
            thread.run(asyncio.sleep(0), 5)
        return list(lines)

    def stop() -> None:
        for server in opened:
            if thread.alive:
                thread.run(server.close(), 5)
            else:
                server.abandon()

    try:
        thread.run(open_(), 30)
        return Server(name, opened[0].port, None, log, stop)
    except BaseException:
        stop()  # the stop button may come when it is open already
        raise


def _in_process(address: str, name: str, port: int, args: Sequence[str], keep: int, loop: LoopName) -> Server:
    from course_lib.live.web import LogLine, PortTaken, checked_port

    note = "log" if keep else "no log"
    child = Child("course_lib.live.web_process", address, str(checked_port(port)), loop, note, *args)
    if "taken" in child.ready:
        child.stop()
        raise PortTaken(str(child.ready["taken"]))

    def log() -> list[LogLine]:
        rows: list[list[Any]] = [json.loads(line) for line in child.lines[-keep:] if line.startswith("[")]
        return [LogLine(*row) for row in rows]

    return Server(name, child.port, child, log, child.stop)


def _address(app: App) -> str:
    if isinstance(app, str):
        return app
    module, name = getattr(app, "__module__", "__main__"), getattr(app, "__qualname__", "")
    if callable(app) and name.isidentifier() and module != "__main__":
        return f"{module}:{name}"
    raise TypeError(
        'expected "package.module:name" or a function of a module for process=True, because another process can\'t be '
        f"given an object of this one; got {app!r}"
    )
