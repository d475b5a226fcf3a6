"""The state at each step is what somebody who follows the program by hand writes down."""

from course_lib.record import Event, Record
from course_lib.show.moments import Moment, fold, moments


def seen(moment: Moment) -> tuple[object, ...]:
    waiting = {item.label: item.lane for item in moment.waiting}
    running = moment.running.label if moment.running else None
    return moment.lane, moment.iteration, running, waiting, "".join(moment.output), moment.done


def test_the_state_at_every_step(program: Record) -> None:
    late, immediate = {"late timer": "timers"}, {"immediate": "check"}
    assert [seen(moment) for moment in moments(program)] == [
        ("", None, None, {}, "", 0),
        ("main", 0, "main", {"timer": "timers", **immediate, **late, "tick": "tick"}, "a", 1),
        ("main", 0, "tick", {"timer": "timers", **immediate, **late}, "ab", 2),
        ("timers", 1, "timer", {**immediate, **late}, "abc", 3),
        ("check", 1, "immediate", {}, "abcd", 4),
        ("close", 1, None, {}, "abcd", 4),
    ]


def test_what_began_to_wait_in_a_step_is_fresh_in_that_step_only(program: Record) -> None:
    assert [sorted(moment.fresh) for moment in moments(program)] == [[], [1, 2, 3, 4], [], [], [], []]


def test_only_the_last_step_is_over(program: Record) -> None:
    assert [moment.over for moment in moments(program)] == [False] * 5 + [True]


def test_an_empty_record_has_one_step() -> None:
    assert moments(Record()) == [Moment()]


def test_a_callback_without_an_end_ends_where_the_next_begins() -> None:
    events = tuple(Event(float(at), "poll", "start", name, 0.0, {"item": at}) for at, name in enumerate("xy"))
    assert [m.running.label if m.running else "" for m in moments(Record(events))] == ["", "x", "y", ""]


def test_what_waits_before_anything_ran_is_there_at_step_0() -> None:
    events = (Event(0, "poll", "wait", "x", 0, {"item": 1}), Event(1, "poll", "start", "x", 0, {"item": 1}))
    first = moments(Record(events))[0]
    assert [item.label for item in first.in_lane("poll")] == ["x"]


def test_an_item_that_waits_again_moves_to_the_end() -> None:
    state = Moment()
    for item in (1, 2, 1):
        state = fold(state, Event(0, "timers", "wait", f"t{item}", 0, {"item": item}))
    assert [item.id for item in state.waiting] == [2, 1]


def test_events_of_other_kinds_change_nothing() -> None:
    assert fold(Moment(), Event(0, "poll", "gossip", "x")) == Moment()
    assert fold(Moment(), Event(0, "poll", "wait", "without an item")) == Moment()
