"""Two event loops on two threads, each with a task that ticks; one of them is blocked for a while."""

from __future__ import annotations

import asyncio
import threading
import time

from course_lib import live
from course_lib.record import Record, Recorder

__all__ = ["BLOCKED", "FREE", "two_loops"]

BLOCKED, FREE = "a loop that is blocked", "the course loop"
_CALL = "time.sleep"


def two_loops(block_ms: float, *, every_ms: float = 10, around_ms: float = 100) -> Record:
    """Let a task tick on each of two loops, and block one of them half-way.

    Args:
        block_ms: how long `time.sleep` keeps the first loop's thread.
        every_ms: how long each task waits between two ticks.
        around_ms: how long both run freely before and after.

    Returns:
        Events of kind "tick" in the two loops' lanes, and one of kind "block" in lane "time.sleep".
    """
    recorder = Recorder(f"time.sleep({block_ms / 1000:g}) on one of two loops")

    async def tick(lane: str) -> None:
        while True:
            await asyncio.sleep(every_ms / 1000)
            recorder.add(lane, "tick")

    async def blocked() -> None:
        task = asyncio.create_task(tick(BLOCKED))
        await asyncio.sleep(around_ms / 1000)
        start = recorder.now()
        time.sleep(block_ms / 1000)  # the fault that is to be seen
        recorder.add(_CALL, "block", f"{block_ms:g} ms", at=start, duration=recorder.now() - start)
        await asyncio.sleep(around_ms / 1000)
        task.cancel()

    free = live.submit(tick(FREE))
    thread = threading.Thread(target=lambda: asyncio.run(blocked()), name="course-blocked-loop", daemon=True)
    try:
        thread.start()
        thread.join()
    finally:
        free.cancel()
        free.wait(5)
    return recorder.record()
