"""The parts that can be pressed, pressed."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from course_lib.lesson import Lesson, Progress
from course_lib.lesson.exercise_view import ExerciseView
from course_lib.lesson.inputs import ChoiceInput, NumberInput, OrderInput
from course_lib.lesson.predict_view import PredictView
from course_lib.lesson.progress_page import ProgressPage, next_step, tally
from course_lib.lesson.quiz_view import QuizView


def buttons(widget: Any) -> dict[str, Any]:
    """Every button below a widget, by its words."""
    found = {widget.description: widget} if type(widget).__name__ == "Button" else {}
    for child in getattr(widget, "children", ()):
        found |= buttons(child)
    return found


def button(widget: Any, words: str) -> Any:
    (one,) = [button for name, button in buttons(widget).items() if words in name]
    return one


def predict(lesson: Lesson, at: int) -> PredictView:
    prediction = lesson.predictions[at]
    return PredictView(
        prediction, lesson.kept.answer(prediction), lambda given: lesson.kept.predicted(prediction, given)
    )


def test_choose_keep_and_change(lesson: Lesson) -> None:
    view = predict(lesson, 0)
    assert isinstance(view.input, ChoiceInput)
    assert view.keep_button.disabled
    button(view, "the timer").click()
    assert "●" in button(view, "the timer").description
    assert "○" in button(view, "the tick").description
    assert lesson.kept.answer(lesson.predictions[0]) is None  # chosen is not yet kept
    view.keep_button.click()
    assert lesson.kept.answer(lesson.predictions[0]) == "timer"
    assert "Kept" in view.status.value
    assert button(view, "the tick").disabled
    view.change_button.click()
    button(view, "the tick").click()
    view.keep_button.click()
    assert lesson.kept.answer(lesson.predictions[0]) == "the tick"


def test_a_kept_answer_is_there_when_the_cell_runs_again(lesson: Lesson) -> None:
    lesson.kept.predicted(lesson.predictions[1], ["b", "a"])
    view = predict(lesson, 1)
    assert view.input.answer() == ["b", "a"]
    assert view.keep_button.disabled
    assert view.change_button.layout.display is None


def test_lines_are_put_in_order_and_taken_back(lesson: Lesson) -> None:
    view = predict(lesson, 1)
    assert isinstance(view.input, OrderInput)
    button(view, "b").click()
    assert view.input.answer() is None
    assert "1.  b" in buttons(view)
    button(view, "b").click()
    assert "+  b" in buttons(view)
    for line in ("b", "a"):
        button(view, f"  {line}").click()
    assert view.input.answer() == ["b", "a"]
    button(view, "1.").click()  # taking the first back takes what follows it, too
    assert "+  a" in buttons(view)


def test_a_number_that_is_none_is_not_kept(lesson: Lesson) -> None:
    view = predict(lesson, 2)
    assert isinstance(view.input, NumberInput)
    view.input.put("soon")
    view.keep_button.click()
    assert "Not kept: expected a number of ms" in view.status.value
    view.input.put("12 ms")
    view.keep_button.click()
    assert lesson.kept.answer(lesson.predictions[2]) == 12.0


def test_an_option_of_a_quiz_answers_in_its_own_words(lesson: Lesson, progress: Progress) -> None:
    view = QuizView(lesson.quizzes, "Question", lesson.kept.chosen)
    button(view, "left").click()
    assert "✗ Not this one." in view.answers[0].value
    assert "No: <b>right</b>." in view.answers[0].value
    button(view, "right").click()
    assert "✓ Right." in view.answers[0].value
    assert progress.get("09/quiz/q")["first"] == "wrong"


def exercise(lesson: Lesson) -> ExerciseView:
    lesson.exercise("09-1")
    return lesson._views["09-1"]


def test_hints_then_the_solution_behind_two_presses(lesson: Lesson, progress: Progress) -> None:
    view = exercise(lesson)
    assert "○ not attempted yet" in view.state_line.value
    view.hint_button.click()
    assert "Look." in view.below.value
    assert "sorted" not in view.below.value
    view.hint_button.click()
    assert view.hint_button.disabled
    view.solution_button.click()
    assert "def order" not in view.below.value
    assert "Look." in view.below.value  # the hints stay, whatever comes below them
    assert "A second press" in view.below.value
    assert "a hint first?" not in view.below.value  # both have been read
    view.solution_button.click()
    assert "Look." in view.below.value
    assert "A second press" not in view.below.value
    assert "def order(delays)" in view.below.value
    entry = progress.get("09/exercise/09-1")
    assert (entry["hint"], entry["solution"]) == (2, 1)


def test_a_check_changes_the_state_on_the_page(lesson: Lesson) -> None:
    view = exercise(lesson)
    lesson.check("09-1", lambda delays: delays)
    assert "✗ not yet" in view.state_line.value
    lesson.check("09-1", sorted)
    assert "✓ correct" in view.state_line.value
    view.solution_button.click()  # solved: no second press is asked for
    assert "def order(delays)" in view.below.value


@pytest.mark.parametrize("at", [0, 1, 2])
def test_what_is_stored_is_the_same_whatever_was_kept(lesson: Lesson, at: int) -> None:
    before = predict(lesson, at)._repr_mimebundle_()[0]
    lesson.kept.predicted(lesson.predictions[at], ["timer", ["b", "a"], 3][at])
    after = predict(lesson, at)._repr_mimebundle_()[0]
    for kind in ("text/plain", "text/html"):
        assert before[kind] == after[kind]


def test_presses_from_many_threads_end_in_one_state(lesson: Lesson) -> None:
    view = predict(lesson, 0)
    both = [button(view, "the timer"), button(view, "the tick")]
    threads = [threading.Thread(target=lambda one=one: [one.click() for _ in range(20)]) for one in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    signs = [one.description[0] for one in both]
    assert sorted(signs) == ["●", "○"] or sorted(signs) == ["○", "●"]


def test_the_progress_page_counts_and_says_what_is_next(lesson: Lesson, progress: Progress) -> None:
    page = ProgressPage([lesson], progress)
    assert "○ not begun" in page.body.value
    assert "Next: lesson 09, Small things." in page.body.value
    lesson.predict("o", ["a", "b"])
    lesson.quiz("q", "A")
    lesson.check("09-1", lambda delays: delays)
    button(page, "Look again").click()
    assert "◐ begun" in page.body.value
    assert tally(lesson, progress.entries()) == [("predictions", 1, 3), ("questions", 0, 2), ("exercises", 0, 1)]
    assert "exercise 09-1." in page.body.value
    lesson.check("09-1", sorted)
    assert next_step([lesson], progress.entries()) == "Every exercise of every lesson is solved."


def test_forgetting_takes_two_presses_and_can_be_called_off(lesson: Lesson, progress: Progress) -> None:
    page = ProgressPage([lesson], progress)
    progress.put("09/quiz/q", right=True)
    button(page, "Forget all").click()
    assert progress.entries() != {}
    button(page, "Look again").click()
    button(page, "Forget all").click()
    assert progress.entries() != {}
    button(page, "Yes, forget").click()
    assert progress.entries() == {}


def test_the_stored_page_does_not_show_progress(lesson: Lesson, progress: Progress) -> None:
    before = ProgressPage([lesson], progress)._repr_mimebundle_()[0]
    lesson.check("09-1", sorted)
    after = ProgressPage([lesson], progress)._repr_mimebundle_()[0]
    assert before["text/html"] == after["text/html"]
    assert before["text/plain"] == after["text/plain"] == "Your progress: 09 Small things"


def test_where_nothing_runs_the_question_is_there_with_its_letters(lesson: Lesson) -> None:
    page = predict(lesson, 0)._repr_mimebundle_()[0]["text/html"]
    assert "Who?" in page
    assert page.index("A\u2003the timer") < page.index("B\u2003the tick")
    assert "Late." not in page  # what a prediction deserves is said after the run
    quiz = QuizView(lesson.quizzes, "Question", lesson.kept.chosen)._repr_mimebundle_()[0]["text/html"]
    assert "A\u2003left" in quiz
    assert "<details>" in quiz
    assert "B ✓ Yes." in quiz
