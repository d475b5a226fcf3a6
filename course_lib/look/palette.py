"""One colour per thing, the same in every picture of the course.

The hues are Okabe and Ito's, chosen so that people with the common kinds of colour blindness can tell them apart
("Color Universal Design", 2008). Even so, colour is never the only sign: every series also has a dash and a marker,
every bar a label.

Ink, lines and cards are not fixed colours but *roles*. On the screen a role is one of JupyterLab's CSS variables, so
that pictures follow the light and the dark theme; in a PNG it is the light theme's value.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

__all__ = ["BAD", "CARD", "GOOD", "INK", "LINE", "PAGE", "PHASE", "SERIES", "SHADE", "SOFT", "Series"]
__all__ += ["colour", "colours", "css", "light", "series", "text_on"]

INK: Final = "ink"
"""Text and marks a reader must see."""
SOFT: Final = "soft"
"""Secondary text: hints, axis labels."""
LINE: Final = "line"
"""Grid lines and the borders of cards."""
PAGE: Final = "page"
"""What a picture stands on."""
CARD: Final = "card"
"""The background of a card."""
SHADE: Final = "shade"
"""A background a little apart from `CARD`."""

_ROLES: Final = MappingProxyType(
    {
        INK: ("--jp-ui-font-color1", "#1f2328"),
        SOFT: ("--jp-ui-font-color2", "#57606a"),
        LINE: ("--jp-border-color2", "#d0d7de"),
        PAGE: ("--jp-layout-color0", "#ffffff"),
        CARD: ("--jp-layout-color1", "#ffffff"),
        SHADE: ("--jp-layout-color2", "#f6f8fa"),
    }
)

PHASE: Final = MappingProxyType(
    {
        "main": "#57606a",
        "timers": "#0072B2",
        "pending": "#CC79A7",
        "idle": "#8c959f",
        "poll": "#009E73",
        "check": "#E69F00",
        "close": "#D55E00",
        "tick": "#7A4FBF",
        "micro": "#3A8FB7",
        "ready": "#A6611A",
    }
)
"""The parts of an event loop; "ready" is the one queue of asyncio's.

Other lanes that mean the same thing take the same colour (`_SAME`)."""

_SAME: Final = MappingProxyType(
    {
        "idle/prepare": "idle",
        "idle, prepare": "idle",
        "prepare": "idle",
        "ticks": "tick",
        "microtask": "micro",
        "microtasks": "micro",
        "rej": "micro",
        "select": "poll",
        "select/I/O": "poll",
        "I/O": "poll",
        "immediate": "check",
    }
)

GOOD: Final = "#009E73"
"""Beside a ✓ and a word, never alone."""
BAD: Final = "#D55E00"
"""Beside a ✗ and a word, never alone."""


@dataclass(frozen=True, slots=True)
class Series:
    """How one series of data is told from the others: a colour, a dash (SVG dash array, px) and a marker."""

    colour: str
    dash: str
    marker: str


SERIES: Final = (
    Series("#0072B2", "", "circle"),
    Series("#009E73", "7 3", "square"),
    Series("#E69F00", "2 2.5", "triangle"),
    Series("#D55E00", "8 3 2 3", "diamond"),
    Series("#CC79A7", "11 4", "cross"),
)
_SPARE: Final = (*(one.colour for one in SERIES), "#7A4FBF", "#3A8FB7", "#57606a", "#A6611A", "#8c959f")


def series(index: int) -> Series:
    """The style of the series at `index`; a sixth series starts again at the first."""
    return SERIES[index % len(SERIES)]


def colour(lane: str) -> str:
    """The colour of a lane by its name: fixed for the event loop's parts, else always the same for the same name."""
    known = PHASE.get(_SAME.get(lane, lane))
    return known or _SPARE[zlib.crc32(lane.encode()) % len(_SPARE)]


def colours(lanes: Iterable[str]) -> dict[str, str]:
    """A colour for each lane of one picture: as `colour` for known lanes, in order of appearance for the others.

    Two lanes share a colour only when there are more lanes than colours.
    """
    names = list(dict.fromkeys(lanes))
    chosen: dict[str, str] = {}
    for lane in names:
        if _SAME.get(lane, lane) in PHASE and colour(lane) not in chosen.values():
            chosen[lane] = colour(lane)
    free = [paint for paint in _SPARE if paint not in chosen.values()] or list(_SPARE)
    others = [lane for lane in names if lane not in chosen]
    chosen.update((lane, free[at % len(free)]) for at, lane in enumerate(others))
    return {lane: chosen[lane] for lane in names}


def css(paint: str) -> str:
    """A role or a colour as CSS: a role becomes JupyterLab's variable with the light theme's value as fallback."""
    role = _ROLES.get(paint)
    return f"var({role[0]}, {role[1]})" if role else paint


def light(paint: str) -> str:
    """A role or a colour in the light theme."""
    role = _ROLES.get(paint)
    return role[1] if role else paint


def _luminance(paint: str) -> float:
    """Relative luminance of an #rrggbb colour (WCAG 2.2, "relative luminance")."""
    channels = [int(paint[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def text_on(paint: str) -> str:
    """Dark ink or white, whichever reads better on the #rrggbb colour `paint` (WCAG contrast ratio)."""
    background, ink = _luminance(paint) + 0.05, light(INK)
    return "#ffffff" if 1.05 / background >= background / (_luminance(ink) + 0.05) else ink
