"""Pauses: longer each time, up to a cap, drawn anywhere below, and short again after a success."""

from __future__ import annotations

import random
from typing import Any

import pytest

from course_lib.realtime.backoff import Backoff


def test_the_ceiling_doubles_up_to_the_cap() -> None:
    backoff = Backoff(1.0, 10.0)
    ceilings = []
    for _ in range(6):
        ceilings.append(backoff.ceiling)
        backoff.next()
    assert ceilings == [1, 2, 4, 8, 10, 10]
    assert repr(backoff) == "<Backoff: 6 failures, next pause 0.05…10 s>"
    backoff.reset()
    assert (backoff.failures, backoff.ceiling) == (0, 1)


def test_pauses_lie_anywhere_between_the_least_and_the_ceiling() -> None:
    backoff = Backoff(1.0, 8.0, least=0.1, rng=random.Random(1))
    for _ in range(3):
        backoff.next()
    pauses = [backoff.next() for _ in range(2000)]
    assert min(pauses) >= 0.1
    assert max(pauses) <= 8.0
    assert min(pauses) < 0.5
    assert max(pauses) > 7.5
    assert 3.7 < sum(pauses) / len(pauses) < 4.4


def test_clients_with_one_seed_agree_and_others_do_not() -> None:
    def pauses(seed: int) -> list[float]:
        backoff = Backoff(rng=random.Random(seed))
        return [backoff.next() for _ in range(5)]

    assert pauses(1) == pauses(1) != pauses(2)
    assert Backoff().next() != Backoff().next()


def test_a_very_long_outage_is_no_error() -> None:
    backoff = Backoff(0.1, 30.0)
    backoff.failures = 10**9
    assert backoff.next() <= 30.0
    assert Backoff(1e300, 1.7e308).ceiling == 1e300


def test_all_pauses_may_be_alike() -> None:
    backoff = Backoff(2.0, 2.0, least=2.0)
    assert [backoff.next(), backoff.next()] == [2.0, 2.0]
    assert Backoff(least=0).least == 0
    assert (Backoff().base, Backoff().cap) == (0.25, 30.0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"base": 0, "least": 0},
        {"base": -1, "least": -1},
        {"base": 5, "cap": 4},
        {"base": 1, "least": 2},
        {"cap": float("inf")},
        {"base": float("nan")},
    ],
)
def test_pauses_that_make_no_sense_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="expected 0 <= least <= base <= cap"):
        Backoff(**wrong)
