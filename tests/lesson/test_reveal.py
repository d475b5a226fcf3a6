from __future__ import annotations

import pytest

from course_lib.lesson import Note, Option, Prediction
from course_lib.lesson.reveal import compare

CHOICE = Prediction(
    "c", "Who?", options=[Option("the `timer`", "Too late.", key="timer"), Option("the tick", "Yes.", key="tick")]
)
ORDER = Prediction(
    "o", "Order?", "order", ["a", "b"], why="Because.", notes=[Note(lambda o: o[0] == "b", "Not last in, first out.")]
)
NUMBER = Prediction("n", "How long?", "number", unit="ms", within=0.25, measured=True)


def test_a_right_choice() -> None:
    found = compare(CHOICE, "tick", "tick")
    assert (found.state, found.feedback) == ("right", "Yes.")
    assert str(found) == 'c: as predicted: you said "the tick"; it was "the tick"'
    assert "✓ As you predicted" in found.page


def test_a_wrong_choice_gets_its_own_words() -> None:
    found = compare(CHOICE, "timer", "tick")
    assert (found.state, found.feedback) == ("wrong", "Too late.")
    assert str(found) == 'c: not as predicted: you said "the timer"; it was "the tick"'
    assert "✗ Not as you predicted" in found.page
    assert "Too late." in found.page


def test_a_result_that_is_no_option_is_shown_as_it_is() -> None:
    assert str(compare(CHOICE, "timer", "nobody")).endswith('it was "nobody"')
    assert compare(CHOICE, "timer", "nobody").state == "wrong"


def test_an_order_is_compared_line_by_line() -> None:
    found = compare(ORDER, ["b", "a"], ["a", "b", "c"])
    assert found.state == "wrong"
    assert found.feedback == "Not last in, first out."
    assert found.page.count("✗ differs") == 3
    assert "Because." in found.page
    assert compare(ORDER, ["a", "b"], ["a", "b"]).page.count("✓ same") == 2


@pytest.mark.parametrize(("answer", "state"), [(75.0, "right"), (125.0, "right"), (74.0, "wrong"), (130.0, "wrong")])
def test_a_number_may_be_off_by_a_share(answer: float, state: str) -> None:
    assert compare(NUMBER, answer, 100).state == state


def test_an_exact_number_must_be_exact() -> None:
    exact = Prediction("e", "?", "number")
    assert compare(exact, 4.0, 4).state == "right"
    assert compare(exact, 4.1, 4).state == "wrong"
    assert compare(exact, 0.0, 0).state == "right"


def test_a_measured_result_is_in_the_page_but_not_in_what_is_stored() -> None:
    found = compare(NUMBER, 100.0, 123.4)
    assert "123 ms" in found.page
    assert "123" not in found.fallback + str(found)
    assert str(found) == "n: as predicted: you said 100 ms"


def test_without_a_prediction_the_result_is_shown_alone() -> None:
    found = compare(ORDER, None, ["a", "b"])
    assert str(found) == "o: no prediction kept; it was a → b"
    assert "✓" not in found.page
    assert "✗" not in found.page
    assert str(compare(NUMBER, None, 5)) == "n: no prediction kept"


@pytest.mark.parametrize(("prediction", "result"), [(ORDER, "ab"), (ORDER, 3), (NUMBER, "5")])
def test_a_result_of_the_wrong_kind_is_the_authors_error(prediction: Prediction, result: object) -> None:
    with pytest.raises(TypeError, match=f"prediction '{prediction.id}': expected"):
        compare(prediction, None, result)
