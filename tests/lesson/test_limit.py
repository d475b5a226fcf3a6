from __future__ import annotations

import _thread
import contextvars
import itertools
import sys
import threading

import pytest

from course_lib.lesson.limit import run_within


def endless() -> None:
    for _ in itertools.count():
        pass


def stubborn() -> None:
    """Loops on whatever happens, as a retry loop with a bare ``except:`` does."""
    for number in itertools.count():
        try:
            abs(number)
        except BaseException:
            continue


def test_the_value_comes_back() -> None:
    outcome = run_within(5, lambda: 42)
    assert (outcome.value, outcome.error, outcome.late, outcome.stuck) == (42, None, False, False)


@pytest.mark.parametrize("error", [ValueError, SystemExit, KeyboardInterrupt, RecursionError])
def test_whatever_it_raises_is_the_outcome(error: type[BaseException]) -> None:
    def fail() -> None:
        raise error("why")

    assert isinstance(run_within(5, fail).error, error)


def stubborn_twice() -> None:
    number = 0
    while True:
        try:
            stubborn()
        except BaseException:
            number += 1


@pytest.mark.parametrize("attempt", range(5))
@pytest.mark.parametrize("loop", [endless, stubborn, stubborn_twice])
def test_a_loop_without_end_is_ended(loop: object, attempt: int) -> None:
    if loop is stubborn_twice and sys.version_info[:2] == (3, 12):
        pytest.skip("Python 3.12 raises what was set only after the jump back, inside the try once more")
    before = threading.active_count()
    outcome = run_within(0.1, loop)  # type: ignore[arg-type]
    assert (outcome.late, outcome.stuck, outcome.error) == (True, False, None)
    assert threading.active_count() == before


def test_a_long_wait_in_c_is_left_behind_and_said_so() -> None:
    if sys.gettrace() and sys.version_info < (3, 12):
        pytest.skip("traced (coverage), Python 3.11 stands still while an exception is set in a thread that waits in C")
    gate = threading.Lock()
    gate.acquire()
    outcome = run_within(0.05, gate.acquire)
    assert outcome.late
    assert outcome.stuck
    gate.release()
    for thread in threading.enumerate():
        if thread.name == "course-check":
            thread.join(5)
            assert not thread.is_alive()


def test_the_stop_button_ends_it_and_goes_on_to_the_caller() -> None:
    before = threading.active_count()

    def press_then_loop() -> None:
        _thread.interrupt_main()
        endless()

    with pytest.raises(KeyboardInterrupt):
        run_within(20, press_then_loop)
    assert threading.active_count() == before


def test_what_is_printed_is_kept_to_a_limit(capsys: pytest.CaptureFixture[str]) -> None:
    outcome = run_within(5, lambda: [print("x" * 50) for _ in range(1000)], keep=120)
    assert len(outcome.printed) == 120
    assert capsys.readouterr().out == ""


def test_it_runs_in_the_callers_context() -> None:
    variable: contextvars.ContextVar[str] = contextvars.ContextVar("variable")
    variable.set("here")
    assert run_within(5, variable.get).value == "here"
