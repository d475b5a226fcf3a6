"""A load from its first connection to its last answer, inside the process that does nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

from course_lib.measure.load.arrivals import Arrivals
from course_lib.measure.load.connection import Connection, now
from course_lib.measure.load.drive import ClosedLoop, OpenLoop
from course_lib.measure.load.echo import Echo, Ring
from course_lib.measure.load.plan import Plan
from course_lib.measure.load.poll import Poller
from course_lib.measure.load.publisher import Poster
from course_lib.measure.load.request import Requester
from course_lib.measure.load.sse import Listener
from course_lib.measure.load.tally import Tally
from course_lib.measure.load.websocket import Member

__all__ = ["LoadSession"]

_AT_ONCE: Final = 64  # connections being opened at a time: a server's backlog is 128 or more
_PAUSE: Final = 0.05  # seconds until a lost client comes back, when it could not at once


class LoadSession:
    """The clients of a load, and what they share (see `connection.Session`).

    Args:
        plan: what the load shall be.
        run: a number that loads at the same server do not share.
        heard: says when that which is being read has arrived.
    """

    def __init__(self, plan: Plan, run: int, heard: Callable[[], float] = now) -> None:
        self.plan = plan
        self.heard = heard
        self.tally = Tally()
        self.begun = False
        self.closing = False
        self._returning: set[asyncio.Task[None]] = set()
        self._arrivals = Arrivals(plan.clients, run % 999 + 1, self._complete)
        self.clients, self._senders = self._make()
        self.driver: OpenLoop | ClosedLoop
        shared = plan.kind != "request"
        if plan.rate is None:
            self.driver = ClosedLoop(self.tally, self._senders, plan.window)
        else:
            self.driver = OpenLoop(self.tally, self._senders, plan.rate, plan.count or 0, shared)

    def __repr__(self) -> str:
        return f"<LoadSession: {self.plan}, {'begun' if self.begun else 'not begun'}>"

    def _make(self) -> tuple[list[Connection], Sequence[Connection]]:
        plan, arrivals, numbers = self.plan, self._arrivals, range(self.plan.clients)
        if plan.kind == "request":
            requesters = [Requester(self) for _ in numbers]
            return list(requesters), requesters
        if plan.kind == "echo":
            ring = Ring(plan.payload)
            echoes = [Echo(self, ring) for _ in numbers]
            return list(echoes), echoes
        if plan.kind == "websocket":
            members = [Member(self, arrivals, number) for number in numbers]
            return list(members), members[:1]
        kind = Poller if plan.kind == "poll" else Listener
        poster = Poster(self, arrivals)
        return [*(kind(self, arrivals, number) for number in numbers), poster], [poster]

    async def connect(self) -> None:
        """Open all clients.

        Raises:
            ConnectionError: none could be opened, or not the one that publishes.
        """
        gate = asyncio.Semaphore(_AT_ONCE)

        async def one(client: Connection) -> None:
            async with gate:
                await client.connect()

        first = self.clients[-1]
        await one(first)
        if first.open:
            await asyncio.gather(*(one(client) for client in self.clients[:-1]))
        needed = [self._senders[0], self.clients[0]] if self.plan.delivers else []
        if not any(client.open for client in self.clients) or not all(client.open for client in needed):
            reason = next((client.reason for client in (first, *self.clients) if client.reason), "no connection")
            raise ConnectionError(f"expected a server for kind {self.plan.kind} at {self.plan.url}, got: {reason}")

    def begin(self, start: float) -> None:
        """The load begins at `start`."""
        self.begun = True
        self.tally.begin(start, start + self.plan.warmup * self.plan.duration)
        self.driver.begin(start)
        if self.plan.rate is not None:
            for client in self._senders:
                if client.open:
                    self.driver.joined(client, now())

    def usable(self, client: Connection) -> None:
        """A client has come, or come back."""
        if self.begun and (not self.plan.delivers or client is self._senders[0]):
            self.driver.joined(client, now())

    def lost(self, client: Connection) -> None:
        """A client was lost: it comes back, as a visitor would."""
        if not self.closing:
            task = asyncio.get_running_loop().create_task(self._return(client))
            self._returning.add(task)
            task.add_done_callback(self._returning.discard)

    async def _return(self, client: Connection) -> None:
        while not self.closing and not await client.connect():
            await asyncio.sleep(_PAUSE)

    def look_after(self, moment: float) -> None:
        """Give up what has waited too long."""
        timeout = self.plan.timeout
        for client in self.clients:
            if moment - client.waiting_since > timeout:
                client.fail("timeout", max(client.under_way, 1))
        if self.plan.rate is None:
            self._arrivals.give_up(moment - timeout)

    @property
    def idle(self) -> bool:
        """Whether everything that was sent has its answer."""
        return not (self._arrivals.missing or any(client.under_way for client in self.clients))

    def close(self, early: bool) -> None:
        """Close all connections. What never came is an error, unless the load is ended early. Twice is fine."""
        if self.closing:
            return
        self.closing = True
        self.driver.stop()
        for client in self.clients:
            late = client.give_up()
            client.count("timeout", 0 if early else late)
            client.close()
        for task in self._returning:
            task.cancel()
        errors = {"missing": 0 if early else self._arrivals.missing, "duplicate": self._arrivals.duplicates}
        self.tally.errors.update({kind: count for kind, count in errors.items() if count})

    def _complete(self) -> None:
        """A message has reached everyone: in a closed loop, the next."""
        if self.plan.rate is None and self.begun:
            sender = self._senders[0]
            self.driver.free(sender, now())
