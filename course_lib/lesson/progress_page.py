"""The page that shows what is done and what is next, over all lessons; its buttons look again, or forget everything."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence

import ipywidgets as W  # noqa: N812 -- the name everybody gives it

from course_lib.lesson.frame import Part, action, head, soft
from course_lib.lesson.lesson import Lesson
from course_lib.lesson.page import ACCENT, framed
from course_lib.lesson.progress import Entry, Progress
from course_lib.look import html
from course_lib.look.palette import GOOD, LINE, css

__all__ = ["ProgressPage", "next_step", "progress_html", "tally"]


def tally(lesson: Lesson, entries: Mapping[str, Entry]) -> list[tuple[str, int, int]]:
    """How much of each part of a lesson is done: (part, done, total)."""

    def has(sort: str, id: str, name: str, *values: object) -> bool:
        value = entries.get(f"{lesson.code}/{sort}/{id}", {}).get(name)
        return value in values if values else value is not None

    quizzes = (*lesson.recall_questions, *lesson.quizzes)
    return [
        ("predictions", sum(has("prediction", p.id, "answer") for p in lesson.predictions), len(lesson.predictions)),
        ("questions", sum(has("quiz", q.id, "right", True) for q in quizzes), len(quizzes)),
        ("exercises", sum(has("exercise", e.id, "state", "right") for e in lesson.exercises), len(lesson.exercises)),
    ]


def next_step(lessons: Sequence[Lesson], entries: Mapping[str, Entry]) -> str:
    """What to do now: the first lesson that is not finished, and what is open there."""
    for lesson in lessons:
        open_exercises = [
            exercise.id
            for exercise in lesson.exercises
            if entries.get(f"{lesson.code}/exercise/{exercise.id}", {}).get("state") != "right"
        ]
        begun = any(key.startswith(f"{lesson.code}/") for key in entries)
        if open_exercises and begun:
            return f"Next: lesson {lesson.code}, {lesson.title}: exercise {open_exercises[0]}."
        if open_exercises:
            return f"Next: lesson {lesson.code}, {lesson.title}."
    return "Every exercise of every lesson is solved."


def progress_html(lessons: Sequence[Lesson], entries: Mapping[str, Entry]) -> str:
    """One row a lesson, with a bar and words for each part, and what is next."""
    rows = "".join(_row(lesson, entries) for lesson in lessons)
    table = f'<table style="border-collapse:collapse;font-size:13px"><tbody>{rows}</tbody></table>'
    return html.wrap(f'<div style="overflow-x:auto">{table}</div><p><b>{html.esc(next_step(lessons, entries))}</b></p>')


def _row(lesson: Lesson, entries: Mapping[str, Entry]) -> str:
    edge = f"border-bottom:1px solid {css(LINE)};padding:5px 10px;text-align:left;vertical-align:top"
    parts = tally(lesson, entries)
    finished = all(done == total for _, done, total in parts)
    begun = any(done for _, done, _ in parts)
    sign = "✓ done" if finished else "◐ begun" if begun else "○ not begun"
    cells = "".join(
        f'<td style="{edge};white-space:nowrap">{_bar(done, total)}{done} of {total} {part}</td>'
        for part, done, total in parts
    )
    title = f'<th scope="row" style="{edge};font-weight:600">{lesson.code} {html.esc(lesson.title)}</th>'
    return f'<tr>{title}<td style="{edge};white-space:nowrap">{sign}</td>{cells}</tr>'


def _bar(done: int, total: int) -> str:
    share = 100 * done // total if total else 100
    outer = f"height:6px;width:110px;border:1px solid {css(LINE)};border-radius:4px;overflow:hidden;margin:4px 0 2px"
    return (
        f'<div aria-hidden="true" style="{outer}"><div style="height:6px;width:{share}%;background:{GOOD}"></div></div>'
    )


class ProgressPage(Part):
    """The page as a widget. Where nothing runs, it lists the lessons only."""

    def __init__(self, lessons: Sequence[Lesson], progress: Progress) -> None:
        self._guard = threading.RLock()
        self._lessons = lessons
        self._progress = progress
        self._sure = False
        self.body = W.HTML()
        self.words = W.HTML()
        self.forget_button = action("Forget all progress", "forget", self._forget)
        look = action("Look again", "refresh", self.refresh)
        listed = "".join(f"<li>{lesson.code} {html.esc(lesson.title)}</li>" for lesson in lessons)
        super().__init__(
            ACCENT["card"],
            [
                head("Your progress", ""),
                self.body,
                W.HBox([look, self.forget_button, self.words], layout=W.Layout(align_items="center")),
            ],
            text="Your progress: " + "; ".join(f"{lesson.code} {lesson.title}" for lesson in lessons),
            html=framed("Your progress", f'<ul style="margin:4px 0">{listed}</ul>', ACCENT["card"]),
        )
        self.refresh()

    def refresh(self) -> None:
        """Read the file again and show it."""
        with self._guard:
            self.body.value = progress_html(self._lessons, self._progress.entries())
            self._ask(False, "")

    def _ask(self, sure: bool, words: str) -> None:
        self._sure = sure
        self.forget_button.description = "Yes, forget everything" if sure else "Forget all progress"
        self.words.value = soft(words)

    def _forget(self) -> None:
        with self._guard:
            if not self._sure:
                self._ask(True, "This cannot be undone. A second press does it; Look again keeps it.")
                return
            self._progress.drop("")
            self.refresh()
            self._ask(False, "Forgotten.")
