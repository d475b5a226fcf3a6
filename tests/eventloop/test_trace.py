"""The rows and the record a run leaves."""

from __future__ import annotations

from typing import Any

import pytest

from course_lib.eventloop import (
    PHASES,
    Promise,
    Run,
    clear_timeout,
    log,
    next_tick,
    on_uncaught_exception,
    on_unhandled_rejection,
    queue_microtask,
    run,
    set_immediate,
    set_interval,
    set_timeout,
)
from course_lib.eventloop.programs import run_program
from course_lib.record import Record
from tests.eventloop.fixtures import PROGRAMS, RANDOM, expected, seen


def traced(main: object, **options: object) -> Run:
    return run(main, clock="virtual", **options)  # type: ignore[arg-type]


def example() -> None:
    def timer() -> None:
        next_tick(log, "tick of the timer")
        queue_microtask(lambda: log("a lambda is named by what it says"))

    set_timeout(timer, 10)
    set_immediate(log, "immediate")
    clear_timeout(set_timeout(log, 20, "never"))
    next_tick(lambda: None, name="a given name")


@pytest.fixture
def result() -> Run:
    return traced(example)


def test_every_callback_has_a_row(result: Run) -> None:
    rows = [(row.iteration, row.phase, row.queue, row.label, row.why) for row in result.callbacks]
    assert rows == [
        (0, "main", "cb", "example", "main program"),
        (0, "main", "tick", "a given name", "nextTick"),
        (1, "check", "cb", "immediate", "setImmediate"),
        (2, "timers", "cb", "timer", "setTimeout 10 ms"),
        (2, "timers", "tick", "tick of the timer", "nextTick"),
        (2, "timers", "micro", "a lambda is named by what it says", "microtask"),
    ]


def test_rows_say_who_scheduled_them(result: Run) -> None:
    main, named, immediate, timer, tick, micro = result.callbacks
    assert main.by is None
    assert named.by == immediate.by == timer.by == main.item
    assert tick.by == micro.by == timer.item
    assert len({row.item for row in result.callbacks}) == 6


def test_times_follow_each_other(result: Run) -> None:
    for before, after in zip(result.callbacks, result.callbacks[1:], strict=False):
        assert before.duration >= 0
        assert before.start + before.duration <= after.start + 1e-9


def test_the_record_follows_the_steppers_convention(result: Run) -> None:
    record = result.record
    assert [lane["name"] for lane in record.meta["lanes"]] == [phase.name for phase in PHASES]  # type: ignore[index,union-attr,call-overload]
    assert [queue["name"] for queue in record.meta["queues"]] == ["tick", "micro"]  # type: ignore[index,union-attr,call-overload]
    assert set(record.kinds) == {"enter", "wait", "drop", "start", "end", "output"}
    assert record.labels(kind="output") == result.output
    assert record.labels(kind="start") == [row.label for row in result.callbacks]
    assert record.labels(kind="drop") == ["never"]
    first = record.where(kind="start", lane="tick")[0]
    assert first.detail["phase"] == "main"
    assert Record.from_json(record.to_json()) == record


def test_the_record_can_be_folded(result: Run) -> None:
    """Whatever starts was waiting before, unless the outside world brought it, and nothing waits twice."""
    waiting: set[object] = set()
    running: object = None
    for event in result.record:
        item = event.detail.get("item")
        if event.kind == "wait":
            assert item not in waiting
            waiting.add(item)
        elif event.kind == "drop":
            waiting.remove(item)
        elif event.kind == "start":
            assert running is None
            assert event.detail["by"] is None or item in waiting
            waiting.discard(item)
            running = item
        elif event.kind == "end":
            assert item == running
            running = None
    assert not waiting


def test_an_interval_waits_anew_after_each_run() -> None:
    def main() -> None:
        def beat() -> None:
            log("beat")
            if len(runs) == 2:
                clear_timeout(timer)
            runs.append(1)

        runs: list[int] = []
        timer = set_interval(beat, 10)

    result = traced(main)
    waits = result.record.where(kind="wait")
    assert waits.labels() == ["beat"] * 3
    rows = [row for row in result.callbacks if row.label == "beat"]
    assert [row.by for row in rows] == [0, rows[0].item, rows[1].item]


def test_errors_and_rejections_are_in_the_record() -> None:
    def main() -> None:
        on_uncaught_exception(lambda error: log("uncaught"))
        on_unhandled_rejection(lambda reason, promise: log("unhandled"))
        Promise.reject("x")
        set_immediate(lambda: 1 / 0)

    rows = [(row.queue, row.label) for row in traced(main).callbacks]
    assert ("rej", "unhandled") in rows
    assert ("cb", "Node's empty immediate") in rows


def test_poll_is_entered_when_the_loop_waits_there(result: Run) -> None:
    assert [event.lane for event in result.record.where(kind="enter")] == ["check", "poll", "timers"]


def test_without_a_trace_the_output_is_the_same() -> None:
    result = traced(example, trace=False)
    assert result.rows == traced(example).rows
    assert result.callbacks == ()
    assert len(result.record) == 0


@pytest.mark.parametrize("program", [*PROGRAMS, *RANDOM], ids=lambda program: program["id"])
def test_tracing_changes_no_order(program: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    results: list[Run] = []

    def with_trace(main: Any, **options: Any) -> Run:
        results.append(run(main, **{**options, "trace": True}))
        return results[0]

    monkeypatch.setattr("course_lib.eventloop.programs.run", with_trace)
    assert seen(program, run_program(program, clock="virtual")) == expected(program)
    assert results[0].record.labels(kind="output") == program["order"]
