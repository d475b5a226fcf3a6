"""The lists of timers, driven with a clock of the test's own."""

from __future__ import annotations

import math
from typing import Any

import pytest

from course_lib.eventloop.timers import TIMEOUT_MAX, Timeout, TimerLists, milliseconds


class World:
    """A clock, timers, and what ran."""

    def __init__(self) -> None:
        self.time = 0
        self.ran: list[str] = []
        self.lists = TimerLists(lambda: self.time)

    def set(self, name: str, delay: float, **options: Any) -> Timeout:
        return self.lists.add(lambda: self.ran.append(name), delay, **options)

    def go(self, time: int) -> list[str]:
        self.time = time
        self.ran.clear()
        self.lists.process(time, lambda timer: timer.callback(), lambda: self.ran.append("drain"))
        self.lists.arm(time)
        return self.ran


@pytest.fixture
def world() -> World:
    return World()


@pytest.mark.parametrize(
    ("given", "made"),
    [
        (0, 1),
        (-5, 1),
        (0.5, 1),
        (1, 1),
        (1.9, 1.9),
        (math.nan, 1),
        (math.inf, 1),
        (TIMEOUT_MAX, TIMEOUT_MAX),
        (TIMEOUT_MAX + 1, 1),
    ],
)
def test_which_delays_stay(given: float, made: float) -> None:
    assert milliseconds(given) == made


def test_a_list_is_run_whole_although_another_timer_was_due_earlier(world: World) -> None:
    world.set("40 first", 40)
    world.time = 60
    world.set("10", 10)
    world.set("40 later", 40)
    assert world.go(140) == ["40 first", "drain", "40 later", "drain", "10"]


def test_the_fraction_is_cut(world: World) -> None:
    world.set("1.9", 1.9)
    world.set("1", 1)
    assert world.go(1) == ["1.9", "drain", "1"]


def test_a_timer_is_never_early_and_the_loop_is_told_when_to_wake(world: World) -> None:
    world.set("10", 10)
    assert world.lists.wake == 10
    assert world.go(9) == []
    assert world.lists.wake == 10
    assert world.go(10) == ["10"]
    assert world.lists.wake is None


def test_the_next_wake_up_is_at_least_a_millisecond_ahead(world: World) -> None:
    world.set("5", 5)
    world.time = 3
    world.set("5 later", 5)
    assert world.go(7) == ["5"]
    assert world.lists.wake == 8
    world.time = 20
    world.lists.arm(20)
    assert world.lists.wake == 21


def test_a_timer_set_by_a_timer_waits_for_the_next_pass(world: World) -> None:
    world.lists.add(lambda: world.set("inner", 1), 1)
    assert world.go(10) == []
    assert world.go(11) == ["inner"]


def test_a_tick_between_two_timers_can_clear_the_second(world: World) -> None:
    world.set("first", 1)
    second = world.set("second", 1)
    world.time = 5
    world.lists.process(5, lambda timer: timer.callback(), lambda: world.lists.clear(second))
    assert world.ran == ["first"]
    assert world.lists.refs == 0
    assert len(world.lists) == 0


def test_an_error_leaves_the_rest_for_the_same_pass(world: World) -> None:
    world.lists.add(lambda: 1 / 0, 1)
    world.set("second", 1)
    with pytest.raises(ZeroDivisionError):
        world.go(5)
    assert world.lists.refs == 1
    assert world.go(5) == ["second"]
    assert world.lists.refs == 0


def test_clearing_the_last_of_a_list_drops_the_list(world: World) -> None:
    timer = world.set("10", 10)
    assert world.lists.clear(timer)
    assert not world.lists.clear(timer)
    assert repr(world.lists) == "<TimerLists: 0 timers in 0 lists>"
    assert "cleared" in repr(timer)
    assert world.go(100) == []


def test_an_unrefed_list_that_was_emptied_keeps_its_place(world: World) -> None:
    """Node does not remove it: a later timer of that duration joins it, and is looked at when the first was due."""
    unrefed = world.set("unref'd", 10).unref()
    world.lists.clear(unrefed)
    world.time = 5
    world.set("later", 10)
    assert world.go(10) == []
    assert world.lists.wake == 15
    assert world.go(15) == ["later"]


def test_ref_counts_only_waiting_timers(world: World) -> None:
    timer = world.set("1", 1)
    assert world.lists.refs == 1
    timer.unref().unref()
    assert world.lists.refs == 0
    timer.ref().ref()
    assert world.lists.refs == 1
    assert timer.has_ref()
    world.go(1)
    timer.unref().ref()
    assert world.lists.refs == 0


def test_refresh_goes_to_the_end_of_the_list(world: World) -> None:
    first = world.set("first", 10)
    world.set("second", 10)
    world.time = 4
    first.refresh()
    assert world.go(10) == ["second"]
    assert world.go(14) == ["first"]
    first.refresh()
    assert world.lists.refs == 1
    assert world.go(24) == ["first"]


def test_an_interval_is_armed_from_when_its_callback_began(world: World) -> None:
    def slow() -> None:
        world.ran.append("interval")
        world.time += 30

    interval = world.lists.add(slow, 20, repeat=True)
    assert world.go(20) == ["interval"]
    assert world.lists.wake == 40
    assert world.go(50) == ["interval"]
    world.lists.clear(interval)
    assert world.go(200) == []


def test_many_timers_are_no_quadratic_matter(world: World) -> None:
    timers = [world.set("x", 1000) for _ in range(100_000)]
    for timer in timers[::2]:
        world.lists.clear(timer)
    assert world.go(1000).count("x") == 50_000
