"""Lanes by time."""

from collections.abc import Callable

import pytest

from course_lib.look.scene import Scene, Text
from course_lib.record import Event, Record
from course_lib.show import gantt, timeline
from course_lib.show.picture import Picture

Check = Callable[[Scene], None]


def words(picture: Picture) -> list[str]:
    return [shape.text for shape in picture.scene.shapes if isinstance(shape, Text)]


POOL = Record(
    (
        Event(0.0, "thread 1", "work", "a", 0.3),
        Event(0.0, "thread 2", "work", "b", 0.1),
        Event(0.1, "thread 2", "work", "c", 0.2),
        Event(0.2, "thread 2", "work", "d", 0.2),
    ),
    "a pool",
)


def test_a_timeline_of_the_loop_shows_callbacks_in_the_lanes_of_their_queues(
    program: Record, well_drawn: Check
) -> None:
    picture = timeline(program, caption="one run")
    well_drawn(picture.scene)
    assert picture.table.rows == (
        ("0 ms", "main", "start", "main", "0.5 ms"),
        ("7 ms", "tick queue", "start", "tick", "0.5 ms"),
        ("11 ms", "timers", "start", "timer", "0.5 ms"),
        ("16 ms", "check", "start", "immediate", "0.5 ms"),
    )
    assert picture.alt == "a small program: 4 events in 4 lanes over 16.5 ms; most in main (1)"
    assert {"main", "tick queue", "timers", "check", "one run"} <= set(words(picture))
    assert "poll" not in words(picture)


def test_lanes_that_are_asked_for_are_shown_empty_and_in_order(program: Record) -> None:
    shown = words(timeline(program, lanes=["poll", "timers"]))
    assert shown.index("poll") < shown.index("timers")
    assert "check" not in shown


def test_units_stand_on_the_axis() -> None:
    assert {"0 ms", "100 ms", "200 ms"} <= set(words(gantt(POOL)))


def test_a_gantt_says_how_busy_each_lane_was_counting_overlaps_once(well_drawn: Check) -> None:
    picture = gantt(POOL)
    well_drawn(picture.scene)
    assert {"busy 75 %", "busy 100 %"} <= set(words(picture))
    assert picture.alt == "a pool: 4 pieces of work in 2 lanes over 400 ms; thread 2 was busy 100 % of it"


@pytest.mark.parametrize("draw", [timeline, gantt])
def test_two_thousand_events(draw: Callable[[Record], Picture], crowd: Record, well_drawn: Check) -> None:
    picture = draw(crowd)
    well_drawn(picture.scene)
    assert len(picture.svg) < 300_000
    assert len(picture.table.rows) == (2000 if draw is timeline else sum(e.duration > 0 for e in crowd))


@pytest.mark.parametrize("draw", [timeline, gantt])
@pytest.mark.parametrize(
    "record",
    [
        Record(),
        Record((Event(0, "a", "x"),)),
        Record((Event(0, "a", "x", "only", 0.2),)),
        Record((Event(3, "a", "x", "one", 1e-9), Event(3, "a", "x", "two", 1e-9))),
        Record(tuple(Event(1, "a", "x", f"{at}", 1) for at in range(50))),
        Record(tuple(Event(10.0**at, f"lane {at}", "x", "y", 10.0**at) for at in range(-6, 3))),
        Record((Event(0, "lane " * 60, "x", "label " * 60, 1),)),
        Record(tuple(Event(at, f"client {at}", "x", "m", 1) for at in range(90))),
    ],
    ids=["empty", "moment", "single", "tiny", "equal", "decades", "long names", "many lanes"],
)
def test_odd_records(draw: Callable[[Record], Picture], record: Record, well_drawn: Check) -> None:
    picture = draw(record)
    well_drawn(picture.scene)
    assert picture.alt
    assert picture.png(48).startswith(b"\x89PNG")


def test_lanes_beyond_the_picture_are_in_the_table() -> None:
    picture = timeline(Record(tuple(Event(at, f"client {at}", "x", "m") for at in range(60))))
    assert "… and 20 more lanes, in the table" in words(picture)
    assert len(picture.table.rows) == 60


def test_a_label_near_the_right_edge_stands_left_of_its_bar(well_drawn: Check) -> None:
    picture = timeline(Record((Event(0, "a", "x", "first"), Event(1, "a", "x", "a label at the very end"))))
    well_drawn(picture.scene)
    assert "a label at the very end" in words(picture)


def test_a_label_never_stands_on_the_lanes_name(well_drawn: Check) -> None:
    times = ((0.1, "a label here"), (0.5, "b"), (10.0, ""))
    picture = timeline(Record(tuple(Event(at, "a lane", "x", label) for at, label in times)))
    well_drawn(picture.scene)
    assert "a label here" not in words(picture)
