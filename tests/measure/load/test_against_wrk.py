"""The load beside wrk, a load generator in C that others wrote: the same server, by turns.

The server takes its time for every answer, so that a busy machine, which makes both loads slow, spoils little. How near
they are on fast servers is for `tests/benchmarks/bench_realtime.py` to say.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import subprocess
from collections.abc import Iterator

import pytest

from course_lib import live
from course_lib.measure import load

WRK = shutil.which("wrk")
TAKES = 0.01  # seconds for an answer
ROUNDS = 5


@pytest.fixture
def url() -> Iterator[str]:
    """Where a server is that answers after a hundredth of a second."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                await asyncio.sleep(TAKES)
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = live.run(asyncio.start_server(answer, "127.0.0.1", 0))

    async def close() -> None:
        server.close()

    yield f"http://localhost:{server.sockets[0].getsockname()[1]}"
    live.run(close())


def wrk(url: str, clients: int) -> tuple[float, float]:
    """What wrk says: the median and the 99th percentile, in seconds."""
    command = [str(WRK), "-t1", f"-c{clients}", "-d1s", "--latency", url]
    said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=20).stdout
    found = dict(re.findall(r"(50|99)%\s+([\d.]+(?:us|ms|s))\s", said))
    units = {"us": 1e-6, "ms": 1e-3, "s": 1.0}
    values = [re.fullmatch(r"([\d.]+)(\w+)", found[q]) for q in ("50", "99")]
    p50, p99 = (float(value[1]) * units[value[2]] for value in values if value)
    return p50, p99


def agree(ratios: tuple[float, ...]) -> bool:
    """Whether one round was within a tenth, or they erred to both sides."""
    return any(0.9 <= ratio <= 1.1 for ratio in ratios) or min(ratios) < 1 < max(ratios)


@pytest.mark.skipif(WRK is None, reason="wrk is not installed (apt-get install wrk)")
@pytest.mark.parametrize("clients", [1, 32])
def test_both_say_the_same(url, clients):
    """Within a tenth, p50 and p99, in one of a few rounds: what else the machine does spoils some, not all."""
    ratios = []
    for _ in range(ROUNDS):
        ours = load.run(url, clients=clients, rate=None, duration=0.5)
        assert ours.ok
        p50, p99 = wrk(url, clients)
        ratios.append((round(ours.p50 / p50, 2), round(ours.p99 / p99, 2)))
        if all(agree(column) for column in zip(*ratios, strict=True)):
            return
    pytest.fail(f"expected p50 and p99 within a tenth of wrk's, got the ratios {ratios}")
