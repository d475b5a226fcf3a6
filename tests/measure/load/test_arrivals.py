"""Who has got which message."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.measure.load.arrivals import Arrivals, number_of


def published(count: int, subscribers: int = 1) -> tuple[Arrivals, list[int], list[int]]:
    completed: list[int] = []
    arrivals = Arrivals(subscribers, run=5, complete=lambda: completed.append(1))
    numbers = [number_of(arrivals.publish(due / 10, 20)[1]) for due in range(count)]
    return arrivals, numbers, completed


def test_a_message_says_its_number_and_has_its_size():
    arrivals, (number, _), _ = published(2)
    assert number == 50_000_000
    place, text = arrivals.publish(0.0, 20)
    assert (place, text) == (2, "0050000002 xxxxxxxxx")
    assert arrivals.published == 3


def test_everyone_gets_everything():
    arrivals, numbers, completed = published(3, subscribers=2)
    assert arrivals.missing == 6
    for number in numbers:
        assert arrivals.arrived(0, number) == (number - numbers[0]) / 10
    assert completed == []
    for number in numbers:
        arrivals.arrived(1, number)
    assert (arrivals.missing, arrivals.duplicates, len(completed)) == (0, 0, 3)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 9), max_size=30))
def test_in_any_order_with_any_repeats(order):
    """Whatever comes, in whatever order: what came once counts, the rest is missing or came again."""
    arrivals, numbers, completed = published(10)
    counted = [place for place in order if arrivals.arrived(0, numbers[place]) is not None]
    assert sorted(counted) == sorted(set(order))
    assert arrivals.duplicates == len(order) - len(set(order))
    assert arrivals.missing == 10 - len(set(order))
    assert len(completed) == len(set(order))


@pytest.mark.parametrize("text", ["", "hello", "12 x", "²²²²²²²²²²", b"\xff" * 12, "0060000000 x", "0000000000"])
def test_other_peoples_messages_are_not_ours(text):
    arrivals, _, _ = published(1)
    assert arrivals.arrived(0, number_of(text)) is None
    assert (arrivals.missing, arrivals.duplicates) == (1, 0)


def test_what_the_server_refused_is_not_missing():
    arrivals, numbers, completed = published(2, subscribers=2)
    arrivals.arrived(0, numbers[0])
    arrivals.withdraw(0)
    arrivals.withdraw(0)
    assert (arrivals.missing, len(completed)) == (2, 1)
    assert arrivals.arrived(1, numbers[0]) == 0.0  # it was lied to us
    assert arrivals.missing == 2


def test_who_waits_too_long_gives_up_and_it_stays_missing_until_it_comes():
    arrivals, numbers, completed = published(3, subscribers=2)
    arrivals.arrived(0, numbers[0])
    arrivals.give_up(before=0.15)
    assert (arrivals.missing, len(completed)) == (5, 2)
    arrivals.give_up(before=0.15)
    assert (arrivals.missing, len(completed)) == (5, 2)
    arrivals.arrived(1, numbers[0])
    assert (arrivals.missing, len(completed)) == (4, 2)


def test_the_number_of_a_load_is_bounded():
    with pytest.raises(ValueError, match="1…999"):
        Arrivals(1, 0)
