"""Saying what keeps a loop alive, in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from .naming import name_of

if TYPE_CHECKING:
    from .core import EventLoop

__all__ = ["keepers"]


def keepers(loop: EventLoop) -> list[str]:
    """What keeps the loop alive, one phrase each: the loudest first."""
    return [*_queues(loop), *(handle.describe() for handle in loop.active), *_timers(loop), *_rest(loop)]


def _queues(loop: EventLoop) -> Iterator[str]:
    for queue, noun in ((loop.queues.ticks, "nextTick queue"), (loop.queues.microtasks, "microtask queue")):
        if queue:
            name = name_of(queue[0])
            yield f"the {noun}, which is never empty{f' (next: {name})' if name else ''}"


def _timers(loop: EventLoop) -> Iterator[str]:
    for timer in loop.timers.waiting():
        if timer.refed:
            name = timer.name or name_of(timer.callback)
            kind = "an interval of" if timer.repeat else "a timer of"
            yield f"{kind} {timer.delay:g} ms{f' ({name})' if name else ''}"


def _rest(loop: EventLoop) -> Iterator[str]:
    for count, noun in (
        (loop.immediates.refs, "immediate"),
        (len(loop.pending), "pending callback"),
        (len(loop.closing), "close callback"),
    ):
        if count:
            yield f"{count} {noun}{'s' if count > 1 else ''}"
