"""How a question looks where nothing runs: the words and the options, as HTML and as text, always the same."""

from __future__ import annotations

from collections.abc import Sequence

from course_lib.lesson.page import ACCENT, framed
from course_lib.lesson.questions import Option, Prediction, Quiz
from course_lib.lesson.words import inline, plain, to_html
from course_lib.look import html

__all__ = ["LETTERS", "prediction_html", "prediction_text", "quiz_html", "quiz_text"]

LETTERS = "ABCDEFGHIJ"


def _listed(texts: Sequence[str]) -> str:
    # Letters as text: JupyterLab takes a list's own lettering out of outputs it does not trust.
    rows = "".join(f"<div>{LETTERS[at]}\u2003{inline(text)}</div>" for at, text in enumerate(texts))
    return f'<div style="margin:4px 0;padding-left:14px">{rows}</div>'


def _lettered(texts: Sequence[str]) -> str:
    return "; ".join(f"{LETTERS[at]} {plain(text)}" for at, text in enumerate(texts))


def prediction_html(prediction: Prediction) -> str:
    """The question and its options."""
    inner = to_html(prediction.question)
    if prediction.kind == "choice":
        inner += _listed([option.text for option in prediction.choices])
    elif prediction.kind == "order":
        lines = "".join(f'<li><code style="white-space:pre">{html.esc(line)}</code></li>' for line in prediction.lines)
        inner += f'<div>Put in order:</div><ul style="margin:4px 0;padding-left:26px">{lines}</ul>'
    else:
        inner += f"<div>A number{html.esc(f' of {prediction.unit}' if prediction.unit else '')}.</div>"
    return framed("Predict", inner, ACCENT["predict"])


def prediction_text(prediction: Prediction) -> str:
    """One line: the question, and what may be answered."""
    asked = " ".join(plain(prediction.question).split())
    if prediction.kind == "choice":
        return f"Predict {prediction.id}: {asked} {_lettered([option.text for option in prediction.choices])}"
    if prediction.kind == "order":
        return f"Predict {prediction.id}: {asked} Put in order: {'; '.join(prediction.lines)}"
    return f"Predict {prediction.id}: {asked} A number{f' of {prediction.unit}' if prediction.unit else ''}."


def quiz_html(quizzes: Sequence[Quiz], heading: str) -> str:
    """Questions and options, the answers folded below each."""
    return framed(heading, "".join(_quiz_inner(quiz) for quiz in quizzes), ACCENT["quiz"])


def _quiz_inner(quiz: Quiz) -> str:
    answers = "".join(_answer(at, option) for at, option in enumerate(quiz.options))
    folded = html.details("Answers", f'<div style="padding:2px 0 6px 14px">{answers}</div>')
    options = _listed([option.text for option in quiz.options])
    return f'<div style="margin-bottom:8px">{to_html(quiz.question)}{options}{folded}</div>'


def _answer(at: int, option: Option) -> str:
    return f"<div>{LETTERS[at]} {'✓' if option.right else '✗'} {inline(option.feedback)}</div>"


def quiz_text(quizzes: Sequence[Quiz], heading: str) -> str:
    """One line: the questions and their options."""
    asked = [f"{' '.join(plain(q.question).split())} {_lettered([o.text for o in q.options])}" for q in quizzes]
    return f"{heading}: " + " | ".join(asked)
