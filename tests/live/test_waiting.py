"""Waiting in slices."""

from __future__ import annotations

from course_lib.live.waiting import SLICE, wait_in_slices


class Clock:
    """Time passes only by waiting."""

    def __init__(self) -> None:
        self.now = 0.0
        self.waits: list[float] = []
        self.true_at = float("inf")

    def wait(self, seconds: float) -> bool:
        self.waits.append(seconds)
        self.now = min(self.now + seconds, self.true_at)
        return self.now >= self.true_at


def test_no_single_wait_is_longer_than_a_slice_and_together_they_last_the_timeout() -> None:
    clock = Clock()
    assert wait_in_slices(clock.wait, 1.0, lambda: clock.now) is False
    assert max(clock.waits) <= SLICE
    assert abs(sum(clock.waits) - 1.0) < 1e-9


def test_it_ends_as_soon_as_the_wait_does() -> None:
    clock = Clock()
    clock.true_at = 0.25
    assert wait_in_slices(clock.wait, None, lambda: clock.now) is True
    assert clock.now == 0.25


def test_no_time_still_looks_once() -> None:
    clock = Clock()
    clock.true_at = 0.0
    assert wait_in_slices(clock.wait, 0.0, lambda: clock.now) is True
