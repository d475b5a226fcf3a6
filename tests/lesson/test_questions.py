from __future__ import annotations

import pytest

from course_lib.lesson import Option, Prediction, Quiz
from course_lib.lesson.questions import by_letter

CHOICE = Prediction("c", "?", options=[Option("the timer", "a", key="timer"), Option("yes", "b", key=True)])
ORDER = Prediction("o", "?", "order", ["a", "b", "b"])
SOME = Prediction("s", "?", "order", ["a", "b"], partial=True)
NUMBER = Prediction("n", "?", "number", unit="ms")


@pytest.mark.parametrize("answer", ["timer", "the timer", "A", "a"])
def test_a_choice_may_be_named_by_key_text_or_letter(answer: str) -> None:
    assert CHOICE.normal(answer) == "timer"


def test_a_key_need_not_be_text() -> None:
    assert CHOICE.normal(True) == "True"
    assert CHOICE.choice(True) is CHOICE.choices[1]


@pytest.mark.parametrize(
    ("answer", "number"), [("5", 5.0), ("5 ms", 5.0), (2.5, 2.5), ("1,000", 1000.0), ("1_000ms", 1000.0)]
)
def test_a_number_may_carry_its_unit(answer: object, number: float) -> None:
    assert NUMBER.normal(answer) == number


def test_an_order_holds_each_line_once() -> None:
    assert ORDER.normal(("b", "a", "b")) == ["b", "a", "b"]
    assert SOME.normal(["b"]) == ["b"]


@pytest.mark.parametrize(
    ("prediction", "answer", "words"),
    [
        (CHOICE, "nobody", r"expected one of \['timer', 'True'\], got 'nobody'"),
        (CHOICE, "C", "expected one of"),
        (NUMBER, "many", "expected a number of ms, got 'many'"),
        (NUMBER, "nan", "finite"),
        (NUMBER, "inf", "finite"),
        (ORDER, ["a", "a", "b"], "each once"),
        (ORDER, ["a"], "all the lines"),
        (ORDER, "ab", "all the lines"),
        (SOME, [], "all the lines"),
    ],
)
def test_what_is_no_answer_is_refused_with_a_reason(prediction: Prediction, answer: object, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        prediction.normal(answer)


def test_a_definition_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(TypeError, match="expected Option objects for a choice"):
        Prediction("x", "?", options=["a", "b"])
    with pytest.raises(TypeError, match="none for a number"):
        Prediction("x", "?", "number", ["a"])
    with pytest.raises(ValueError, match="at least 2 options, got 1"):
        Prediction("x", "?", "order", ["a"])
    with pytest.raises(ValueError, match="one of them right"):
        Quiz("x", "?", [Option("a", "b"), Option("c", "d")])


def test_letters_end_with_the_options() -> None:
    assert by_letter(CHOICE.choices, " b ") is CHOICE.choices[1]
    assert by_letter(CHOICE.choices, "C") is None
    assert by_letter(CHOICE.choices, "AB") is None
