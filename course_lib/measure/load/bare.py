"""The smallest server there is, and the smallest client: what is left of a round trip when nobody does anything.

``python -m course_lib.measure.load.bare [--work MICROSECONDS]`` answers every request with the same few bytes, after it
has kept its processor busy for so long: a server whose speed is known, whatever machine it runs on.
``python -m course_lib.measure.load.bare --ask PORT`` asks it over one plain blocking socket, and prints the median: the
floor under every figure that a load can report.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import socket
import sys
import time
from collections.abc import Sequence
from typing import Final, cast

from course_lib.live import Child, parent, run_module
from course_lib.measure.latency import percentile
from course_lib.measure.load.connection import READ, now
from course_lib.measure.load.http import request

__all__ = ["floor", "main", "start"]

_MODULE: Final = "course_lib.measure.load.bare"
_ANSWER: Final = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello"
_END: Final = b"\r\n\r\n"


class _Bare(asyncio.Protocol):
    def __init__(self, work: float) -> None:
        self._work = work
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        with contextlib.suppress(AttributeError):
            self._transport.max_size = READ  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        if not data.endswith(_END) or self._rest:
            data = self._rest + data
            self._rest = data.rpartition(_END)[2]
        for _ in range(data.count(_END)):
            if self._work:
                end = now() + self._work
                while now() < end:
                    pass
            self._transport.write(_ANSWER)


def start(work: float = 0.0) -> Child:
    """A bare server in a process of its own; it works `work` seconds for every answer.

    Raises:
        ValueError: that is negative, or more than a second.
    """
    if not 0 <= work <= 1:
        raise ValueError(f"expected work of 0…1 seconds, got {work!r}")
    return Child(_MODULE, "--work", str(work * 1e6))


def floor(port: int, seconds: float) -> float:
    """The median round trip, in seconds, of a blocking socket in a process of its own to the bare server at `port`."""
    done = run_module(_MODULE, "--ask", str(port), "--seconds", str(seconds), timeout=seconds + 20)
    if done.exit_code != 0:
        raise ConnectionError(done.stderr.strip().rpartition("\n")[2])
    return float(json.loads(done.stdout)["p50"])


async def _serve(work: float) -> None:
    server = await asyncio.get_running_loop().create_server(lambda: _Bare(work), "127.0.0.1", 0)
    async with server:
        parent.ready(port=server.sockets[0].getsockname()[1])
        await parent.gone()


def _ask(port: int, seconds: float) -> float:
    asked = request("GET", "/", f"localhost:{port}")
    times = []
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        end = time.perf_counter() + seconds
        sent = 0.0
        while sent < end:
            sent = time.perf_counter()
            connection.sendall(asked)
            if not connection.recv(READ):
                raise ConnectionResetError("expected an answer of the bare server, got the end")
            times.append(time.perf_counter() - sent)
    return percentile(times, 50)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog=f"python -m {_MODULE}", description="The smallest server, or its client.")
    parser.add_argument("--work", type=float, default=0.0, help="microseconds of work for every answer")
    parser.add_argument("--ask", type=int, metavar="PORT", help="be the client of the server at this port")
    parser.add_argument("--seconds", type=float, default=0.2, help="how long the client asks")
    options = parser.parse_args(arguments)
    if options.ask is None:
        asyncio.run(_serve(options.work / 1e6))
        return 0
    print(json.dumps({"p50": _ask(options.ask, options.seconds)}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
