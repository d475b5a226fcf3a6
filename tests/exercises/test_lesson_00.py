"""The experiments of lesson 00, each fact its text tells; and right answers of another make."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from course_lib import live
from course_lib.exercises.lesson_00 import lesson
from course_lib.exercises.lesson_00.loops import BLOCKED, FREE, two_loops
from course_lib.lesson import judge


def facts(how: str) -> dict[str, bool | None]:
    found: dict[str, bool | None] = json.loads(
        live.run_module("course_lib.exercises.lesson_00.nesting", how, timeout=60).stdout
    )
    return found


def test_what_the_patch_changes() -> None:
    stock, applied = facts("stock"), facts("applied")
    assert list(stock) == list(applied)
    assert list(stock.values()) == [False, True, True, True, None, None]
    assert list(applied.values()) == [True, False, False, False, False, False]


@pytest.mark.parametrize(
    ("name", "sent", "answered", "printed"),
    [
        ("stock", 4, 4, {"one": 1, "two": 2, "three": 3, "four": 4}),
        ("nested", 4, 1, {"one": 1}),
        ("prints", 2, 2, {"thread": 2, "task": 1}),
    ],
)
def test_a_queue_of_cells_in_a_real_kernel(name: str, sent: int, answered: int, printed: dict[str, int]) -> None:
    done = live.run_module("course_lib.exercises.lesson_00.kernel", name, timeout=60)
    assert json.loads(done.stdout) == {"sent": sent, "answered": answered, "printed": printed}


def test_a_blocked_loop_does_not_tick_and_a_free_one_does() -> None:
    record = two_loops(60, around_ms=40)
    (block,) = record.where(kind="block")
    inside = record.where(lambda event: block.at < event.at < block.end, kind="tick")
    assert block.duration >= 0.06
    assert len(inside.where(lane=BLOCKED)) == 0
    assert len(inside.where(lane=FREE)) > 0
    assert len(record.where(lane=BLOCKED)) > 0
    assert live.leftovers() == []


def through_the_course_loop(coroutine: Coroutine[Any, Any, Any]) -> object:
    return live.run(coroutine)


async def in_the_executor(ask: Callable[[int], str], port: int) -> str:
    return await asyncio.get_running_loop().run_in_executor(None, ask, port)


def in_place(log: list[str], line: str, limit: int) -> None:
    log.append(line)
    log[:] = log[-limit:]


@pytest.mark.parametrize(
    ("name", "answer"), [("00-2", through_the_course_loop), ("00-3", in_the_executor), ("00-4", in_place)]
)
def test_another_right_answer_is_right(name: str, answer: Callable[..., object]) -> None:
    (exercise,) = (one for one in lesson.exercises if one.id == name)
    assert str(judge(exercise, answer)) == f"{name}: correct"
