"""A question before a run, to press."""

from __future__ import annotations

import threading
from collections.abc import Callable

import ipywidgets as W  # noqa: N812 -- the name everybody gives it

from course_lib.lesson import asking
from course_lib.lesson.frame import Part, action, head, soft
from course_lib.lesson.inputs import input_for
from course_lib.lesson.page import ACCENT
from course_lib.lesson.questions import Answer, Prediction
from course_lib.lesson.words import to_html

__all__ = ["PredictView"]


class PredictView(Part):
    """A question before a run: answer, keep, and change your mind until the run has spoken."""

    def __init__(self, prediction: Prediction, kept: Answer | None, keep: Callable[[object], Answer]) -> None:
        self._guard = threading.RLock()
        self._keep = keep
        self.input = input_for(prediction, self._answered)
        self.keep_button = action("Keep my answer", "keep", self._pressed)
        self.change_button = action("Change it", "change", self._change)
        self.status = W.HTML()
        super().__init__(
            ACCENT["predict"],
            [
                head("Predict", to_html(prediction.question)),
                self.input.box,
                W.HBox([self.keep_button, self.change_button, self.status], layout=W.Layout(align_items="center")),
            ],
            text=asking.prediction_text(prediction),
            html=asking.prediction_html(prediction),
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
