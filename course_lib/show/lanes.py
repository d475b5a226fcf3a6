"""Lanes by time: who did what when.

`timeline` shows moments and stretches of any kind; `gantt` shows work: every stretch with its own bar, in as many rows
per lane as overlap, and how busy each lane was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from ..look import palette
from ..look import text as texts
from ..look.palette import SOFT
from ..record import Event, Record
from .bars import Chart, bars, stacked
from .picture import WIDTH, Picture, Table, begin, finish, nothing
from .scales import counted, scale, unit_for

__all__ = ["bookkeeping", "gantt", "lane_titles", "timeline"]

MOST_LANES: Final = 40
"""A picture with more lanes than this shows the first ones and says how many are left out."""
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


def _chart(title: str, rows: Mapping[str, list[Event]], titles: Mapping[str, str], right: float) -> Chart:
    times = [time for events in rows.values() for event in events for time in (event.at, event.end)]
    wide = max((texts.width(titles.get(lane, lane), 12, bold=True) for lane in rows), default=0.0)
    seen = [0.0, *times] if any(times) else [0.0, 1e-3]
    x = scale(seen, min(wide, 170.0) + 44, right, zero=True, exact=True)
    return Chart(begin(title, 100), x, unit_for(max(map(abs, times), default=0.0)))


def _table(rows: Mapping[str, list[Event]], titles: Mapping[str, str], chart: Chart) -> Table:
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
