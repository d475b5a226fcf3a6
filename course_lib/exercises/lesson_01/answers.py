"""Lesson 01's solutions, and wrong answers that are real misconceptions, as plain functions.

A solution's source is shown to the learner, so it uses only names that the notebook's first cell imports, and looks
like the code around it there. The wrong answers keep the solutions' parameters; each carries in its docstring what its
author believed.
"""

# mypy: disable-error-code="no-untyped-def, no-untyped-call"
# -- the solutions with callbacks stand as a learner writes them in a cell, where nothing is annotated

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from course_lib.eventloop import listen, next_tick, set_immediate, set_timeout

__all__ = [
    "all_at_once",
    "close_after_first",
    "close_soon",
    "close_while_any",
    "closes_in_order",
    "due_order",
    "first_come",
    "first_slice_only",
    "fixed_turn",
    "forget_the_next_turn",
    "immediate_first",
    "in_slices",
    "never_closed",
    "run_closes",
    "run_timers",
    "serve",
    "shortest_first",
    "slices_by_tick",
    "turn_order",
    "whole_list",
]

Ready = Sequence[tuple[str, str]]
Lists = Mapping[int, Sequence[tuple[str, int]]]
Callbacks = list[Callable[[], object]]


# -- 01-1: the order of one turn


def turn_order(ready: list[tuple[str, str]]) -> list[str]:
    order: list[str] = []
    for phase in ["timers", "pending", "poll", "check", "close"]:
        labels = [label for label, where in ready if where == phase]
        if phase == "close":
            labels.reverse()
        order += labels
    return order


def first_come(ready: Ready) -> list[str]:
    """One queue for all: whoever was scheduled first runs first."""
    return [label for label, _ in ready]


def fixed_turn(ready: Ready) -> list[str]:
    """Every phase is a FIFO queue."""
    return [
        label for phase in ("timers", "pending", "poll", "check", "close") for label, where in ready if where == phase
    ]


def immediate_first(ready: Ready) -> list[str]:
    """Immediate means at once, so check comes before everything else."""
    order = [label for label, where in ready if where == "check"]
    return order + turn_order([(label, where) for label, where in ready if where != "check"])


# -- 01-2: a pass over the timer lists


def run_timers(lists: dict[int, list[tuple[str, int]]], now: int) -> list[str]:
    ran = []
    by_first_due = sorted((timers[0][1] + ms, ms) for ms, timers in lists.items() if timers)
    for _, ms in by_first_due:
        for label, start in lists[ms]:
            if start + ms > now:
                break
            ran.append(label)
    return ran


def due_order(lists: Lists, now: int) -> list[str]:
    """All timers sit in one heap, ordered by the moment they are due."""
    due = [(start + ms, label) for ms, timers in lists.items() for label, start in timers]
    return [label for when, label in sorted(due) if when <= now]


def shortest_first(lists: Lists, now: int) -> list[str]:
    """The list with the shortest delay goes first."""
    return [label for ms in sorted(lists) for label, start in lists[ms] if start + ms <= now]


def whole_list(lists: Lists, now: int) -> list[str]:
    """A list whose first timer is due is emptied to its end."""
    first_due = sorted((timers[0][1] + ms, ms) for ms, timers in lists.items() if timers)
    return [label for when, ms in first_due if when <= now for label, _ in lists[ms]]


# -- 01-3: a server that lets its program end


def serve(clients, on_port):
    left = clients

    def on_connection(socket):
        nonlocal left
        socket.on("data", lambda data: socket.end(data.upper()))
        left -= 1
        if left == 0:
            server.close()

    server = listen(0, on_connection, on_listening=lambda: on_port(server.port))


def never_closed(clients: int, on_port: Callable[[int], object]) -> None:
    """The program ends when the clients have gone."""

    def on_connection(socket: Any) -> None:
        socket.on("data", lambda data: socket.end(data.upper()))

    server = listen(0, on_connection, on_listening=lambda: on_port(server.port))


def close_after_first(clients: int, on_port: Callable[[int], object]) -> None:
    """close() belongs at the end of the connection callback."""

    def on_connection(socket: Any) -> None:
        socket.on("data", lambda data: socket.end(data.upper()))
        server.close()

    server = listen(0, on_connection, on_listening=lambda: on_port(server.port))


def close_soon(clients: int, on_port: Callable[[int], object]) -> None:
    """A little time is enough for the clients to come."""

    def on_connection(socket: Any) -> None:
        socket.on("data", lambda data: socket.end(data.upper()))

    server = listen(0, on_connection, on_listening=lambda: on_port(server.port))
    set_timeout(lambda: server.close(), 1)


# -- 01-4: the queue of closing handles


def run_closes(closing):
    taken = closing[:]
    closing.clear()
    for callback in reversed(taken):
        callback()


def closes_in_order(closing: Callbacks) -> None:
    """First closed, first reported."""
    taken = closing[:]
    closing.clear()
    for callback in taken:
        callback()


def close_while_any(closing: Callbacks) -> None:
    """Go on until the list is empty."""
    while closing:
        closing.pop()()


def forget_the_next_turn(closing: Callbacks) -> None:
    """Empty the list at the end: everything in it has been reported."""
    for callback in reversed(closing[:]):
        callback()
    closing.clear()


# -- 01-5: a long computation in slices


def in_slices(items, work, done, size=100):
    def slice_from(start):
        for item in items[start : start + size]:
            work(item)
        if start + size < len(items):
            set_immediate(lambda: slice_from(start + size))
        else:
            done()

    slice_from(0)


def all_at_once(
    items: Sequence[int], work: Callable[[int], object], done: Callable[[], object], size: int = 100
) -> None:
    """A callback that does not wait for anything does not block."""
    for item in items:
        work(item)
    done()


def slices_by_tick(
    items: Sequence[int], work: Callable[[int], object], done: Callable[[], object], size: int = 100
) -> None:
    """Any way of calling later lets the loop breathe."""

    def slice_from(start: int) -> None:
        for item in items[start : start + size]:
            work(item)
        if start + size < len(items):
            next_tick(lambda: slice_from(start + size))
        else:
            done()

    slice_from(0)


def first_slice_only(
    items: Sequence[int], work: Callable[[int], object], done: Callable[[], object], size: int = 100
) -> None:
    """Schedule all slices, then say that it is done."""
    for start in range(0, len(items), size):
        set_immediate(lambda start=start: [work(item) for item in items[start : start + size]])
    done()
