"""How late a loop is."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import pytest

from course_lib import eventloop
from course_lib.measure.lag import LagMeter, probe, watch


def rounded(meter: LagMeter) -> list[float]:
    return [round(lag, 9) for lag in meter.lags]


def test_a_loop_on_time_has_no_lag() -> None:
    meter = LagMeter(start=100.0, interval=0.01)
    for number in range(1, 4):
        assert meter.due == pytest.approx(100 + number / 100)
        meter.woke(meter.due)
    assert rounded(meter) == [0, 0, 0]


def test_every_moment_missed_in_a_block_counts_with_its_own_lateness() -> None:
    meter = LagMeter(start=0.0, interval=0.25)
    meter.woke(1.125)
    assert rounded(meter) == [0.875, 0.625, 0.375, 0.125]
    assert meter.due == 1.25


def test_waking_early_counts_nothing() -> None:
    meter = LagMeter(start=0.0, interval=0.25)
    meter.woke(0.2)
    assert meter.lags == []
    with pytest.raises(ValueError, match="expected at least one value"):
        meter.summary()


def test_what_is_kept_is_bounded() -> None:
    meter = LagMeter(start=0.0, interval=0.25, limit=3)
    meter.woke(2.0)
    assert (len(meter.lags), meter.dropped) == (3, 5)


def test_the_record_has_one_event_per_moment() -> None:
    meter = LagMeter(start=50.0, interval=0.25)
    meter.woke(50.5)
    assert [(event.at, event.duration, event.kind) for event in meter.record()] == [
        (0.25, 0.25, "lag"),
        (0.5, 0.0, "lag"),
    ]


@pytest.mark.parametrize("interval", [0, -1, float("nan")])
def test_an_interval_that_is_none_is_refused(interval: float) -> None:
    with pytest.raises(ValueError, match="expected an interval above 0 seconds"):
        LagMeter(0.0, interval)


def block(seconds: float) -> None:
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        pass


def test_the_probe_sees_a_blocked_asyncio_loop() -> None:
    async def main() -> tuple[LagMeter, int]:
        async with probe(interval=0.005) as meter:
            await asyncio.sleep(0.02)
            block(0.1)
            await asyncio.sleep(0.02)
        count = len(meter.lags)
        await asyncio.sleep(0.02)
        return meter, count

    meter, count = asyncio.run(main())
    assert 0.08 < meter.summary().max < 5
    assert sum(lag > 0.04 for lag in meter.lags) >= 8
    assert len(meter.lags) == count  # after the block, nothing is measured
    assert repr(meter) == f"<LagMeter: {count} lags, one every 5 ms>"


def test_the_probe_ends_when_its_block_fails() -> None:
    async def main() -> list[float]:
        with pytest.raises(ZeroDivisionError):
            async with probe(interval=0.001) as meter:
                raise ZeroDivisionError
        before = len(meter.lags)
        await asyncio.sleep(0.01)
        return meter.lags[before:]

    assert asyncio.run(main()) == []


class Timers:
    """A loop's ``set_timeout`` on a clock that a test turns."""

    def __init__(self) -> None:
        self.now = 0.0
        self.armed: dict[int, tuple[float, Callable[[], None]]] = {}
        self.asked: list[float] = []

    def set_timeout(self, callback: Callable[[], None], delay: float) -> int:
        self.asked.append(delay)
        key = len(self.asked)
        self.armed[key] = self.now + delay / 1e3, callback
        return key

    def clear_timeout(self, key: int) -> None:
        self.armed.pop(key, None)

    def turn(self, late: float = 0.0) -> None:
        key = min(self.armed, key=lambda one: self.armed[one][0])
        due, callback = self.armed.pop(key)
        self.now = due + late
        callback()


def test_watch_asks_for_the_next_moment_of_its_schedule() -> None:
    timers = Timers()
    watching = watch(0.5, set_timeout=timers.set_timeout, clear_timeout=timers.clear_timeout, clock=lambda: timers.now)
    timers.turn()
    timers.turn(late=1.25)
    assert rounded(watching.meter) == [0, 1.25, 0.75, 0.25]
    assert timers.asked == [500, 500, 250]
    assert "running" in repr(watching)
    assert watching.stop() is watching.meter
    watching.stop()
    assert timers.armed == {}
    assert "stopped" in repr(watching)


def test_watch_sees_a_blocked_loop_of_the_course() -> None:
    found: list[LagMeter] = []

    def program() -> None:
        watching = watch(0.005)
        eventloop.set_timeout(lambda: block(0.1), 20)
        eventloop.set_timeout(lambda: found.append(watching.stop()), 150)

    eventloop.run(program)
    assert 0.08 < found[0].summary().max < 5
    assert sum(lag > 0.04 for lag in found[0].lags) >= 8
