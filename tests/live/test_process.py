"""Processes that can't be lost."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable

import pytest

from course_lib import live
from course_lib.live.process import Process, running

PYTHON = [sys.executable, "-c"]
STAY = "import threading; print('here', flush=True); threading.Event().wait()"


def test_output_exit_code_and_duration_are_kept() -> None:
    process = Process([*PYTHON, "import sys; print('a'); print('b', file=sys.stderr); sys.exit(7)"], name="short")
    assert process.wait(30)
    assert (process.stdout.text, process.stderr.text, process.exit_code) == ("a\n", "b\n", 7)
    assert 0 < process.duration <= process.now()
    assert repr(process) == "<Process 'short': ended with exit code 7>"


def test_it_is_known_while_it_runs_and_gone_after_its_block() -> None:
    with Process([*PYTHON, STAY], name="stays") as process:
        assert process.stdout.wait_for(bool, 30)
        assert process in running()
        assert process.exit_code is None
        assert not process.wait(0.01)
    assert not process.alive
    assert process not in running()
    process.stop()
    process.kill()


def test_stdin_can_be_given_and_can_be_more_than_a_pipe_holds() -> None:
    data = b"x" * 300_000
    process = Process([*PYTHON, "import sys; print(len(sys.stdin.buffer.read()))"], name="reader", stdin=data)
    assert process.wait(30)
    assert process.stdout.text == "300000\n"


def test_a_process_that_does_not_read_its_stdin_can_be_stopped() -> None:
    process = Process([*PYTHON, STAY], name="deaf", stdin=b"x" * 300_000)
    process.stop(grace=1.0)
    assert not process.alive


@pytest.mark.skipif(sys.platform == "win32", reason="nothing can ignore its end there")
def test_an_interrupt_while_stopping_still_ends_it(interrupt_after: Callable[[float], None]) -> None:
    deaf = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {STAY}"
    process = Process([*PYTHON, deaf], name="deaf")
    assert process.stdout.wait_for(bool, 30)
    interrupt_after(0.2)
    with pytest.raises(KeyboardInterrupt):
        process.stop(grace=30)
    assert not process.alive


def test_an_interrupt_while_starting_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The stop button, after the process has begun and before anyone watches it."""
    begun: list[Process] = []

    def interrupted(self: Process, target: object, argument: object) -> threading.Thread:
        begun.append(self)
        raise KeyboardInterrupt

    monkeypatch.setattr(Process, "_thread", interrupted)
    with pytest.raises(KeyboardInterrupt):
        Process([*PYTHON, STAY], name="stay", stdin="held", own_group=True)
    assert not begun[0].alive
    assert running() == []


def test_a_grandchild_that_holds_the_pipe_does_not_hold_us() -> None:
    source = f"import subprocess, sys; print(subprocess.Popen([sys.executable, '-c', {STAY!r}]).pid, flush=True)"
    process = Process([*PYTHON, source], name="parent", own_group=True)
    try:
        assert process.wait(30)
        assert process.exit_code == 0
    finally:
        os.kill(int(process.stdout.lines[0].text), signal.SIGTERM)
        for thread in threading.enumerate():  # those who read for it hear of its end
            if thread.name == "course-parent":
                thread.join(30)


def test_a_program_that_is_not_there_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        Process(["/no/such/program"], name="nothing")
    assert running() == []


def test_an_interpreter_that_ends_takes_its_processes_with_it() -> None:
    source = f"""
import sys
from course_lib.live.process import Process
process = Process([sys.executable, "-c", {STAY!r}], name="stays")
process.stdout.wait_for(bool, 30)
print(process.pid)
"""
    done = live.run_source(source)
    assert (done.exit_code, done.stderr) == (0, "")
    if sys.platform != "win32":  # there, signal 0 would end whoever has the number now
        with pytest.raises(ProcessLookupError):
            os.kill(int(done.lines[0]), 0)
