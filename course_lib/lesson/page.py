"""What a lesson shows that needs no widget: a piece of HTML with a deterministic text beside it."""

from __future__ import annotations

from typing import Any

from course_lib.look import html
from course_lib.look.palette import SOFT, css

__all__ = ["ACCENT", "Page", "framed", "label", "show"]

ACCENT = {"predict": "#0072B2", "quiz": "#7A4FBF", "exercise": "#E69F00", "card": "#57606a"}
"""The coloured edge of each part of a lesson; the word above it says the same."""


class Page:
    """Static HTML for the notebook, and one text for terminals and tests."""

    def __init__(self, text: str, inner: str) -> None:
        self.text = text
        self.inner = inner

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, str]:
        return {"text/plain": self.text, "text/html": self.inner}


def label(words: str) -> str:
    """The small heading of a part ("Predict", "Exercise 01-2"), as HTML."""
    style = f"font-size:11px;font-weight:600;letter-spacing:0.06em;text-transform:uppercase;color:{css(SOFT)}"
    return f'<div style="{style};margin-bottom:2px">{html.esc(words)}</div>'


def framed(heading: str, inner: str, accent: str) -> str:
    """A part of a lesson as static HTML: card, coloured edge, small heading."""
    return html.box(label(heading) + inner, accent=accent)


def show(thing: object) -> None:
    """Display it where there is a notebook, print its text where there is none."""
    from IPython.display import display

    display(thing)  # type: ignore[no-untyped-call]
