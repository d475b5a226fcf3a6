"""How wrong answers of every sort become one sentence."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from course_lib.lesson import Exercise, Trial, judge


def double(numbers: list[int]) -> list[int]:
    return [2 * number for number in numbers]


def judge_double(answer: Callable[[list[int]], object]) -> Iterator[Trial]:
    yield Trial("double([1, 2])", [2, 4], lambda: answer([1, 2]), lambda got: "Not squares." if got == [1, 4] else None)
    yield Trial("double([])", [], lambda: answer([]), "Nothing in, nothing out.")


EXERCISE = Exercise("09-1", "Double", "Write `double`.", judge_double, ["a", "b"], double, [], seconds=0.5)


def no_return(numbers: list[int]) -> None:
    double(numbers)


def prints(numbers: list[int]) -> None:
    print(double(numbers))


def fails(numbers: list[int]) -> list[int]:
    return [number // 0 for number in numbers]


def exits(numbers: list[int]) -> None:
    sys.exit(3)


def interrupts(numbers: list[int]) -> None:
    raise KeyboardInterrupt


def recurses(numbers: list[int]) -> Any:
    return recurses(numbers)


def loops(numbers: list[int]) -> None:
    while True:
        pass


def nothing_given() -> None: ...


def too_many(numbers: list[int], more: int) -> None: ...


def inner_type_error(numbers: list[int]) -> object:
    return nothing_given(numbers)  # type: ignore[call-arg]


async def coroutine(numbers: list[int]) -> list[int]:
    return double(numbers)


def generator(numbers: list[int]) -> Iterator[int]:
    yield from double(numbers)


class _Rude:
    def __eq__(self, other: object) -> bool:
        raise OSError("do not compare me")

    def __repr__(self) -> str:
        raise OSError("do not show me")

    __hash__ = None  # type: ignore[assignment]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda numbers: [n * n for n in numbers], ["should give `[2, 4]`, and gave `[1, 4]`. Not squares."]),
        (lambda numbers: double(numbers) or None, ["`double([])` should give `[]`, and returned nothing"]),
        (no_return, ["returned nothing (None): is a `return` missing?"]),
        (prints, ["It printed `'[2, 4]'`: `print` shows a value, `return` hands it over."]),
        (fails, ["`double([1, 2])` raised ZeroDivisionError", "at `return [number // 0 for number in numbers]`"]),
        (exits, ["tried to end the whole program", "at `sys.exit(3)`"]),
        (interrupts, ["raised KeyboardInterrupt, at `raise KeyboardInterrupt`"]),
        (recurses, ["calls itself without end (RecursionError)", "at `return recurses(numbers)`"]),
        (loops, ["`double([1, 2])` was still running after 0.5 s, so it was stopped"]),
        (nothing_given, ["could not be called: nothing_given() takes 0", "asks for the parameters `(numbers)`"]),
        (too_many, ["could not be called: too_many() missing 1 required positional argument: 'more'"]),
        (inner_type_error, ["raised TypeError: nothing_given() takes 0", "at `return nothing_given(numbers)"]),
        (coroutine, ["a coroutine that nobody awaited"]),
        (generator, ["gave a generator"]),
        (lambda numbers: tuple(double(numbers)), ["the right items, in a tuple where a list was asked for"]),
        (lambda numbers: _Rude(), ["raised OSError: do not compare me"]),
        (double([1]), ["needs the function itself, and got `[2]`", 'lesson.check("09-1", double)', "without brackets"]),
        (None, ["needs the function itself, and got `None`"]),
        (coroutine([1]), ["needs the function itself"]),
    ],
)
def test_a_wrong_answer_becomes_a_sentence(answer: object, words: list[str]) -> None:
    verdict = judge(EXERCISE, answer)
    assert verdict.state == "wrong"
    for part in words:
        assert part in verdict.sentence
    assert str(verdict) == f"09-1: not yet: {verdict.sentence}"
    assert "\n" not in str(verdict)


def test_a_right_answer_is_correct() -> None:
    assert str(judge(EXERCISE, double)) == "09-1: correct"


def test_the_starter_is_not_attempted() -> None:
    def starter(numbers: list[int]) -> object:
        raise NotImplementedError

    assert str(judge(EXERCISE, starter)) == "09-1: not attempted yet"


def test_a_starter_line_left_in_is_named() -> None:
    def half(numbers: list[int]) -> object:
        if numbers:
            return double(numbers)
        raise NotImplementedError

    assert "still raises NotImplementedError" in judge(EXERCISE, half).sentence


def test_a_blank_left_in_is_named() -> None:
    def half(numbers: list[int]) -> object:
        return [2 * number for number in ...]  # type: ignore[attr-defined]

    assert "A blank of the starter, `...`, is still to be filled." in judge(EXERCISE, half).sentence
    assert "blank" not in judge(EXERCISE, fails).sentence


def test_arguments_that_miss_an_inner_function_are_not_held_against_the_outer_one() -> None:
    def make(numbers: list[int]) -> Callable[..., list[int]]:
        return lambda: numbers

    def judge_made(answer: Callable[[list[int]], Callable[..., object]]) -> Iterator[Trial]:
        yield Trial("make([1])(2)", [2], lambda: answer([1])(2))

    sentence = judge(replace(EXERCISE, judge=judge_made), make).sentence
    assert "raised TypeError" in sentence
    assert "could not be called" not in sentence


def test_a_value_is_not_attempted_until_it_is_given() -> None:
    def judge_value(answer: object) -> Iterator[Trial]:
        yield Trial("answer", 4, lambda: answer)

    exercise = Exercise("09-2", "t", "t", judge_value, ["a", "b"], "answer = 4", [], name="answer", takes="value")
    assert [judge(exercise, value).state for value in (..., None, 5, 4)] == [
        "unattempted",
        "unattempted",
        "wrong",
        "right",
    ]


def test_a_fault_of_the_judge_is_not_the_learners() -> None:
    def broken(answer: object) -> Iterator[Trial]:
        raise LookupError("no trials")
        yield

    verdict = judge(replace(EXERCISE, judge=broken), double)
    assert verdict.sentence == "the check itself failed: LookupError('no trials')"


def test_a_trial_may_run_a_loop_of_its_own_even_where_one_is_running() -> None:
    def judge_async(answer: Callable[[list[int]], Any]) -> Iterator[Trial]:
        yield Trial("await double([1])", [2], lambda: asyncio.run(answer([1])))

    async def cell() -> str:
        return str(judge(replace(EXERCISE, judge=judge_async), coroutine))

    assert asyncio.run(cell()) == "09-1: correct"


def test_long_values_are_shortened() -> None:
    verdict = judge(EXERCISE, lambda numbers: list(range(10_000)))
    assert len(verdict.sentence) < 400
    assert "..." in verdict.sentence


def test_a_repr_that_fails_is_said_in_words() -> None:
    def judge_same(answer: Callable[[], object]) -> Iterator[Trial]:
        yield Trial("f()", 1, answer, same=lambda got, expected: False)

    verdict = judge(replace(EXERCISE, judge=judge_same), lambda: _Rude())
    assert "gave `<_Rude instance>`" in verdict.sentence


class WordlessError(Exception):
    def __str__(self) -> str:
        raise ValueError("no words")


@pytest.mark.parametrize("error", [asyncio.CancelledError(), GeneratorExit(), BaseException("b"), WordlessError()])
def test_whatever_the_answer_raises_is_the_answers(error: BaseException) -> None:
    def answer(numbers: list[int]) -> object:
        raise error

    sentence = judge(EXERCISE, answer).sentence
    assert f"raised {type(error).__name__}" in sentence
    assert "the check itself failed" not in sentence
