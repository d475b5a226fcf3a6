"""An exercise to press: hints and the solution, and the state of the last check."""

from __future__ import annotations

import threading
from collections.abc import Callable

import ipywidgets as W  # noqa: N812 -- the name everybody gives it

from course_lib.lesson.exercise import Exercise
from course_lib.lesson.frame import Part, action, head, soft
from course_lib.lesson.page import ACCENT, framed
from course_lib.lesson.words import inline, plain, to_html
from course_lib.look import html

__all__ = ["ExerciseView", "state_words"]


def state_words(state: str) -> str:
    """An exercise's state with a sign and words."""
    return {"right": "✓ correct", "wrong": "✗ not yet"}.get(state, "○ not attempted yet")


class ExerciseView(Part):
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
            ACCENT["exercise"],
            [
                head(f"Exercise {exercise.id}", task),
                W.HBox(
                    [self.hint_button, self.solution_button, self.state_line], layout=W.Layout(align_items="center")
                ),
                self.below,
            ],
            text=f"Exercise {exercise.id}: {exercise.title}. {' '.join(plain(exercise.task).split())}",
            html=framed(f"Exercise {exercise.id}", task, ACCENT["exercise"]),
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
                self._show_below(soft(self._second_press()))
                return
            self._sure = True
            self.solution_button.disabled = True
            self._opened("solution", 1)
            self._show_below()

    def _second_press(self) -> str:
        nudge = "a hint first? " if self._hints < len(self._exercise.hints) else ""
        return f"Not solved yet: {nudge}A second press shows the solution."

    def _show_below(self, words_after: str = "") -> None:
        """The hints opened so far, and below them the solution once it is asked for."""
        hints = self._exercise.hints[: self._hints]
        words = "".join(f"<div><b>Hint {at}.</b> {inline(hint)}</div>" for at, hint in enumerate(hints, 1))
        if self.solution_button.disabled:
            words += f"<div><b>Solution</b> (one of several ways)</div>{html.pre(self._exercise.source)}"
        self.below.value = html.wrap(words + words_after)
