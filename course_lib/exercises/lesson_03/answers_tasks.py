"""Solutions and wrong answers of 03-1 and 03-5: tasks that nobody keeps, and a worker that is cancelled.

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
    "catch_everything",
    "only_exceptions",
    "put_back_always",
    "return_when_cancelled",
    "worker",
]


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
