"""Every lesson, one rule at a time: what a learner can rely on, whoever wrote the lesson."""

from __future__ import annotations

from collections import Counter

import pytest

from course_lib.exercises import codes, lessons, load
from course_lib.lesson import Exercise, Lesson, Prediction, Quiz, WrongAnswer, judge
from course_lib.lesson.asking import prediction_text, quiz_text

LESSONS = lessons()
EXERCISES = [exercise for lesson in LESSONS for exercise in lesson.exercises]
WRONG = [(exercise, wrong) for exercise in EXERCISES for wrong in exercise.wrong]
PREDICTIONS = [(lesson, prediction) for lesson in LESSONS for prediction in lesson.predictions]
QUIZZES = [(lesson, quiz) for lesson in LESSONS for quiz in (*lesson.recall_questions, *lesson.quizzes)]


def name(thing: object) -> str:
    if isinstance(thing, (Exercise, Prediction, Quiz)):
        return thing.id
    return thing.code if isinstance(thing, Lesson) else thing.name.replace(" ", "-") if hasattr(thing, "name") else ""


def solution(exercise: Exercise) -> object:
    """The solution as a notebook would hold it: a function, or the value its source defines."""
    if not isinstance(exercise.solution, str):
        return exercise.solution
    names: dict[str, object] = {}
    exec(exercise.solution, names)
    return names[exercise.answer_name]


@pytest.mark.parametrize("exercise", EXERCISES, ids=name)
def test_the_solution_is_correct(exercise: Exercise) -> None:
    assert str(judge(exercise, solution(exercise))) == f"{exercise.id}: correct"


@pytest.mark.parametrize(("exercise", "wrong"), WRONG, ids=name)
def test_a_wrong_answer_is_refused_in_its_own_words(exercise: Exercise, wrong: WrongAnswer) -> None:
    verdict = judge(exercise, wrong.answer)
    assert verdict.state == "wrong", str(verdict)
    assert wrong.says
    assert wrong.says in verdict.sentence
    assert "\n" not in str(verdict)


@pytest.mark.parametrize("exercise", EXERCISES, ids=name)
def test_the_starter_is_not_attempted_and_not_wrong(exercise: Exercise) -> None:
    def starter(*args: object, **kwargs: object) -> object:
        raise NotImplementedError

    async def async_starter(*args: object, **kwargs: object) -> object:
        raise NotImplementedError

    starters = [...] if exercise.takes == "value" else [starter]
    if exercise.source.startswith("async def"):
        starters = [async_starter]
    for one in starters:
        assert str(judge(exercise, one)) == f"{exercise.id}: not attempted yet"


@pytest.mark.parametrize("exercise", EXERCISES, ids=name)
def test_the_source_of_a_solution_defines_the_answer(exercise: Exercise) -> None:
    code = compile(exercise.source, exercise.id, "exec")
    assert exercise.answer_name in code.co_names
    assert "# type:" not in exercise.source
    assert "noqa" not in exercise.source


@pytest.mark.parametrize("exercise", EXERCISES, ids=name)
def test_an_exercise_helps_and_is_tested(exercise: Exercise) -> None:
    assert len(exercise.hints) >= 2
    assert all(hint.strip() for hint in exercise.hints)
    assert len(exercise.wrong) >= 2
    assert len({wrong.name for wrong in exercise.wrong}) == len(exercise.wrong)
    assert exercise.title.strip()


@pytest.mark.parametrize("lesson", LESSONS, ids=name)
def test_a_lesson_is_complete(lesson: Lesson) -> None:
    assert len(lesson.exercises) >= 4
    assert len(lesson.predictions) >= 6
    assert len(lesson.recall_questions) == 3
    assert lesson.minutes <= 45
    for texts in (lesson.needs, lesson.goals, lesson.runs, lesson.points):
        assert texts
        assert all(text.strip() for text in texts)
    assert lesson.next.strip()


@pytest.mark.parametrize("lesson", LESSONS, ids=name)
def test_ids_are_unique(lesson: Lesson) -> None:
    questions = [*lesson.recall_questions, *lesson.quizzes, *lesson.predictions]
    ids = Counter([one.id for one in questions] + [exercise.id for exercise in lesson.exercises])
    assert [id for id, count in ids.items() if count > 1] == []
    for number, exercise in enumerate(lesson.exercises, 1):
        assert exercise.id == f"{lesson.code}-{number}"


@pytest.mark.parametrize(("lesson", "prediction"), PREDICTIONS, ids=name)
def test_a_prediction_has_feedback_for_every_answer(lesson: Lesson, prediction: Prediction) -> None:
    for option in prediction.choices:
        assert option.feedback.strip(), option
    assert len({option.name for option in prediction.choices}) == len(prediction.choices)
    if prediction.kind != "choice":
        assert prediction.why.strip()
        assert prediction.notes
        assert all(note.says.strip() for note in prediction.notes)
    if prediction.kind == "order":
        [note.when(list(prediction.lines)) for note in prediction.notes]
    if prediction.kind == "number":
        [note.when(0.0) for note in prediction.notes]


@pytest.mark.parametrize(("lesson", "quiz"), QUIZZES, ids=name)
def test_a_quiz_has_feedback_for_every_option(lesson: Lesson, quiz: Quiz) -> None:
    assert all(option.feedback.strip() for option in quiz.options)
    assert any(option.right for option in quiz.options)
    assert any(not option.right for option in quiz.options)


@pytest.mark.parametrize("lesson", LESSONS, ids=name)
def test_the_texts_mark_up_cleanly(lesson: Lesson) -> None:
    texts = [prediction_text(prediction) for prediction in lesson.predictions]
    texts += [quiz_text([quiz], "?") for quiz in (*lesson.recall_questions, *lesson.quizzes)]
    texts += [exercise.task for exercise in lesson.exercises]
    texts += [hint for exercise in lesson.exercises for hint in exercise.hints]
    for text in texts:
        assert text.count("`") % 2 == 0, text
        assert text.count("**") % 2 == 0 or "`" in text, text


def test_lessons_are_found_by_their_code() -> None:
    assert codes() == sorted(codes())
    assert [lesson.code for lesson in LESSONS] == codes()
    assert load("00") is LESSONS[0]
    with pytest.raises(ModuleNotFoundError, match="lesson_99"):
        load("99")
