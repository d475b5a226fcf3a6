"""The three ways to answer: choose one, put in order, type a number. Each is a box of widgets and an answer.

Buttons are real buttons, so the keyboard works: Tab moves, Space or Enter presses. What is chosen is said by a sign in
the button's own words (``●`` against ``○``, a place ``2.`` against ``+``), never by colour alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import ipywidgets as W  # noqa: N812 -- the name everybody gives it

from course_lib.lesson.asking import LETTERS
from course_lib.lesson.questions import Option, Prediction
from course_lib.lesson.words import bare
from course_lib.look import html
from course_lib.look.palette import CARD, INK, LINE, SHADE, SOFT, css

__all__ = ["STYLE", "ChoiceInput", "Input", "NumberInput", "OrderInput", "input_for"]

STYLE = f"""<style>
.course-option {{ white-space: normal !important; height: auto !important; line-height: 1.4 !important;
  text-align: left !important; padding: 5px 10px !important; overflow: visible !important; color: {css(INK)} !important;
  background: {css(SHADE)} !important; border: 1px solid {css(LINE)} !important; border-radius: 5px; }}
.course-option:disabled {{ opacity: 0.75 !important; }}
.course-chosen {{ outline: 2px solid var(--jp-brand-color1, #0072B2) !important; outline-offset: -2px;
  font-weight: 600; }}
.course-option:focus-visible, .course-action:focus-visible {{ outline: 3px solid #E69F00 !important;
  outline-offset: 1px; }}
.course-code {{ font-family: var(--jp-code-font-family, monospace) !important; white-space: pre-wrap !important; }}
.course-part {{ border-radius: 6px; background: {css(CARD)}; }}
.course-action {{ width: auto !important; padding: 0 14px !important; }}
</style>"""


class Input(Protocol):
    """One way to answer: `box` is displayed, `answer()` is what has been given so far (None: not complete)."""

    box: W.Box

    def answer(self) -> Any:
        """The answer so far, or None."""

    def put(self, answer: Any) -> None:
        """Show this answer as the one given."""

    def freeze(self, frozen: bool) -> None:
        """Stop taking input, or take it again."""


def _option_button(words: str, tooltip: str = "") -> W.Button:
    button = W.Button(description=words, tooltip=tooltip, layout=W.Layout(width="100%", margin="2px 0"))
    button.add_class("course-option")
    return button


class ChoiceInput:
    """One button per option. `changed` is called with the option's place after each choice."""

    def __init__(self, options: Sequence[Option], changed: Callable[[int], None]) -> None:
        self._options = options
        self._changed = changed
        self._chosen: int | None = None
        self._buttons = [_option_button("") for _ in options]
        for at, button in enumerate(self._buttons):
            button.on_click(lambda _, at=at: self._choose(at))
        self.box = W.VBox(self._buttons, layout=W.Layout(overflow="visible"))
        self._draw()

    def answer(self) -> str | None:
        """The chosen option's key."""
        return None if self._chosen is None else self._options[self._chosen].name

    def put(self, answer: Any) -> None:
        """Mark the option with this key; None marks none."""
        names = [option.name for option in self._options]
        self._chosen = names.index(answer) if answer in names else None
        self._draw()

    def freeze(self, frozen: bool) -> None:
        """Disable or enable the buttons."""
        for button in self._buttons:
            button.disabled = frozen

    def _choose(self, at: int) -> None:
        self._chosen = at
        self._draw()
        self._changed(at)

    def _draw(self) -> None:
        for at, (button, option) in enumerate(zip(self._buttons, self._options, strict=True)):
            chosen = at == self._chosen
            button.description = f"{'●' if chosen else '○'}\u2002{LETTERS[at]}\u2003{bare(option.text)}"
            (button.add_class if chosen else button.remove_class)("course-chosen")


class OrderInput:
    """Press the lines one after the other; press a placed line to take it, and those after it, back."""

    def __init__(self, lines: Sequence[str], changed: Callable[[], None], *, partial: bool = False) -> None:
        self._lines = lines
        self._changed = changed
        self._partial = partial
        self._order: list[int] = []
        self._buttons = [_option_button("") for _ in lines]
        for at, button in enumerate(self._buttons):
            button.add_class("course-code")
            button.on_click(lambda _, at=at: self._press(at))
        self._shown = W.HTML()
        self.box = W.VBox([*self._buttons, self._shown], layout=W.Layout(overflow="visible"))
        self._draw()

    def answer(self) -> list[str] | None:
        """The lines in the order pressed; None until all are placed (until one is, for a partial order)."""
        complete = bool(self._order) if self._partial else len(self._order) == len(self._lines)
        return [self._lines[at] for at in self._order] if complete else None

    def put(self, answer: Any) -> None:
        """Show this order."""
        self._order = []
        for line in answer or ():
            at = next((at for at, own in enumerate(self._lines) if own == line and at not in self._order), None)
            if at is not None:
                self._order.append(at)
        self._draw()

    def freeze(self, frozen: bool) -> None:
        """Disable or enable the buttons."""
        for button in self._buttons:
            button.disabled = frozen

    def _press(self, at: int) -> None:
        if at in self._order:
            del self._order[self._order.index(at) :]
        else:
            self._order.append(at)
        self._draw()
        self._changed()

    def _draw(self) -> None:
        for at, button in enumerate(self._buttons):
            placed = at in self._order
            button.description = f"{f'{self._order.index(at) + 1}.' if placed else '+'}  {self._lines[at]}"
            button.tooltip = "press to take it back" if placed else "press to place it next"
            (button.add_class if placed else button.remove_class)("course-chosen")
        chain = " → ".join(self._lines[at] for at in self._order) or "press the lines in the order you expect"
        self._shown.value = f'<div style="color:{css(SOFT)};line-height:1.4">Your order: {html.esc(chain)}</div>'


class NumberInput:
    """A field for a number; the unit may be typed or left out."""

    def __init__(self, unit: str, changed: Callable[[], None]) -> None:
        self._field = W.Text(placeholder="a number", layout=W.Layout(width="130px"))
        self._field.observe(lambda _: changed(), names="value")
        self.box = W.HBox([self._field, W.HTML(html.esc(unit))])

    def answer(self) -> str | None:
        """The text typed, or None."""
        return self._field.value.strip() or None

    def put(self, answer: Any) -> None:
        """Show this number."""
        self._field.value = "" if answer is None else f"{answer:g}" if isinstance(answer, float) else str(answer)

    def freeze(self, frozen: bool) -> None:
        """Disable or enable the field."""
        self._field.disabled = frozen


def input_for(prediction: Prediction, changed: Callable[[], None]) -> Input:
    """The input that fits the question."""
    if prediction.kind == "order":
        return OrderInput(prediction.lines, changed, partial=prediction.partial)
    if prediction.kind == "number":
        return NumberInput(prediction.unit, changed)
    return ChoiceInput(prediction.choices, lambda _: changed())
