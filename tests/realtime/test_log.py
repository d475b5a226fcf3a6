"""The log: any number of readers, each with its own cursor, and a word about what is gone."""

from __future__ import annotations

from typing import Any

import pytest

from course_lib.realtime import log as log_module
from course_lib.realtime.log import Batch, Log, Message


def of(history: int, *rooms: str) -> Log:
    """A log into which each of these rooms has written in turn."""
    log = Log(history)
    for room in rooms:
        log.append("x", room)
    return log


def ids(batch: Batch) -> list[int]:
    return [one.id for one in batch.messages]


def test_readers_do_not_take_anything_from_each_other() -> None:
    log = Log()
    assert log.append("one") == Message(1, "one")
    assert log.append("two", "", "joined") == Message(2, "two", "", "joined")
    assert log.after(0) == log.after(0) == Batch((Message(1, "one"), Message(2, "two", "", "joined")), 2, False)
    assert log.after(1).messages == (Message(2, "two", "", "joined"),)
    assert log.after(2) == Batch((), 2, False)


def test_a_reader_with_a_limit_goes_on_where_it_stopped() -> None:
    log = of(10, *"aabababb")
    first = log.after(0, room="a", limit=2)
    assert (ids(first), first.cursor) == ([1, 2], 2)
    second = log.after(first.cursor, room="a", limit=2)
    assert (ids(second), second.cursor) == ([4, 6], 6)
    assert log.after(second.cursor, room="a", limit=2) == Batch((), 8, False)


def test_the_oldest_are_forgotten_and_it_says_so() -> None:
    log = of(3, *[""] * 5)
    assert (log.oldest, log.newest, len(log)) == (3, 5, 3)
    assert (ids(log.after(0)), log.after(0).missed) == ([3, 4, 5], True)
    assert (ids(log.after(1)), log.after(1).missed) == ([3, 4, 5], True)
    assert (ids(log.after(2)), log.after(2).missed) == ([3, 4, 5], False)
    assert repr(log) == "<Log: messages 3…5, room for 3>"
    assert repr(Log(7)) == "<Log: messages none, room for 7>"
    assert (Log().oldest, Log().newest, Log().history) == (0, 0, 1000)


def test_a_quiet_room_has_missed_nothing_while_others_were_busy() -> None:
    log = of(3, "quiet", *["busy"] * 10)
    assert log.after(1, room="quiet") == Batch((), 11, False)
    assert log.after(0, room="quiet") == Batch((), 11, True)
    assert log.after(1, room="busy").missed


def test_after_a_restart_a_cursor_is_ahead_and_its_reader_is_told() -> None:
    assert Log().after(7) == Batch((), 0, True)
    assert of(3, "").after(7) == Batch((Message(1, "x"),), 1, True)


def test_what_it_remembers_of_rooms_is_bounded_and_errs_on_the_side_of_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_module, "_ROOMS_REMEMBERED", 3)
    log = Log(2)
    for number in range(1, 21):
        log.append("x", f"room {number}")
        assert len(log._forgotten) <= 3
    # 19 and 20 are kept, 16 to 18 remembered by name, the others only as "something, up to 15"
    for number in range(1, 19):
        assert log.after(number - 1, room=f"room {number}").missed
    for number in (16, 17, 18):
        assert not log.after(number, room=f"room {number}").missed
    assert log.after(7, room="room 7").missed
    assert not log.after(15, room="room 7").missed


def test_the_rooms_it_forgets_are_those_that_were_silent_longest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_module, "_ROOMS_REMEMBERED", 2)
    log = of(1, "a", "b", "a", "c", "end")
    assert log._forgotten == {"a": 3, "c": 4}
    assert not log.after(2, room="b").missed
    assert log.after(2, room="a").missed


def test_asking_costs_what_it_brings_and_not_what_is_kept() -> None:
    log = of(20_000, *[""] * 20_000)
    looked = 0

    class Counting(list[Message]):
        def __getitem__(self, index: Any) -> Any:
            nonlocal looked
            looked += 1
            return super().__getitem__(index)

    log._ring = Counting(log._ring)
    assert ids(log.after(19_990)) == list(range(19_991, 20_001))
    assert len(log.after(0, limit=5).messages) == 5
    assert looked <= 20


@pytest.mark.parametrize("wrong", [lambda: Log(0), lambda: Log().after(-1), lambda: Log().after(0, limit=0)])
def test_what_makes_no_sense_is_refused(wrong: Any) -> None:
    with pytest.raises(ValueError, match=r"^expected .* got "):
        wrong()
