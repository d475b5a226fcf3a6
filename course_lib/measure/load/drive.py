"""Who decides when the next message goes out.

*Open loop*: message i is due at start + i / rate, whatever became of the others, as visitors come whether or not the
server is busy. When every client is busy the message waits for one, and its wait is in its latency, which counts from
the moment it was due.

*Closed loop*: the next goes out when an answer came. That finds how much a server can do, and hides how it feels: while
the server is stuck nobody asks, and the waiting of those who would have is never measured. Gil Tene calls it
*coordinated omission* ("How NOT to Measure Latency").
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Any

from course_lib.measure.load.connection import now
from course_lib.measure.load.tally import Tally

__all__ = ["ClosedLoop", "OpenLoop"]


class OpenLoop:
    """Sends by the schedule. `tick` is called when a message may be due, `free` when a client can send.

    Args:
        tally: where what is sent is counted.
        clients: those who send.
        rate: messages a second.
        count: how many in all.
        shared: a client can send the next before the answer to the last has come; else it has one under way at a time.
    """

    def __init__(self, tally: Tally, clients: Sequence[Any], rate: float, count: int, shared: bool) -> None:
        self._tally = tally
        self._clients = clients
        self._rate = rate
        self._count = count
        self._shared = shared
        self._next = 0
        self._idle: deque[tuple[Any, float]] = deque()
        self._start = float("inf")

    def __repr__(self) -> str:
        return f"<OpenLoop: {self._next:,} of {self._count:,} sent>"

    @property
    def done(self) -> bool:
        """Whether everything was sent."""
        return self._next >= self._count

    def begin(self, start: float) -> None:
        """The schedule begins at `start`."""
        self._start = start

    def stop(self) -> int:
        """Send no more; how many were due and never sent."""
        unsent, self._count = self._count - self._next, self._next
        return unsent

    def tick(self) -> None:
        """Send what is due."""
        moment = now()
        while self._next < self._count and (due := self._start + self._next / self._rate) <= moment:
            chosen = self._choose()
            if chosen is None:
                return
            client, since = chosen
            self._send(client, due, moment, since)
            moment = now()

    def free(self, client: Any, moment: float) -> None:
        """The client can send since `moment`."""
        if self._shared:
            return
        due = self._start + self._next / self._rate
        if due <= moment and self._next < self._count:
            self._send(client, due, now(), moment)
        else:
            self._idle.append((client, moment))

    joined = free

    def _choose(self) -> tuple[Any, float] | None:
        if self._shared:
            client = self._clients[self._next % len(self._clients)]
            if not client.open:  # its turn goes to another
                client = next((one for one in self._clients if one.open), None)
            return None if client is None else (client, 0.0)
        while self._idle:
            client, since = self._idle.popleft()
            if client.open and not client.under_way:  # who was lost and came back may be in the list twice
                return client, since
        return None

    def _send(self, client: Any, due: float, moment: float, since: float) -> None:
        client.send(due, moment)
        self._next += 1
        tally = self._tally
        tally.sent += 1
        if due >= tally.cut:
            tally.lateness.record(max(moment - max(due, since), 0.0))


class ClosedLoop:
    """Sends the next message as soon as a client is free.

    Args:
        tally: where what is sent is counted.
        clients: those who send.
        window: how many messages each has under way.
    """

    def __init__(self, tally: Tally, clients: Sequence[Any], window: int) -> None:
        self._tally = tally
        self._clients = clients
        self._window = window
        self._going = False

    def __repr__(self) -> str:
        return f"<ClosedLoop: {'going' if self._going else 'stopped'}>"

    @property
    def done(self) -> bool:
        """Whether no more is to be sent."""
        return not self._going

    def begin(self, start: float) -> None:
        """Begin now."""
        self._going = True
        for client in self._clients:
            if client.open:
                self.joined(client, now())

    def stop(self) -> int:
        """Send no more; 0, because nothing was due."""
        self._going = False
        return 0

    def tick(self) -> None:
        """Nothing is due in a closed loop."""

    def joined(self, client: Any, moment: float) -> None:
        """The client is new, or came back: all it may have under way."""
        for _ in range(self._window):
            self.free(client, moment)

    def free(self, client: Any, moment: float) -> None:
        """The client has its answer: the next."""
        if self._going:
            self._tally.sent += 1
            moment = now()
            client.send(moment, moment)
