"""The parts of a lesson that can be pressed: a prediction, a quiz, an exercise.

JupyterLab delivers a click on another thread than the cell's, also while a cell is busy. So every callback here takes
the view's lock, changes widget values only, and displays nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets as W  # noqa: N812 -- the name everybody gives it

from course_lib.lesson import asking
from course_lib.lesson.exercise import Exercise
from course_lib.lesson.inputs import STYLE, ChoiceInput, input_for
from course_lib.lesson.page import ACCENT, framed, label
from course_lib.lesson.questions import Answer, Prediction, Quiz
from course_lib.lesson.words import inline, plain, to_html
from course_lib.look import html
from course_lib.look.palette import BAD, CARD, GOOD, LINE, SOFT, css
from course_lib.look.widget import Fallback

__all__ = ["ExerciseView", "PredictView", "QuizView", "action", "layout", "soft", "state_words"]


def layout(accent: str) -> W.Layout:
    """The frame of a part: a card with a coloured edge."""
    line = f"1px solid {css(LINE)}"
    return W.Layout(
        border_top=line,
        border_right=line,
        border_bottom=line,
        border_left=f"5px solid {accent}",
        padding="8px 14px 10px 14px",
        margin="4px 0",
        width="auto",
        max_width="880px",
        overflow="visible",
    )


def action(words: str, tooltip: str, pressed: Callable[[], None]) -> W.Button:
    """A button that does something, as wide as its words."""
    button = W.Button(description=words, tooltip=tooltip)
    button.add_class("course-action")
    button.on_click(lambda _: pressed())
    return button


def _head(heading: str, inner: str) -> W.HTML:
    return W.HTML(STYLE + html.wrap(label(heading) + inner))


def _says(good: bool, text: str) -> str:
    mark, colour, word = ("✓", GOOD, "Right.") if good else ("✗", BAD, "Not this one.")
    style = f"border-left:4px solid {colour};padding:4px 10px;margin:4px 0;background:{css(CARD)}"
    return html.wrap(f'<div style="{style}" role="status"><b>{mark} {word}</b> {inline(text)}</div>')


def soft(text: str) -> str:
    """A status line as HTML; screen readers announce its changes."""
    return html.wrap(f'<span style="color:{css(SOFT)}" role="status">{html.esc(text)}</span>')


class PredictView(Fallback):
    """A question before a run: answer, keep, and change your mind until the run has spoken."""

    def __init__(self, prediction: Prediction, kept: Answer | None, keep: Callable[[object], Answer]) -> None:
        self._guard = threading.RLock()
        self._keep = keep
        self.input = input_for(prediction, self._answered)
        self.keep_button = action("Keep my answer", "keep", self._pressed)
        self.change_button = action("Change it", "change", self._change)
        self.status = W.HTML()
        super().__init__(
            [
                _head("Predict", to_html(prediction.question)),
                self.input.box,
                W.HBox([self.keep_button, self.change_button, self.status], layout=W.Layout(align_items="center")),
            ],
            text=asking.prediction_text(prediction),
            html=asking.prediction_html(prediction),
            layout=layout(ACCENT["predict"]),
        )
        self.input.put(kept)
        self._set(kept is not None, "Kept." if kept is not None else "")

    def _set(self, kept: bool, words: str) -> None:
        self.input.freeze(kept)
        self.keep_button.disabled = kept or self.input.answer() is None
        self.change_button.layout.display = None if kept else "none"
        self.status.value = soft(words)

    def _answered(self) -> None:
        with self._guard:
            self._set(False, "")

    def _pressed(self) -> None:
        with self._guard:
            try:
                self._keep(self.input.answer())
            except ValueError as error:
                self._set(False, f"Not kept: {error}")
            else:
                self._set(True, "Kept. Now run the next cell and compare.")

    def _change(self) -> None:
        with self._guard:
            self._set(False, "Change your answer, then keep it again.")


class QuizView(Fallback):
    """One question or a few, each answered with a press, each option with words of its own."""

    def __init__(self, quizzes: Sequence[Quiz], heading: str, chosen: Callable[[Quiz, int], None]) -> None:
        self._guard = threading.RLock()
        self._chosen = chosen
        self.inputs: list[ChoiceInput] = []
        self.answers: list[W.HTML] = []
        parts: list[Any] = [_head(heading, "")]
        for quiz in quizzes:
            parts += self._part(quiz)
        super().__init__(
            parts,
            text=asking.quiz_text(quizzes, heading),
            html=asking.quiz_html(quizzes, heading),
            layout=layout(ACCENT["quiz"]),
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
            answer.value = _says(option.right, option.feedback)
            self._chosen(quiz, at)


def state_words(state: str) -> str:
    """An exercise's state with a sign and words."""
    return {"right": "✓ correct", "wrong": "✗ not yet"}.get(state, "○ not attempted yet")


class ExerciseView(Fallback):
    """The task, the state of the last check, hints one at a time, and the solution behind two presses."""

    def __init__(self, exercise: Exercise, state: Callable[[], str], opened: Callable[[str, int], None]) -> None:
        self._guard = threading.RLock()
        self._exercise = exercise
        self._state = state
        self._opened = opened
        self._hints = 0
        self._sure = False
        self.state_line = W.HTML()
        self.hint_button = action("", "hint", self._hint)
        self.solution_button = action("Solution", "solution", self._solution)
        self.below = W.HTML()
        task = f'<div style="font-weight:600">{html.esc(exercise.title)}</div>{to_html(exercise.task)}'
        super().__init__(
            [
                _head(f"Exercise {exercise.id}", task),
                W.HBox(
                    [self.hint_button, self.solution_button, self.state_line], layout=W.Layout(align_items="center")
                ),
                self.below,
            ],
            text=f"Exercise {exercise.id}: {exercise.title}. {' '.join(plain(exercise.task).split())}",
            html=framed(f"Exercise {exercise.id}", task, ACCENT["exercise"]),
            layout=layout(ACCENT["exercise"]),
        )
        self.refresh()

    def refresh(self) -> None:
        """Show the state as it is kept now: called after every check."""
        with self._guard:
            self.state_line.value = soft(state_words(self._state()))
            total = len(self._exercise.hints)
            self.hint_button.description = f"Hint {min(self._hints + 1, total)} of {total}"
            self.hint_button.disabled = self._hints >= total

    def _hint(self) -> None:
        with self._guard:
            self._hints = min(self._hints + 1, len(self._exercise.hints))
            self._opened("hint", self._hints)
            self._show_below()
            self.refresh()

    def _solution(self) -> None:
        with self._guard:
            if not self._sure and self._state() != "right":
                self._sure = True
                self.solution_button.description = "Show it anyway"
                self.below.value = soft("Not solved yet: a hint first? A second press shows the solution.")
                return
            self._sure = True
            self.solution_button.disabled = True
            self._opened("solution", 1)
            self._show_below(solution=True)

    def _show_below(self, *, solution: bool = False) -> None:
        hints = self._exercise.hints[: self._hints]
        words = "".join(f"<div><b>Hint {at}.</b> {inline(hint)}</div>" for at, hint in enumerate(hints, 1))
        if solution or self.solution_button.disabled:
            words += f"<div><b>Solution</b> (one of several ways)</div>{html.pre(self._exercise.source)}"
        self.below.value = html.wrap(words)
