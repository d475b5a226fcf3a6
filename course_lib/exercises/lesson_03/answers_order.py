"""Solutions and wrong answers of 03-2 and 03-3: the order of a turn, and a translation.

A solution's source is shown to the learner, so it uses only names that the notebook's first cell imports. The wrong
answers keep the solutions' parameters; each carries in its docstring what its author believed. All of it is written as
a learner writes in a cell, so without types.
"""

# mypy: disable-error-code="no-untyped-def, no-untyped-call, var-annotated"

from __future__ import annotations

import asyncio

__all__ = [
    "iteration",
    "literal",
    "never_exactly_due",
    "news_first",
    "node_order",
    "order_of_asking",
    "straight_through",
    "tick_by_call_soon",
    "translated",
    "translated_without_end",
]


# -- 03-2: one iteration


def iteration(ready, timers, io, now):
    due = sorted(timer for timer in timers if timer[0] <= now)
    left = sorted(timer for timer in timers if timer[0] > now)
    return [*ready, *io, *(name for _, name in due)], left


def node_order(ready, timers, io, now):
    """Believes that timers come first, as in the drawing of Node's phases."""
    batch, left = iteration([], timers, [], now)
    return [*batch, *io, *ready], left


def news_first(ready, timers, io, now):
    """Believes that what `select` reports runs before what already waits."""
    batch, left = iteration([], timers, io, now)
    return [*batch, *ready], left


def order_of_asking(ready, timers, io, now):
    """Believes that due timers run in the order in which they were set."""
    due = [name for when, name in timers if when <= now]
    return [*ready, *io, *due], sorted(timer for timer in timers if timer[0] > now)


def never_exactly_due(ready, timers, io, now):
    """Believes that a timer is due only when its moment lies in the past."""
    due = sorted(timer for timer in timers if timer[0] < now)
    return [*ready, *io, *(name for _, name in due)], sorted(timer for timer in timers if timer[0] >= now)


# -- 03-3: a Node program, translated


async def translated(log):
    def immediate_1():
        log("immediate 1")
        log("tick")  # nothing may come between: so it is called, not scheduled

    loop = asyncio.get_running_loop()
    log("start")
    loop.call_later(0.02, log, "timer")
    loop.call_soon(log, "then")  # one queue: what should run first has to be asked for first
    loop.call_soon(immediate_1)
    loop.call_soon(log, "immediate 2")
    log("end")
    await asyncio.sleep(0.03)  # the loop ends with this coroutine, timers or not


async def literal(log):
    """Believes that every Node call has a twin, so that the lines can be translated one by one."""

    def immediate_1():
        log("immediate 1")
        loop.call_soon(log, "tick")

    async def then():
        log("then")

    loop = asyncio.get_running_loop()
    log("start")
    loop.call_later(0.02, log, "timer")
    loop.call_soon(immediate_1)
    loop.call_soon(log, "immediate 2")
    task = asyncio.create_task(then())
    log("end")
    await task
    await asyncio.sleep(0.03)


async def tick_by_call_soon(log):
    """Believes that `call_soon` inside a callback runs right after that callback."""

    def immediate_1():
        log("immediate 1")
        loop.call_soon(log, "tick")

    loop = asyncio.get_running_loop()
    log("start")
    loop.call_later(0.02, log, "timer")
    loop.call_soon(log, "then")
    loop.call_soon(immediate_1)
    loop.call_soon(log, "immediate 2")
    log("end")
    await asyncio.sleep(0.03)


async def translated_without_end(log):
    """Believes that the loop waits for its timers, as Node's does."""

    def immediate_1():
        log("immediate 1")
        log("tick")

    loop = asyncio.get_running_loop()
    log("start")
    loop.call_later(0.02, log, "timer")
    loop.call_soon(log, "then")
    loop.call_soon(immediate_1)
    loop.call_soon(log, "immediate 2")
    log("end")
    await asyncio.sleep(0)


async def straight_through(log):
    """Believes that the order of the lines is all there is to it."""
    for label in ("start", "end", "then", "immediate 1", "tick", "immediate 2"):
        log(label)
    await asyncio.sleep(0.02)
    log("timer")
