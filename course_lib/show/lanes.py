"""Lanes by time: who did what when.

`timeline` shows moments and stretches of any kind; `gantt` shows work: every stretch with its own bar, in as many rows
per lane as overlap, and how busy each lane was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ..look import palette
from ..look import text as texts
from ..look.palette import SOFT
from ..look.scene import Scene
from ..record import Event, Record
from .picture import WIDTH, Picture, Table, begin, finish, nothing
from .scales import UNITS, Scale, counted, number, scale, unit_for

__all__ = ["Bar", "bars", "bookkeeping", "gantt", "lane_titles", "stacked", "timeline"]

MOST_LANES: Final = 40
"""A picture with more lanes than this shows the first ones and says how many are left out."""
_CROWD: Final = 24
"""In a row of more bars than this, labels stand inside bars only."""
_HEADERS: Final = ("start", "lane", "kind", "what", "took")


def bookkeeping(record: Record) -> Record:
    """The events worth a mark: without queueing, entering and printing where the record knows what ran."""
    if "start" not in record.kinds:
        return record
    return record.where(lambda event: event.kind not in {"enter", "wait", "drop", "end", "output", "message"})


def lane_titles(record: Record) -> dict[str, str]:
    """What to call each lane, in drawing order: those nobody described by their names, then the described ones."""
    titles: dict[str, str] = {}
    for key in ("lanes", "queues"):
        described = record.meta.get(key, ())
        for one in described if isinstance(described, tuple) else ():
            if isinstance(one, Mapping):
                titles[str(one["name"])] = str(one.get("title") or one["name"])
    return {**{lane: lane for lane in record.lanes if lane not in titles}, **titles}


def _lane(event: Event, titles: Mapping[str, str]) -> str:
    """A callback from a queue of its own (ticks, microtasks) belongs into that queue's lane."""
    queue = event.detail.get("queue")
    return queue if isinstance(queue, str) and queue in titles else event.lane


def _rows(record: Record, lanes: Sequence[str] | None) -> dict[str, list[Event]]:
    """The events of each lane, lanes in drawing order; lanes nobody asked for are left out."""
    titles = lane_titles(record)
    found: dict[str, list[Event]] = {lane: [] for lane in (titles if lanes is None else lanes)}
    for event in bookkeeping(record):
        lane = _lane(event, titles)
        if lane in found:
            found[lane].append(event)
    return {lane: events for lane, events in found.items() if events or lanes is not None}


@dataclass(frozen=True, slots=True)
class Bar:
    """Events drawn as one bar, from `left` to `right` px: several when they are too close to be told apart."""

    left: float
    right: float
    events: tuple[Event, ...]


def bars(events: Iterable[Event], x: Scale) -> list[Bar]:
    """The bars of one row, left to right, never overlapping; a moment is two px wide.

    Bars that touch stay apart unless one of them is too narrow to be seen beside the other.
    """
    found: list[Bar] = []
    for event in sorted(events, key=lambda one: one.at):
        left = x(event.at)
        right = max(x(event.end), left + 2)
        narrow = found and min(right - left, found[-1].right - found[-1].left) < 4
        if found and left < found[-1].right + (1 if narrow else -0.5):
            last = found[-1]
            found[-1] = Bar(last.left, max(last.right, right), (*last.events, event))
        else:
            found.append(Bar(left, right, (event,)))
    return found


def stacked(events: Iterable[Event]) -> list[list[Event]]:
    """The events in as few rows as keep them from overlapping, each in the first row that is free."""
    rows: list[list[Event]] = []
    for event in sorted(events, key=lambda one: one.at):
        row = next((row for row in rows if row[-1].end <= event.at), None)
        if row is None:
            rows.append([event])
        else:
            row.append(event)
    return rows


@dataclass(frozen=True)
class _Chart:
    """What both pictures share: a scene, its time scale and unit."""

    scene: Scene
    x: Scale
    unit: str

    def time(self, seconds: float) -> str:
        return f"{number(seconds / UNITS[self.unit])} {self.unit}"

    def grid(self, top: float, bottom: float) -> None:
        """Lines at round times, and the times below them."""
        for tick in self.x.ticks(90):
            at = self.x(tick)
            self.scene.line(at, top, at, bottom)
            label = f"{number(tick / UNITS[self.unit])} {self.unit}"
            half = texts.width(label, 11) / 2
            self.scene.text(min(at, WIDTH - 6 - half), bottom + 15, label, anchor="middle", fill=SOFT)

    def name(self, y: float, height: float, title: str, paint: str) -> None:
        """A lane's swatch and title, left of the grid."""
        self.scene.rect(16, y + 3, 5, height - 6, fill=paint, radius=2)
        self.scene.text(28, y + height / 2 + 4, title, size=12, bold=True, room=self.x.start - 40)

    def row(self, y: float, height: float, drawn: Sequence[Bar], paint: str, edge: float) -> None:
        """The bars of one row, each with its label in it or beside it where there is room before `edge`."""
        taken = self.x.start
        for at, bar in enumerate(drawn):
            wide = bar.right - bar.left
            self.scene.rect(
                bar.left,
                y,
                wide - (1 if wide > 4 else 0),
                height,
                fill=paint,
                radius=3 if wide > 8 else 0,
                title=self._said(bar),
            )
            label = bar.events[0].label if len(bar.events) == 1 else counted(len(bar.events), "event")
            following = drawn[at + 1].left if at + 1 < len(drawn) else edge
            taken = self._label(label, bar, y + height / 2 + 4, paint, taken, following, len(drawn) <= _CROWD)

    def _label(
        self, label: str, bar: Bar, base: float, paint: str, taken: float, following: float, beside: bool
    ) -> float:
        """Write a bar's label inside it, else right of it, else left of it; returns where the next may begin."""
        wide, needed = bar.right - bar.left, texts.width(label, 11) + 10
        after, before = following - bar.right, bar.left - taken
        if not label:
            return bar.right
        if wide >= needed or (wide >= 60 and max(after, before) < needed):
            ink = palette.text_on(paint)
            self.scene.text(bar.left + wide / 2, base, label, anchor="middle", fill=ink, room=wide - 8)
        elif beside and after < needed <= before:
            self.scene.text(bar.left - 5, base, label, anchor="end")
        elif beside and after >= min(needed, 60):
            return bar.right + 5 + self.scene.text(bar.right + 5, base, label, room=after - 9)
        return bar.right

    def _said(self, bar: Bar) -> str:
        first, last = bar.events[0], bar.events[-1]
        if len(bar.events) > 1:
            return f"{counted(len(bar.events), 'event')} from {self.time(first.at)} to {self.time(last.end)}"
        took = f", took {self.time(first.duration)}" if first.duration else ""
        return f"{first.label or first.kind}: at {self.time(first.at)}{took}"


def _chart(title: str, rows: Mapping[str, list[Event]], titles: Mapping[str, str], right: float) -> _Chart:
    times = [time for events in rows.values() for event in events for time in (event.at, event.end)]
    wide = max((texts.width(titles.get(lane, lane), 12, bold=True) for lane in rows), default=0.0)
    seen = [0.0, *times] if any(times) else [0.0, 1e-3]
    x = scale(seen, min(wide, 170.0) + 44, right, zero=True, exact=True)
    return _Chart(begin(title, 100), x, unit_for(max(map(abs, times), default=0.0)))


def _table(rows: Mapping[str, list[Event]], titles: Mapping[str, str], chart: _Chart) -> Table:
    events = sorted(((e, lane) for lane, found in rows.items() for e in found), key=lambda pair: pair[0].at)
    cells = [(chart.time(e.at), titles.get(lane, lane), e.kind, e.label, chart.time(e.duration)) for e, lane in events]
    return Table.of(_HEADERS, cells)


def _shorten(rows: dict[str, list[Event]]) -> tuple[dict[str, list[Event]], str]:
    """The lanes that fit, and a sentence about the others."""
    if len(rows) <= MOST_LANES:
        return rows, ""
    return dict(list(rows.items())[:MOST_LANES]), f"… and {len(rows) - MOST_LANES} more lanes, in the table"


def timeline(
    record: Record, *, lanes: Sequence[str] | None = None, title: str | None = None, caption: str = ""
) -> Picture:
    """Lanes by time: a bar for what took time, a tick for a moment; what stands too close is drawn as one bar.

    Args:
        record: what happened. Titles of lanes come from ``record.meta["lanes"]`` and ``["queues"]`` where given.
        lanes: these lanes only, in this order; an empty one is shown empty. Default: all that hold an event.
        title: default: the record's.
        caption: how it was measured.
    """
    name = record.title or "Timeline" if title is None else title
    titles, rows = lane_titles(record), _rows(record, lanes)
    if not any(rows.values()):
        return nothing(name, "nothing was recorded", caption, _HEADERS)
    shown, rest = _shorten(rows)
    chart = _chart(name, rows, titles, WIDTH - 24)
    paints, height = palette.colours(titles), 30.0 if len(shown) <= 12 else 22.0
    bottom = 40 + height * len(shown)
    chart.grid(40, bottom)
    for at, (lane, events) in enumerate(shown.items()):
        y = 40 + at * height
        chart.scene.line(16, y + height, WIDTH - 24, y + height)
        chart.name(y, height, titles.get(lane, lane), paints.get(lane, SOFT))
        chart.row(y + 5, height - 10, bars(events, chart.x), paints.get(lane, SOFT), WIDTH - 8)
    finish(chart.scene, ". ".join(part for part in (rest, caption) if part), bottom + 20)
    count = sum(map(len, rows.values()))
    busiest = max(rows, key=lambda lane: len(rows[lane]))
    span = chart.time(max(event.end for events in rows.values() for event in events))
    alt = f"{name}: {counted(count, 'event')} in {counted(len(rows), 'lane')} over {span}"
    alt += f"; most in {titles.get(busiest, busiest)} ({len(rows[busiest]):,})"
    return Picture(name, chart.scene, alt, _table(rows, titles, chart), caption)


def gantt(
    record: Record, *, lanes: Sequence[str] | None = None, title: str | None = None, caption: str = ""
) -> Picture:
    """Work by lane and time: a bar for everything that took time, in rows so that none hides another.

    At the right of each lane stands the share of the whole time in which at least one bar was running.

    Args: as `timeline`. Events without a duration are left out.
    """
    name = record.title or "Work" if title is None else title
    titles = lane_titles(record)
    found = _rows(record.where(lambda event: event.duration > 0), lanes)
    if not any(found.values()):
        return nothing(name, "nothing took any time", caption, _HEADERS)
    shown, rest = _shorten(found)
    chart = _chart(name, found, titles, WIDTH - 100)
    paints, y = palette.colours(titles), 40.0
    packed = {lane: stacked(events) for lane, events in shown.items()}
    height = 20.0 if sum(map(len, packed.values())) <= 40 else 12.0
    places = {}
    for lane, lines in packed.items():
        places[lane] = y
        y += max(len(lines[:20]), 1) * height + 10
    chart.grid(40, y)
    whole = max(event.end for events in found.values() for event in events)
    shares = {lane: _busy(events) / whole for lane, events in found.items()}
    for lane, lines in packed.items():
        paint, top = paints.get(lane, SOFT), places[lane]
        tall = max(len(lines[:20]), 1) * height + 10
        chart.scene.line(16, top + tall, WIDTH - 16, top + tall)
        chart.name(top, tall, titles.get(lane, lane), paint)
        for at, line in enumerate(lines[:20]):
            chart.row(top + 5 + at * height + 1, height - 2, bars(line, chart.x), paint, chart.x.end)
        chart.scene.text(WIDTH - 18, top + tall / 2 + 4, f"busy {_percent(shares[lane])}", anchor="end", fill=SOFT)
    finish(chart.scene, ". ".join(part for part in (rest, caption) if part), y + 20)
    busiest = max(shares, key=lambda lane: shares[lane])
    count = sum(map(len, found.values()))
    pieces = counted(count, "piece of work", "pieces of work")
    alt = f"{name}: {pieces} in {counted(len(found), 'lane')} over {chart.time(whole)}"
    alt += f"; {titles.get(busiest, busiest)} was busy {_percent(shares[busiest])} of it"
    return Picture(name, chart.scene, alt, _table(found, titles, chart), caption)


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _busy(events: Sequence[Event]) -> float:
    """Seconds in which at least one of the events was going on."""
    total, until = 0.0, float("-inf")
    for event in sorted(events, key=lambda one: one.at):
        total += max(event.end - max(event.at, until), 0.0)
        until = max(until, event.end)
    return total
