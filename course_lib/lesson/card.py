"""The first and the last page of a lesson: what it will take and give, and what was measured on the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from course_lib.lesson.page import ACCENT, Page, framed
from course_lib.lesson.words import inline
from course_lib.look import html

if TYPE_CHECKING:
    from course_lib.lesson.lesson import Lesson

__all__ = ["Figure", "card", "summary_fallback", "summary_html", "summary_text"]


@dataclass(frozen=True)
class Figure:
    """One measured number of this run.

    Attributes:
        label: what was measured.
        value: the number, or words for a fact.
        unit: for example ``"ms"``; empty for a pure number.
        how: how it was measured: n, what ran where.
    """

    label: str
    value: float | str
    unit: str = ""
    how: str = ""

    @property
    def row(self) -> list[float | str]:
        """Label, value and unit as JSON; four digits of a measured value are all that it can claim."""
        value = float(f"{self.value:.4g}") if isinstance(self.value, float) else self.value
        return [self.label, value, self.unit]


def _section(heading: str, texts: Sequence[str]) -> str:
    if not texts:
        return ""
    items = "".join(f"<li>{inline(text)}</li>" for text in texts)
    return (
        f'<div style="margin-top:8px"><b>{html.esc(heading)}</b>'
        f'<ul style="margin:2px 0;padding-left:22px">{items}</ul></div>'
    )


def card(lesson: Lesson) -> Page:
    """Title, minutes, what is needed, what one can do afterwards, and what will run on this machine."""
    inner = (
        f'<div style="font-size:18px;font-weight:600">{html.esc(lesson.title)}</div>'
        f"<div>{lesson.minutes} minutes · {len(lesson.predictions)} predictions · "
        f"{len(lesson.exercises)} exercises</div>"
        + _section("What you need", lesson.needs)
        + _section("What you will be able to do", lesson.goals)
        + _section("What will run on your machine", lesson.runs)
    )
    text = f"Lesson {lesson.code}: {lesson.title} ({lesson.minutes} minutes)"
    return Page(text, framed(f"Lesson {lesson.code}", inner, ACCENT["card"]))


def summary_html(lesson: Lesson, figures: Sequence[Figure]) -> str:
    """The measured figures, the key points and what comes next."""
    rows = [[figure.label, _value(figure), figure.how] for figure in figures]
    table = html.table(["Measured in this run", "", "How"], rows) if rows else ""
    return framed(f"Lesson {lesson.code} in short", table + _points(lesson), ACCENT["card"])


def summary_text(lesson: Lesson, figures: Sequence[Figure]) -> str:
    """One line without a number that depends on the machine."""
    measured = f": measured {', '.join(figure.label for figure in figures)}" if figures else ""
    return f"Summary of lesson {lesson.code}{measured}"


def _points(lesson: Lesson) -> str:
    return _section("Keep", lesson.points) + _section("Next", [lesson.next] if lesson.next else [])


def summary_fallback(lesson: Lesson, figures: Sequence[Figure]) -> str:
    """The summary for where nothing runs: what is measured, without the numbers."""
    rows = [[figure.label, figure.how] for figure in figures]
    table = html.table(["Measured when the lesson runs", "How"], rows) if rows else ""
    return framed(f"Lesson {lesson.code} in short", table + _points(lesson), ACCENT["card"])


def _value(figure: Figure) -> str:
    if isinstance(figure.value, str):
        return f"{figure.value} {figure.unit}".strip()
    number = (
        f"{figure.value:,.0f}"
        if abs(figure.value) >= 100 or float(figure.value).is_integer()
        else f"{figure.value:.3g}"
    )
    return f"{number} {figure.unit}".strip()
