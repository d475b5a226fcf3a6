"""A lesson: its definitions as data, and what a notebook can do with them.

Every method shows something (where there is a notebook, as a widget or a page; elsewhere as a line of text) and returns
nothing, so that it can stand anywhere in a cell. With nothing kept yet, what it shows is the same on every machine.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar

from course_lib.lesson import card as cards
from course_lib.lesson.card import Figure
from course_lib.lesson.exercise import Exercise
from course_lib.lesson.kept import Kept, progress_of_this_machine
from course_lib.lesson.page import ACCENT, Page, framed, show
from course_lib.lesson.progress import Progress
from course_lib.lesson.questions import Answer, Prediction, Quiz, by_letter
from course_lib.lesson.reveal import Comparison, compare
from course_lib.lesson.verdict import Verdict, judge
from course_lib.lesson.words import inline, plain
from course_lib.look import html
from course_lib.look.palette import BAD, GOOD

if TYPE_CHECKING:
    from course_lib.lesson.exercise_view import ExerciseView

__all__ = ["Lesson"]

_Item = TypeVar("_Item", Prediction, Quiz, Exercise)


class Lesson:
    """One lesson.

    Args:
        number: 0 to 20.
        title: a few words.
        minutes: how long studying it takes.
        needs: what the learner should know or have.
        goals: what the learner can do afterwards.
        runs: what will run on the learner's machine.
        recall: three questions from earlier lessons; asked with `recall`.
        predictions: asked with `predict`, laid beside the result with `reveal`.
        quizzes: asked with `quiz`.
        exercises: what the learner makes.
        points: what to keep.
        next: one sentence on what comes next.
        part: a letter, for a lesson that stands beside the one of its number.
        progress: where it is kept; the user's data folder when left out.
    """

    def __init__(
        self,
        number: int,
        title: str,
        minutes: int,
        needs: Sequence[str],
        goals: Sequence[str],
        runs: Sequence[str],
        recall: Sequence[Quiz] = (),
        predictions: Sequence[Prediction] = (),
        quizzes: Sequence[Quiz] = (),
        exercises: Sequence[Exercise] = (),
        points: Sequence[str] = (),
        next: str = "",
        *,
        part: str = "",
        progress: Progress | None = None,
    ) -> None:
        self.number = number
        self.part = part
        self.title = title
        self.minutes = minutes
        self.needs = tuple(needs)
        self.goals = tuple(goals)
        self.runs = tuple(runs)
        self.recall_questions = tuple(recall)
        self.predictions = tuple(predictions)
        self.quizzes = tuple(quizzes)
        self.exercises = tuple(exercises)
        self.points = tuple(points)
        self.next = next
        self.kept = Kept(self.code, progress_of_this_machine if progress is None else lambda: progress)
        self._views: dict[str, ExerciseView] = {}
        self._hints: dict[str, int] = {}

    def __repr__(self) -> str:
        return (
            f"<Lesson {self.code} {self.title!r}: {len(self.predictions)} predictions, {len(self.exercises)} exercises>"
        )

    @property
    def code(self) -> str:
        """The number in two digits, and its letter if it has one: as in the notebook's name."""
        return f"{self.number:02d}{self.part}"

    # Pages

    def card(self) -> None:
        """Show what the lesson takes and gives."""
        show(cards.card(self))

    def recall(self) -> None:
        """Ask the questions from earlier lessons."""
        self._show_quiz(self.recall_questions, "Recall")

    def summary(self, figures: Sequence[Figure] = ()) -> None:
        """Show this run's measured figures, the key points and what comes next.

        The figures are also put into the output's metadata (``{"course": {"figures": [[label, value, unit], …]}}``),
        where ``python3 -m course_lib run`` finds them.
        """
        from ipywidgets import HTML

        from course_lib.look.widget import Fallback

        rows = [figure.row for figure in figures]
        show(
            Fallback(
                [HTML(cards.summary_html(self, figures))],
                text=cards.summary_text(self, figures),
                html=cards.summary_fallback(self, figures),
                metadata={"course": {"figures": rows}},
            )
        )

    # Predictions

    def predict(self, id: str, answer: object = None) -> None:
        """Ask for a prediction; with an answer, keep that one (for places without widgets).

        Raises:
            KeyError: the lesson has no such prediction.
        """
        prediction = _find(self.predictions, id)
        if answer is not None:
            return show(self._kept(prediction, answer))
        from course_lib.lesson.predict_view import PredictView

        return show(
            PredictView(prediction, self.kept.answer(prediction), lambda given: self.kept.predicted(prediction, given))
        )

    def _kept(self, prediction: Prediction, answer: object) -> Page:
        try:
            normal = self.kept.predicted(prediction, answer)
        except ValueError as error:
            return _line(f"{prediction.id}: not kept: {error}")
        words = (
            " → ".join(normal) if isinstance(normal, list) else f"{normal:g}" if isinstance(normal, float) else normal
        )
        return _line(f"{prediction.id}: kept: {words}")

    def compare(self, id: str, result: object) -> Comparison:
        """The kept prediction beside the result, as data."""
        prediction = _find(self.predictions, id)
        return compare(prediction, self.kept.answer(prediction), result)

    def predicted(self, id: str) -> Answer | None:
        """The kept prediction, or None: for a table or a stepper that shows it beside the run."""
        return self.kept.answer(_find(self.predictions, id))

    def reveal(self, id: str, result: object) -> None:
        """Show the kept prediction beside what happened.

        Args:
            id: the prediction.
            result: what happened: the lines in order, the number, or the key (or text) of the option that came true.

        Raises:
            KeyError: the lesson has no such prediction.
            TypeError: the result does not fit the question.
        """
        comparison = self.compare(id, result)
        if comparison.state != "none":
            self.kept.revealed(comparison.prediction, comparison.state)
        if not comparison.prediction.measured:
            return show(Page(str(comparison), comparison.page))
        from ipywidgets import HTML

        from course_lib.look.widget import Fallback

        return show(Fallback([HTML(comparison.page)], text=str(comparison), html=comparison.fallback))

    # Quizzes

    def quiz(self, id: str, answer: object = None) -> None:
        """Ask a question; with an answer (its letter or its text), say what that answer deserves.

        Raises:
            KeyError: the lesson has no such quiz.
        """
        quiz = _find((*self.recall_questions, *self.quizzes), id)
        if answer is None:
            return self._show_quiz([quiz], "Question")
        option = by_letter(quiz.options, answer) or next((o for o in quiz.options if o.text == answer), None)
        if option is None:
            return show(_line(f"{id}: expected a letter or an option's text, got {answer!r}"))
        self.kept.chosen(quiz, list(quiz.options).index(option))
        return show(_line(f"{id}: {'right' if option.right else 'not this one'}: {plain(option.feedback)}"))

    def _show_quiz(self, quizzes: Sequence[Quiz], heading: str) -> None:
        from course_lib.lesson.quiz_view import QuizView

        show(QuizView(quizzes, heading, self.kept.chosen))

    # Exercises

    def exercise(self, id: str) -> None:
        """Show the task, with buttons for hints and the solution, and the state of the last check."""
        from course_lib.lesson.exercise_view import ExerciseView

        exercise = _find(self.exercises, id)
        opened = functools.partial(self.kept.opened, id)
        self._views[id] = ExerciseView(exercise, lambda: self.kept.state(id), opened)
        show(self._views[id])

    def verdict(self, id: str, answer: object) -> Verdict:
        """Judge an answer and keep the result: what `check` shows, as data.

        Raises:
            KeyError: the lesson has no such exercise.
            KeyboardInterrupt: the stop button was pressed meanwhile.
        """
        verdict = judge(_find(self.exercises, id), answer)
        if verdict.state != "unattempted":
            self.kept.tried(id, verdict.state)
            if id in self._views:
                self._views[id].refresh()
        return verdict

    def check(self, id: str, answer: object = None) -> None:
        """Judge an answer and say so in a sentence. Whatever the answer does, this does not raise.

        Raises:
            KeyError: the lesson has no such exercise.
            KeyboardInterrupt: the stop button was pressed meanwhile.
        """
        verdict = self.verdict(id, answer)
        show(Page(str(verdict), _verdict_html(verdict)))

    def hint(self, id: str) -> None:
        """Show the next hint; after the last one, the last again."""
        exercise = _find(self.exercises, id)
        number = min(self._hints.get(id, 0) + 1, len(exercise.hints))
        self._hints[id] = number
        self.kept.opened(id, "hint", number)
        words = f"{id}: hint {number} of {len(exercise.hints)}: {exercise.hints[number - 1]}"
        show(_line(words))

    def solution(self, id: str) -> None:
        """Show a solution's source. Nothing is executed."""
        source = _find(self.exercises, id).source
        self.kept.opened(id, "solution", 1)
        show(Page(source, framed(f"Solution {id}", html.pre(source), ACCENT["exercise"])))

    def sources(self) -> dict[str, str]:
        """The source of every solution, by exercise: what a test puts into the cells tagged ``exercise-<id>``."""
        return {exercise.id: exercise.source for exercise in self.exercises}

    def reset(self) -> None:
        """Forget everything that is kept about this lesson."""
        self.kept.forget()
        self._hints.clear()
        show(_line(f"Lesson {self.code}: progress forgotten"))


def _find(items: Sequence[_Item], id: str) -> _Item:
    for item in items:
        if item.id == id:
            return item
    raise KeyError(f"expected one of {[item.id for item in items]}, got {id!r}")


def _line(words: str) -> Page:
    return Page(plain(words), html.box(inline(words)))


def _verdict_html(verdict: Verdict) -> str:
    mark, accent = {"right": ("✓ correct", GOOD), "wrong": ("✗ not yet", BAD)}.get(
        verdict.state, ("○ not attempted yet", ACCENT["card"])
    )
    inner = f"<b>{verdict.id}: {mark}</b>"
    if verdict.sentence:
        inner += f'<div style="margin-top:4px">{inline(verdict.sentence)}</div>'
    if verdict.printed.strip() and verdict.state == "wrong":
        inner += html.details("What it printed meanwhile", html.pre(verdict.printed))
    return html.box(inner, accent=accent)
