"""Lesson 02's checks judge what an answer does: right answers of another make are right."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pytest

from course_lib.eventloop import Promise, queue_microtask, set_immediate, set_timeout
from course_lib.exercises.lesson_02 import lesson
from course_lib.lesson import judge

Done = Callable[[Any], object]


def everything_later(cache: dict[str, Any], load: Callable[[str, Done], object], key: str, done: Done) -> None:
    def store(value: object) -> None:
        cache[key] = value
        done(value)

    set_timeout(lambda: done(cache[key]) if key in cache else load(key, store))


def later_by_a_promise(cache: dict[str, Any], load: Callable[[str, Done], object], key: str, done: Done) -> None:
    def store(value: object) -> None:
        cache[key] = value
        queue_microtask(lambda: done(value))

    if key in cache:
        Promise.resolve(cache[key]).then(done)
    else:
        load(key, store)


def slices(again: Callable[[Callable[[], object]], object], most: int) -> Callable[..., None]:
    def process_all(items: Iterable[int], handle: Callable[[int], object], done: Callable[[], object]) -> None:
        waiting = deque(items)

        def some() -> None:
            for _ in range(min(most, len(waiting))):
                handle(waiting.popleft())
            if waiting:
                again(some)
            else:
                done()

        some()

    return process_all


def both_handlers(promise: Promise[Any]) -> Promise[Any]:
    promise.then(None, lambda error: None)
    return promise


def by_dictionary(promises: Sequence[Promise[Any]]) -> Promise[Any]:
    def start(resolve: Callable[[Any], object], reject: Callable[[Any], object]) -> None:
        values: dict[int, object] = {}

        def arrived(at: int, value: object) -> None:
            values[at] = value
            if len(values) == len(promises):
                resolve([values[one] for one in sorted(values)])

        for at, promise in enumerate(promises):
            promise.then(lambda value, at=at: arrived(at, value), reject)
        if not promises:
            resolve([])

    return Promise(start)


RIGHT = [
    ("02-1", everything_later),
    ("02-1", later_by_a_promise),
    ("02-3", slices(set_immediate, 1)),
    ("02-3", slices(set_immediate, 100)),
    ("02-3", slices(set_timeout, 1)),
    ("02-4", both_handlers),
    ("02-5", by_dictionary),
]


@pytest.mark.parametrize(("name", "answer"), RIGHT, ids=lambda one: getattr(one, "__name__", one))
def test_another_right_answer_is_right(name: str, answer: Callable[..., object]) -> None:
    (exercise,) = (one for one in lesson.exercises if one.id == name)
    assert str(judge(exercise, answer)) == f"{name}: correct"
