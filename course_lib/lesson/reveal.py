"""A kept prediction beside what happened: the comparison as data, and as a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Literal

from course_lib.lesson.page import ACCENT, framed
from course_lib.lesson.questions import Answer, Prediction
from course_lib.lesson.words import bare, inline, to_html
from course_lib.look import html
from course_lib.look.palette import BAD, GOOD

__all__ = ["Comparison", "compare"]

_NONE = "You kept no prediction for this one. Go back and make one next time: a guess makes the result stick."


@dataclass(frozen=True)
class Comparison:
    """A prediction beside the result.

    Attributes:
        prediction: the question.
        predicted: the answer in words, line by line; empty when none was kept.
        happened: the result in words, line by line.
        state: ``"right"``, ``"wrong"``, or ``"none"`` when no answer was kept.
        feedback: the sentence for this very answer; may be empty.
    """

    prediction: Prediction
    predicted: tuple[str, ...]
    happened: tuple[str, ...]
    state: Literal["right", "wrong", "none"]
    feedback: str

    def __str__(self) -> str:
        """One line; of a measured result it tells nothing that depends on the machine."""
        name = self.prediction.id
        result = "" if self.prediction.measured else f"; it was {self._quoted(self.happened)}"
        if self.state == "none":
            return f"{name}: no prediction kept{result}"
        words = {"right": "as predicted", "wrong": "not as predicted"}[self.state]
        return f"{name}: {words}: you said {self._quoted(self.predicted)}{result}"

    def _quoted(self, lines: Sequence[str]) -> str:
        return f'"{_line(lines)}"' if self.prediction.kind == "choice" else _line(lines)

    @property
    def page(self) -> str:
        """The whole comparison as HTML."""
        mark, accent = {
            "right": ("✓ As you predicted", GOOD),
            "wrong": ("✗ Not as you predicted", BAD),
            "none": ("What happened", ACCENT["card"]),
        }[self.state]
        head = f'<div style="font-weight:600;margin-bottom:4px">{html.esc(mark)}</div>'
        feedback = f'<div style="margin-top:6px">{to_html(self.feedback)}</div>' if self.feedback else ""
        why = (
            f'<div style="margin-top:6px"><b>Why.</b> {inline(self.prediction.why)}</div>'
            if self.prediction.why
            else ""
        )
        question = f'<div style="margin-bottom:6px">{to_html(self.prediction.question)}</div>'
        return framed("Prediction and result", question + head + self._rows() + feedback + why, accent)

    @property
    def fallback(self) -> str:
        """The page for where nothing runs: of a measured result it holds the question and the reason only."""
        if not self.prediction.measured:
            return self.page
        note = "<p>The result is measured: run the cell to see yours beside your prediction.</p>"
        return framed("Prediction and result", to_html(self.prediction.question) + note, ACCENT["card"])

    def _rows(self) -> str:
        if self.prediction.kind == "order":
            return self._order_rows()
        was = bare(_line(self.happened))
        if self.state == "none":
            return html.table(["It was"], [[was]])
        return html.table(["You said", "It was"], [[bare(self.predicted[0]), was]])

    def _order_rows(self) -> str:
        if self.state == "none":
            return html.table(["", "It was"], [[f"{at}.", line] for at, line in enumerate(self.happened, 1)])
        pairs = enumerate(zip_longest(self.predicted, self.happened, fillvalue="—"), 1)
        rows = [[f"{at}.", said, was, "✓ same" if said == was else "✗ differs"] for at, (said, was) in pairs]
        return html.table(["", "You said", "It was", ""], rows)


def compare(prediction: Prediction, answer: Answer | None, result: object) -> Comparison:
    """Lay the kept answer (None: there is none) beside the result.

    Raises:
        TypeError: the result is not of the question's kind (a sequence of lines for an order, a number for a number).
    """
    happened = _happened(prediction, result)
    if answer is None:
        return Comparison(prediction, (), happened, "none", _NONE)
    right, predicted = _right(prediction, answer, result, happened)
    return Comparison(prediction, predicted, happened, "right" if right else "wrong", _feedback(prediction, answer))


def _happened(prediction: Prediction, result: object) -> tuple[str, ...]:
    if prediction.kind == "order":
        if isinstance(result, str) or not isinstance(result, Sequence):
            raise TypeError(f"prediction {prediction.id!r}: expected the lines in order, got {result!r}")
        return tuple(str(line) for line in result)
    if prediction.kind == "number":
        if not isinstance(result, (int, float)):
            raise TypeError(f"prediction {prediction.id!r}: expected a number, got {result!r}")
        return (_with_unit(result, prediction.unit),)
    option = prediction.choice(result)
    return (option.text if option else str(result),)


def _right(
    prediction: Prediction, answer: Answer, result: object, happened: tuple[str, ...]
) -> tuple[bool, tuple[str, ...]]:
    if isinstance(answer, list):
        return tuple(answer) == happened, tuple(answer)
    if isinstance(answer, float) and isinstance(result, (int, float)):
        return abs(answer - result) <= abs(result) * prediction.within + 1e-9, (_with_unit(answer, prediction.unit),)
    option, actual = prediction.choice(answer), prediction.choice(result)
    return option is not None and option is actual, (option.text if option else str(answer),)


def _feedback(prediction: Prediction, answer: Answer) -> str:
    if prediction.kind == "choice":
        option = prediction.choice(answer)
        return option.feedback if option else ""
    return next((note.says for note in prediction.notes if note.when(answer)), "")


def _with_unit(number: float, unit: str) -> str:
    text = f"{number:,.0f}" if float(number).is_integer() or abs(number) >= 1000 else f"{number:.3g}"
    return f"{text} {unit}".strip()


def _line(lines: Sequence[str]) -> str:
    return " → ".join(bare(line) for line in lines) if lines else "nothing"
