"""Comparisons as ratios: how many times more, with the spread of paired measurements."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from typing import Final

from ..look import palette
from ..look import text as texts
from ..look.palette import INK, PAGE, SOFT
from ..look.scene import Scene
from .picture import WIDTH, Picture, Table, begin, finish, nothing
from .scales import Scale, number, scale

__all__ = ["compare"]

_TIMES: Final = "\N{MULTIPLICATION SIGN}"
_DASH: Final = "\N{EN DASH}"


def _said(ratio: float) -> str:
    return f"{number(ratio)} {_TIMES}"


def compare(
    ratios: Mapping[str, Sequence[float]], *, title: str, baseline: str = "1.0 = the same", caption: str = ""
) -> Picture:
    """A bar from 1 to the median ratio for each thing compared, a line over the whole spread, a dot for each pair.

    Args:
        ratios: name to the ratios of paired measurements, each taken side by side.
        title: what is compared.
        baseline: what a ratio of 1.0 means.
        caption: how it was measured.
    """
    rows = {name: sorted(r for r in values if math.isfinite(r) and r >= 0) for name, values in ratios.items()}
    headers = ("what", "n", "median", "smallest", "largest")
    full = {name: values for name, values in rows.items() if values}
    if not full:
        return nothing(title, "no ratios", caption, headers)
    everything = [1.0, *(ratio for values in full.values() for ratio in values)]
    positive = [ratio for ratio in everything if ratio > 0]
    wide = max(texts.width(name, 12, bold=True) for name in full)
    left = min(wide, 200.0) + 40
    x = scale(everything, left, 660, log=max(positive) > 8 * min(positive), zero=True)
    scene = begin(title, 120)
    step, top = 38.0, 60.0
    bottom = top + step * len(full)
    _axis(scene, x, top, bottom, baseline)
    for at, (name, values) in enumerate(full.items()):
        middle, style = top + at * step + step / 2, palette.series(at)
        median = statistics.median(values)
        scene.text(left - 14, middle + 4, name, size=12, bold=True, anchor="end", room=left - 24)
        ends = sorted((x(1.0), x(median)))
        scene.rect(ends[0], middle - 9, max(ends[1] - ends[0], 2), 18, fill=style.colour, radius=2)
        scene.line(x(values[0]), middle, x(values[-1]), middle, stroke=INK, width=1.5)
        for value in values if len(values) <= 60 else (values[0], values[-1]):
            scene.circle(x(value), middle, 2.5, fill=PAGE, stroke=INK, title=_said(value))
        scene.text(676, middle, _said(median), size=13, bold=True)
        between = f"{number(values[0])} {_DASH} {number(values[-1])}, n = {len(values):,}"
        scene.text(676, middle + 15, between, fill=SOFT)
    how = "bar: median; line and dots: the single pairs" + (" · log scale" if x.log else "")
    finish(scene, " · ".join(part for part in (how, caption) if part), bottom + 24)
    cells = [_cells(name, values) for name, values in rows.items()]
    alt = "; ".join(f"{name} {_said(statistics.median(values))}" for name, values in list(full.items())[:8])
    return Picture(title, scene, f"{title} ({baseline}): {alt}", Table.of(headers, cells), caption)


def _cells(name: str, values: Sequence[float]) -> tuple[str, ...]:
    if not values:
        return (name, "0", "", "", "")
    return (name, f"{len(values):,}", _said(statistics.median(values)), _said(values[0]), _said(values[-1]))


def _axis(scene: Scene, x: Scale, top: float, bottom: float, baseline: str) -> None:
    for tick in x.ticks(80):
        scene.line(x(tick), top, x(tick), bottom)
        scene.text(x(tick), bottom + 16, _said(tick), anchor="middle", fill=SOFT)
    scene.line(x(1.0), top - 6, x(1.0), bottom, stroke=INK, width=1.5)
    half = texts.width(baseline, 11) / 2
    at = min(max(x(1.0), 16 + half), WIDTH - 16 - half)
    scene.text(at, top - 11, baseline, anchor="middle", fill=INK)
