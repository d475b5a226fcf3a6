"""Questions with a right answer, to press."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets as W  # noqa: N812 -- the name everybody gives it

from course_lib.lesson import asking
from course_lib.lesson.frame import Part, head, says
from course_lib.lesson.inputs import ChoiceInput
from course_lib.lesson.page import ACCENT
from course_lib.lesson.questions import Quiz
from course_lib.lesson.words import to_html
from course_lib.look import html

__all__ = ["QuizView"]


class QuizView(Part):
    """One question or a few, each answered with a press, each option with words of its own."""

    def __init__(self, quizzes: Sequence[Quiz], heading: str, chosen: Callable[[Quiz, int], None]) -> None:
        self._guard = threading.RLock()
        self._chosen = chosen
        self.inputs: list[ChoiceInput] = []
        self.answers: list[W.HTML] = []
        parts: list[Any] = [head(heading, "")]
        for quiz in quizzes:
            parts += self._part(quiz)
        super().__init__(
            ACCENT["quiz"],
            parts,
            text=asking.quiz_text(quizzes, heading),
            html=asking.quiz_html(quizzes, heading),
        )

    def _part(self, quiz: Quiz) -> list[Any]:
        answer = W.HTML()
        choice = ChoiceInput(quiz.options, lambda at: self._press(quiz, at, answer))
        self.inputs.append(choice)
        self.answers.append(answer)
        return [W.HTML(html.wrap(to_html(quiz.question))), choice.box, answer]

    def _press(self, quiz: Quiz, at: int, answer: W.HTML) -> None:
        with self._guard:
            option = quiz.options[at]
            answer.value = says(option.right, option.feedback)
            self._chosen(quiz, at)
