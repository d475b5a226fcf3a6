"""asyncio's loop, watched: the same rows as the course's own, and nothing changed."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import sys
import threading
import time
from typing import Any

import pytest

from course_lib import eventloop, live
from course_lib.eventloop.asyncio_side import AsyncioRun, log, run_asyncio
from course_lib.eventloop.errors import LoopError, LoopLimit, NoLoop


def all_three(watched: bool = True) -> Any:
    async def main() -> None:
        say = log if watched else order.append
        loop = asyncio.get_running_loop()
        one, other = socket.socketpair()
        with one, other:
            one.setblocking(False)
            other.send(b"x")
            over = loop.create_future()
            loop.add_reader(one, lambda: (say("io"), loop.remove_reader(one)))
            loop.call_later(0, lambda: (say("timer"), loop.call_soon(over.set_result, None)))
            loop.call_soon(say, "soon")
            say("main")
            await over
            say("after")

    order: list[str] = []
    return main if watched else (main, order)


def test_ready_io_and_timer_run_in_this_order_in_one_iteration() -> None:
    result = run_asyncio(all_three())
    assert result.rows == [
        ("main", "ready", "task"),
        ("soon", "ready", "cb"),
        ("io", "I/O", "cb"),
        ("timer", "timers", "cb"),
        ("after", "ready", "task"),
    ]
    starts = result.record.where(kind="start")
    found = {event.label: event.detail["iteration"] for event in starts if event.label in ("soon", "io", "timer")}
    assert set(found.values()) == {2}


def test_the_order_is_that_of_an_unwatched_loop() -> None:
    main, order = all_three(watched=False)
    asyncio.run(main())
    assert order == run_asyncio(all_three()).output


def test_what_a_callback_adds_waits_for_the_next_iteration() -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        loop.call_soon(lambda: (log("a"), loop.call_soon(log, "c")))
        loop.call_soon(log, "b")
        await asyncio.sleep(0.01)

    result = run_asyncio(main)
    assert result.output == ["a", "b", "c"]
    iterations = {event.label: event.detail["iteration"] for event in result.record.where(kind="start")}
    assert (iterations["a"], iterations["b"], iterations["c"]) == (2, 2, 3)


def test_tasks_are_named_and_their_steps_follow_each_other() -> None:
    async def worker(name: str) -> None:
        log(f"{name} 1")
        await asyncio.sleep(0)
        log(f"{name} 2")

    async def main() -> None:
        await asyncio.gather(worker("x"), worker("y"), asyncio.create_task(worker("z"), name="special"))

    result = run_asyncio(main)
    assert result.output == ["z 1", "x 1", "y 1", "z 2", "x 2", "y 2"]
    steps = [event.label for event in result.record.where(kind="start") if event.detail["queue"] == "task"]
    assert steps == ["main", *2 * ["special", "worker", "worker (2)"], "main"]


def test_who_scheduled_what_and_how_long_it_took() -> None:
    def slow() -> None:
        end = time.perf_counter() + 0.02
        while time.perf_counter() < end:
            pass

    async def main() -> None:
        asyncio.get_running_loop().call_later(0.01, slow)
        await asyncio.sleep(0.02)

    record = run_asyncio(main).record
    starts = {event.label: event for event in record.where(kind="start")}
    assert starts["slow"].lane == "timers"
    assert starts["slow"].detail["by"] == next(iter(record.where(kind="start"))).detail["item"]
    assert starts["slow"].detail["why"] == "in 10 ms"
    assert 0.02 <= starts["slow"].duration < 5
    ends = {event.detail["item"]: event for event in record.where(kind="end")}
    assert ends[starts["slow"].detail["item"]].at == pytest.approx(starts["slow"].end, abs=0.01)


def test_the_record_follows_the_steppers_convention() -> None:
    result = run_asyncio(all_three())
    lanes = [lane["name"] for lane in json.loads(result.record.to_json())["meta"]["lanes"]]
    queues = [lane["name"] for lane in json.loads(result.record.to_json())["meta"]["queues"]]
    assert (lanes, queues) == (["select", "I/O", "timers", "run"], ["ready"])
    waiting: set[object] = set()
    running: object = None
    seen = []
    for event in result.record:
        if event.kind == "enter":
            assert event.lane in lanes
            assert running is None
            seen.append(event.lane)
        elif event.kind == "wait":
            assert event.lane in ("ready", "timers")
            waiting.add(event.detail["item"])
        elif event.kind == "drop":
            waiting.remove(event.detail["item"])
        elif event.kind == "start":
            waiting.remove(event.detail["item"])
            assert running is None
            running = event.detail["item"]
            assert event.detail["phase"] == seen[-1] == "run"
        elif event.kind == "end":
            assert running == event.detail["item"]
            running = None
        else:
            assert event.kind == "output"
            assert event.detail["item"] == running
    assert (waiting, running) == (set(), None)
    assert seen[:3] == ["select", "run", "select"]


def test_a_cancelled_timer_is_dropped_and_never_runs() -> None:
    async def main() -> None:
        asyncio.get_running_loop().call_later(0.01, log, "never").cancel()
        soon = asyncio.get_running_loop().call_soon(log, "never either")
        soon.cancel()
        await asyncio.sleep(0.03)

    result = run_asyncio(main)
    assert result.output == []
    assert result.record.labels(kind="drop") == ["never", "never either"]


def test_equal_timers_are_two_timers() -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        when = loop.time() + 0.01
        loop.call_at(when, log, "tick")
        loop.call_at(when, log, "tick").cancel()
        await asyncio.sleep(0.03)

    result = run_asyncio(main)
    assert result.output == ["tick"]
    assert result.record.labels(kind="drop") == ["tick"]


def test_cancellation_is_a_step_of_the_cancelled_task() -> None:
    async def sleeper() -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            log("cancelled")
            raise

    async def main() -> None:
        task = asyncio.create_task(sleeper())
        await asyncio.sleep(0)
        task.cancel()
        log("asked")
        with pytest.raises(asyncio.CancelledError):
            await task
        log("over")

    assert run_asyncio(main).rows == [
        ("asked", "ready", "task"),
        ("cancelled", "ready", "task"),
        ("over", "ready", "task"),
    ]


def test_a_task_left_behind_is_cancelled_at_the_end_and_may_print() -> None:
    async def left() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            log("put away")

    async def main() -> str:
        main.task = asyncio.create_task(left())  # type: ignore[attr-defined]
        await asyncio.sleep(0)
        return "done"

    result = run_asyncio(main)
    assert (result.output, result.result) == (["put away"], "done")


def test_a_thread_prints_as_a_thread() -> None:
    async def main() -> None:
        await asyncio.to_thread(threading.main_thread)
        log("back")

    result = run_asyncio(main)
    assert result.output == ["back"]
    assert result.record.where(kind="start").labels().count("main") >= 2


def test_errors_nobody_waits_for_are_kept_not_printed(capfd: pytest.CaptureFixture[str]) -> None:
    async def main() -> None:
        asyncio.get_running_loop().call_soon(lambda: 1 / 0)
        await asyncio.sleep(0.01)
        log("goes on")

    result = run_asyncio(main)
    assert result.output == ["goes on"]
    assert len(result.errors) == 1
    assert "ZeroDivisionError" in result.errors[0]
    assert capfd.readouterr() == ("", "")


def test_the_mains_own_error_is_raised() -> None:
    async def main() -> None:
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        run_asyncio(main)


async def blocked() -> None:
    while True:
        pass


async def waiting() -> None:
    asyncio.create_task(asyncio.Event().wait(), name="helper")  # noqa: RUF006
    await asyncio.Event().wait()


async def again() -> None:
    while True:
        await asyncio.sleep(0)


@pytest.mark.parametrize(
    ("main", "words"),
    [
        (blocked, r"within 0.3 s\. What keeps the loop alive: blocked, which runs at this moment"),
        (waiting, r"within 0.3 s\. What keeps the loop alive: .*task waiting"),
        (again, r"within 0.3 s\. What keeps the loop alive: .*task again"),
    ],
)
def test_a_program_that_never_ends_is_ended(main: Any, words: str) -> None:
    with pytest.raises(LoopLimit, match=words):
        run_asyncio(main, limit=0.3)
    assert live.leftovers() == []
    assert run_asyncio(all_three()).output[0] == "main"


async def refusing() -> None:
    while True:
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(0.001)


def test_a_program_that_refuses_to_be_cancelled_is_ended_too() -> None:
    with pytest.raises(LoopLimit, match="task refusing"):
        run_asyncio(refusing, limit=0.2)
    assert live.leftovers() == []


def test_an_interrupt_ends_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(wait: Any, timeout: float | None) -> bool:
        wait(0.05)
        raise KeyboardInterrupt

    monkeypatch.setattr("course_lib.eventloop.asyncio_side.wait_in_slices", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run_asyncio(waiting)
    assert live.leftovers() == []


def test_a_program_that_catches_everything_is_ended_too() -> None:
    async def stubborn() -> None:
        for _ in range(3):
            try:
                while True:
                    pass
            except BaseException:
                log("not yet")

    with pytest.raises(LoopLimit):
        run_asyncio(stubborn, limit=0.2)
    assert live.leftovers() == []


@pytest.mark.parametrize(("wrong", "words"), [(3, "expected an async function, got 3"), (None, "got None")])
def test_what_is_no_function_is_refused(wrong: Any, words: str) -> None:
    with pytest.raises(TypeError, match=words):
        run_asyncio(wrong)


def test_a_coroutine_in_place_of_its_function_is_refused_with_advice() -> None:
    with pytest.raises(TypeError, match="pass the function itself, without the parentheses"):
        run_asyncio(again())  # type: ignore[arg-type]


def test_log_outside_a_program_is_refused() -> None:
    with pytest.raises(NoLoop):
        log("nowhere")


def test_the_courses_own_log_works_and_its_timers_are_refused() -> None:
    async def main() -> None:
        eventloop.log("through the other door")
        with pytest.raises(LoopError, match=r"set_timeout\(\) belongs to the course's event loop"):
            eventloop.set_timeout(print, 0)

    assert run_asyncio(main).output == ["through the other door"]


def test_it_works_where_a_loop_runs_and_leaves_it_alone() -> None:
    async def outer() -> tuple[AsyncioRun, bool]:
        loop = asyncio.get_running_loop()
        return run_asyncio(all_three()), asyncio.get_running_loop() is loop

    result, same = asyncio.run(outer())
    assert result.output[0] == "main"
    assert same
    assert repr(result) == "<AsyncioRun: 5 lines>"


def test_the_loop_is_a_stock_one_with_stock_tasks() -> None:
    async def main() -> tuple[bool, bool, bool]:
        loop = asyncio.get_running_loop()
        stock = asyncio.SelectorEventLoop
        return (
            isinstance(loop, stock),
            type(loop)._run_once is stock._run_once,  # type: ignore[attr-defined]
            type(asyncio.current_task()) is asyncio.Task,
        )

    assert run_asyncio(main).result == (True, True, True)


@pytest.mark.skipif(sys.platform == "win32", reason="a signal to oneself ends the process there")
def test_the_stop_button_leaves_no_thread() -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        loop.call_later(0.1, os.kill, os.getpid(), signal.SIGINT)  # by then the caller waits
        await loop.create_future()

    with pytest.raises(KeyboardInterrupt):
        run_asyncio(main)
    assert not [thread for thread in threading.enumerate() if thread.name == "course-asyncio"]
