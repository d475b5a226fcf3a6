"""Solutions and wrong answers of 05-3 and 05-6: waiting for news on the server, and asking for them on the client.

A solution's source is shown to the learner, so it uses only names that the notebook's first cell imports. The wrong
answers keep the solutions' parameters; each carries in its docstring what its author believed. All of it is written as
a learner writes in a cell, so without types.
"""

# mypy: disable-error-code="no-untyped-def, no-untyped-call, var-annotated"

# One of the wrong answers is wrong in a way that a linter warns of.
# ruff: noqa: E722

from __future__ import annotations

import asyncio

__all__ = [
    "Bell",
    "BellForOne",
    "BellThatKeepsRinging",
    "BellThatRaises",
    "BellThatRemembersVisitors",
    "BellThatSwallows",
    "BellWithoutAPulse",
    "begins_again",
    "dies_at_the_first_error",
    "follow",
    "hammers",
    "hides_the_gap",
    "never_forgives",
    "pauses_always",
    "skips_by_counting",
    "survives_everything",
    "two_hundred_or_broken",
]


# -- 05-3: a waiter that is given up


class Bell:
    def __init__(self):
        self.waiters = set()

    @property
    def waiting(self):
        return len(self.waiters)

    def ring(self):
        for waiter in self.waiters:
            if not waiter.done():  # its client may have hung up a moment ago
                waiter.set_result(None)

    async def wait(self, seconds):
        waiter = asyncio.get_running_loop().create_future()
        self.waiters.add(waiter)
        try:
            async with asyncio.timeout(seconds):
                await waiter
            return True
        except TimeoutError:
            return False
        finally:
            self.waiters.discard(waiter)  # news, no news, or hung up: it waits no longer


class BellThatRemembersVisitors(Bell):
    """Believes that a wait ends with news or with the timeout, and forgets those who hang up."""

    async def wait(self, seconds):
        waiter = asyncio.get_running_loop().create_future()
        self.waiters.add(waiter)
        try:
            async with asyncio.timeout(seconds):
                await waiter
        except TimeoutError:
            self.waiters.discard(waiter)
            return False
        self.waiters.discard(waiter)
        return True


class BellForOne(Bell):
    """Believes that one ring is for one waiter."""

    def ring(self):
        if self.waiters:
            self.waiters.pop().set_result(None)


class BellThatRaises(Bell):
    """Believes that whoever is in the set is still waiting."""

    def ring(self):
        for waiter in self.waiters:
            waiter.set_result(None)


class BellThatSwallows(Bell):
    """Believes that a client who hangs up is one more kind of timeout."""

    async def wait(self, seconds):
        try:
            return await super().wait(seconds)
        except asyncio.CancelledError:
            return False


class BellThatKeepsRinging:
    """Believes that an Event that was set once is news for ever."""

    def __init__(self):
        self.event = asyncio.Event()
        self.waiting = 0

    def ring(self):
        self.event.set()

    async def wait(self, seconds):
        self.waiting += 1
        try:
            await asyncio.wait_for(self.event.wait(), seconds)
            return True
        except TimeoutError:
            return False
        finally:
            self.waiting -= 1


class BellWithoutAPulse(Bell):
    """Believes that waiting means looking again and again."""

    def __init__(self):
        super().__init__()
        self.rung = 0

    def ring(self):
        self.rung += 1

    async def wait(self, seconds):
        loop = asyncio.get_running_loop()
        me, rung, end = object(), self.rung, loop.time() + seconds
        self.waiters.add(me)
        try:
            while loop.time() < end:
                if self.rung > rung:
                    return True
                await asyncio.sleep(0.01)
            return False
        finally:
            self.waiters.discard(me)


# -- 05-6: the reader's loop


async def follow(fetch, show, pause):
    cursor = failures = 0
    while True:
        try:
            status, answer = await fetch(cursor)
        except OSError:
            status = None  # no answer at all
        if status == 200:
            if answer["missed"]:
                show("…")
            for message in answer["messages"]:
                show(message)
            cursor = answer["cursor"]
        if status in (200, 204):
            failures = 0
        else:
            failures += 1
            await pause(failures)


async def dies_at_the_first_error(fetch, show, pause):
    """Believes that a server answers (the usual snippet)."""
    cursor = 0
    while True:
        status, answer = await fetch(cursor)
        if status == 200:
            if answer["missed"]:
                show("…")
            for message in answer["messages"]:
                show(message)
            cursor = answer["cursor"]


async def survives_everything(fetch, show, pause):
    """Believes that a bare `except` makes a loop robust."""
    cursor = failures = 0
    while True:
        try:
            status, answer = await fetch(cursor)
        except:
            status = None
        if status == 200:
            if answer["missed"]:
                show("…")
            for message in answer["messages"]:
                show(message)
            cursor = answer["cursor"]
        failures = 0 if status in (200, 204) else failures + 1
        if failures:
            await pause(failures)


async def hammers(fetch, show, pause):
    """Believes that trying again at once is the fastest way back."""

    async def no_pause(failures):
        pass

    await follow(fetch, show, no_pause)


async def pauses_always(fetch, show, pause):
    """Believes that polling means asking every so often."""

    async def and_wait(cursor):
        answer = await fetch(cursor)
        await pause(0)
        return answer

    await follow(and_wait, show, pause)


async def begins_again(fetch, show, pause):
    """Believes that after an error everything begins anew."""
    cursor = failures = 0
    while True:
        try:
            status, answer = await fetch(cursor)
        except OSError:
            status, cursor = None, 0
        if status == 200:
            if answer["missed"]:
                show("…")
            for message in answer["messages"]:
                show(message)
            cursor = answer["cursor"]
        failures = 0 if status in (200, 204) else failures + 1
        if failures:
            await pause(failures)


async def hides_the_gap(fetch, show, pause):
    """Believes that a gap nobody mentions does no harm."""

    async def as_if_nothing(cursor):
        status, answer = await fetch(cursor)
        return status, answer and {**answer, "missed": False}

    await follow(as_if_nothing, show, pause)


async def never_forgives(fetch, show, pause):
    """Believes that failures are counted for ever."""
    failures = 0

    async def longer_and_longer(_):
        nonlocal failures
        failures += 1
        await pause(failures)

    await follow(fetch, show, longer_and_longer)


async def skips_by_counting(fetch, show, pause):
    """Believes that a cursor is the number of messages one has seen."""
    seen = 0

    async def count(cursor):
        nonlocal seen
        status, answer = await fetch(seen)
        if status == 200:
            seen += len(answer["messages"])
        return status, answer

    await follow(count, show, pause)


async def two_hundred_or_broken(fetch, show, pause):
    """Believes that whatever is not 200 is an error."""

    async def strict(cursor):
        status, answer = await fetch(cursor)
        if status != 200:
            raise OSError(status)
        return status, answer

    await follow(strict, show, pause)
