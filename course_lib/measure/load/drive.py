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
from math import inf
from typing import Any

from course_lib.measure.load.connection import now
from course_lib.measure.load.tally import Tally
from course_lib.measure.load.ticks import lead

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
        self._lead = lead(1 / rate)
        self._count = count
        self._shared = shared
        self._next = 0
        self._due = inf  # of the next message; infinite when there is none
        self._idle: deque[tuple[Any, float]] = deque()
        self._start = 0.0

    def __repr__(self) -> str:
        return f"<OpenLoop: {self._next:,} of {self._count:,} sent>"

    @property
    def done(self) -> bool:
        """Whether everything was sent."""
        return self._next >= self._count

    def begin(self, start: float) -> None:
        """The schedule begins at `start`."""
        self._start = self._due = start

    def stop(self) -> int:
        """Send no more; how many were due and never sent."""
        unsent, self._count, self._due = self._count - self._next, self._next, inf
        return unsent

    def tick(self) -> None:
        """Send what is due, or will be in a moment (see `ticks.lead`)."""
        moment = now()
        while self._due - self._lead <= moment:
            chosen = self._choose()
            if chosen is None:
                return
            while moment < self._due:
                moment = now()
            self._send(*chosen, moment)
            moment = now()

    def free(self, client: Any, moment: float) -> None:
        """The client can send since `moment`."""
        if self._shared:
            return
        if self._due <= moment:
            self._send(client, moment, now())
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

    def _send(self, client: Any, since: float, moment: float) -> None:
        due = self._due
        client.send(due, moment)  # first of all: what is done before it is in the latency
        self._next += 1
        self._due = self._start + self._next / self._rate if self._next < self._count else inf
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
