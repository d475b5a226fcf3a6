"""Python run to its end in another process."""

from __future__ import annotations

import pytest

from course_lib import live


def test_a_source_runs_with_its_arguments_and_the_course_on_its_path() -> None:
    done = live.run_source("import sys, course_lib; print(sys.argv[1:], 'é'); sys.exit(3)", args=["a"])
    assert (done.lines, done.exit_code, done.stderr) == (["['a'] é"], 3, "")
    assert repr(done) == "<Finished: exit code 3, 1 lines>"
    assert done.duration > 0


def test_a_module_runs_by_name() -> None:
    done = live.run_module("children_for_tests", "dead")
    assert (done.exit_code, done.stderr) == (3, "the reason\n")


def test_a_program_that_stays_is_ended_with_what_it_said() -> None:
    with pytest.raises(TimeoutError, match=r"(?s)expected the program to end within 0.6 seconds.*so far"):
        live.run_source("import threading; print('so far', flush=True); threading.Event().wait()", timeout=0.6)
