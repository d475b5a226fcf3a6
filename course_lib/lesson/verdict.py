"""Judge a learner's answer: three states, one sentence, never an exception.

*Not attempted yet* is not *wrong*: a starter cell raises NotImplementedError, and nothing is held against it. Anything
else that goes wrong becomes a sentence a person can act on: which call, what was expected, what came, and, where the
exercise knows the misconception, what it looks like from outside.
"""

from __future__ import annotations

import inspect
import linecache
import re
import reprlib
from dataclasses import dataclass
from types import CodeType, TracebackType
from typing import Any, Literal

from course_lib.lesson.exercise import Exercise, Trial
from course_lib.lesson.exits import exit_raises
from course_lib.lesson.limit import Stop, run_within

__all__ = ["State", "Verdict", "judge"]

State = Literal["unattempted", "wrong", "right"]

_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
_SIGNATURE = re.compile(r"(positional|keyword) argument|required keyword-only")


def _short_repr() -> reprlib.Repr:
    made = reprlib.Repr()
    made.maxlevel, made.maxdict, made.maxlist, made.maxtuple, made.maxset = 4, 12, 24, 24, 24
    made.maxstring = made.maxother = 160
    return made


_SHORT = _short_repr()


@dataclass(frozen=True)
class Verdict:
    """What a check found.

    Attributes:
        id: the exercise.
        state: ``"unattempted"``, ``"wrong"`` or ``"right"``.
        sentence: what was expected and what came; empty when right or not attempted.
        printed: the beginning of what the answer printed while it was judged.
    """

    id: str
    state: State
    sentence: str = ""
    printed: str = ""

    def __str__(self) -> str:
        if self.state == "unattempted":
            return f"{self.id}: not attempted yet"
        return f"{self.id}: correct" if self.state == "right" else f"{self.id}: not yet: {self.sentence}"


@dataclass(frozen=True)
class _Finding:
    state: State
    sentence: str = ""


def judge(exercise: Exercise, answer: object) -> Verdict:
    """Put the exercise's trials to the answer. Whatever the answer does, this returns.

    Raises:
        KeyboardInterrupt: the stop button was pressed meanwhile.
    """
    wrong = _not_judgeable(exercise, answer)
    if wrong is not None:
        return Verdict(exercise.id, wrong.state, wrong.sentence)
    seen: list[str] = []
    with exit_raises():
        outcome = run_within(exercise.seconds, lambda: _try_all(exercise, answer, seen))
    if outcome.late:
        return Verdict(exercise.id, "wrong", _late(exercise, seen, outcome.stuck), outcome.printed)
    if outcome.error is not None:  # a fault in the judge itself, or a stop that came as it ended
        return Verdict(exercise.id, "wrong", f"the check itself failed: {_short(outcome.error)}", outcome.printed)
    finding: _Finding = outcome.value
    sentence = finding.sentence
    if finding.state == "wrong" and outcome.printed.strip() and " returned nothing " in sentence:
        sentence += f" It printed `{_short(outcome.printed.strip())}`: `print` shows a value, `return` hands it over."
    return Verdict(exercise.id, finding.state, sentence, outcome.printed)


def _not_judgeable(exercise: Exercise, answer: object) -> _Finding | None:
    if exercise.takes == "value":
        return _Finding("unattempted") if answer is ... or answer is None else None
    if callable(answer):
        return None
    name = exercise.answer_name
    if inspect.iscoroutine(answer):
        answer.close()
    return _Finding(
        "wrong",
        f"the check needs the function itself, and got `{_short(answer)}`. "
        f'Write `lesson.check("{exercise.id}", {name})`, without brackets after `{name}`.',
    )


def _try_all(exercise: Exercise, answer: Any, seen: list[str]) -> _Finding:
    for trial in exercise.judge(answer):
        seen.append(trial.given)
        finding = _try(exercise, answer, trial, first=len(seen) == 1)
        if finding is not None:
            return finding
    return _Finding("right")


def _try(exercise: Exercise, answer: Any, trial: Trial, *, first: bool) -> _Finding | None:
    try:
        got = trial.call()
        if trial.same(got, trial.expected):
            return None
        reason = trial.because(got) if callable(trial.because) else trial.because
        if not callable(trial.because) and (got is None or inspect.iscoroutine(got) or inspect.isgenerator(got)):
            reason = None  # the sentence about what came says enough
        return _Finding("wrong", f"{_mismatch(trial, got)}{f' {reason}' if reason else ''}")
    except NotImplementedError:
        if first:
            return _Finding("unattempted")
        return _Finding(
            "wrong", f"`{trial.given}` still raises NotImplementedError: a line of the starter is in the way."
        )
    except Stop:
        raise
    except BaseException as error:  # SystemExit, CancelledError …: whatever it is, it is the answer's
        return _Finding("wrong", _failed(exercise, answer, trial, error))


def _mismatch(trial: Trial, got: object) -> str:
    wanted = f"`{trial.given}` should give `{_short(trial.expected)}`"
    if got is None:
        return f"{wanted}, and returned nothing (None): is a `return` missing?"
    if inspect.iscoroutine(got):
        got.close()
        return (
            f"{wanted}, and gave a coroutine that nobody awaited: is the function `async def` where it should be `def`?"
        )
    if inspect.isgenerator(got):
        return f"{wanted}, and gave a generator: a function with `yield` hands out its results one by one."
    if (
        isinstance(got, (list, tuple))
        and isinstance(trial.expected, (list, tuple))
        and list(got) == list(trial.expected)
    ):
        asked = type(trial.expected).__name__
        return f"{wanted}: the right items, in a {type(got).__name__} where a {asked} was asked for."
    return f"{wanted}, and gave `{_short(got)}`."


def _failed(exercise: Exercise, answer: Any, trial: Trial, error: BaseException) -> str:
    code = _code(answer)
    if isinstance(error, TypeError) and _call_failed(answer, error) and not _ran(code, error.__traceback__):
        return (
            f"`{trial.given}` could not be called: {error}. "
            f"The task asks for the parameters `{exercise.parameters}`, in this order."
        )
    where = _line(code, error.__traceback__)
    if isinstance(error, SystemExit):
        return f"`{trial.given}` tried to end the whole program (exit){where}; a function should return instead."
    if isinstance(error, RecursionError):
        return f"`{trial.given}` calls itself without end (RecursionError){where}: what makes it stop?"
    said = _clip(_said(error))
    words = f": {said}" if said else ""
    blank = " A blank of the starter, `...`, is still to be filled." if "ellipsis" in said.lower() else ""
    return f"`{trial.given}` raised {type(error).__name__}{words}{where}.{blank}"


def _late(exercise: Exercise, seen: list[str], stuck: bool) -> str:
    given = f"`{seen[-1]}`" if seen else "the first call"
    sentence = f"{given} was still running after {exercise.seconds:g} s, so it was stopped: what makes its loop end?"
    if stuck:
        sentence += " It could not even be stopped: it waits inside one long call, a sleep perhaps, and ends with it."
    return sentence


def _code(answer: Any) -> CodeType | None:
    function = inspect.unwrap(answer) if callable(answer) else answer
    return getattr(function, "__code__", None)


def _call_failed(answer: Any, error: TypeError) -> bool:
    """Whether the arguments did not fit the answer itself, and not some function that the answer made."""
    name = getattr(answer, "__qualname__", "")
    said = _said(error)
    return bool(_SIGNATURE.search(said)) and said.startswith((f"{name}(", f"{name}.__init__("))


def _ran(code: CodeType | None, traceback: TracebackType | None) -> bool:
    return any(frame is code for frame, _ in _frames(traceback))


def _frames(traceback: TracebackType | None) -> list[tuple[CodeType, int]]:
    frames = []
    while traceback is not None:
        frames.append((traceback.tb_frame.f_code, traceback.tb_lineno))
        traceback = traceback.tb_next
    return frames


def _line(code: CodeType | None, traceback: TracebackType | None) -> str:
    """The learner's own line: the innermost frame in the file (the cell) that holds the answer."""
    own = [line for frame, line in _frames(traceback) if code is not None and frame.co_filename == code.co_filename]
    if code is None or not own:
        return ""
    source = linecache.getline(code.co_filename, own[-1]).strip()
    return f", at `{source}`" if source else ""


def _short(value: object) -> str:
    return _ADDRESS.sub("", _SHORT.repr(value))


def _said(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # an exception class of the learner's own
        return ""


def _clip(text: str) -> str:
    return text if len(text) <= 200 else text[:200] + "…"
