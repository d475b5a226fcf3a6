"""Waking a loop at exact moments."""

from __future__ import annotations

import asyncio
import sys
import time

import pytest

from course_lib.measure.load import ticks
from course_lib.measure.load.ticks import Spin, Ticks, TimerFile, lead

linux = pytest.mark.skipif(sys.platform != "linux", reason="timers as files are Linux's")


@pytest.mark.parametrize("kind", [pytest.param(TimerFile, marks=linux), Spin])
def test_every_moment_is_kept_and_none_comes_too_early(kind):
    interval, wanted = 0.002, 20

    async def main() -> list[tuple[float, int]]:
        loop = asyncio.get_running_loop()
        done, woken = loop.create_future(), []
        start = time.perf_counter() + 0.01

        def tick() -> None:
            woken.append((time.perf_counter() - start, made.count))
            if woken[-1][0] >= interval * wanted - lead(interval) and not done.done():
                done.set_result(None)

        made = kind(loop, start, interval, tick)
        await asyncio.wait_for(done, 10)
        made.close()
        made.close()
        return woken

    woken = asyncio.run(main())
    for at, count in woken:
        assert at >= (count - 1) * interval - lead(
            interval
        )  # call number `count` is not before moment number `count` - 1
    assert len(woken) <= wanted + 1


def test_the_best_way_is_taken():
    async def main() -> str:
        made = ticks.start(asyncio.get_running_loop(), time.perf_counter() + 60, 1.0, lambda: None)
        made.close()
        return repr(made)

    best = "os.timerfd_create" if sys.version_info >= (3, 13) else "timerfd through ctypes"
    assert asyncio.run(main()) == (
        f"<TimerFile: {best}, 0 ticks>" if sys.platform == "linux" else "<Spin: spin, 0 ticks>"
    )


@linux
def test_without_timers_as_files_there_is_the_spin(monkeypatch):
    def none(*arguments: object) -> None:
        raise OSError("no timerfd")

    async def main() -> Ticks:
        made = ticks.start(asyncio.get_running_loop(), time.perf_counter() + 60, 1.0, lambda: None)
        made.close()
        return made

    monkeypatch.setattr(ticks, "TimerFile", none)
    assert asyncio.run(main()).name == "spin"
