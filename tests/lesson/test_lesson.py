"""A lesson by plain calls: what it prints where there is no notebook, and what it keeps."""

from __future__ import annotations

import pytest

from course_lib.lesson import Figure, Lesson, Progress
from course_lib.lesson.card import summary_fallback, summary_html


def right(delays: list[int]) -> list[int]:
    return sorted(delays)


def wrong(delays: list[int]) -> list[int]:
    return delays


def printed(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out.strip()


def test_the_card(lesson: Lesson, capsys: pytest.CaptureFixture[str]) -> None:
    lesson.card()
    assert printed(capsys) == "Lesson 09: Small things (5 minutes)"


def test_a_prediction_by_plain_call_and_its_reveal(lesson: Lesson, capsys: pytest.CaptureFixture[str]) -> None:
    lesson.reveal("o", ["a", "b"])
    assert printed(capsys) == "o: no prediction kept; it was a → b"
    lesson.predict("o", ["b", "a"])
    assert printed(capsys) == "o: kept: b → a"
    lesson.reveal("o", ["a", "b"])
    assert printed(capsys) == "o: not as predicted: you said b → a; it was a → b"
    lesson.predict("c", "A")
    lesson.reveal("c", "timer")
    assert printed(capsys).endswith('c: as predicted: you said "the timer"; it was "the timer"')
    assert lesson.kept.answer(lesson.predictions[0]) == "timer"


def test_an_answer_that_is_none_is_not_kept(lesson: Lesson, capsys: pytest.CaptureFixture[str]) -> None:
    lesson.predict("n", "soon")
    assert printed(capsys) == "n: not kept: expected a number of ms, got 'soon'"
    assert lesson.kept.answer(lesson.predictions[2]) is None


def test_an_answer_that_no_longer_fits_counts_as_none(lesson: Lesson, progress: Progress) -> None:
    progress.put("09/prediction/o", answer=["x", "y"])
    assert lesson.compare("o", ["a", "b"]).state == "none"


def test_asking_shows_the_question(lesson: Lesson, capsys: pytest.CaptureFixture[str]) -> None:
    lesson.predict("c")
    assert printed(capsys) == "Predict c: Who? A the timer; B the tick"
    lesson.predict("o")
    assert printed(capsys) == "Predict o: Order? Put in order: a; b"
    lesson.predict("n")
    assert printed(capsys) == "Predict n: How long? A number of ms."
    lesson.quiz("q")
    assert printed(capsys) == "Question: Which `way`? A left; B right"
    lesson.recall()
    assert printed(capsys) == "Recall: Again? A yes; B no"
    lesson.exercise("09-1")
    assert printed(capsys) == "Exercise 09-1: Sort. Write `order`."


def test_a_quiz_by_plain_call(lesson: Lesson, progress: Progress, capsys: pytest.CaptureFixture[str]) -> None:
    lesson.quiz("q", "a")
    assert printed(capsys) == "q: not this one: No: right."
    lesson.quiz("q", "right")
    assert printed(capsys) == "q: right: Yes."
    assert progress.get("09/quiz/q")["first"] == "wrong"
    assert progress.get("09/quiz/q")["right"] is True
    lesson.quiz("q", "up")
    assert "expected a letter or an option's text, got 'up'" in printed(capsys)


def test_a_check_says_its_line_and_keeps_the_best(lesson: Lesson, capsys: pytest.CaptureFixture[str]) -> None:
    def starter(delays: list[int]) -> list[int]:
        raise NotImplementedError

    states = []
    for answer in (starter, wrong, right, wrong, starter):
        lesson.check("09-1", answer)
        states.append(lesson.kept.state("09-1"))
    assert states == ["unattempted", "wrong", "right", "right", "right"]
    lines = printed(capsys).splitlines()
    assert lines[0] == lines[4] == "09-1: not attempted yet"
    assert lines[1] == "09-1: not yet: `order([3, 1])` should give `[1, 3]`, and gave `[3, 1]`."
    assert lines[2] == "09-1: correct"


def test_hints_come_one_by_one_and_the_last_stays(lesson: Lesson, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(3):
        lesson.hint("09-1")
    assert printed(capsys).splitlines() == [
        "09-1: hint 1 of 2: Look.",
        "09-1: hint 2 of 2: `sorted`.",
        "09-1: hint 2 of 2: `sorted`.",
    ]


def test_the_solution_is_shown_without_annotations(lesson: Lesson, capsys: pytest.CaptureFixture[str]) -> None:
    lesson.solution("09-1")
    assert printed(capsys) == "def order(delays):\n    return sorted(delays)"
    assert lesson.sources() == {"09-1": "def order(delays):\n    return sorted(delays)"}


def test_the_summary_stores_no_measured_number(lesson: Lesson, capsys: pytest.CaptureFixture[str]) -> None:
    figures = [Figure("a trip", 34.567, "µs", "n = 400"), Figure("runs", 12345), Figure("who", "Node")]
    lesson.summary(figures)
    assert printed(capsys) == "Summary of lesson 09: measured a trip, runs, who"
    assert [figure.row for figure in figures] == [["a trip", 34.57, "µs"], ["runs", 12345, ""], ["who", "Node", ""]]
    page = summary_html(lesson, figures)
    assert "34.6 µs" in page
    assert "12,345" in page
    assert "Lesson 10." in page
    assert "34" not in summary_fallback(lesson, figures).replace("34,", "")


def test_an_unknown_id_is_the_authors_error(lesson: Lesson) -> None:
    with pytest.raises(KeyError, match=r"expected one of \['c', 'o', 'n'\], got 'x'"):
        lesson.predict("x")
    with pytest.raises(KeyError, match="got 'x'"):
        lesson.check("x", right)


def test_reset_forgets_this_lesson_only(lesson: Lesson, progress: Progress) -> None:
    progress.put("08/quiz/a", right=True)
    lesson.check("09-1", right)
    lesson.hint("09-1")
    lesson.reset()
    assert list(progress.entries()) == ["08/quiz/a"]
    assert lesson.kept.state("09-1") == "unattempted"


def test_the_users_own_folder_is_the_default(monkeypatch: pytest.MonkeyPatch, lesson: Lesson, tmp_path: object) -> None:
    monkeypatch.setenv("COURSE_DATA_DIR", f"{tmp_path}/elsewhere")
    plain = Lesson(8, "Plain", 1, [], [], [], predictions=lesson.predictions)
    plain.predict("o", ["a", "b"])
    assert f"{tmp_path}/elsewhere" in repr(plain.kept)
    assert plain.kept.answer(plain.predictions[1]) == ["a", "b"]


@pytest.mark.parametrize("value", ["x", None, [1], {"a": 1}, float("inf"), True])
def test_a_progress_file_edited_by_hand_stops_no_check(lesson: Lesson, progress: Progress, value: object) -> None:
    progress.put("09/exercise/09-1", state=value, tries=value)
    for prediction in ("c", "o", "n"):
        progress.put(f"09/prediction/{prediction}", answer=value)
        lesson.predicted(prediction)
    assert lesson.kept.state("09-1") == "unattempted"
    assert lesson.verdict("09-1", sorted).state == "right"
    assert lesson.kept.state("09-1") == "right"
