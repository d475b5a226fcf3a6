"""The instrument, measured."""

from __future__ import annotations

from dataclasses import replace

import pytest

from course_lib import live, measure
from course_lib.measure import Trust


def test_it_says_what_can_be_believed():
    found = measure.trust(0.3)
    assert repr(found) == "<Trust: measured>"
    assert found.floor > 0
    assert 0 < found.round_trip_p50 <= found.round_trip_p99
    assert 0 <= found.late_p50 <= found.late_p99
    assert found.ceiling > 1000
    assert found.added == max(found.round_trip_p50 - found.floor, 0)
    assert [name for name, _ in found.rows()][-2:] == ["woken by", "loop"]
    assert live.leftovers() == []


def test_the_sentence():
    found = Trust(70e-6, 82e-6, 1e-3, 50e-6, 90e-6, 123_456.0, "spin", "asyncio")
    assert found.sentence == (
        "On this machine the load adds about 12 µs to a round trip and is 50 µs late (p99 90 µs): believe latencies "
        "from 0.5 ms on to a tenth, compare smaller ones only with each other, and take no rate above 120,000 a second "
        "for the server's."
    )
    assert "no rate above 990 a second" in replace(found, ceiling=999.9).sentence
    assert "adds about 0 µs" in replace(found, floor=1.0).sentence


@pytest.mark.parametrize("seconds", [0, 0.1, 61, float("nan")])
def test_no_time_is_refused(seconds):
    with pytest.raises(ValueError, match="expected 0.2…60 seconds".replace(".", r"\.")):
        measure.trust(seconds)
