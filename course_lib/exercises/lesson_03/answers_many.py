"""Solutions and wrong answers of 03-4 and 03-6: many at once, and none on the loop's own thread.

A solution's source is shown to the learner, so it uses only names that the notebook's first cell imports. The wrong
answers keep the solutions' parameters; each carries in its docstring what its author believed. All of it is written as
a learner writes in a cell, so without types.
"""

# mypy: disable-error-code="no-untyped-def, no-untyped-call, var-annotated"

from __future__ import annotations

import asyncio

__all__ = [
    "all_at_once",
    "as_they_finish",
    "async_is_enough",
    "called_too_early",
    "gather_limited",
    "in_batches",
    "one_by_one",
    "one_semaphore_each",
    "one_thread_at_a_time",
    "read_all",
    "sleep_between",
]


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
