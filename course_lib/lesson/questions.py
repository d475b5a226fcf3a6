"""Questions as data: what is asked, what may be answered, and what to say to each answer.

A *prediction* is answered before a program runs, and the machine decides who was right: the result of the run is laid
beside the answer. A *quiz* has its right answer written down. In both, every answer a learner can choose has a sentence
of its own, because a wrong answer is nearly always a reasonable idea, and only that idea's own sentence helps.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

__all__ = ["Answer", "Note", "Option", "Prediction", "Quiz", "by_letter"]

Answer: TypeAlias = "str | float | list[str]"
"""A kept prediction: the key of an option, a number, or the lines in the predicted order."""


@dataclass(frozen=True)
class Option:
    """One answer to choose.

    Attributes:
        text: what the learner reads.
        feedback: what is said to whoever chose it.
        right: whether it is the right answer (quizzes only; a prediction is judged by the run).
        key: the result that makes it come true (predictions only); the text itself when left out.
    """

    text: str
    feedback: str
    right: bool = False
    key: object = None

    @property
    def name(self) -> str:
        """The option's key as text: what is kept in the learner's progress."""
        return self.text if self.key is None else str(self.key)


@dataclass(frozen=True)
class Note:
    """A sentence for one kind of answer to an order or number question: said when `when(answer)` is true."""

    when: Callable[[Any], bool]
    says: str


@dataclass(frozen=True)
class Prediction:
    """A question to answer before a run.

    Attributes:
        id: its name in the lesson, for example ``"timer-order"``.
        question: the words.
        kind: ``"choice"`` (one of the options), ``"order"`` (put the options in order) or ``"number"``.
        options: `Option` objects for a choice; the lines, in the order to offer them, for an order.
        why: said after every reveal, whatever was answered: the reason.
        notes: sentences for particular answers to an order or a number; the first that applies is said.
        unit: of a number, for example ``"ms"``.
        within: how far a number may be off and still count, as a share of the result (0.25 = a quarter).
        partial: whether an order may leave lines out ("which of these are printed?").
        measured: the result depends on the machine's speed, so the stored output must not hold it.
    """

    id: str
    question: str
    kind: Literal["choice", "order", "number"] = "choice"
    options: Sequence[Option | str] = ()
    why: str = ""
    notes: Sequence[Note] = ()
    unit: str = ""
    within: float = 0.0
    partial: bool = False
    measured: bool = False

    def __post_init__(self) -> None:
        fitting = {"choice": self.choices, "order": self.lines, "number": ()}[self.kind]
        if len(fitting) != len(self.options):
            raise TypeError(
                f"prediction {self.id!r}: expected Option objects for a choice, texts for an order, none for a number; "
                f"got kind {self.kind!r} with {self.options!r}"
            )
        if self.kind != "number" and len(self.options) < 2:
            raise ValueError(f"prediction {self.id!r}: expected at least 2 options, got {len(self.options)}")

    @property
    def choices(self) -> tuple[Option, ...]:
        """The options of a choice question."""
        return tuple(option for option in self.options if isinstance(option, Option))

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines of an order question."""
        return tuple(option for option in self.options if isinstance(option, str))

    def choice(self, key: object) -> Option | None:
        """The option with this key or text, if there is one."""
        return next((option for option in self.choices if str(key) in (option.name, option.text)), None)

    def normal(self, answer: object) -> Answer:
        """The answer in the form in which it is kept.

        Raises:
            ValueError: it is no answer to this question; the message says what one looks like.
        """
        if self.kind == "number":
            return _number(answer, self.unit)
        if self.kind == "order":
            return self._order(answer)
        option = self.choice(answer) or by_letter(self.choices, answer)
        if option is None:
            raise ValueError(f"expected one of {[option.name for option in self.choices]}, got {answer!r}")
        return option.name

    def _order(self, answer: object) -> list[str]:
        lines = [str(line) for line in answer] if isinstance(answer, (list, tuple)) else []
        left = list(self.lines)
        for line in lines:
            if line not in left:
                raise ValueError(f"expected lines out of {list(self.lines)}, each once, got {answer!r}")
            left.remove(line)
        if not lines or (left and not self.partial):
            raise ValueError(f"expected a list of all the lines {list(self.lines)}, got {answer!r}")
        return lines


def by_letter(options: Sequence[Option], answer: object) -> Option | None:
    """The option a learner means by its letter, "A" for the first; None when it is no such letter."""
    letters = "ABCDEFGHIJ"[: len(options)]
    text = str(answer).strip().upper()
    return options[letters.index(text)] if len(text) == 1 and text in letters else None


def _number(answer: object, unit: str) -> float:
    text = str(answer).strip().removesuffix(unit).strip().replace(",", "").replace("_", "")
    try:
        number = float(text)
    except ValueError:
        raise ValueError(f"expected a number{f' of {unit}' if unit else ''}, got {answer!r}") from None
    if number != number or number in (float("inf"), float("-inf")):
        raise ValueError(f"expected a finite number, got {answer!r}")
    return number


@dataclass(frozen=True)
class Quiz:
    """A question with a known right answer, and feedback for every option.

    Attributes:
        id: its name in the lesson.
        question: the words.
        options: two or more, at least one of them right.
    """

    id: str
    question: str
    options: Sequence[Option]

    def __post_init__(self) -> None:
        if len(self.options) < 2 or not any(option.right for option in self.options):
            raise ValueError(f"quiz {self.id!r}: expected at least 2 options, one of them right, got {self.options!r}")
