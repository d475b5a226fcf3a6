"""An exercise as data: the task, the trials that judge an answer, the hints, a solution and named wrong answers.

The wrong answers are part of the exercise. Each is a misconception somebody really has, written as code; a test sees
that the judge refuses it, and that the sentence it gets is about that misconception. An exercise that cannot tell a
wrong idea from the right one is not finished.
"""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from course_lib.lesson.source import plain_source

__all__ = ["Exercise", "Trial", "WrongAnswer"]


def _equal(got: object, expected: object) -> bool:
    return bool(got == expected)


@dataclass(frozen=True)
class Trial:
    """One question put to the learner's answer.

    Attributes:
        given: the call as the learner would write it, for example ``"order([3, 1])"``.
        expected: the right result.
        call: does it; no arguments. Make fresh arguments inside, so that no trial can spoil the next.
        because: a sentence for a wrong result, or a function from the wrong result to a sentence (or None): the place
            to recognise a misconception.
        same: how a result is compared with what is expected; ``==`` when left out.
    """

    given: str
    expected: object
    call: Callable[[], object]
    because: str | Callable[[Any], str | None] | None = None
    same: Callable[[Any, Any], bool] = _equal


@dataclass(frozen=True)
class WrongAnswer:
    """A misconception as code: its name, the answer that follows from it, and words the verdict must contain."""

    name: str
    answer: Any
    says: str


@dataclass(frozen=True)
class Exercise:
    """Something to make.

    Attributes:
        id: lesson and number, for example ``"01-2"``.
        title: a few words.
        task: what to write, with an example.
        judge: from the answer to trials, in order; the first that fails makes the sentence. A generator stops in time.
        hints: from a nudge to nearly the answer.
        solution: the function (or class), or the source text when the answer is not a function.
        wrong: named wrong answers, two at least.
        helpers: functions the solution uses, shown above it.
        name: what the answer is called in the notebook; the solution's own name when left out.
        takes: ``"function"``, or ``"value"`` when the answer is a value (``...`` in the starter cell).
        seconds: how long all trials together may take.
    """

    id: str
    title: str
    task: str
    judge: Callable[[Any], Iterable[Trial]]
    hints: Sequence[str]
    solution: Callable[..., object] | str
    wrong: Sequence[WrongAnswer]
    helpers: Sequence[Callable[..., object]] = ()
    name: str = ""
    takes: Literal["function", "value"] = "function"
    seconds: float = 5.0

    def __post_init__(self) -> None:
        if isinstance(self.solution, str) and not self.name:
            raise ValueError(f"exercise {self.id}: expected the answer's name, because the solution is text")

    @property
    def answer_name(self) -> str:
        """The name that the solution's source defines, and that the check cell passes on."""
        return self.name or getattr(self.solution, "__name__", "")

    @property
    def source(self) -> str:
        """The solution as the learner would write it: read from its file, never executed, without annotations."""
        if isinstance(self.solution, str):
            return textwrap.dedent(self.solution).strip()
        return "\n\n\n".join(plain_source(part) for part in (*self.helpers, self.solution))

    @property
    def parameters(self) -> str:
        """The solution's parameters, for example ``"(delays, now)"``; empty when the answer is not a function."""
        if isinstance(self.solution, str):
            return ""
        return "(" + ", ".join(inspect.signature(self.solution).parameters) + ")"
