"""Scales show everything, tick at round numbers, and survive odd data."""

import itertools
import math

import pytest

from course_lib.show.scales import Scale, counted, number, scale, unit_for


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (0.00123456, "0.00123"),
        (4.5, "4.5"),
        (999.6, "1,000"),
        (12345, "12,300"),
        (1e6, "1,000,000"),
        (-2.5, "-2.5"),
        (math.inf, "∞"),
        (-math.inf, "-∞"),
        (math.nan, "?"),
        (0.30000000000000004, "0.3"),
    ],
)
def test_numbers_as_a_reader_wants_them(value: float, text: str) -> None:
    assert number(value) == text


def test_units_and_counts() -> None:
    assert [unit_for(s) for s in (0, 1e-6, 0.0005, 0.001, 0.9, 1, 300)] == ["ms", "µs", "µs", "ms", "ms", "s", "min"]
    assert counted(1, "event") == "1 event"
    assert counted(2000, "party", "parties") == "2,000 parties"


def test_a_linear_scale() -> None:
    x = scale([0, 9.3], 100, 200, zero=True)
    assert (x.lo, x.hi) == (0, 10)
    assert x(5) == 150
    assert (x(-99), x(99)) == (100, 200)
    assert x.ticks(20) == [0, 2, 4, 6, 8, 10]


@pytest.mark.parametrize("values", [[], [0], [0, 0], [7, 7], [-3], [1e-9], [math.inf, 1], [math.nan], [1e12, 1]])
@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize("zero", [False, True])
def test_odd_values_have_a_place(values: list[float], log: bool, zero: bool) -> None:
    x = scale(values, 100, 700, log=log, zero=zero)
    assert x.lo < x.hi
    for value in values:
        if not math.isnan(value):
            assert 100 <= x(value) <= 700
    ticks = x.ticks()
    assert ticks
    slack = 1e-9 * (x.hi - x.lo)
    assert all(x.lo - slack <= tick <= x.hi + slack for tick in ticks)
    places = [x(tick) for tick in ticks]
    assert all(later - earlier > 45 for earlier, later in itertools.pairwise(places))


@pytest.mark.parametrize("decades", range(10))
def test_log_ticks_stand_apart_however_many_decades(decades: int) -> None:
    x = scale([0.001, 0.001 * 10**decades], 64, 620, log=True)
    places = [x(tick) for tick in x.ticks(64)]
    assert 2 <= len(places) <= 10
    assert all(later - earlier > 45 for earlier, later in itertools.pairwise(places))


def test_zero_stands_at_the_edge_of_a_log_scale() -> None:
    x = scale([0, 0.01, 100], 0, 100, log=True)
    assert (x.lo, x.hi) == (0.01, 100)
    assert x(0) == x(-5) == 0
    assert x(1) == pytest.approx(50)


def test_a_log_scale_without_anything_above_zero_is_linear() -> None:
    assert not scale([0, -1], 0, 100, log=True).log


def test_a_scale_may_run_upwards() -> None:
    y = Scale(0, 1, 200, 100)
    assert (y(0), y(0.5), y(1)) == (200, 150, 100)
