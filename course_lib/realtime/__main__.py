"""``python3 -m course_lib.realtime NAME --port P``: a server from the shell.

Prints one line of JSON, ``{"url": …, "port": …, "pid": …}``, when it accepts, and nothing else. Ends on Ctrl-C or
SIGTERM, in order and with exit code 0; with 2 and one sentence when it can not start.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from typing import get_args

from course_lib.live import loops, parent
from course_lib.live.web import OpenServer, PortTaken, checked_port
from course_lib.realtime.limits import Limits
from course_lib.realtime.serving import FAULTY, TRANSPORTS, Maker, Path, maker

__all__ = ["main"]


async def serve(make: Maker, limits: Limits, port: int, *, supervised: bool) -> None:
    """Serve until a signal comes; `supervised`: or until stdin ends.

    Raises:
        PortTaken: `port` is in use.
    """
    loop = asyncio.get_running_loop()
    over = asyncio.Event()

    def end(*_: object) -> None:
        loop.call_soon_threadsafe(over.set)

    server = OpenServer(make(None, limits), port, lambda line: None)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)  # not add_signal_handler: Windows has none
    if supervised:
        parent.when_gone(end)
    parent.ready(url=f"http://localhost:{server.port}", port=server.port, pid=os.getpid())
    await over.wait()
    await server.close()


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python3 -m course_lib.realtime", description="Start a server of the course.")
    parser.add_argument("name", metavar="NAME", help=", ".join(TRANSPORTS + FAULTY))
    parser.add_argument("--port", type=int, default=0, help="the port on 127.0.0.1 (default: a free one)")
    parser.add_argument("--path", default="batteries", choices=get_args(Path), help="how it is made (batteries)")
    parser.add_argument("--loop", default="asyncio", choices=get_args(loops.LoopName), help="the event loop (asyncio)")
    parser.add_argument("--limits", default="{}", metavar="JSON", help="bounds, such as '{\"heartbeat\": 1}'")
    parser.add_argument("--supervised", action="store_true", help="end when stdin does, too")
    options = parser.parse_args(arguments)
    try:
        make, limits = maker(options.name, options.path), Limits.from_json(options.limits)
        port, factory = checked_port(options.port), loops.factory(options.loop)
    except (ValueError, TypeError) as error:
        print(error, file=sys.stderr)
        return 2
    try:
        with asyncio.Runner(loop_factory=factory) as runner:
            runner.run(serve(make, limits, port, supervised=options.supervised))
    except PortTaken as error:
        print(error.strerror, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
