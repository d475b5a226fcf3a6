"""Which events share a bar, and in which row they stand."""

from course_lib.record import Event
from course_lib.show.bars import Bar, bars, stacked
from course_lib.show.scales import Scale

X = Scale(0, 10, 0, 100)


def event(at: float, duration: float = 0.0, label: str = "") -> Event:
    return Event(at, "lane", "work", label, duration)


def spans(found: list[Bar]) -> list[tuple[float, float, int]]:
    return [(bar.left, bar.right, len(bar.events)) for bar in found]


def test_a_moment_is_two_px_wide() -> None:
    assert spans(bars([event(5)], X)) == [(50, 52, 1)]


def test_work_that_follows_work_has_a_bar_of_its_own() -> None:
    assert spans(bars([event(0, 3), event(3, 3)], X)) == [(0, 30, 1), (30, 60, 1)]


def test_overlapping_events_share_a_bar() -> None:
    assert spans(bars([event(0, 3), event(2, 3)], X)) == [(0, 50, 2)]


def test_moments_too_close_to_be_told_apart_share_a_bar() -> None:
    assert spans(bars([event(5), event(5.1), event(5.2), event(8)], X)) == [(50, 54, 3), (80, 82, 1)]


def test_a_short_event_inside_a_long_one_does_not_shorten_it() -> None:
    assert spans(bars([event(0, 9), event(1, 1)], X)) == [(0, 90, 2)]


def test_events_that_overlap_stand_in_rows_and_the_first_free_row_is_taken() -> None:
    first, second, third = event(0, 3, "a"), event(1, 4, "b"), event(3, 1, "c")
    assert [[e.label for e in row] for row in stacked([third, first, second])] == [["a", "c"], ["b"]]
