"""The histogram against exact percentiles."""

from __future__ import annotations

import itertools
import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.measure import Histogram
from course_lib.measure.histogram import HIGHEST, LOWEST
from course_lib.measure.latency import percentile

inside = st.floats(LOWEST, HIGHEST)
anything = st.floats(0, 1e6)
shares = st.sampled_from([0, 1, 50, 90, 99, 99.9, 100])


def of(values: list[float]) -> Histogram:
    histogram = Histogram()
    for value in values:
        histogram.record(value)
    return histogram


@settings(max_examples=40, deadline=None)
@given(st.lists(inside, min_size=1, max_size=200), shares)
def test_percentiles_are_right_to_one_per_cent(values, q):
    histogram = of(values)
    assert histogram.n == len(values)
    assert histogram.percentile(q) == pytest.approx(percentile(values, q), rel=0.01)


def test_percentiles_are_right_to_half_a_per_cent_everywhere():
    values = [LOWEST * 1.017**step for step in range(1062)]
    histogram = of(values)
    for q in range(101):
        assert histogram.percentile(q) == pytest.approx(percentile(values, q), rel=0.005)


@settings(max_examples=40, deadline=None)
@given(st.lists(anything, min_size=1, max_size=100))
def test_the_ends_are_exact_and_what_is_outside_is_counted(values):
    histogram = of(values)
    clamped = [min(max(value, LOWEST), HIGHEST) for value in values]
    assert (histogram.min, histogram.max) == (min(clamped), max(clamped))
    assert histogram.percentile(100) == histogram.max
    assert histogram.below == sum(value < LOWEST for value in values)
    assert histogram.above == sum(value > HIGHEST for value in values)
    assert histogram.mean == pytest.approx(sum(clamped) / len(clamped))
    assert sum(count for _, _, count in histogram.buckets()) == len(values)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(anything, max_size=50), max_size=4))
def test_merging_is_recording_all_together(parts):
    merged = Histogram()
    for part in parts:
        merged.merge(of(part))
    together = of([value for part in parts for value in part])
    assert merged == together
    assert sum((of(part) for part in parts), Histogram()) == together


@settings(max_examples=30, deadline=None)
@given(st.lists(anything, max_size=50))
def test_it_survives_json(values):
    histogram = of(values)
    back = Histogram.from_json(histogram.to_json())
    assert back == histogram
    if values:
        assert back.mean == histogram.mean
    back.record(0.5)
    assert back != histogram


@settings(max_examples=20, deadline=None)
@given(st.lists(anything, max_size=3000))
def test_many_at_once_are_the_same_as_one_by_one(values):
    histogram = Histogram()
    histogram.record_all(values)
    assert histogram == of(values)


def test_every_bucket_is_narrower_than_one_per_cent():
    histogram = of([LOWEST * 1.003**step for step in range(6000) if LOWEST * 1.003**step <= HIGHEST])
    buckets = histogram.buckets()
    assert all(high / low <= 1.0079 for low, high, _ in buckets)
    assert all(before[1] == after[0] for before, after in itertools.pairwise(buckets))
    assert len(histogram.to_json()) < 60_000


def test_values_keep_the_shape_and_the_longest():
    histogram = of([0.001] * 90 + [0.5] * 9 + [2.0])
    assert histogram.values(10) == pytest.approx([0.001] * 9 + [2.0], rel=0.01)
    assert len(histogram.values()) == 100
    assert histogram.values()[-1] == 2.0
    assert Histogram().values() == []


@pytest.mark.parametrize("wrong", [-1e-9, -math.inf, math.nan])
def test_what_is_no_time_is_refused(wrong):
    histogram = Histogram()
    with pytest.raises(ValueError, match="expected seconds of 0 or more, got"):
        histogram.record(wrong)
    with pytest.raises(ValueError, match="expected seconds of 0 or more, got"):
        histogram.record_all([0.5, wrong])
    assert histogram.n == 0


def test_infinity_is_above():
    histogram = of([math.inf])
    assert (histogram.above, histogram.max) == (1, HIGHEST)
    bulk = Histogram()
    bulk.record_all([math.inf])
    assert bulk == histogram


def test_nothing_has_no_percentile():
    histogram = Histogram()
    for ask in (lambda: histogram.percentile(50), lambda: histogram.max, lambda: histogram.min, lambda: histogram.mean):
        with pytest.raises(ValueError, match="expected at least one value"):
            ask()
    with pytest.raises(ValueError, match="0…100"):
        of([1.0]).percentile(101)
    assert repr(of([1.0, 2.0])) == "<Histogram: 2 values>"
    assert Histogram() != 0


@pytest.mark.parametrize(
    "text",
    ["[]", '{"histogram": 2}', '{"histogram": 1}', json.dumps({**json.loads(of([1.0]).to_json()), "n": 2}),
     json.dumps({**json.loads(of([1.0]).to_json()), "counts": [[1, 1]]})],
)  # fmt: skip
def test_what_is_no_histogram_is_refused(text):
    with pytest.raises(ValueError, match="expected"):
        Histogram.from_json(text)
