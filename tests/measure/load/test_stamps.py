"""The moment of arrival."""

from __future__ import annotations

import asyncio
import socket
import time

from course_lib.measure.load.connection import now
from course_lib.measure.load.stamps import StampedLoop, heard_of


def test_all_that_is_ready_at_once_arrived_at_once():
    """Three sockets become readable; each reader keeps the loop busy, and all three heard at the same moment."""
    heard: list[tuple[float, float]] = []

    async def main() -> None:
        loop = asyncio.get_running_loop()
        moment, done = heard_of(loop), loop.create_future()
        pairs = [socket.socketpair() for _ in range(3)]

        def read(one: socket.socket) -> None:
            one.recv(1)
            heard.append((moment(), now()))
            while now() < heard[-1][1] + 0.002:
                pass
            if len(heard) == 3:
                done.set_result(None)

        for near, far in pairs:
            loop.add_reader(near, read, near)
            far.send(b"x")
        before = now()
        await done
        assert heard[0][0] >= before
        for near, far in pairs:
            loop.remove_reader(near)
            near.close()
            far.close()

    with asyncio.Runner(loop_factory=StampedLoop) as runner:
        runner.run(main())
    assert len({stamp for stamp, _ in heard}) == 1
    assert heard[2][1] - heard[2][0] >= 0.004


def test_other_loops_have_the_clock():
    loop = asyncio.new_event_loop()
    try:
        assert heard_of(loop) is time.perf_counter
    finally:
        loop.close()
