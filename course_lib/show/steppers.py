"""Stepping through a recorded run: back, step, play, and a slider."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import ipywidgets

from ..look import html
from ..look.widget import Fallback
from ..record import Record
from .picture import folded
from .runs import Run, sentence
from .stations import frame

__all__ = ["Stepper"]


class Stepper(Fallback):
    """The picture of one step, and the means to go to another. `value` is the step shown."""

    def __init__(self, record: Record, predicted: Sequence[str] | None = None, title: str = "") -> None:
        self.run = Run(record, predicted, title)
        self._lock = threading.Lock()
        last = self.run.last
        self.slider = ipywidgets.IntSlider(
            0, 0, last, description="step", layout=ipywidgets.Layout(width="440px", margin="0 0 0 16px")
        )
        self.slider.style.description_width = "initial"
        self.play = ipywidgets.Play(
            value=0, min=0, max=last, interval=900, show_repeat=False, layout=ipywidgets.Layout(width="auto")
        )
        self.back = _button("back", "step-backward")
        self.step = _button("step", "step-forward")
        self.picture = ipywidgets.HTML()
        self.back.on_click(lambda _: self._move(-1))
        self.step.on_click(lambda _: self._move(+1))
        # Linked in the browser, so that Play moves the slider without asking the kernel.
        self._link = ipywidgets.jslink((self.play, "value"), (self.slider, "value"))
        self.slider.observe(lambda _: self._draw(), "value")
        row = ipywidgets.Layout(align_items="center", flex_flow="row wrap")
        controls = ipywidgets.HBox([self.back, self.step, self.play, self.slider], layout=row)
        rows = self.run.table()
        below = [ipywidgets.HTML(folded("every callback, as a table", rows))] if rows.rows else []
        super().__init__([controls, self.picture, *below])
        self._draw()

    @property
    def value(self) -> int:
        """The step that is shown."""
        return int(self.slider.value)

    @value.setter
    def value(self, step: int) -> None:
        self.slider.value = min(max(int(step), 0), self.run.last)

    def _move(self, by: int) -> None:
        self.value += by

    def _draw(self) -> None:
        with self._lock:
            step = self.value
            self.picture.value = html.wrap(frame(self.run, step).svg(sentence(self.run, step)))
            self.back.disabled = step == 0
            self.step.disabled = step == self.run.last

    def summary(self) -> str:
        """Its title: how many callbacks ran may depend on the machine."""
        return f"Stepper: {self.run.title}" if self.run.title else "Stepper"

    def snapshot(self) -> bytes | None:
        """The busiest step: the one in which most is waiting."""
        return frame(self.run, self.run.busiest).png()

    def alternative(self) -> str:
        """The busiest step, in a sentence."""
        return sentence(self.run, self.run.busiest)


def _button(name: str, icon: str) -> Any:
    return ipywidgets.Button(description=name, tooltip=name, icon=icon, layout=ipywidgets.Layout(width="84px"))
