"""What happened while a program's modules were found, linked and run: written down as it happens, read as a `Record`.

The record follows the convention of `show.stepper`: the stations are *load*, *link* and *run*, one step is one module
at one station. A module that requires another stands still in the middle of its code: meanwhile it waits in the queue
"stopped at require"; a module that awaits at its top level waits in "awaiting". Other kinds of event:

    resolve   a specifier led to a file (detail: by, tried)
    cached    the file was there already (detail: by, partial)
    linked    a name was bound (detail: to, name)
    failed    a module's code raised
    warning   Node would print a warning
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from ..record import Event, Record, Recorder

__all__ = ["LANES", "QUEUES", "Journal", "spans"]

LANES: Final = (
    {"name": "load", "title": "load", "hint": "find, read, parse"},
    {"name": "link", "title": "link", "hint": "bind the names"},
    {"name": "run", "title": "run", "hint": "the module's code"},
)
QUEUES: Final = (
    {"name": "stopped", "title": "stopped at require", "hint": "goes on when the other has run"},
    {"name": "awaiting", "title": "awaiting", "hint": "top-level await"},
)


class Journal:
    """Collects what happens to the modules of one program.

    Args:
        title: of the record.
        clock: seconds from any fixed point.
    """

    def __init__(self, title: str = "", clock: Callable[[], float] = time.perf_counter) -> None:
        self._recorder = Recorder(title, clock=clock)
        self._stack: list[tuple[int, str, str]] = []
        self._stopped = ""
        self._items = 0
        self._numbers: dict[str, int] = {}

    def __repr__(self) -> str:
        return f"<Journal: {len(self.record())} events>"

    @property
    def running(self) -> str | None:
        """The module whose code runs now."""
        return self._stack[-1][1] if self._stack else None

    def note(self, kind: str, module: str, label: str = "", **detail: object) -> None:
        """Something happened to a module that is no step of its own."""
        event = Event(self._recorder.now(), module, kind, label or module, 0.0, detail)  # type: ignore[arg-type]
        self._recorder.extend([event])

    def output(self, line: str) -> None:
        """The running module logged a line."""
        self._go_on()
        item = self._stack[-1][0] if self._stack else -1
        self._recorder.add(self.running or "callback", "output", line, item=item)

    @contextmanager
    def step(self, lane: str, module: str, why: str = "") -> Iterator[None]:
        """A module is at a station; what was running meanwhile stands still."""
        if self._stack and not self._stopped:
            number, other, at = self._stack[-1]
            self._recorder.add(at, "end", other, item=number)
            self._recorder.add("stopped", "wait", other, item=number, why=f"waits for {module}")
        self._stopped = ""
        number = self._number()
        self._stack.append((number, module, lane))
        self._start(number, module, lane, why)
        try:
            yield
        finally:
            self._go_on()
            self._stack.pop()
            self._recorder.add(lane, "end", module, item=number)
            self._stopped = module if self._stack else ""

    def _go_on(self) -> None:
        """What stood still runs again: noted when it does something, not before."""
        if self._stopped:
            number, module, lane = self._stack[-1]
            self._start(number, module, lane, f"goes on after {self._stopped}")
            self._stopped = ""

    def pause(self, module: str, why: str) -> None:
        """A module's code reached an ``await``."""
        number = self._numbers[module] = self._number()
        self._recorder.add("awaiting", "wait", module, item=number, why=why)

    def resume(self, module: str) -> None:
        """What it awaited has come."""
        if module in self._numbers:
            self._recorder.add("awaiting", "drop", module, item=self._numbers.pop(module))

    def record(self, **meta: object) -> Record:
        """What happened so far."""
        return self._recorder.record(lanes=[dict(one) for one in LANES], queues=[dict(one) for one in QUEUES], **meta)

    def _number(self) -> int:
        self._items += 1
        return self._items

    def _start(self, number: int, module: str, lane: str, why: str) -> None:
        self._recorder.add(lane, "start", module, item=number, queue="cb", phase=lane, by=None, why=why, module=module)


def spans(record: Record) -> Record:
    """A journal's record as bars, one lane per module in order of appearance: for `show.gantt` and `show.timeline`.

    A bar says what the module did: *load*, *link* or *run*; a module that stood still in between has several.
    """
    found: list[Event] = []
    open_: dict[object, Event] = {}
    for event in record.where(kind={"start", "end"}):
        if event.kind == "start":
            open_[event.detail["item"]] = event
        elif (began := open_.pop(event.detail["item"], None)) is not None:
            found.append(Event(began.at, event.label, "bar", began.lane, event.at - began.at))
    return Record(tuple(found), record.title)
