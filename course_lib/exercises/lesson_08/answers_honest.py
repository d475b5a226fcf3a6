"""The solution and wrong answers of 08-1: a benchmark that asks when it is due, and not when it suits the server.

A solution's source is shown to the learner, so it uses only names that the notebook's first cell imports. Each wrong
answer says in its docstring what its author believed. All of it is written as a learner writes in a cell, so without
types.
"""

# mypy: disable-error-code="no-untyped-def, no-untyped-call"

from __future__ import annotations

import asyncio

from course_lib.measure.latency import percentile

__all__ = [
    "benchmark",
    "from_the_sending",
    "means",
    "one_after_the_other",
    "only_who_is_back",
    "pauses_between",
    "warm_up_included",
]


async def benchmark(ask, rate, seconds, warmup, clock):
    begun = clock()
    latencies = []

    async def one(due):
        await ask()
        if due >= begun + warmup:
            latencies.append(clock() - due)

    async with asyncio.TaskGroup() as group:
        for number in range(round(rate * seconds)):
            due = begun + number / rate
            await asyncio.sleep(max(0, due - clock()))
            group.create_task(one(due))
    return {"n": len(latencies), "p50": percentile(latencies, 50), "p99": percentile(latencies, 99)}


def _figures(latencies):
    return {"n": len(latencies), "p50": percentile(latencies, 50), "p99": percentile(latencies, 99)}


async def one_after_the_other(ask, rate, seconds, warmup, clock):
    """Believes that a rate is kept by not asking sooner."""
    begun, latencies = clock(), []
    for number in range(round(rate * seconds)):
        await asyncio.sleep(max(0, begun + number / rate - clock()))
        sent = clock()
        await ask()
        if number / rate >= warmup:
            latencies.append(clock() - sent)
    return _figures(latencies)


async def from_the_sending(ask, rate, seconds, warmup, clock):
    """Believes that a request begins when it is sent."""
    begun, latencies = clock(), []

    async def one(due):
        sent = clock()
        await ask()
        if due >= begun + warmup:
            latencies.append(clock() - sent)

    async with asyncio.TaskGroup() as group:
        for number in range(round(rate * seconds)):
            due = begun + number / rate
            await asyncio.sleep(max(0, due - clock()))
            group.create_task(one(due))
    return _figures(latencies)


async def pauses_between(ask, rate, seconds, warmup, clock):
    """Believes that a pause of 1 / rate after each request makes the rate."""
    begun, latencies = clock(), []

    async def one(due):
        await ask()
        if due >= begun + warmup:
            latencies.append(clock() - due)

    async with asyncio.TaskGroup() as group:
        for number in range(round(rate * seconds)):
            group.create_task(one(begun + number / rate))
            await asyncio.sleep(1 / rate)
    return _figures(latencies)


async def means(ask, rate, seconds, warmup, clock):
    """Believes that the middle of a distribution is its mean, and its end not far from it."""
    begun, latencies = clock(), []

    async def one(due):
        await ask()
        if due >= begun + warmup:
            latencies.append(clock() - due)

    async with asyncio.TaskGroup() as group:
        for number in range(round(rate * seconds)):
            due = begun + number / rate
            await asyncio.sleep(max(0, due - clock()))
            group.create_task(one(due))
    mean = sum(latencies) / len(latencies)
    return {"n": len(latencies), "p50": mean, "p99": mean}


async def warm_up_included(ask, rate, seconds, warmup, clock):
    """Believes that a few slow ones at the beginning do no harm."""
    return await benchmark(ask, rate, seconds, 0, clock)


async def only_who_is_back(ask, rate, seconds, warmup, clock):
    """Believes that a run is over when its time is over, whoever still waits."""
    begun, latencies, tasks = clock(), [], []

    async def one(due):
        await ask()
        if due >= begun + warmup:
            latencies.append(clock() - due)

    for number in range(round(rate * seconds)):
        due = begun + number / rate
        await asyncio.sleep(max(0, due - clock()))
        tasks.append(asyncio.create_task(one(due)))
    await asyncio.wait(tasks, timeout=max(begun + seconds - clock(), 0))
    for task in tasks:
        task.cancel()
    return _figures(latencies)
