"""Who sent what to whom: lifelines side by side, time running down, an arrow for each message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from ..look import palette
from ..look import text as texts
from ..look.palette import BAD, INK, PAGE, SHADE, SOFT
from ..look.scene import Scene
from ..record import Event, Record
from .lanes import lane_titles
from .picture import WIDTH, Picture, Table, begin, finish, nothing
from .scales import UNITS, counted, number, unit_for

__all__ = ["sequence"]

MOST: Final = 60
"""More moments than this are cut off, and said to be."""
_STEP: Final = 28.0
_HEADERS: Final = ("sent", "from", "to", "message", "arrived")


def sequence(
    record: Record, *, lanes: Sequence[str] | None = None, title: str | None = None, caption: str = ""
) -> Picture:
    """Messages between lanes, in order.

    A message is an event of kind ``"message"``: its lane is the sender, ``detail["to"]`` the receiver;
    ``detail["arrived"]``, in seconds, makes the arrow slope; ``detail["lost"]`` true ends it half-way. Every other
    event is a note on its lane. Moments stand in their order, evenly apart; the times beside them are the real ones.

    Args:
        record: what happened.
        lanes: the lifelines, left to right; default: in order of appearance, senders and receivers.
        title: default: the record's.
        caption: how it was measured.
    """
    name = record.title or "Messages" if title is None else title
    receivers = [str(e.detail["to"]) for e in record if e.kind == "message" and "to" in e.detail]
    found = [lane for event in record for lane in (event.lane, event.detail.get("to")) if isinstance(lane, str)]
    known = list(dict.fromkeys(found)) if lanes is None else list(lanes)
    events = [e for e in record if e.lane in known and (e.kind != "message" or e.detail.get("to") in known)]
    if not events:
        return nothing(name, "no messages", caption, _HEADERS)
    unit = unit_for(record.duration or max(e.at for e in events))
    moments = sorted({(round(_when(e, end), 9), at, end) for at, e in enumerate(events) for end in (False, True)})
    drawn = _Lifelines(begin(name, 100), known, lane_titles(record), events, moments[:MOST], unit)
    drawn.draw()
    left_out = sum(at >= MOST for at in range(len(moments)))
    rest = f"… and {left_out} more moments, in the table" if left_out else ""
    finish(drawn.scene, ". ".join(part for part in (rest, caption) if part), drawn.bottom + 4)
    sent = [e for e in events if e.kind == "message"]
    lost = sum(bool(e.detail.get("lost")) for e in sent)
    parties = set(receivers) | {e.lane for e in sent}
    alt = f"{name}: {counted(len(sent), 'message')} between {counted(len(parties), 'party', 'parties')}"
    alt += f", {lost:,} of them lost" if lost else ""
    if sent:
        first, last = sent[0], sent[-1]
        alt += f"; first {first.lane} to {first.detail['to']}: {first.label}; last {last.lane} to {last.detail['to']}:"
        alt += f" {last.label}"
    return Picture(name, drawn.scene, alt, Table.of(_HEADERS, [_cells(e, unit) for e in events]), caption)


def _when(event: Event, end: bool) -> float:
    """When a message arrived, or when anything else happened."""
    arrived = event.detail.get("arrived")
    return max(float(arrived), event.at) if end and isinstance(arrived, (int, float)) else event.at


def _cells(event: Event, unit: str) -> tuple[str, ...]:
    def said(seconds: float) -> str:
        return f"{number(seconds / UNITS[unit])} {unit}"

    arrived = "lost" if event.detail.get("lost") else said(_when(event, True)) if "arrived" in event.detail else ""
    return (said(event.at), event.lane, str(event.detail.get("to", "")), event.label or event.kind, arrived)


class _Lifelines:
    """The drawing: one column per lane, one row per moment."""

    def __init__(
        self,
        scene: Scene,
        lanes: Sequence[str],
        titles: Mapping[str, str],
        events: Sequence[Event],
        moments: Sequence[tuple[float, int, bool]],
        unit: str,
    ) -> None:
        self.scene, self.lanes, self.titles, self.events, self.unit = scene, lanes, titles, events, unit
        self.step = (WIDTH - 110) / len(lanes)
        self.paints = palette.colours(lanes)
        self.rows: dict[tuple[int, bool], float] = {}
        y, previous = 96.0, None
        self.times: list[tuple[float, float]] = []
        for when, at, end in moments:
            if end and (not _slopes(events[at])):
                self.rows[at, True] = self.rows[at, False]
                continue
            if when != previous:
                self.times.append((y, when))
            self.rows[at, end] = y
            y, previous = y + _STEP, when
        self.bottom = y

    def x(self, lane: str) -> float:
        return 94 + (self.lanes.index(lane) + 0.5) * self.step

    def draw(self) -> None:
        for lane in self.lanes:
            self._head(lane)
        for y, when in self.times:
            self.scene.text(80, y + 4, f"{number(when / UNITS[self.unit])} {self.unit}", anchor="end", fill=SOFT)
        for at, event in enumerate(self.events):
            if (at, False) in self.rows:
                begin_y = self.rows[at, False]
                self._event(event, begin_y, self.rows.get((at, True), self.bottom))

    def _head(self, lane: str) -> None:
        x, room = self.x(lane), self.step - 12
        title = self.titles.get(lane, lane)
        wide = min(texts.width(title, 12, bold=True) + 24, room)
        self.scene.line(x, 68, x, self.bottom, width=1.5)
        self.scene.rect(x - wide / 2, 42, wide, 26, fill=SHADE, stroke=self.paints[lane], width=1.5, radius=6)
        self.scene.text(x, 59, title, size=12, bold=True, anchor="middle", room=max(wide - 12, 12))

    def _event(self, event: Event, y1: float, y2: float) -> None:
        paint = self.paints[event.lane]
        x1 = self.x(event.lane)
        to = event.detail.get("to")
        if event.kind != "message" or not isinstance(to, str):
            self.scene.circle(x1, y1, 3.5, fill=paint, stroke=PAGE)
            self.scene.text(x1 + 9, y1 + 4, event.label or event.kind, fill=SOFT, room=self.step - 14)
            return
        x2, lost = self.x(to), bool(event.detail.get("lost"))
        if x1 == x2:
            points = [(x1, y1 - 6), (x1 + 22, y1 - 6), (x1 + 22, y1 + 6), (x1 + 3, y1 + 6)]
            self.scene.path(points, stroke=paint, width=1.8)
            _head(self.scene, x1 + 22, y1 + 6, x1 + 1, y1 + 6, paint)
            self.scene.text(x1 + 28, y1 + 4, event.label, room=self.step - 34)
            return
        end = ((x1 + x2) / 2, (y1 + y2) / 2) if lost else (x2, y2)
        self.scene.line(x1, y1, *end, stroke=paint, width=1.8, dash="5 3" if lost else "")
        label = f"{event.label} (lost)" if lost else event.label
        self._label(label, (x1, y1), end, abs(end[0] - x1) - 20)
        if lost:
            self.scene.marker(*end, "cross", fill=PAGE, stroke=BAD, r=5, title=f"{event.label}: lost")
        else:
            _head(self.scene, x1, y1, *end, paint)

    def _label(self, label: str, start: tuple[float, float], end: tuple[float, float], room: float) -> None:
        """A message's words above its arrow; above a steep one they would float, so they get a ground of their own."""
        wide = texts.width(texts.elide(label, room, 11), 11)
        x, y = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
        rise = abs(end[1] - start[1]) / abs(end[0] - start[0]) * wide / 2
        y -= rise + 5 if rise <= 13 else 0
        self.scene.rect(x - wide / 2 - 3, y - 10, wide + 6, 13, fill=PAGE)
        self.scene.text(x, y, label, anchor="middle", fill=INK, room=room)


def _slopes(event: Event) -> bool:
    return _when(event, True) > event.at


def _head(scene: Scene, x1: float, y1: float, x2: float, y2: float, paint: str) -> None:
    """An arrow's head at (`x2`, `y2`), pointing away from (`x1`, `y1`)."""
    length = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5 or 1.0
    ux, uy = (x2 - x1) / length, (y2 - y1) / length
    back = (x2 - 9 * ux, y2 - 9 * uy)
    corners = [(x2, y2), (back[0] - 4 * uy, back[1] + 4 * ux), (back[0] + 4 * uy, back[1] - 4 * ux)]
    scene.path(corners, stroke=paint, fill=paint, closed=True)
