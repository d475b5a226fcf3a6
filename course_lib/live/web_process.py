"""A server in a process of its own: ``python -m course_lib.live.web_process package.module:name PORT LOOP LOG [ARG…]``.

LOOP is one that `loops.factory` knows. Says ``{"port": …}`` when it accepts, then, if LOG is ``log``, one line of JSON
for every request it has answered; ends when its stdin does.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable

from course_lib.live import loops, parent
from course_lib.live.web import LogLine, OpenServer, PortTaken, load

__all__ = ["main"]


def _print(line: LogLine) -> None:
    print(json.dumps(list(line)), flush=True)


def _drop(line: LogLine) -> None:
    """Nobody wants it."""


async def main(address: str, port: int, note: Callable[[LogLine], None]) -> None:
    """Serve until the parent goes."""
    app = await load(address)
    try:
        server = OpenServer(app, port, note)
    except PortTaken as error:
        parent.ready(taken=str(error.strerror))
        return
    parent.ready(port=server.port)
    await parent.gone()
    await server.close()


if __name__ == "__main__":
    address, port, choice, log = sys.argv[1:5]
    sys.argv[1:] = sys.argv[5:]
    with asyncio.Runner(loop_factory=loops.factory(choice)) as runner:
        runner.run(main(address, int(port), _print if log == "log" else _drop))
