"""How times are spread: cumulative curves or histograms, with the percentiles that matter marked."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from ..look import palette
from ..look.palette import INK, PAGE, SOFT
from ..look.scene import Scene
from .picture import WIDTH, Picture, Table, begin, finish, nothing
from .scales import UNITS, Scale, number, scale

__all__ = ["Spread", "latency", "spread"]

_HEADERS: Final = ("series", "n", "min", "p50", "p90", "p99", "max")
_MARKED: Final = ((0.5, "p50"), (0.9, "p90"), (0.99, "p99"), (1.0, "max"))
_POINTS: Final = 300


@dataclass(frozen=True, slots=True)
class Spread:
    """Sorted values of one series, in the picture's unit, and how to draw them."""

    name: str
    values: tuple[float, ...]
    style: palette.Series

    def at(self, share: float) -> float:
        """The smallest value that `share` (0…1) of all values do not exceed (nearest rank)."""
        rank = math.ceil(share * len(self.values) - 1e-9)
        return self.values[min(max(rank, 1), len(self.values)) - 1]

    def row(self) -> tuple[str, ...]:
        """Name, n, min, p50, p90, p99, max as texts."""
        if not self.values:
            return (self.name, "0", "", "", "", "", "")
        marks = (number(self.at(share)) for share, _ in _MARKED)
        return (self.name, f"{len(self.values):,}", number(self.values[0]), *marks)


def spread(name: str, seconds: Sequence[float], unit: str, index: int) -> Spread:
    """A series in the given unit; what is not a number is left out."""
    values = sorted(value / UNITS[unit] for value in seconds if not math.isnan(value))
    return Spread(name, tuple(values), palette.series(index))


def latency(
    series: Mapping[str, Sequence[float]],
    *,
    title: str,
    kind: Literal["ecdf", "histogram"] = "ecdf",
    caption: str = "",
    unit: str = "ms",
    log: bool | None = None,
) -> Picture:
    """How times are spread, with p50, p90, p99 and the largest marked.

    Args:
        series: name to times in seconds.
        title: what is shown.
        kind: ``"ecdf"``: the share of all values up to a time; ``"histogram"``: how many fell into each bin.
        caption: how it was measured.
        unit: of the axis: ``"µs"``, ``"ms"``, ``"s"`` …
        log: a logarithmic axis; default: where values span more than a factor of 30.

    Raises:
        ValueError: an unknown kind or unit.
    """
    if kind not in ("ecdf", "histogram"):
        raise ValueError(f'expected kind "ecdf" or "histogram", got {kind!r}')
    if unit not in UNITS:
        raise ValueError(f"expected a unit of {', '.join(UNITS)}, got {unit!r}")
    spreads = [spread(name, values, unit, at) for at, (name, values) in enumerate(series.items())]
    full = [one for one in spreads if one.values]
    everything = [value for one in full for value in one.values if math.isfinite(value)]
    if not everything:
        return nothing(title, "no finite values" if full else "no values", caption, _HEADERS)
    if log is None:
        positive = [value for value in everything if value > 0]
        log = bool(positive) and max(positive) > 30 * min(positive)
    draw = _ecdf if kind == "ecdf" else _histogram
    scene = draw(title, full, everything, unit, log, caption)
    headers = (*_HEADERS[:2], *(f"{name} ({unit})" for name in _HEADERS[2:]))
    table = Table.of(headers, [one.row() for one in spreads])
    return Picture(title, scene, _finding(title, full, unit), table, caption)


def _finding(title: str, spreads: Sequence[Spread], unit: str) -> str:
    said = [f"{one.name} median {number(one.at(0.5))}, p99 {number(one.at(0.99))} {unit}" for one in spreads[:6]]
    more = f"; and {len(spreads) - 6} more" if len(spreads) > 6 else ""
    return f"{title}: {'; '.join(said)}{more}"


def _axis(scene: Scene, x: Scale, bottom: float, unit: str) -> None:
    scene.line(x.start, bottom, x.end, bottom, stroke=SOFT)
    for tick in x.ticks(64):
        scene.line(x(tick), bottom, x(tick), bottom + 4, stroke=SOFT)
        scene.text(x(tick), bottom + 17, f"{number(tick)} {unit}", anchor="middle", fill=SOFT)


def _caption(x: Scale, what: str, caption: str) -> str:
    return " · ".join(part for part in (what, "log scale" if x.log else "", caption) if part)


def _ecdf(
    title: str, spreads: Sequence[Spread], everything: Sequence[float], unit: str, log: bool, caption: str
) -> Scene:
    labels = max(len(spreads) * 50 + 4, 220)
    scene, top = begin(title, 320), 48.0
    bottom = top + min(labels, 460)
    seen = everything if log else [0.0, 1.04 * max(everything)]
    x, y = scale(seen, 64, 620, log=log, zero=not log), Scale(0, 1, bottom, top)
    for share in (0.0, 0.5, 0.9, 0.99, 1.0):
        scene.line(64, y(share), 620, y(share))
        if share != 0.99:
            scene.text(56, y(share) + 4, f"{share:.0%}".replace("%", " %"), anchor="end", fill=SOFT)
    _axis(scene, x, bottom, unit)
    for one in spreads:
        scene.path(_curve(one, x, y), stroke=one.style.colour, width=2.2, dash=one.style.dash)
    for one in spreads:
        for share, name in _MARKED:
            said = f"{one.name}: {name} {number(one.at(share))} {unit}"
            size = 4.0 if share == 0.5 else 3.0
            fill = PAGE if share == 0.5 else one.style.colour
            scene.marker(
                x(one.at(share)), y(share), one.style.marker, fill=fill, stroke=one.style.colour, r=size, title=said
            )
    step = min(50.0, (bottom - top) / len(spreads))
    for at, one in enumerate(spreads):
        _label(scene, 644, top + 16 + at * step, one, unit, step)
    what = "share of all values up to a time, marked at p50, p90, p99 and the largest"
    finish(scene, _caption(x, what, caption), bottom + 24)
    return scene


def _label(scene: Scene, x: float, y: float, one: Spread, unit: str, step: float) -> None:
    """A series' line, name and percentiles, beside the curves."""
    if step < 14:
        return
    scene.line(x, y - 4, x + 24, y - 4, stroke=one.style.colour, width=2.5, dash=one.style.dash)
    scene.marker(x + 12, y - 4, one.style.marker, fill=PAGE, stroke=one.style.colour, r=3.5)
    scene.text(x + 34, y, one.name, size=12, bold=True, room=WIDTH - x - 42)
    if step >= 28:
        scene.text(x + 34, y + 15, _middle(one, unit), room=WIDTH - x - 42)
    if step >= 44:
        most = f"max {number(one.at(1.0))} {unit} · n = {len(one.values):,}"
        scene.text(x + 34, y + 29, most, fill=SOFT, room=WIDTH - x - 42)


def _middle(one: Spread, unit: str) -> str:
    return f"p50 {number(one.at(0.5))} · p99 {number(one.at(0.99))} {unit}"


def _curve(one: Spread, x: Scale, y: Scale) -> list[tuple[float, float]]:
    """The steps of the cumulative curve; of many values only as many as can be seen."""
    count = len(one.values)
    if count <= _POINTS:
        points = [(x(one.values[0]), y(0.0))]
        for at, value in enumerate(one.values, start=1):
            points += [(x(value), points[-1][1]), (x(value), y(at / count))]
    else:
        ranks = [round(at * (count - 1) / _POINTS) for at in range(_POINTS + 1)]
        points = [(x(one.values[0]), y(0.0)), *((x(one.values[at]), y((at + 1) / count)) for at in ranks)]
    return [*points, (x.end, y(1.0))]


def _bins(one: Spread, x: Scale, count: int) -> list[int]:
    """How many values fall into each of `count` equally wide parts of the axis."""
    found = [0] * count
    for value in one.values:
        part = (x(value) - x.start) / (x.end - x.start)
        found[min(int(part * count), count - 1)] += 1
    return found


def _histogram(
    title: str, spreads: Sequence[Spread], everything: Sequence[float], unit: str, log: bool, caption: str
) -> Scene:
    scene, tall, top = begin(title, 320), 78.0 if len(spreads) > 1 else 150.0, 44.0
    x = scale(everything, 64, 660, log=log)
    count = 60
    wide = (x.end - x.start) / count
    y = top
    for one in spreads:
        found, base = _bins(one, x, count), y + tall
        highest = max(found)
        scene.text(56, base - tall + 30, f"{highest:,}", anchor="end", fill=SOFT)
        scene.text(56, base, "0", anchor="end", fill=SOFT)
        scene.line(x.start, base - tall + 26, x.end, base - tall + 26)
        for at, height in enumerate(found):
            if height:
                h = max(height / highest * (tall - 26), 1.5)
                left = x.start + at * wide
                scene.rect(left, base - h, wide - 0.8, h, fill=one.style.colour, title=f"{height:,} values")
        scene.line(x.start, base, x.end, base, stroke=SOFT)
        _percentiles(scene, one, x, base - tall, base)
        scene.rect(680, base - tall + 20, 10, 10, fill=one.style.colour, radius=2)
        scene.text(696, base - tall + 30, one.name, size=12, bold=True)
        scene.text(696, base - tall + 46, _middle(one, unit))
        scene.text(696, base - tall + 61, f"max {number(one.at(1.0))} {unit} · n = {len(one.values):,}", fill=SOFT)
        y = base + 14
    _axis(scene, x, y - 14, unit)
    finish(scene, _caption(x, f"how many values fell into each of {count} bins", caption), y + 10)
    return scene


def _percentiles(scene: Scene, one: Spread, x: Scale, top: float, bottom: float) -> None:
    """Lines at the percentiles, with names above those that do not stand on each other."""
    last = -math.inf
    for share, name in _MARKED:
        at = x(one.at(share))
        scene.line(at, top + 18, at, bottom, stroke=INK, dash="" if share == 0.5 else "3 2")
        if at - last > 28:
            scene.text(at, top + 13, name, anchor="middle", fill=INK)
            last = at
