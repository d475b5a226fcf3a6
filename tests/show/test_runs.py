"""A record prepared for stepping."""

from dataclasses import replace

from course_lib.record import Event, Record
from course_lib.show.runs import MOST, Run, sentence, took


def test_places_come_from_the_records_description(program: Record) -> None:
    run = Run(program)
    assert [(place.name, place.hint) for place in run.stations] == [
        ("timers", "the timers"),
        ("poll", "the poll"),
        ("check", "the check"),
    ]
    assert run.title_of("tick") == "tick queue"
    assert run.title_of("nowhere") == "nowhere"


def test_without_a_description_the_lanes_are_the_stations(program: Record) -> None:
    assert [place.name for place in Run(replace(program, meta={})).stations] == [
        "main",
        "timers",
        "check",
        "tick",
        "poll",
        "close",
    ]


def test_a_tick_belongs_to_its_queue_and_a_rejection_to_the_microtasks(program: Record) -> None:
    run = Run(program)
    assert [run.lane_of(item) for item in run.started] == ["main", "tick", "timers", "check"]
    queues = [{"name": "micro", "title": "microtasks", "hint": ""}]
    event = Event(0, "main", "start", "warned", 0, {"item": 1, "queue": "rej", "phase": "main"})
    other = Run(Record((event,), "", {"lanes": [], "queues": queues}))
    assert other.lane_of(other.started[0]) == "micro"


def test_the_table_names_every_callback_and_who_scheduled_it(program: Record) -> None:
    assert Run(program).table().rows == (
        ("1", "0", "main", "main", "", "500 µs"),
        ("2", "0", "tick queue", "tick", "main", "500 µs"),
        ("3", "1", "timers", "timer", "main", "500 µs"),
        ("4", "1", "check", "immediate", "main", "500 µs"),
    )


def test_every_step_has_a_sentence(program: Record) -> None:
    run = Run(program)
    assert sentence(run, 0) == "Step 0 of 5, before anything has run; nothing waits; nothing printed yet"
    assert sentence(run, 2) == (
        "Step 2 of 5, iteration 0, tick is running (tick queue); "
        "waiting in timers: timer, late timer; in check: immediate; output so far: a b"
    )
    assert sentence(run, 5) == "Step 5 of 5, after the last callback; nothing waits; output so far: a b c d"


def test_the_still_picture_is_the_step_with_most_waiting(program: Record) -> None:
    assert Run(program).busiest == 1
    assert Run(Record()).busiest == 0


def test_later_callbacks_of_a_very_long_run_are_counted() -> None:
    events = tuple(Event(at, "check", "start", str(at), 0, {"item": at}) for at in range(MOST + 5))
    run = Run(Record(events))
    assert (run.last, run.left_out) == (MOST + 1, 5)


def test_durations_have_units() -> None:
    assert [took(s) for s in (0, 2e-6, 0.00018, 0.5, 3.0)] == ["", "2 µs", "180 µs", "500 ms", "3 s"]
