"""The smallest echo server on asyncio, with any size of read; it says at the end what it has cost.

Whether glibc's `malloc` gives a block of 256 KiB back to the kernel after every read depends on what the process has
freed before: it raises its threshold when a big block is freed. So that the result is the same every time, the process
is told to keep the threshold at its first value, 128 KiB. Other libraries do not know the variable.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, cast

from course_lib import live
from course_lib.live import parent

__all__ = ["Cost", "run"]

_KEPT: Final = {"MALLOC_MMAP_THRESHOLD_": "131072"}


@dataclass(frozen=True)
class Cost:
    """What one message cost a server.

    Attributes:
        cpu: seconds of processor time, user and system.
        faults: pages that the kernel had to put in place; None where nobody counts them (Windows).
    """

    cpu: float
    faults: float | None


def run(size: int, messages: int = 1000, payload: int = 32) -> Cost:
    """Send messages, one at a time, to a server that reads at most `size` bytes at once; 0: asyncio's own 256 KiB."""
    options = ("--size", str(size), "--warm", "100")
    with live.Child("course_lib.exercises.lesson_08b.trap", *options, env=_KEPT) as child:
        with socket.create_connection(("127.0.0.1", child.port), timeout=10) as connection:
            for _ in range(100 + messages):
                connection.sendall(b"x" * payload)
                left = payload
                while left:
                    left -= len(connection.recv(left))
        said = json.loads(child.wait_for_line('{"cpu"'))
    faults = said["faults"]
    return Cost(said["cpu"] / messages, None if faults is None else faults / messages)


# -- in the server's process


def _faults() -> int | None:
    try:
        import resource
    except ImportError:  # Windows
        return None
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt


class _Echo(asyncio.Protocol):
    def __init__(self, size: int, warm: int) -> None:
        self._size, self._warm = size, warm

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        if self._size:
            self._transport.max_size = self._size  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        self._transport.write(data)
        self._warm -= 1
        if self._warm == 0:
            self._begun = time.process_time(), _faults()

    def connection_lost(self, exc: Exception | None) -> None:
        cpu, faults = self._begun
        now = _faults()
        spent = None if now is None or faults is None else now - faults
        print(json.dumps({"cpu": time.process_time() - cpu, "faults": spent}), flush=True)


async def _serve(size: int, warm: int) -> None:
    server = await asyncio.get_running_loop().create_server(lambda: _Echo(size, warm), "127.0.0.1", 0)
    parent.ready(port=server.sockets[0].getsockname()[1])
    await parent.gone()
    server.close()


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m course_lib.exercises.lesson_08b.trap", description=__doc__)
    parser.add_argument("--size", type=int, default=0, help="bytes read at once; 0: what asyncio asks for")
    parser.add_argument("--warm", type=int, default=100, help="messages before anything is counted")
    options = parser.parse_args(arguments)
    asyncio.run(_serve(options.size, options.warm))


if __name__ == "__main__":
    main()
