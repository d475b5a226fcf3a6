"""Percentiles and summaries."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.measure.latency import Summary, percentile

values = st.lists(st.floats(0, 1e3), min_size=1, max_size=50)


@pytest.mark.parametrize(
    ("q", "expected"), [(0, 1), (1, 1), (10, 1), (10.1, 2), (50, 5), (51, 6), (90, 9), (99, 10), (100, 10)]
)
def test_nearest_rank_of_ten_values(q: float, expected: float) -> None:
    assert percentile([10, 3, 1, 2, 4, 9, 8, 7, 6, 5], q) == expected


def test_a_rank_that_is_whole_is_not_pushed_up_by_rounding() -> None:
    assert percentile(range(1, 251), 64.4) == 161  # 64.4 * 250 / 100 is 161.00000000000003 in floats


@given(values, st.integers(0, 1000).map(lambda tenths: tenths / 10))
def test_numpys_inverted_cdf_agrees(some: list[float], q: float) -> None:
    assert percentile(some, q) in some
    if q not in (7.1,) and (q * len(some)) % 100:  # at whole ranks numpy's own floats may go one too far
        assert percentile(some, q) == np.percentile(some, q, method="inverted_cdf")


@given(values)
def test_a_summary_rises(some: list[float]) -> None:
    summary = Summary.of(some)
    assert min(some) <= summary.p50 <= summary.p90 <= summary.p99 <= summary.max == max(some)
    assert summary.n == len(some)


def test_a_summary_in_a_table_and_in_words() -> None:
    summary = Summary.of(n / 1000 for n in range(1, 101))
    assert summary.row() == (100, 50.0, 90.0, 99.0, 100.0)
    assert summary.row("s", 3) == (100, 0.05, 0.09, 0.099, 0.1)
    assert str(summary) == "n 100, p50 50.0 ms, p90 90.0 ms, p99 99.0 ms, max 100.0 ms"


def test_nothing_and_nonsense_are_refused() -> None:
    with pytest.raises(ValueError, match="expected at least one value, got none"):
        Summary.of([])
    with pytest.raises(ValueError, match=r"expected a percentile in 0…100, got 101"):
        percentile([1.0], 101)
