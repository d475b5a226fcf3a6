"""The two strips under the stations: what was printed beside what was predicted, and every callback in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ..look import palette
from ..look import text as texts
from ..look.palette import BAD, CARD, GOOD, INK, LINE, SHADE, SOFT
from ..look.scene import Scene
from .picture import WIDTH

__all__ = ["Mark", "output", "strip", "verdict", "window"]

_BEFORE: Final = 104.0
_SHOWN: Final = 18


@dataclass(frozen=True, slots=True)
class Mark:
    """One callback in the strip: the name of its lane, what the pointer reads, its colour."""

    lane: str
    said: str
    paint: str


def verdict(printed: Sequence[str], predicted: Sequence[str], *, ended: bool) -> tuple[str, str]:
    """A mark and words for a prediction, so far or at the end."""
    for at, (got, said) in enumerate(zip(printed, predicted, strict=False), start=1):
        if got != said:
            return "✗", f"line {at} differs: you said {said}, it printed {got}"
    if len(printed) > len(predicted):
        return "✗", f"you said {len(predicted)} lines, it printed {len(printed)}"
    if ended and len(printed) < len(predicted):
        return "✗", f"you said {len(predicted)} lines, it printed only {len(printed)}"
    if ended:
        return "✓", "as you said, line for line"
    return ("✓", "as you said, so far") if printed else ("", "nothing printed yet")


def output(scene: Scene, y: float, printed: Sequence[str], predicted: Sequence[str] | None, *, ended: bool) -> float:
    """The lines so far, and under each the one that was predicted; returns the y below the card.

    Columns are as wide as their texts and begin at the left. When they do not fit, the first ones give way.
    """
    tall = 44.0 if predicted is None else 84.0
    scene.rect(16, y, WIDTH - 32, tall, fill=SHADE, stroke=LINE, radius=6)
    scene.text(28, y + 27, "printed so far", fill=SOFT)
    if predicted is not None:
        scene.text(28, y + 49, "you said", fill=SOFT)
    if not printed:
        scene.text(130, y + 27, "nothing yet", size=12, fill=SOFT)
    said = predicted or ()
    count = max(len(printed), len(said))
    pairs = [(printed[at] if at < len(printed) else "", said[at] if at < len(said) else "") for at in range(count)]
    wide = [min(max(texts.width(t, 13, mono=True) for t in pair) + (30 if said else 16), 220.0) for pair in pairs]
    first = _first(wide, len(printed))
    x = 130.0
    if first:
        scene.text(x, y + 27, f"… {first:,} before", fill=SOFT, room=_BEFORE - 8)
        x += _BEFORE
    for at in range(first, count):
        if x + wide[at] > WIDTH - 28:
            scene.text(x, y + (49 if at >= len(printed) else 27), "…", size=13, fill=SOFT)
            break
        _column(scene, x, y, wide[at], printed[at : at + 1], said[at : at + 1], at < len(printed))
        x += wide[at]
    if predicted is not None:
        mark, words = verdict(printed, predicted, ended=ended)
        paint = GOOD if mark == "✓" else BAD if mark else LINE
        scene.rect(28, y + 62, 10, 10, fill=paint, radius=2)
        scene.text(44, y + 71, f"{mark} {words}".strip(), size=12, bold=bool(mark), room=WIDTH - 80)
    return y + tall


def _first(wide: Sequence[float], printed: int) -> int:
    """The first column to show, so that the newest printed line is seen."""
    room = WIDTH - 28 - 130
    if sum(wide[:printed]) <= room:
        return 0
    first, used = printed, _BEFORE
    while first > 0 and used + wide[first - 1] <= room:
        used += wide[first - 1]
        first -= 1
    return min(first, printed - 1)


def _column(
    scene: Scene, x: float, y: float, wide: float, got: Sequence[str], said: Sequence[str], printed: bool
) -> None:
    if got:
        scene.text(x, y + 27, got[0], size=13, mono=True, room=wide - 8)
    if said:
        scene.text(x, y + 49, said[0], size=13, mono=True, fill=INK if printed else SOFT, room=wide - 26)
        if printed:
            right = got and got[0] == said[0]
            after = x + min(texts.width(said[0], 13, mono=True), wide - 26) + 3
            scene.text(after, y + 49, "✓" if right else "✗", size=12, bold=True, fill=GOOD if right else BAD)


def window(count: int, step: int, shown: int = _SHOWN) -> tuple[int, int]:
    """Which of `count` boxes to show at a step: it moves by half windows, so that boxes mostly keep their place."""
    if count <= shown:
        return 0, count
    half = shown // 2
    first = (max(step - 1, 0) // half) * half - half // 2
    first = min(max(first, 0), count - shown)
    return first, first + shown


def strip(scene: Scene, y: float, marks: Sequence[Mark], step: int) -> float:
    """Every callback in order: done and running ones filled, later ones outlined; returns the y below."""
    first, end = window(len(marks), step)
    note = f", {first + 1:,} to {end:,} of {len(marks):,}" if end - first < len(marks) else ""
    scene.text(16, y, f"every callback, in order{note}", fill=SOFT)
    if not marks:
        return y + 12
    wide = min((WIDTH - 32) / (end - first), 84.0)
    for at in range(first, end):
        mark, x, ran = marks[at], 16 + (at - first) * wide, at < step
        fill, ink = (mark.paint, palette.text_on(mark.paint)) if ran else (CARD, INK)
        scene.rect(x, y + 8, wide - 4, 22, fill=fill, stroke=mark.paint, width=1.4, radius=3, title=mark.said)
        scene.text(x + wide / 2 - 2, y + 23, mark.lane, anchor="middle", fill=ink, room=wide - 8)
        if at == step - 1:
            middle = x + wide / 2 - 2
            corners = [(middle - 6, y + 41), (middle, y + 33), (middle + 6, y + 41)]
            scene.path(corners, stroke=INK, fill=INK, closed=True)
    if not note:
        return y + 48
    _overview(scene, y + 48, first, end, len(marks))
    return y + 60


def _overview(scene: Scene, y: float, first: int, end: int, count: int) -> None:
    """A thin bar for the whole run, the part that is shown filled."""
    wide = WIDTH - 36
    scene.rect(16, y, wide, 6, fill=SHADE, stroke=LINE, radius=3)
    scene.rect(16 + wide * first / count, y, max(wide * (end - first) / count, 4), 6, fill=SOFT, radius=3)
