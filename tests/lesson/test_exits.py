from __future__ import annotations

import pytest

from course_lib.lesson.exits import exit_raises


class Shell:
    def __init__(self) -> None:
        self.asked = 0

    def ask_exit(self) -> None:
        self.asked += 1


def test_asking_to_exit_raises_inside_and_asks_outside() -> None:
    shell = Shell()
    with pytest.raises(SystemExit), exit_raises(shell):
        shell.ask_exit()
    assert shell.asked == 0
    shell.ask_exit()
    assert shell.asked == 1


def test_without_a_shell_nothing_happens() -> None:
    with exit_raises():
        pass
