from __future__ import annotations

import sys
from typing import Any

import pytest

from course_lib.live.unraised import hidden


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
