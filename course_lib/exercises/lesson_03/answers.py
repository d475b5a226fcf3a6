"""Lesson 03's solutions, and wrong answers that are real misconceptions, as plain functions.

A solution's source is shown to the learner, so it uses only names that the notebook's first cell imports. The wrong
answers keep the solutions' parameters; each carries in its docstring what its author believed. All of it is written as
a learner writes in a cell, so without types.
"""

# mypy: disable-error-code="no-untyped-def, no-untyped-call, var-annotated"

# The wrong answers are wrong on purpose, in the ways a linter warns of.
# ruff: noqa: E722

from __future__ import annotations

import asyncio
import weakref

__all__ = [
    "Audit",
    "ForgetfulAudit",
    "HoardingAudit",
    "SilentAudit",
    "WeakAudit",
    "all_at_once",
    "as_they_finish",
    "async_is_enough",
    "called_too_early",
    "catch_everything",
    "gather_limited",
    "in_batches",
    "iteration",
    "literal",
    "never_exactly_due",
    "news_first",
    "node_order",
    "one_by_one",
    "one_semaphore_each",
    "one_thread_at_a_time",
    "only_exceptions",
    "order_of_asking",
    "put_back_always",
    "read_all",
    "return_when_cancelled",
    "sleep_between",
    "straight_through",
    "tick_by_call_soon",
    "translated",
    "translated_without_end",
    "worker",
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


# -- 03-4: gather with a limit


async def gather_limited(limit, jobs):
    gate = asyncio.Semaphore(limit)

    async def one(job):
        async with gate:
            return await job()

    return await asyncio.gather(*(one(job) for job in jobs))


async def all_at_once(limit, jobs):
    """Believes that a semaphore around `gather` limits what `gather` starts."""
    async with asyncio.Semaphore(limit):
        return await asyncio.gather(*(job() for job in jobs))


async def one_semaphore_each(limit, jobs):
    """Believes that semaphores of the same size share their places."""

    async def one(job):
        async with asyncio.Semaphore(limit):
            return await job()

    return await asyncio.gather(*(one(job) for job in jobs))


async def one_by_one(limit, jobs):
    """Believes that `await` in a loop runs things concurrently."""
    return [await job() for job in jobs]


async def in_batches(limit, jobs):
    """Believes that batches keep `limit` jobs running."""
    results = []
    for start in range(0, len(jobs), limit):
        results += await asyncio.gather(*(job() for job in jobs[start : start + limit]))
    return results


async def as_they_finish(limit, jobs):
    """Believes that results come in the order in which jobs were given, whoever is first."""
    gate = asyncio.Semaphore(limit)
    results = []

    async def one(job):
        async with gate:
            results.append(await job())

    await asyncio.gather(*(one(job) for job in jobs))
    return results


# -- 03-5: a worker that can be cancelled


async def worker(queue, do, failed):
    while True:
        job = await queue.get()
        try:
            await do(job)
        except asyncio.CancelledError:
            queue.put_nowait(job)  # unfinished: somebody else shall do it
            raise
        except Exception:
            failed.append(job)


async def catch_everything(queue, do, failed):
    """Believes that a bare `except` makes a worker robust."""
    while True:
        job = await queue.get()
        try:
            await do(job)
        except:
            failed.append(job)


async def only_exceptions(queue, do, failed):
    """Believes that a cancelled worker has nothing to tidy up."""
    while True:
        job = await queue.get()
        try:
            await do(job)
        except Exception:
            failed.append(job)


async def return_when_cancelled(queue, do, failed):
    """Believes that returning is as good as ending cancelled."""
    while True:
        job = await queue.get()
        try:
            await do(job)
        except asyncio.CancelledError:
            queue.put_nowait(job)
            return
        except Exception:
            failed.append(job)


async def put_back_always(queue, do, failed):
    """Believes that tidying up belongs into `finally`, without asking what had happened."""
    while True:
        job = await queue.get()
        try:
            await do(job)
        except Exception:
            failed.append(job)
        finally:
            queue.put_nowait(job)


# -- 03-6: off the loop


async def read_all(paths, read):
    return await asyncio.gather(*(asyncio.to_thread(read, path) for path in paths))


async def async_is_enough(paths, read):
    """Believes that `async def` and `gather` make a blocking call harmless."""

    async def one(path):
        return read(path)

    return await asyncio.gather(*(one(path) for path in paths))


async def sleep_between(paths, read):
    """Believes that yielding between blocking calls keeps the loop free."""
    results = []
    for path in paths:
        await asyncio.sleep(0)
        results.append(read(path))
    return results


async def one_thread_at_a_time(paths, read):
    """Believes that `to_thread` alone makes things concurrent."""
    return [await asyncio.to_thread(read, path) for path in paths]


async def called_too_early(paths, read):
    """Believes that `to_thread(read(path))` runs `read` in a thread."""
    return await asyncio.gather(*(asyncio.to_thread(read(path)) for path in paths))


# -- 03-1: the fault, mended


class Audit:
    def __init__(self, write):
        self.write = write
        self.failed = []
        self.tasks = set()

    def note(self, line):
        task = asyncio.create_task(self._try(line))
        self.tasks.add(task)  # the loop itself keeps no strong reference
        task.add_done_callback(self.tasks.discard)

    async def _try(self, line):
        try:
            await self.write(line)
        except Exception:
            self.failed.append(line)

    async def close(self):
        while self.tasks:
            await asyncio.wait(self.tasks)


class ForgetfulAudit(Audit):
    """Believes that catching the exception is all that was missing: closes without waiting."""

    async def close(self):
        await asyncio.sleep(0)


class WeakAudit(Audit):
    """Believes that the loop keeps a task alive until it is done."""

    def note(self, line):
        self._seen = getattr(self, "_seen", weakref.WeakSet())
        self._seen.add(asyncio.create_task(self._try(line)))

    async def close(self):
        await asyncio.wait([*self._seen, asyncio.create_task(asyncio.sleep(0))])


class SilentAudit(Audit):
    """Believes that waiting for the tasks is enough: their exceptions are fetched and dropped."""

    def note(self, line):
        task = asyncio.ensure_future(self.write(line))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def close(self):
        await asyncio.gather(*self.tasks, return_exceptions=True)


class HoardingAudit(Audit):
    """Believes that a reference once needed may stay for ever."""

    def note(self, line):
        self.tasks.add(asyncio.create_task(self._try(line)))

    async def close(self):
        await asyncio.wait(self.tasks)
