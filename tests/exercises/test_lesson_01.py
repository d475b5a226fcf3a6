"""Lesson 01's checks say what is wrong with answers that people write, not only that something is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from course_lib.eventloop import listen
from course_lib.exercises.lesson_01 import lesson
from course_lib.lesson import judge


def pairs(ready: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return ready


def durations(lists: dict[int, list[tuple[str, int]]], now: int) -> list[int]:
    return sorted(lists)


def closed_at_once(clients: int, on_port: Callable[[int], object]) -> None:
    server = listen(0, lambda socket: None, on_listening=lambda: on_port(server.port))
    server.close()


def as_it_came(clients: int, on_port: Callable[[int], object]) -> None:
    left = clients

    def on_connection(socket: Any) -> None:
        nonlocal left
        socket.on("data", socket.end)
        left -= 1
        if left == 0:
            server.close()

    server = listen(0, on_connection, on_listening=lambda: on_port(server.port))


def returned(closing: list[Callable[[], None]]) -> list[Callable[[], None]]:
    return closing[::-1]


@pytest.mark.parametrize(
    ("number", "answer", "says"),
    [
        ("01-1", pairs, "each a string"),
        ("01-2", durations, "each a string"),
        ("01-3", closed_at_once, "the last of them has been accepted"),
        ("01-3", as_it_came, "in capitals"),
        ("01-4", returned, "None of them was called"),
    ],
)
def test_what_it_says(number: str, answer: Callable[..., object], says: str) -> None:
    (exercise,) = (one for one in lesson.exercises if one.id == number)
    assert says in str(judge(exercise, answer))
