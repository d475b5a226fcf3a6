"""A server in a process of its own: ``python -m course_lib.live.web_process package.module:name PORT [ARGUMENT…]``.

Says ``{"port": …}`` when it accepts, then one line of JSON for every request it has answered; ends when its stdin does.
"""

from __future__ import annotations

import asyncio
import json
import sys

from course_lib.live import parent
from course_lib.live.web import LogLine, OpenServer, PortTaken, load

__all__ = ["main"]


def _print(line: LogLine) -> None:
    print(json.dumps(list(line)), flush=True)


async def main(address: str, port: int) -> None:
    """Serve until the parent goes."""
    app = await load(address)
    try:
        server = OpenServer(app, port, _print)
    except PortTaken as error:
        parent.ready(taken=str(error.strerror))
        return
    parent.ready(port=server.port)
    await parent.gone()
    await server.close()


if __name__ == "__main__":
    address, port = sys.argv[1], int(sys.argv[2])
    sys.argv[1:] = sys.argv[3:]
    asyncio.run(main(address, port))
