"""What is kept about one lesson: the only place that knows the names of entries in the progress file."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from course_lib.lesson.places import data_folder
from course_lib.lesson.progress import Entry, Progress
from course_lib.lesson.questions import Answer, Prediction, Quiz

__all__ = ["Kept", "progress_of_this_machine"]

_Sort = Literal["prediction", "quiz", "exercise"]


@functools.cache
def _progress_in(folder: Path) -> Progress:
    return Progress(folder)


def progress_of_this_machine() -> Progress:
    """The progress in the user's data folder (``COURSE_DATA_DIR`` is looked up at every call)."""
    return _progress_in(data_folder(os.environ))


class Kept:
    """One lesson's entries.

    Args:
        code: the lesson's number in two digits.
        progress: gives the place where progress is kept; asked anew each time.
    """

    def __init__(self, code: str, progress: Callable[[], Progress] = progress_of_this_machine) -> None:
        self._code = code
        self._progress = progress

    def __repr__(self) -> str:
        return f"<Kept about lesson {self._code} in {self._progress()!r}>"

    def _key(self, sort: _Sort, id: str) -> str:
        return f"{self._code}/{sort}/{id}"

    def answer(self, prediction: Prediction) -> Answer | None:
        """The answer to a prediction, or None; one that no longer fits the question counts as none."""
        answer = self._progress().get(self._key("prediction", prediction.id)).get("answer")
        try:
            return None if answer is None else prediction.normal(answer)
        except ValueError:
            return None

    def predicted(self, prediction: Prediction, answer: object) -> Answer:
        """Keep an answer, and return it in its normal form.

        Raises:
            ValueError: it is no answer to this question.
        """
        normal = prediction.normal(answer)
        self._progress().put(self._key("prediction", prediction.id), answer=normal)
        return normal

    def revealed(self, prediction: Prediction, state: str) -> None:
        """Keep how the prediction compared with the result."""
        self._progress().put(self._key("prediction", prediction.id), revealed=state)

    def chosen(self, quiz: Quiz, at: int) -> None:
        """Keep which kind of option was chosen: first of all, and whether the right one ever was."""
        right = quiz.options[at].right

        def values(entry: Entry) -> Entry:
            first = entry.get("first", "right" if right else "wrong")
            return {"first": first, "right": bool(entry.get("right")) or right}

        self._progress().update(self._key("quiz", quiz.id), values)

    def state(self, id: str) -> str:
        """An exercise's state: ``"unattempted"``, ``"wrong"`` or ``"right"``; once right, it stays right."""
        state = self._progress().get(self._key("exercise", id)).get("state")
        return state if state in ("wrong", "right") else "unattempted"

    def tried(self, id: str, state: str) -> None:
        """Count an attempt at an exercise, and keep its state."""

        def values(entry: Entry) -> Entry:
            tries = entry.get("tries")
            best = "right" if "right" in (entry.get("state"), state) else "wrong"
            return {
                "state": best,
                "tries": tries + 1 if isinstance(tries, int) else 1,
            }  # the file may be edited by hand

        self._progress().update(self._key("exercise", id), values)

    def opened(self, id: str, what: str, count: int) -> None:
        """Keep how many hints, or that the solution, of an exercise were looked at."""
        self._progress().put(self._key("exercise", id), **{what: count})

    def forget(self) -> None:
        """Forget the whole lesson."""
        self._progress().drop(f"{self._code}/")
