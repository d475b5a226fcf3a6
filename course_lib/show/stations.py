"""One step of a recorded run as a picture: stations, queues, what runs now, and what was printed.

Everything keeps its place from step to step, so that only what changed draws the eye. What waits is outlined; what runs
now is filled. The learner's prediction stands under the output, line under line.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from ..look import palette
from ..look import text as texts
from ..look.palette import CARD, INK, LINE, SHADE, SOFT
from ..look.scene import Scene
from ..record import Record
from .moments import Item, Moment, moments
from .picture import WIDTH, Table
from .scales import UNITS, number, unit_for
from .strips import output, strip

__all__ = ["Place", "Run", "frame", "sentence"]

_LEFT: Final = (16.0, 430.0)
_RIGHT: Final = (466.0, 398.0)


@dataclass(frozen=True, slots=True)
class Place:
    """A station or a queue: its name in the record, its title and a hint."""

    name: str
    title: str
    hint: str
    colour: str


def _places(record: Record, key: str) -> tuple[Place, ...]:
    described = record.meta.get(key, ())
    found = [one for one in described if isinstance(one, Mapping)] if isinstance(described, tuple) else []
    return tuple(
        Place(
            str(d["name"]), str(d.get("title") or d["name"]), str(d.get("hint") or ""), palette.colour(str(d["name"]))
        )
        for d in found
    )


class Run:
    """A record prepared for stepping: its stations, its queues, and its moments."""

    def __init__(self, record: Record, predicted: Sequence[str] | None = None, title: str = "") -> None:
        self.record = record
        self.predicted = None if predicted is None else tuple(map(str, predicted))
        self.title = title or record.title
        self.queues = _places(record, "queues")
        self.stations = _places(record, "lanes") or self._unnamed()

    def _unnamed(self) -> tuple[Place, ...]:
        """Without a description, every lane in which something waits or runs is a station."""
        queues = {place.name for place in self.queues}
        lanes = self.record.where(kind={"enter", "wait", "start"}).lanes
        return tuple(Place(lane, lane, "", palette.colour(lane)) for lane in lanes if lane not in queues)[:12]

    @cached_property
    def moments(self) -> list[Moment]:
        """The state at each step."""
        return moments(self.record)

    @cached_property
    def started(self) -> tuple[Item, ...]:
        """Every callback, in the order in which they ran."""
        return tuple(moment.running for moment in self.moments if moment.running is not None)

    @property
    def last(self) -> int:
        """The number of the last step."""
        return len(self.moments) - 1

    @cached_property
    def busiest(self) -> int:
        """The step at which most waits while something runs: the one to show in a still picture."""
        return max(range(len(self.moments)), key=lambda at: (len(self.moments[at].waiting), -at), default=0)

    def title_of(self, name: str) -> str:
        """The title of a station or queue."""
        return next((place.title for place in (*self.stations, *self.queues) if place.name == name), name)

    def lane_of(self, item: Item) -> str:
        """Where a running item belongs: its queue when it has one of its own, else its station."""
        queue = item.event.detail.get("queue")
        names = {place.name for place in self.queues}
        if queue == "rej" and "micro" in names:
            return "micro"
        return queue if isinstance(queue, str) and queue in names else item.lane

    def table(self) -> Table:
        """Every callback: when it ran, where, and who scheduled it."""
        names = {item.id: item.label for item in self.started}
        rows = []
        for at, item in enumerate(self.started, start=1):
            by = item.event.detail.get("by")
            who = names.get(by, "") if isinstance(by, int) else ""
            iteration = item.event.detail.get("iteration", "")
            rows.append((at, iteration, self.title_of(self.lane_of(item)), item.label, who, _took(item.event.duration)))
        return Table.of(("step", "iteration", "where", "callback", "scheduled by", "took"), rows)


def _took(seconds: float) -> str:
    if not seconds:
        return ""
    unit = unit_for(seconds)
    return f"{number(seconds / UNITS[unit], 2)} {unit}"


def sentence(run: Run, step: int) -> str:
    """The state at a step in a sentence: what the picture says, in words."""
    moment = run.moments[step]
    waiting = []
    for place in (*run.stations, *run.queues):
        if items := moment.in_lane(place.name):
            waiting.append(f"{place.title} holds {', '.join(item.label for item in items[:5])}")
    said = f"output so far {' '.join(moment.output[-12:])}" if moment.output else "nothing printed yet"
    if moment.running is not None:
        what = f"{run.title_of(run.lane_of(moment.running))}: {moment.running.label} is running"
    else:
        what = "before anything has run" if step == 0 else "after the last callback"
    turn = f"iteration {moment.iteration}, " if moment.iteration is not None and moment.running else ""
    return f"Step {step} of {run.last}, {turn}{what}; {'; '.join([*waiting, said])}"


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
    scene.height = strip(scene, below + 22, run.started, step, run.lane_of, run.title_of)
    return scene


def _title(scene: Scene, run: Run, step: int) -> None:
    moment = run.moments[step]
    turn = "The main program" if moment.iteration in (None, 0) else f"Iteration {moment.iteration}"
    head = "Before anything runs" if step == 0 else "After the last callback" if step == run.last else turn
    if run.last == 0:
        head = "Nothing ran"
    scene.text(16, 26, head, size=15, bold=True, room=200)
    scene.text(232, 26, f"step {step} of {run.last}", size=12, fill=SOFT, room=120)
    if run.title:
        scene.text(WIDTH - 16, 26, run.title, size=12, anchor="end", fill=SOFT, room=500)


def _stations(scene: Scene, run: Run, moment: Moment) -> float:
    """The stations, the marker's one framed; returns the y below them."""
    left, wide = _LEFT
    for at, place in enumerate(run.stations):
        y = 44.0 + at * 44
        here = moment.lane == place.name and not moment.over
        frame_paint, line = (place.colour, 2.0) if here else (LINE, 1.0)
        scene.rect(left, y, wide, 38, fill=SHADE if here else CARD, stroke=frame_paint, width=line, radius=6)
        scene.rect(left, y, 5, 38, fill=place.colour, radius=2)
        scene.text(left + 16, y + 17, place.title, size=13, bold=True, room=150)
        scene.text(left + 16, y + 31, place.hint, size=11, fill=SOFT, room=158)
        if here:
            scene.text(left + wide - 10, y + 23, "◂ now", size=11, bold=True, anchor="end")
        runs = moment.running if moment.running and run.lane_of(moment.running) == place.name else None
        _chips(scene, left + 178, y + 9, wide - 178 - 56, moment.in_lane(place.name), runs, place.colour, moment.fresh)
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
    scene.rect(left, 44, wide, 82, fill=CARD, stroke=palette.colour(lane) if item else LINE, width=2, radius=8)
    if item is None:
        words = ("nothing has run yet", "step to start") if step == 0 else ("nothing runs any more", "the run is over")
        scene.text(left + 14, 64, words[0], fill=SOFT)
        scene.text(left + 14, 86, words[1], size=13, fill=SOFT)
        return 140.0
    took = _took(item.event.duration)
    scene.text(left + 14, 64, "running now", fill=SOFT)
    if took:
        scene.text(left + wide - 14, 64, took, size=12, anchor="end", fill=SOFT)
    scene.text(left + 14, 87, item.label or "(no name)", size=15, bold=True, mono=True, room=wide - 28)
    scene.rect(left + 14, 99, 10, 10, fill=palette.colour(lane), radius=2)
    scene.text(left + 30, 108, _reason(run, item, lane), fill=SOFT, room=wide - 44)
    return 140.0


def _reason(run: Run, item: Item, lane: str) -> str:
    """Where the callback belongs, by which call it was scheduled, and by whom."""
    names = {one.id: one.label for one in run.started}
    by, why = item.event.detail.get("by"), item.event.detail.get("why")
    parts = [run.title_of(lane)]
    if isinstance(why, str) and why:
        parts.append(why)
    if isinstance(by, int) and by in names:
        parts.append(f"scheduled by {names[by]}")
    return " · ".join(parts)


def _queues(scene: Scene, run: Run, moment: Moment, y: float) -> float:
    """The queues; returns the y below them."""
    left, wide = _RIGHT
    for place in run.queues:
        runs = moment.running if moment.running and run.lane_of(moment.running) == place.name else None
        scene.rect(
            left, y, wide, 48, fill=CARD, stroke=place.colour if runs else LINE, width=2 if runs else 1, radius=6
        )
        scene.rect(left, y, 5, 48, fill=place.colour, radius=2)
        scene.text(left + 16, y + 20, place.title, size=13, bold=True, room=180)
        scene.text(left + 16, y + 37, place.hint, size=11, fill=SOFT, room=194)
        items = moment.in_lane(place.name)
        _chips(scene, left + 218, y + 14, wide - 218 - 12, items, runs, place.colour, moment.fresh)
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
    """The running item filled, then what waits, outlined; what does not fit is counted."""
    shown = ([(runs, True)] if runs else []) + [(item, False) for item in items]
    wanted = [min(texts.width(item.label or "?", 11, mono=True) + 20, room) for item, _ in shown]
    count = len(shown)
    more = 34.0
    while count > 1 and _total(wanted[:count], count, room) > room - (more if count < len(shown) else 0):
        count -= 1
    space = room - (more if count < len(shown) else 0)
    limit = _limit(wanted[:count], space)
    for (item, filled), wide in zip(shown[:count], wanted[:count], strict=True):
        width = min(wide, limit)
        line = 2.2 if item.id in fresh and not filled else 1.4
        scene.rect(x, y, width, 20, fill=paint if filled else CARD, stroke=paint, width=line, radius=10)
        ink = palette.text_on(paint) if filled else INK
        scene.text(x + width / 2, y + 14, item.label or "?", mono=True, anchor="middle", fill=ink, room=width - 14)
        x += width + 6
    if count < len(shown):
        scene.text(x, y + 14, f"+{len(shown) - count}", bold=True, room=more)


_NARROW: Final = 74.0  # a chip is not squeezed below this


def _total(wanted: Sequence[float], count: int, room: float) -> float:
    return sum(min(wide, _NARROW) for wide in wanted) + 6 * (count - 1)


def _limit(wanted: Sequence[float], room: float) -> float:
    """The widest a chip may be so that all fit."""
    space = room - 6 * max(len(wanted) - 1, 0)
    limit, left = space, sorted(wanted)
    while left and sum(min(wide, limit) for wide in wanted) > space:
        free = space - sum(wide for wide in wanted if wide < left[0])
        narrow = [wide for wide in wanted if wide >= left[0]]
        limit = free / len(narrow)
        left.pop(0)
    return limit
