"""Events and records: order, filters, JSON, collecting."""

from __future__ import annotations

import copy
import json
import math
import pickle
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.record import Event, Record, Recorder

SOME = Record(
    (
        Event(2.0, "timers", "start", "late", duration=0.5),
        Event(1.0, "timers", "wait", "early"),
        Event(1.0, "poll", "output", "same time, later given", detail={"item": 3, "why": ["a", {"b": None}]}),
    ),
    title="some",
    meta={"node": "24", "options": [1, 2]},
)

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
events = st.builds(
    Event,
    st.floats(0, 1e6),
    st.sampled_from(["a", "b", "c"]),
    st.sampled_from(["start", "end"]),
    st.text(),
    st.floats(0, 10),
    st.dictionaries(st.text(), json_values, max_size=3),
)
records = st.builds(Record, st.lists(events, max_size=8).map(tuple), st.text(), st.dictionaries(st.text(), json_values))


def test_events_are_ordered_by_time_and_ties_keep_the_order_given() -> None:
    assert SOME.labels() == ["early", "same time, later given", "late"]


def test_lanes_and_kinds_come_in_order_of_first_appearance() -> None:
    assert SOME.lanes == ("timers", "poll")
    assert SOME.kinds == ("wait", "output", "start")


def test_duration_is_the_end_of_what_ended_last() -> None:
    assert SOME.duration == 2.5
    assert Record().duration == 0.0


@pytest.mark.parametrize(
    ("lane", "kind", "labels"),
    [
        ("timers", None, ["early", "late"]),
        (None, "output", ["same time, later given"]),
        (("timers", "poll"), ("start", "output"), ["same time, later given", "late"]),
        ("nowhere", None, []),
    ],
)
def test_where_filters_by_lane_and_kind(lane: str, kind: str, labels: list[str]) -> None:
    assert SOME.labels(lane=lane, kind=kind) == labels
    assert SOME.where(lane=lane, kind=kind).meta == SOME.meta


def test_where_filters_by_a_condition_too() -> None:
    assert SOME.where(lambda event: event.duration > 0, lane="timers").labels() == ["late"]


def test_merge_keeps_time_order_and_the_first_records_facts() -> None:
    other = Record((Event(1.5, "other", "start", "between"),), "other", {"node": "26", "more": True})
    merged = SOME.merge(other)
    assert merged.labels() == ["early", "same time, later given", "between", "late"]
    assert (merged.title, merged.meta["node"], merged.meta["more"]) == ("some", "24", True)


def test_shifted_moves_every_event() -> None:
    assert [event.at for event in SOME.shifted(-1.0)] == [0.0, 0.0, 1.0]


def test_details_are_frozen_all_the_way_down() -> None:
    source = {"list": [1, {"x": 1}]}
    event = Event(0, "a", "b", detail=source)
    source["list"].append(2)
    assert event.detail["list"] == (1, {"x": 1})
    with pytest.raises(TypeError):
        event.detail["list"] = ()  # type: ignore[index]


def test_a_detail_json_cannot_hold_is_refused() -> None:
    with pytest.raises(TypeError, match="expected a value JSON can hold, got <object"):
        Event(0, "a", "b", detail={"x": object()})  # type: ignore[dict-item]


@given(records)
def test_json_there_and_back_is_equal(record: Record) -> None:
    text = record.to_json()
    assert "\n" not in text
    assert Record.from_json(text) == record


@given(records)
def test_records_pickle_copy_and_hash(record: Record) -> None:
    again = pickle.loads(pickle.dumps(record))
    assert again == record
    assert hash(again) == hash(record) == hash(copy.deepcopy(record))


@pytest.mark.parametrize("text", ["[]", "{}", json.dumps({"record": 2, "events": []})])
def test_text_that_is_no_record_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match='expected a JSON object with "record": 1, got'):
        Record.from_json(text)


def test_repr_says_what_is_in_it() -> None:
    assert repr(SOME) == "<Record 'some': 3 events, 2 lanes, 2.500 s>"


def test_recorder_stamps_with_its_clock_from_zero() -> None:
    moments = iter([100.0, 100.5, 103.0])
    recorder = Recorder("run", clock=lambda: next(moments))
    recorder.add("a", "start", "first")
    recorder.add("a", "end", "given", at=0.7, duration=0.1, item=1)
    recorder.add("a", "end", "last")
    record = recorder.record(node="24")
    assert [(event.at, event.label) for event in record] == [(0.5, "first"), (0.7, "given"), (3.0, "last")]
    assert record.meta == {"node": "24"}


def test_recorder_keeps_at_most_its_limit_and_counts_the_rest() -> None:
    recorder = Recorder(limit=2)
    recorder.extend(Event(float(i), "a", "x", str(i)) for i in range(5))
    record = recorder.record()
    assert record.labels() == ["0", "1"]
    assert record.meta == {"dropped": 3}


def test_recorder_takes_events_from_many_threads() -> None:
    recorder = Recorder()
    threads = [threading.Thread(target=lambda: [recorder.add("t", "x") for _ in range(200)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(recorder.record()) == 800


@pytest.mark.parametrize("time", [math.nan, math.inf, -math.inf])
def test_a_time_is_finite(time: float) -> None:
    with pytest.raises(ValueError, match="expected a finite time"):
        Event(time, "a", "start")
    with pytest.raises(ValueError, match="expected a finite time"):
        Event(0.0, "a", "start", duration=time)


@pytest.mark.parametrize("text", ['{"record": 1}', '{"record": 1, "title": "", "meta": {}, "events": [5]}'])
def test_json_of_another_shape_is_no_record(text: str) -> None:
    with pytest.raises(ValueError, match="expected the events"):
        Record.from_json(text)
