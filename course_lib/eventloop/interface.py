"""What a program calls: Node's names in Python's spelling, acting on the loop that runs in this thread.

Every scheduling function takes arguments for the callback, as Node's do, and ``name="…"`` for the record.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from . import files
from .current import running
from .immediates import Immediate
from .promise import Promise
from .sockets import Server, Socket
from .timers import Timeout

__all__ = [
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
    "queue_microtask",
    "read_file",
    "set_immediate",
    "set_interval",
    "set_timeout",
    "write_file",
]


def log(line: object = "") -> None:
    """Add a line to the run's output: ``console.log``, kept instead of printed."""
    running("log").log(line)


def now() -> float:
    """Milliseconds since the loop was made, by its own clock (``performance.now()``)."""
    return running("now").now()


def busy(milliseconds: float) -> None:
    """Block the loop for so long, as a long calculation would.

    Raises:
        ValueError: a negative or endless time.
    """
    running("busy").busy(milliseconds)


def set_timeout(callback: Callable[..., object], delay: float = 0, *args: object, name: str | None = None) -> Timeout:
    """Call back in the timers phase, `delay` ms from now at the earliest.

    Raises:
        TypeError: the callback cannot be called, or the delay is no number.
    """
    return running("set_timeout").set_timeout(callback, delay, *args, name=name)


def set_interval(callback: Callable[..., object], delay: float = 0, *args: object, name: str | None = None) -> Timeout:
    """Call back in the timers phase every `delay` ms, until cleared; counted from when the callback last began."""
    return running("set_interval").set_interval(callback, delay, *args, name=name)


def set_immediate(callback: Callable[..., object], *args: object, name: str | None = None) -> Immediate:
    """Call back in the next check phase."""
    return running("set_immediate").set_immediate(callback, *args, name=name)


def clear_timeout(timer: Timeout | None) -> None:
    """Cancel a timer or interval; clearing twice, or ``None``, is no error."""
    running("clear_timeout").clear_timeout(timer)


def clear_interval(timer: Timeout | None) -> None:
    """The same as `clear_timeout`, as in Node."""
    running("clear_interval").clear_timeout(timer)


def clear_immediate(immediate: Immediate | None) -> None:
    """Cancel an immediate; clearing twice, or ``None``, is no error."""
    running("clear_immediate").clear_immediate(immediate)


def next_tick(callback: Callable[..., object], *args: object, name: str | None = None) -> None:
    """Call back as soon as the running callback has returned (``process.nextTick``)."""
    running("next_tick").next_tick(callback, *args, name=name)


def queue_microtask(callback: Callable[..., object], *args: object, name: str | None = None) -> None:
    """Call back in the queue of the promises."""
    running("queue_microtask").queue_microtask(callback, *args, name=name)


def on_uncaught_exception(handler: Callable[[Exception], object]) -> None:
    """Tell the handler of exceptions nobody caught, instead of ending the program (Node: uncaughtException)."""
    running("on_uncaught_exception").on_uncaught_exception(handler)


def on_unhandled_rejection(handler: Callable[[Any, Promise[Any]], object]) -> None:
    """Tell the handler ``(reason, promise)`` of rejections nobody handles, instead of ending the program."""
    running("on_unhandled_rejection").on_unhandled_rejection(handler)


def read_file(
    path: str | os.PathLike[str],
    callback: Callable[[Exception | None, Any], object],
    *,
    encoding: str | None = None,
    name: str | None = None,
) -> None:
    """Read a whole file on the thread pool; calls back ``(error, data)`` in the poll phase.

    Args:
        path: the file; a missing one is a `FileNotFoundError` handed to the callback (Node: ENOENT).
        callback: `data` is bytes, or text when there is an `encoding`; ``None`` after an error.
        encoding: for example ``"utf-8"``.
        name: for the record.
    """
    files.read_file(running("read_file"), path, callback, encoding=encoding, name=name)


def write_file(
    path: str | os.PathLike[str],
    data: bytes | str,
    callback: Callable[[Exception | None], object],
    *,
    name: str | None = None,
) -> None:
    """Write a whole file (text as UTF-8) on the thread pool; calls back ``(error)`` in the poll phase."""
    files.write_file(running("write_file"), path, data, callback, name=name)


def listen(
    port: int = 0,
    on_connection: Callable[[Socket], object] | None = None,
    *,
    host: str = "127.0.0.1",
    on_listening: Callable[[], object] | None = None,
) -> Server:
    """A TCP server on this machine; `Server.port` is known at once.

    Args:
        port: 0 takes a free one. One that is taken is an ``error`` event in the next tick.
        on_connection: told of each `Socket` that comes in, in the poll phase.
        host: an IP address of this machine.
        on_listening: told in the next tick.

    Raises:
        ValueError: no such port.
    """
    _check_port(port)
    server = Server(running("listen"), host, port)
    if on_connection is not None:
        server.on("connection", on_connection)
    if on_listening is not None:
        server.on("listening", on_listening)
    return server


def connect(to: int | str, on_connect: Callable[[], object] | None = None, *, host: str = "127.0.0.1") -> Socket:
    """Connect to a TCP port, or to the path of a Unix socket.

    A refused port is an ``error`` event after poll; a path that leads nowhere fails at once, which is told in the
    pending phase (on Windows, which has no such sockets in Python, every path does, by the same rule).

    Args:
        to: a port, or a path.
        on_connect: told in the poll phase when the connection stands.
        host: an IP address.

    Raises:
        ValueError: no such port.
    """
    loop = running("connect")
    if isinstance(to, str):
        socket = Socket(loop, loop.io.stream(), where=to).connect(to)
    else:
        _check_port(to)
        socket = Socket(loop, loop.io.stream(), where=f"{host}:{to}").connect((host, to))
    return socket if on_connect is None else socket.on("connect", on_connect)


def _check_port(port: int) -> None:
    if isinstance(port, bool) or not isinstance(port, int):
        raise TypeError(f"expected a port number, got {port!r}")
    if not 0 <= port <= 65535:
        raise ValueError(f"expected a port in 0…65535, got {port}")
