"""The server that blocks, on three loops."""

from __future__ import annotations

import pytest

from course_lib import live
from course_lib.measure import ping

MODULE = "course_lib.eventloop.blocked_server"


@pytest.mark.parametrize("runtime", ["eventloop", "asyncio", "node"])
def test_a_block_delays_everyone_and_without_it_nobody_is(runtime: str) -> None:
    with live.Child(MODULE, "--runtime", runtime, "--block-ms", "150", "--every-ms", "200") as server:
        blocked = ping.run(server.port, rate=100, seconds=0.8)
    assert not server.alive
    with live.Child(MODULE, "--runtime", runtime, "--block-ms", "0") as server:
        calm = ping.run(server.port, rate=100, seconds=0.5)
    assert blocked.errors == calm.errors == 0
    assert blocked.summary.max > 0.1  # a line that came at a block's beginning waited for nearly all of it
    assert sum(latency > 0.04 for latency in blocked.latencies) >= 15  # and so did everyone who came meanwhile
    assert calm.summary.p50 < 0.05
    assert live.leftovers() == []


def test_an_unknown_runtime_is_said() -> None:
    with pytest.raises(live.ChildFailed, match="invalid choice: 'deno'"):
        live.Child(MODULE, "--runtime", "deno")


def test_the_same_call_in_a_thread_delays_nobody() -> None:
    options = ("--runtime", "asyncio", "--block-ms", "150", "--every-ms", "200", "--in-thread")
    with live.Child(MODULE, *options) as server:
        mended = ping.run(server.port, rate=100, seconds=0.8)
    assert mended.errors == 0
    assert mended.summary.p50 < 0.05


def test_a_thread_is_for_asyncio_only() -> None:
    with pytest.raises(live.ChildFailed, match="--in-thread goes with --runtime asyncio"):
        live.Child(MODULE, "--runtime", "node", "--in-thread")
