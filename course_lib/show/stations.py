"""One step of a recorded run as a picture: stations, queues, what runs now, and what was printed.

Everything keeps its place from step to step, so that only what changed draws the eye. What waits is outlined; what runs
now is filled. The learner's prediction stands under the output, line under line.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ..look import palette
from ..look import text as texts
from ..look.palette import CARD, INK, LINE, SHADE, SOFT
from ..look.scene import Scene
from ..record import Record
from .moments import Item, Moment
from .picture import WIDTH
from .runs import Run, took
from .strips import output, strip

__all__ = ["frame"]

_LEFT: Final = (16.0, 430.0)
_RIGHT: Final = (466.0, 398.0)
_NARROW: Final = 74.0  # a chip is not squeezed below this
_MORE: Final = 36.0  # the room of "+12" after the chips that fit


def frame(record: Record | Run, step: int, predicted: Sequence[str] | None = None) -> Scene:
    """The picture of one step.

    Args:
        record: a run in the convention of `show.stepper`, or one prepared by `Run`.
        step: 0 before anything has run, k during the k-th callback, the last after it; what lies outside is clipped.
        predicted: the lines the learner expected; ignored for a prepared run, which has its own.
    """
    run = record if isinstance(record, Run) else Run(record, predicted)
    step = min(max(step, 0), run.last)
    moment = run.moments[step]
    scene = Scene(WIDTH, 400)
    _title(scene, run, step)
    below = max(_stations(scene, run, moment), _queues(scene, run, moment, _running(scene, run, step)))
    below = output(scene, below + 4, moment.output, run.predicted, ended=step == run.last)
    scene.height = strip(scene, below + 22, run.marks, step)
    if run.left_out:
        scene.text(16, scene.height + 10, f"… and {run.left_out:,} more callbacks, not shown", fill=SOFT)
        scene.height += 18
    return scene


def _title(scene: Scene, run: Run, step: int) -> None:
    moment = run.moments[step]
    inside = any(place.name == moment.lane for place in run.stations)
    if run.last == 0:
        head = "Nothing ran"
    elif step in (0, run.last):
        head = "Before anything runs" if step == 0 else "After the last callback"
    else:
        head = "The main program" if not inside else f"Iteration {moment.iteration}"
        head = run.title_of(moment.lane) if inside and moment.iteration is None else head
    scene.text(16, 26, head, size=15, bold=True, room=210)
    scene.text(232, 26, f"step {step} of {run.last}", size=12, fill=SOFT, room=120)
    scene.text(WIDTH - 16, 26, run.title, size=12, anchor="end", fill=SOFT, room=500)


def _stations(scene: Scene, run: Run, moment: Moment) -> float:
    """The stations, the marker's one framed; returns the y below them."""
    left, wide = _LEFT
    for at, place in enumerate(run.stations):
        paint = run.colours[place.name]
        y = 44.0 + at * 44
        here = moment.lane == place.name and not moment.over
        frame_paint, line = (paint, 2.0) if here else (LINE, 1.0)
        scene.rect(left, y, wide, 38, fill=SHADE if here else CARD, stroke=frame_paint, width=line, radius=6)
        scene.rect(left, y, 5, 38, fill=paint, radius=2)
        scene.text(left + 16, y + 17, place.title, size=13, bold=True, room=150)
        scene.text(left + 16, y + 31, place.hint, size=11, fill=SOFT, room=158)
        if here:
            scene.text(left + wide - 10, y + 23, "◂ now", size=11, bold=True, anchor="end")
        runs = moment.running if moment.running and run.lane_of(moment.running) == place.name else None
        _chips(scene, left + 178, y + 9, wide - 178 - 56, moment.in_lane(place.name), runs, paint, moment.fresh)
    bottom = 44.0 + len(run.stations) * 44
    if len(run.stations) > 1:
        scene.path([(8, 60), (8, bottom - 14)], stroke=SOFT, width=1.5)
        scene.path([(4, bottom - 20), (8, bottom - 12), (12, bottom - 20)], stroke=SOFT, width=1.5)
    return bottom


def _running(scene: Scene, run: Run, step: int) -> float:
    """The card of what runs now; returns the y below it."""
    moment = run.moments[step]
    left, wide = _RIGHT
    item = moment.running
    lane = run.lane_of(item) if item else ""
    scene.rect(left, 44, wide, 82, fill=CARD, stroke=run.colours[lane] if item else LINE, width=2, radius=8)
    if item is None:
        words = ("nothing has run yet", "step to start") if step == 0 else ("nothing runs any more", "the run is over")
        scene.text(left + 14, 64, words[0], fill=SOFT)
        scene.text(left + 14, 86, words[1], size=13, fill=SOFT)
        return 140.0
    scene.text(left + 14, 64, "running now", fill=SOFT)
    scene.text(left + wide - 14, 64, took(item.event.duration), size=12, anchor="end", fill=SOFT)
    scene.text(left + 14, 87, item.label or "(no name)", size=15, bold=True, mono=True, room=wide - 28)
    scene.rect(left + 14, 99, 10, 10, fill=run.colours[lane], radius=2)
    scene.text(left + 30, 108, _reason(run, item, lane), fill=SOFT, room=wide - 44)
    return 140.0


def _reason(run: Run, item: Item, lane: str) -> str:
    """Where the callback belongs, by which call it was scheduled, and by whom."""
    why, by = item.event.detail.get("why"), run.scheduler(item)
    parts = [run.title_of(lane)]
    if isinstance(why, str) and why:
        parts.append(why)
    if by:
        parts.append(f"scheduled by {by}")
    return " · ".join(parts)


def _queues(scene: Scene, run: Run, moment: Moment, y: float) -> float:
    """The queues; returns the y below them."""
    left, wide = _RIGHT
    for place in run.queues:
        paint = run.colours[place.name]
        runs = moment.running if moment.running and run.lane_of(moment.running) == place.name else None
        scene.rect(left, y, wide, 48, fill=CARD, stroke=paint if runs else LINE, width=2 if runs else 1, radius=6)
        scene.rect(left, y, 5, 48, fill=paint, radius=2)
        scene.text(left + 16, y + 20, place.title, size=13, bold=True, room=180)
        scene.text(left + 16, y + 37, place.hint, size=11, fill=SOFT, room=194)
        items = moment.in_lane(place.name)
        _chips(scene, left + 218, y + 14, wide - 218 - 12, items, runs, paint, moment.fresh)
        if not items and not runs:
            scene.text(left + wide - 14, y + 28, "empty", anchor="end", fill=SOFT)
        y += 58
    return y


def _chips(
    scene: Scene,
    x: float,
    y: float,
    room: float,
    items: Sequence[Item],
    runs: Item | None,
    paint: str,
    fresh: frozenset[int],
) -> None:
    """The running item filled, then what waits, outlined, new ones with a stronger line; the rest is counted."""
    total = len(items) + (runs is not None)
    shown = [*([runs] if runs else []), *items[:8]]
    wanted = [min(texts.width(item.label or "?", 11, mono=True) + 20, room) for item in shown]
    count = _fitting(wanted, room, total)
    space = room if count == total else room - _MORE
    limit = _limit(wanted[:count], space - 6 * (count - 1))
    for item, wide in zip(shown[:count], wanted, strict=False):
        wide, filled = min(wide, limit), item is runs
        line = 2.2 if item.id in fresh and not filled else 1.4
        scene.rect(x, y, wide, 20, fill=paint if filled else CARD, stroke=paint, width=line, radius=10)
        ink = palette.text_on(paint) if filled else INK
        scene.text(x + wide / 2, y + 14, item.label or "?", mono=True, anchor="middle", fill=ink, room=wide - 14)
        x += wide + 6
    if count < total:
        scene.text(x, y + 14, f"+{total - count}", bold=True, room=_MORE)


def _fitting(wanted: Sequence[float], room: float, total: int) -> int:
    """How many of `total` chips fit when none is squeezed below `_NARROW` px."""
    count = len(wanted)
    while count > 1:
        space = room if count == total else room - _MORE
        if sum(min(wide, _NARROW) for wide in wanted[:count]) + 6 * (count - 1) <= space:
            break
        count -= 1
    return count


def _limit(wanted: Sequence[float], room: float) -> float:
    """The widest a chip may be so that all of `wanted` fit into `room` px: narrow ones keep their width."""
    limit, left = room, len(wanted)
    for wide in sorted(wanted):
        limit = room / left
        if wide > limit:
            return limit
        room -= wide
        left -= 1
    return max(wanted, default=limit)
