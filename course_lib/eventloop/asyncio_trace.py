"""An asyncio loop that tells what it does, by listening where it can be listened to.

One iteration of asyncio (``BaseEventLoop._run_once``) is: `select` until a socket is ready or the next timer is due;
put the handles of the ready sockets into the *ready queue*; put the timers that are due into it; then run as many
handles as the queue holds *now*. One first-in-first-out queue, no priorities: what a callback adds waits for the next
iteration.

Nothing of that is changed here. The loop is given two of its own parts in a form that reports: the selector (public
argument of ``SelectorEventLoop``), which marks where an iteration begins, and the ready queue, a deque like the
stock one, through which everything passes that ever runs.
"""

from __future__ import annotations

import asyncio
import selectors
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

from ..record import Event, Record
from .asyncio_names import TaskNames, label_of, task_of
from .phases import Lane, lane_table

__all__ = ["QUEUES", "STATIONS", "TracedLoop"]

STATIONS: tuple[Lane, ...] = (
    Lane("select", "select", "asks what is ready", "returns when a socket is ready or a timer is due"),
    Lane("I/O", "I/O", "sockets that are ready", "their callbacks join the ready queue"),
    Lane("timers", "timers", "call_later, call_at, sleep", "those that are due join the ready queue, earliest first"),
    Lane("run", "run", "what the queue holds now", "each callback once; later additions wait for the next iteration"),
)
QUEUES: tuple[Lane, ...] = (
    Lane("ready", "ready queue", "call_soon, task steps", "first in, first out; the only queue there is"),
)

_MOST_EVENTS = 100_000
_HIDDEN = {"_run_until_complete_cb", "_read_from_self"}
_SHUTDOWN = "shutdown_asyncgens"  # the first of the steps in which asyncio.Runner closes the loop


class _Item(NamedTuple):
    number: int
    label: str
    origin: str
    queue: str
    by: int | None
    why: str


class _Selector:
    """A selector that says when it is asked."""

    def __init__(self, told: Callable[[str], None]) -> None:
        self._selector = selectors.DefaultSelector()
        self._told = told

    def select(self, timeout: float | None = None) -> Any:
        self._told("select")
        ready = self._selector.select(timeout)
        if ready:
            self._told("I/O")
        return ready

    def __getattr__(self, name: str) -> Any:
        return getattr(self._selector, name)


class _Ready(deque[asyncio.Handle]):
    """The loop's ready queue; says what comes in and what goes out."""

    came: Callable[[asyncio.Handle], None]
    goes: Callable[[asyncio.Handle], None]

    def append(self, handle: asyncio.Handle, /) -> None:
        self.came(handle)
        super().append(handle)

    def popleft(self) -> asyncio.Handle:
        handle = super().popleft()
        self.goes(handle)
        return handle


class TracedLoop(asyncio.SelectorEventLoop):
    """A stock selector loop whose iterations leave a record, in the convention of the course's own loop.

    Args:
        clock: seconds from any fixed point, for the record.
    """

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._origin = clock()
        self._thread = threading.get_ident()
        self._events: list[Event] = []
        self._items: dict[int, _Item] = {}  # by id(handle): equal timers are two timers
        self._names = TaskNames()
        self._labels: dict[object, str] = {}  # of items whose name was not known when they began to wait
        self._now_running: tuple[_Item, int] | None = None
        self._number = 0
        self._stage = ""
        self._over = False
        self.iteration = 0
        """How often it has gone round, up to the program's end."""
        self.rows: list[tuple[str, str, str]] = []
        """One per printed line: the line, how its callback came into the ready queue, "task" or "cb"."""
        self.errors: list[str] = []
        """Errors of callbacks, and of tasks that nobody waited for: asyncio would print them."""
        super().__init__(_Selector(self._enter))  # type: ignore[arg-type]
        ready = _Ready(self._ready)  # type: ignore[has-type]
        ready.came, ready.goes = self._came, self._goes
        self._ready = ready
        self.set_exception_handler(self._failed)

    @property
    def running_now(self) -> str | None:
        """The label of the callback that runs at this moment."""
        item = self._now_running[0] if self._now_running else None
        return None if item is None else self._labels.get(item.number, item.label) or "a callback"

    def log(self, *words: object) -> None:
        """Print a line into the record; who prints is the callback that runs now."""
        line = " ".join(map(str, words))
        item = self._caller()
        self.rows.append((line, item.origin if item else "thread", item.queue if item else "cb"))
        self._add("output", "output", line, item=item.number if item else None)

    def record(self, title: str) -> Record:
        """What has happened so far."""
        facts: dict[str, object] = {"lanes": lane_table(STATIONS), "queues": lane_table(QUEUES)}
        return Record(tuple(self._named()), title, facts)  # type: ignore[arg-type]

    def call_at(self, when: float, callback: Any, *args: Any, context: Any = None) -> asyncio.TimerHandle:  # type: ignore[override]
        """As every loop's ``call_at`` (and ``call_later``, which uses it); the timer is noted as waiting."""
        handle = super().call_at(when, callback, *args, context=context)
        self._wait(handle, "timers", f"in {max(when - self.time(), 0.0) * 1e3:.0f} ms")
        return handle

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        super()._timer_handle_cancelled(handle)  # type: ignore[misc]
        if item := self._items.pop(id(handle), None):
            self._add("timers", "drop", item.label, item=item.number)

    def _failed(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        self.errors.append(f"{context['message']}: {error!r}" if error else str(context["message"]))

    def _enter(self, station: str) -> None:
        self._finish()
        if station == self._stage:
            return
        self._stage = station
        if self._over:
            return
        if station == "select":
            self.iteration += 1
        self._add(station, "enter", iteration=self.iteration)

    def _came(self, handle: asyncio.Handle) -> None:
        at_home = threading.get_ident() == self._thread
        if isinstance(handle, asyncio.TimerHandle):
            self._enter("timers")
            if item := self._items.get(id(handle)):
                self._add("ready", "wait", item.label, item=item.number, by=item.by, why=item.why)
        elif self._stage == "I/O" and at_home:
            self._wait(handle, "I/O", "its socket is ready")
        else:
            self._wait(handle, "ready", "call_soon" if at_home else "from another thread")

    def _wait(self, handle: asyncio.Handle, origin: str, why: str) -> None:
        label, queue = label_of(handle), "task" if task_of(handle) else "cb"
        self._over = self._over or label == _SHUTDOWN
        if self._over or label in _HIDDEN:
            return
        self._number += 1
        caller = self._caller()
        why = "a task's step" if queue == "task" else why
        item = _Item(self._number, label, origin, queue, caller.number if caller else None, why)
        self._items[id(handle)] = item
        lane = "timers" if origin == "timers" else "ready"
        self._add(lane, "wait", label, item=item.number, by=item.by, why=why)

    def _goes(self, handle: asyncio.Handle) -> None:
        self._enter("run")
        item = self._items.pop(id(handle), None)
        if item is None:
            return
        if handle.cancelled():
            self._add("ready", "drop", item.label, item=item.number)
            return
        if (task := task_of(handle)) is not None:
            self._labels[item.number] = self._names.of(task)
        self._now_running = item, len(self._events)
        facts = {"item": item.number, "queue": item.queue, "phase": "run", "by": item.by, "why": item.why}
        self._add(item.origin, "start", item.label, iteration=self.iteration, **facts)

    def _finish(self) -> None:
        if self._now_running is None:
            return
        item, index = self._now_running
        self._now_running = None
        if index < len(self._events):
            begun = self._events[index]
            end = self._clock() - self._origin
            self._events[index] = replace(begun, duration=end - begun.at)
        self._add(item.origin, "end", item.label, item=item.number)

    def _caller(self) -> _Item | None:
        if self._now_running is None or threading.get_ident() != self._thread:
            return None
        return self._now_running[0]

    def _add(self, lane: str, kind: str, label: str = "", **detail: object) -> None:
        if len(self._events) < _MOST_EVENTS:
            self._events.append(Event(self._clock() - self._origin, lane, kind, label, 0.0, detail))  # type: ignore[arg-type]

    def _named(self) -> list[Event]:
        """The events, with names that were not known at the time.

        A task is given its name after its first step was scheduled; a callback without a name (a lambda) is called by
        the first line it printed.
        """
        names = dict(self._labels)
        for event in self._events:
            if event.kind == "output":
                names.setdefault(event.detail.get("item"), event.label)

        def named(event: Event) -> Event:
            number = event.detail.get("item")
            if event.kind == "output" or number is None or (event.label and number not in self._labels):
                return event
            return replace(event, label=names.get(number, "callback"))

        return [named(event) for event in self._events]
