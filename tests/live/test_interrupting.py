from __future__ import annotations

import sys
import threading
from typing import Any

import pytest

from course_lib.live.interrupting import hidden, set_in_thread


class Wanted(BaseException):
    pass


class Dying:
    def __init__(self, error: BaseException) -> None:
        self.error = error

    def __del__(self) -> None:
        raise self.error


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    said: list[str] = []

    def tell(lost: Any) -> None:
        said.append(lost.exc_type.__name__)

    monkeypatch.setattr(sys, "unraisablehook", tell)
    return said


def test_only_the_kind_is_hidden_and_only_meanwhile(told: list[str]) -> None:
    with hidden(Wanted):
        Dying(Wanted())
        Dying(ValueError())
    Dying(Wanted())
    assert told == ["ValueError", "Wanted"]


def test_a_thread_that_never_returns_is_ended() -> None:
    running, ended = threading.Event(), threading.Event()

    def for_ever() -> None:
        try:
            while True:
                running.set()
        except Wanted:
            ended.set()

    thread = threading.Thread(target=for_ever, name="course-for-ever", daemon=True)
    thread.start()
    assert running.wait(10)
    set_in_thread(thread.ident or 0, Wanted)
    assert ended.wait(10)
