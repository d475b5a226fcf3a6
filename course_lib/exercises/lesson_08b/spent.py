"""Pictures of where something goes: bars for the same rooms of several servers, and what is left when one is free."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from course_lib.look import text as texts
from course_lib.look.palette import LINE, SERIES
from course_lib.look.scene import Scene
from course_lib.show.picture import WIDTH, Picture, Table, begin, finish

__all__ = ["amdahl", "bars", "speed_up"]

_LEFT: Final = 170.0
_RIGHT: Final = 90.0
_BAR: Final = 13.0


def bars(spent: Mapping[str, Mapping[str, float]], *, title: str, unit: str, caption: str = "") -> Picture:
    """For each room a bar per server, all on one scale.

    Args:
        spent: server to room to how much.
        title: what is shown.
        unit: of the numbers, for example ``"calls"``.
        caption: how it was measured.

    Raises:
        ValueError: no servers, or more than there are colours.
    """
    if not 1 <= len(spent) <= len(SERIES):
        raise ValueError(f"expected 1 to {len(SERIES)} servers, got {len(spent)}")
    rooms = [room for room in next(iter(spent.values())) if any(of.get(room, 0) for of in spent.values())]
    most = max((of.get(room, 0) for of in spent.values() for room in rooms), default=0) or 1
    scene = begin(title, 120)
    y = _legend(scene, spent, unit)
    for room in rooms:
        scene.text(_LEFT - 10, y + _BAR * len(spent) / 2 + 5, room, size=12, anchor="end", room=_LEFT - 24)
        for series, of in zip(SERIES, spent.values(), strict=False):
            amount = of.get(room, 0)
            width = (WIDTH - _LEFT - _RIGHT) * amount / most
            scene.rect(_LEFT, y, max(width, 1), _BAR - 2, fill=series.colour)
            scene.text(_LEFT + max(width, 1) + 6, y + 9.5, _said(amount), size=11)
            y += _BAR
        y += 9
    finish(scene, caption, y)
    sums = {name: sum(of.values()) for name, of in spent.items()}
    alt = "; ".join(f"{name}: {_said(total)} {unit} together" for name, total in sums.items())
    rows = [[room, *(_said(of.get(room, 0)) for of in spent.values())] for room in rooms]
    rows.append(["together", *(_said(total) for total in sums.values())])
    return Picture(title, scene, alt, Table.of(["where", *spent], rows), caption)


def _said(amount: float) -> str:
    return f"{amount:.0f}" if amount >= 9.95 else f"{amount:.1f}"


def _legend(scene: Scene, spent: Mapping[str, Mapping[str, float]], unit: str) -> float:
    x = _LEFT
    for series, (name, of) in zip(SERIES, spent.items(), strict=False):
        words = f"{name}: {_said(sum(of.values()))} {unit} together"
        scene.rect(x, 41, 11, 11, fill=series.colour)
        scene.text(x + 17, 51, words, size=12)
        x += texts.width(words, 12) + 45
    return 68.0


def speed_up(share: float, times: float) -> float:
    """Amdahl's law: how many times as fast the whole is when a `share` (0…1) of its time becomes `times` as fast."""
    return 1 / (1 - share + share / times)


def amdahl(share: float, times: float) -> Picture:
    """The time before and after, as two bars: what is made faster, and the rest that stays.

    Args:
        share: of the time, 0…1, that becomes faster.
        times: how many times as fast it becomes, more than 0.

    Raises:
        ValueError: a share outside 0…1, or `times` not above 0.
    """
    if not 0 <= share <= 1 or times <= 0:
        raise ValueError(f"expected a share of 0 to 1 and times above 0, got {share} and {times}")
    title = "One part becomes faster"
    scene = begin(title, 150)
    full = WIDTH - _LEFT - _RIGHT
    for y, name, part in ((48.0, "before", share), (84.0, "after", share / times)):
        scene.text(_LEFT - 10, y + 16, name, size=12, anchor="end")
        scene.rect(_LEFT, y, full * (1 - share), 24, fill=SERIES[0].colour)
        scene.rect(_LEFT + full * (1 - share), y, max(full * part, 0), 24, fill=SERIES[1].colour)
        scene.text(_LEFT + full * (1 - share + part) + 8, y + 16, f"{100 * (1 - share + part):.0f} %", size=12)
    scene.line(_LEFT + full, 42, _LEFT + full, 114, stroke=LINE, dash="4 3")
    scene.rect(_LEFT, 124, 11, 11, fill=SERIES[0].colour)
    scene.text(_LEFT + 17, 134, "stays", size=12)
    scene.rect(_LEFT + 80, 124, 11, 11, fill=SERIES[1].colour)
    scene.text(_LEFT + 97, 134, "becomes faster", size=12)
    most = f"at most {1 / (1 - share):.2f}" if share < 1 else "no upper bound"
    now = f"{speed_up(share, times):.2f}"
    scene.text(_LEFT + 230, 134, f"the whole: {now} times as fast; {most}", size=12, bold=True)
    finish(scene, "Computed, not measured: 1 / (1 - share + share / times).", 144)
    rows = [["share", f"{share:.2f}"], ["times", f"{times:g}"], ["the whole", now], ["bound", most]]
    return Picture(title, scene, f"the whole becomes {now} times as fast; {most}", Table.of(["what", "value"], rows))
