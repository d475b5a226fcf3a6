"""A server that sends every line back, and blocks its loop now and then: what does that do to everyone else?

The same program on three loops: the course's own, asyncio's, and real Node's (``blocked_server.cjs``)::

    python -m course_lib.eventloop.blocked_server --runtime eventloop --block-ms 100 --every-ms 500

It says ``{"port": …}`` when it accepts, and ends when its stdin does; a lesson starts it as a `live.Child` and sends it
lines with `measure.ping`.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from course_lib import eventloop, node
from course_lib.live import parent

__all__ = ["main", "serve_on_asyncio", "serve_on_eventloop", "serve_on_node"]


def serve_on_eventloop(block_ms: float, every_ms: float) -> None:
    """Serve on the course's event loop; never returns."""

    def echo(socket: eventloop.Socket) -> None:
        socket.on("data", socket.write)
        socket.on("error", lambda error: socket.destroy())

    def program() -> None:
        server = eventloop.listen(0, echo)
        server.on("listening", lambda: parent.ready(port=server.port))
        if block_ms > 0:
            eventloop.set_interval(lambda: eventloop.busy(block_ms), every_ms)

    parent.when_gone(lambda: os._exit(0))  # nothing to put away: the system closes the sockets
    eventloop.run(program, limit=None, max_callbacks=None, trace=False)


class _Echo(asyncio.Protocol):
    transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.transport.write(data)


def serve_on_asyncio(block_ms: float, every_ms: float, *, in_thread: bool = False) -> None:
    """Serve on a stock asyncio loop until the parent goes.

    Args:
        block_ms, every_ms: how long a coroutine calls `time.sleep`, and how often.
        in_thread: it awaits `asyncio.to_thread` of the same call: the mended server.
    """

    async def block_now_and_then() -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            if in_thread:
                await asyncio.to_thread(time.sleep, block_ms / 1e3)
            else:
                time.sleep(block_ms / 1e3)  # nobody else runs now
            due += every_ms / 1e3
            await asyncio.sleep(due - loop.time())

    async def program() -> None:
        loop = asyncio.get_running_loop()
        async with await loop.create_server(_Echo, "127.0.0.1", 0) as server:
            parent.ready(port=server.sockets[0].getsockname()[1])
            tasks = {asyncio.create_task(parent.gone())}
            if block_ms > 0:
                tasks.add(asyncio.create_task(block_now_and_then()))
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            os._exit(0)  # as above; open connections would be waited for

    asyncio.run(program())


def serve_on_node(block_ms: float, every_ms: float) -> None:
    """Serve in real Node.js until the parent goes.

    Raises:
        NodeMissing: there is no Node.js, or none new enough.
    """
    source = Path(__file__).with_suffix(".cjs").read_text(encoding="utf-8")
    gone = threading.Event()
    with node.start(source, args=[str(block_ms), str(every_ms)]) as server:
        parent.ready(port=server.port)
        parent.when_gone(gone.set)
        gone.wait()


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m course_lib.eventloop.blocked_server", description=__doc__)
    parser.add_argument("--runtime", choices=["asyncio", "eventloop", "node"], default="eventloop", help="whose loop")
    parser.add_argument("--block-ms", type=float, default=100, help="how long it blocks (default 100; 0: never)")
    parser.add_argument("--every-ms", type=float, default=500, help="how often (default 500)")
    parser.add_argument("--in-thread", action="store_true", help="asyncio: the same call by to_thread, off the loop")
    options = parser.parse_args(arguments)
    if options.in_thread and options.runtime != "asyncio":
        parser.error(f"--in-thread goes with --runtime asyncio, got --runtime {options.runtime}")
    if options.runtime == "asyncio":
        serve_on_asyncio(options.block_ms, options.every_ms, in_thread=options.in_thread)
    elif options.runtime == "node":
        serve_on_node(options.block_ms, options.every_ms)
    else:
        serve_on_eventloop(options.block_ms, options.every_ms)


if __name__ == "__main__":
    main()
