"""The loop's timetable.

Node's event loop is libuv's: one thread walks through six phases in a fixed order, again and again. Each phase has its
own store of callbacks and its own rule for emptying it; only *after a callback* do the two queues beside the phases get
their turn (see `drain`). Before the walk begins the main program runs and due timers get one extra run, so a picture
that begins with "timers" is right, although the loop proper begins with "pending".

    main program
    timers ── pending ── idle, prepare ── poll ── check ── close ──┐
       ↑                                                           │
       └──────────────── while anything is alive ──────────────────┘

Source: libuv ``src/unix/core.c``, ``uv_run`` in mode UV_RUN_DEFAULT, the only one Node uses.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..record import Json

__all__ = ["MAIN", "PHASES", "QUEUES", "Lane", "lane_table"]


@dataclass(frozen=True, slots=True)
class Lane:
    """A station of the walk, or a queue beside it.

    Attributes:
        name: the word used in rows and records.
        title: the word a learner reads.
        hint: what is found there, in a few words.
        rule: how it is emptied.
    """

    name: str
    title: str
    hint: str
    rule: str


MAIN = Lane("main", "main program", "the program's own first run", "once, before the loop")

PHASES: tuple[Lane, ...] = (
    Lane("timers", "timers", "setTimeout, setInterval", "every list whose time has come, by the clock read once"),
    Lane("pending", "pending callbacks", "I/O results put off", "what waits when the phase begins; again after poll"),
    Lane("idle", "idle / prepare", "Node's own use", "nothing of the program's ever runs here"),
    Lane("poll", "poll", "sockets, files; waits here", "one batch from the system; waits when nothing else is due"),
    Lane("check", "check", "setImmediate", "what waits when the phase begins; later ones in the next iteration"),
    Lane("close", "close callbacks", "sockets destroyed", "handles closed together are told in reverse order"),
)

QUEUES: tuple[Lane, ...] = (
    Lane("tick", "nextTick queue", "process.nextTick", "emptied after every callback, new ones included"),
    Lane("micro", "microtask queue", "promises, await", "emptied after the ticks, new ones included"),
)


def lane_table(lanes: tuple[Lane, ...]) -> tuple[Json, ...]:
    """The lanes as a record's ``meta`` carries them: ``{"name", "title", "hint"}`` each."""
    return tuple({"name": lane.name, "title": lane.title, "hint": lane.hint} for lane in lanes)
