"""run and submit: the door to the course loop."""

from __future__ import annotations

import asyncio
import contextvars
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from course_lib import live
from course_lib.live import loop, registry
from course_lib.live.loop import CourseLoop, LoopThread


async def double(number: int) -> int:
    await asyncio.sleep(0)
    return 2 * number


async def for_ever(ended: threading.Event) -> None:
    try:
        await asyncio.Event().wait()
    finally:
        await asyncio.sleep(0)  # clean-up may await
        ended.set()


def the_loop() -> LoopThread:
    thread = loop.current()
    assert thread is not None
    return thread


def test_run_gives_the_result() -> None:
    assert live.run(double(4)) == 8


def test_run_works_from_any_thread_and_from_a_running_loop() -> None:
    results: list[int] = []
    threads = [threading.Thread(target=lambda n=n: results.append(live.run(double(n)))) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [2 * n for n in range(8)]

    async def on_another_loop() -> int:
        return live.run(double(5))  # blocks that loop, as a call from a cell would

    assert asyncio.run(on_another_loop()) == 10


def test_errors_come_out_as_they_are() -> None:
    async def fail() -> None:
        raise ZeroDivisionError("mine")

    with pytest.raises(ZeroDivisionError, match="mine"):
        live.run(fail())


def test_a_timeout_cancels_and_waits_for_the_clean_up() -> None:
    ended = threading.Event()
    with pytest.raises(TimeoutError, match=r"expected for_ever\(\) to end within 0.05 seconds; it has been cancelled"):
        live.run(for_ever(ended), timeout=0.05)
    assert ended.is_set()


def test_the_coroutines_own_timeout_is_its_own() -> None:
    async def own() -> None:
        raise TimeoutError("the coroutine's")

    with pytest.raises(TimeoutError, match="the coroutine's"):
        live.run(own())


def test_a_coroutine_that_refuses_to_end_is_said_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "_CLEAN_UP", 0.05)
    release = threading.Event()

    async def stubborn() -> None:
        while not release.is_set():
            try:
                await asyncio.sleep(0.01)
            except asyncio.CancelledError:
                continue

    with pytest.raises(TimeoutError, match="it was cancelled, but does not end"):
        live.run(stubborn(), timeout=0.05)
    release.set()
    live.run(double(1))
    live.stop_all()


def test_an_interrupt_is_heard_at_once_and_cancels(interrupt_after: Callable[[float], None]) -> None:
    ended = threading.Event()
    start = time.monotonic()
    interrupt_after(0.2)
    with pytest.raises(KeyboardInterrupt):
        live.run(for_ever(ended), timeout=60)
    assert ended.is_set()
    assert time.monotonic() - start < 10


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (double, r"got the function double itself: call it, run\(double\(\)\)"),
        (3, r"expected a coroutine \(what calling an `async def` function gives\), got 3"),
        (None, "got None"),
    ],
)
def test_what_is_no_coroutine_is_refused_with_advice(wrong: Any, words: str) -> None:
    with pytest.raises(TypeError, match=words):
        live.run(wrong)
    with pytest.raises(TypeError, match=words):
        live.submit(wrong)


def test_a_future_of_another_loop_is_refused() -> None:
    async def make() -> None:
        future = asyncio.get_running_loop().create_future()
        with pytest.raises(TypeError, match="belongs to the loop that made it"):
            live.run(future)  # type: ignore[arg-type]

    asyncio.run(make())


def test_a_coroutine_runs_in_the_callers_context() -> None:
    name = contextvars.ContextVar("name", default="nobody")
    name.set("the cell")

    async def who() -> str:
        return name.get()

    assert live.run(who()) == "the cell"


@pytest.mark.parametrize("error", [SystemExit(3), KeyboardInterrupt()])
def test_what_would_end_a_loop_ends_only_the_coroutine(error: BaseException) -> None:
    async def leave() -> None:
        raise error

    before = the_loop()
    with pytest.raises(type(error)):
        live.run(leave())
    assert live.run(double(1)) == 2
    assert the_loop() is before


def test_the_loop_survives_stop_and_errors_in_callbacks() -> None:
    before = the_loop()

    async def harm() -> None:
        running = asyncio.get_running_loop()
        running.call_soon(sys.exit, "out")
        running.call_soon(lambda: 1 / 0)
        running.call_soon(running.stop)

    live.run(harm())
    assert live.run(double(2)) == 4
    assert the_loop() is before
    assert any("SystemExit" in line for line in before.errors)
    assert any("ZeroDivisionError" in line for line in before.errors)


def test_a_loop_that_ended_tells_those_who_wait_and_the_next_run_starts_another() -> None:
    before = the_loop()
    handle = live.submit(double(1))
    before.loop.call_soon_threadsafe(before.close)  # not from its own thread: refused
    assert handle.result() == 2
    waiting = live.submit(asyncio.Event().wait())
    before.close()
    before.close()
    with pytest.raises((asyncio.CancelledError, RuntimeError)):
        waiting.result(5)
    assert not before.alive
    assert live.run(double(3)) == 6
    assert the_loop() is not before


def test_a_handle_tells_how_it_fares() -> None:
    handle = live.submit(double(21))
    assert handle.result() == 42
    assert repr(handle) == "<Handle double: done>"

    waiting = live.submit(for_ever(threading.Event()))
    assert repr(waiting) == "<Handle for_ever: running>"
    assert live.leftovers() == ["coroutine for_ever() on the course loop"]
    with pytest.raises(TimeoutError, match="it is still running"):
        waiting.result(0.01)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        waiting.result()
    waiting.cancel()
    assert repr(waiting) == "<Handle for_ever: cancelled>"


def test_an_error_nobody_asks_for_is_kept_not_printed(capfd: pytest.CaptureFixture[str]) -> None:
    async def fail() -> None:
        raise ValueError("kept")

    handle = live.submit(fail())
    assert handle.wait(5)
    assert repr(handle) == "<Handle fail: failed with ValueError: kept>"
    del handle
    live.run(double(1))
    assert capfd.readouterr() == ("", "")


def test_stop_all_ends_what_was_submitted_and_the_thread() -> None:
    ended = threading.Event()
    handle = live.submit(for_ever(ended))
    live.run(double(1))
    live.stop_all()
    live.stop_all()
    assert ended.is_set()
    assert handle.done
    assert not any(thread.name == "course-loop" for thread in threading.enumerate())


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="nest-asyncio 1.6 ends at 3.13")
def test_run_on_the_loop_itself_nests_and_changes_nothing_else() -> None:
    stock = (
        asyncio.run,
        asyncio.Task,
        asyncio.Future,
        asyncio.get_event_loop,
        asyncio.tasks.Task,
        asyncio.futures.Future,
    )

    async def outer() -> list[object]:
        task = asyncio.current_task()
        inner = live.run(double(5)) + live.run(double(1))
        async with asyncio.timeout(5), asyncio.TaskGroup() as group:
            one = group.create_task(double(7))
        return [inner, await one, asyncio.current_task() is task]

    assert live.run(outer()) == [12, 14, True]
    assert hasattr(CourseLoop, "_nest_patched")
    assert stock == (
        asyncio.run,
        asyncio.Task,
        asyncio.Future,
        asyncio.get_event_loop,
        asyncio.tasks.Task,
        asyncio.futures.Future,
    )
    assert not hasattr(asyncio, "_nest_patched")
    assert not hasattr(asyncio.SelectorEventLoop, "_nest_patched")
    assert asyncio.run(double(2)) == 4


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="nest-asyncio 1.6 ends at 3.13")
def test_a_nested_run_has_its_timeout_and_others_go_on_meanwhile() -> None:
    async def outer() -> int:
        other = asyncio.create_task(double(3))
        with pytest.raises(TimeoutError, match=r"expected for_ever\(\) to end within 0.05 seconds"):
            live.run(for_ever(threading.Event()), timeout=0.05)
        assert other.done()
        return await other

    assert live.run(outer()) == 6


def test_nesting_is_refused_on_newer_pythons(monkeypatch: pytest.MonkeyPatch) -> None:
    class FreshLoop(CourseLoop):
        pass

    monkeypatch.setattr(loop, "CourseLoop", FreshLoop)
    if hasattr(CourseLoop, "_nest_patched"):
        monkeypatch.delattr(CourseLoop, "_nest_patched")
    thread = LoopThread()
    monkeypatch.setattr("course_lib.live.nesting.sys.version_info", (3, 14))

    async def outer() -> None:
        with pytest.raises(RuntimeError, match="use await there"):
            thread.run(double(1), 1)

    thread.run(outer(), 5)
    monkeypatch.undo()
    thread.close()


def test_importing_live_and_node_needs_the_standard_library_only() -> None:
    others = "{'tornado', 'nest_asyncio', 'IPython'}"
    done = live.run_source(f"import sys, course_lib.live, course_lib.node; print(sorted({others} & set(sys.modules)))")
    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_an_interpreter_with_a_running_loop_ends_quietly() -> None:
    source = "import asyncio\nfrom course_lib import live\nlive.submit(asyncio.sleep(60))\nlive.run(asyncio.sleep(0))"
    done = live.run_source(source)
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "")
    assert done.duration < 20


def test_stop_all_stops_the_others_when_one_cannot_be_stopped() -> None:
    class Stuck:
        def stop(self) -> None:
            raise RuntimeError("stuck")

    stopped: list[str] = []

    class Fine:
        def stop(self) -> None:
            stopped.append("fine")

    registry.add("fine", Fine())
    registry.add("stuck", Stuck())
    thread = loop.started()
    with pytest.raises(RuntimeError, match="stuck"):
        live.stop_all()
    assert stopped == ["fine"]
    assert not thread.alive
    assert registry.everything() == {}


def test_an_interpreter_that_ends_says_nothing_of_the_pool_that_was_used() -> None:
    done = live.run_source("import asyncio\nfrom course_lib import live\nlive.run(asyncio.to_thread(int))")
    assert (done.exit_code, done.stderr) == (0, "")
