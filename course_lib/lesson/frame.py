"""What the pressable parts of a lesson share: the frame, the heading, buttons, and words about a press.

JupyterLab delivers a click on another thread than the cell's, also while a cell is busy. So every callback of the
views takes the view's lock, changes widget values only, and displays nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets as W  # noqa: N812 -- the name everybody gives it

from course_lib.lesson.inputs import STYLE
from course_lib.lesson.page import label
from course_lib.lesson.words import inline
from course_lib.look import html
from course_lib.look.palette import BAD, CARD, GOOD, LINE, SOFT, css
from course_lib.look.widget import Fallback

__all__ = ["Part", "action", "head", "says", "soft"]


def _layout(accent: str) -> W.Layout:
    line = f"1px solid {css(LINE)}"
    return W.Layout(
        border_top=line,
        border_right=line,
        border_bottom=line,
        border_left=f"5px solid {accent}",
        padding="8px 14px 10px 14px",
        margin="4px 0",
        width="auto",
        max_width="880px",
        overflow="visible",
    )


def action(words: str, tooltip: str, pressed: Callable[[], None]) -> W.Button:
    """A button that does something, as wide as its words."""
    button = W.Button(description=words, tooltip=tooltip)
    button.add_class("course-action")
    button.on_click(lambda _: pressed())
    return button


class Part(Fallback):
    """A part of a lesson that can be pressed: a card with a coloured edge.

    Args:
        accent: the edge's colour.
        children: the widgets, top to bottom.
        text: one line that stands for it, and `html`, the page that does, where nothing runs.
    """

    def __init__(self, accent: str, children: Sequence[Any], *, text: str, html: str) -> None:
        super().__init__(children, text=text, html=html, layout=_layout(accent))
        self.add_class("course-part")


def head(heading: str, inner: str) -> W.HTML:
    """The heading of a part, and the style its buttons need."""
    return W.HTML(STYLE + html.wrap(label(heading) + inner))


def says(good: bool, text: str) -> str:
    """Feedback as HTML: a sign, words and a coloured edge."""
    mark, colour, word = ("✓", GOOD, "Right.") if good else ("✗", BAD, "Not this one.")
    style = f"border-left:4px solid {colour};padding:4px 10px;margin:4px 0;background:{css(CARD)}"
    return html.wrap(f'<div style="{style}" role="status"><b>{mark} {word}</b> {inline(text)}</div>')


def soft(text: str) -> str:
    """A status line as HTML; screen readers announce its changes."""
    return html.wrap(f'<span style="color:{css(SOFT)}" role="status">{html.esc(text)}</span>')
