from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from course_lib.lesson.filelock import locked, patiently


def test_a_second_holder_waits_and_then_gives_up(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    times = iter([0.0, 1.0, 6.0])
    with locked(lock), pytest.raises(TimeoutError, match="to be free"), locked(lock, clock=lambda: next(times)):
        pytest.fail("expected the lock to be taken")


def test_it_can_be_taken_again_and_after_an_error(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    with pytest.raises(ZeroDivisionError), locked(lock):
        raise ZeroDivisionError
    with locked(lock):
        pass


def test_the_lock_of_a_process_that_died_is_free(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    code = (
        "import os, sys; from pathlib import Path; from course_lib.lesson.filelock import locked\n"
        "holder = locked(Path(sys.argv[1])); holder.__enter__(); os._exit(9)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(lock)], check=False).returncode == 9
    with locked(lock, patience=0):
        pass


def test_windows_is_asked_again_while_a_file_is_open_elsewhere() -> None:
    asked: list[int] = []

    def act() -> str:
        asked.append(1)
        if len(asked) < 3:
            raise PermissionError
        return "done"

    assert patiently(act, platform="win32", pause=0.001) == "done"
    asked.clear()
    with pytest.raises(PermissionError):
        patiently(act, platform="linux")
    with pytest.raises(PermissionError):
        patiently(refused, platform="win32", patience=0.003, pause=0.001)


def refused() -> None:
    raise PermissionError
