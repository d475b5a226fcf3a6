"""What is counted, and what is left out."""

from __future__ import annotations

import math

import pytest

from course_lib.measure.load.tally import Progress, Tally


def test_the_warm_up_counts_as_answers_and_not_as_latencies():
    tally = Tally()
    tally.begin(10.0, 11.0)
    tally.answered(10.9, 11.95)
    tally.answered(11.0, 11.5)
    tally.answered(11.5, 11.75)
    assert tally.answers == 3
    assert tally.finished().n == 2
    assert tally.finished().percentile(100) == 0.5
    assert tally.moments == [(1.0, 0.5), (1.5, 0.25)]


def test_progress_is_of_the_time_since_the_last():
    tally = Tally()
    tally.begin(0.0, 0.0)
    tally.errors["reset"] += 2
    tally.answered(0.0, 0.25)
    assert tally.progress(0.5) == Progress(0.5, 1, 0.25, 0.25, 0.25, 2)
    quiet = tally.progress(0.75)
    assert (quiet.at, quiet.count, quiet.errors) == (0.75, 0, 0)
    assert math.isnan(quiet.p50)
    tally.answered(0.5, 0.625)
    assert tally.progress(1.0).max == 0.125
    assert tally.finished().n == 2


@pytest.mark.parametrize("count", [10, 1999, 2000, 5000, 50_000])
def test_the_moments_stay_few_and_cover_the_whole(count):
    tally = Tally()
    tally.begin(0.0, 0.0)
    for number in range(count):
        tally.answered(number / count, number / count + 0.125)
    tally.finished()
    moments = tally.moments
    assert len(moments) == count if count < 2000 else 900 <= len(moments) <= 2600
    assert [due for due, _ in moments] == sorted(due for due, _ in moments)
    assert moments[0][0] < 0.01
    assert moments[-1][0] >= 0.9
