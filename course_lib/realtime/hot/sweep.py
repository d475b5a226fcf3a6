"""One timer for all the connections of a server.

Every connection has a moment at which it has been too slow. A timer for each of them would have to be set and cancelled
with every request: more work than the request. So a connection only notes the moment (`due`), which costs nothing, and
one timer looks at all of them now and then. It is a little late, never early; nobody needs a slow client to be cut off
on the dot. The sweep's own clock, too, is only as fine as its period: whoever needs the time, or the date of an answer,
reads a value instead of asking the system.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from email.utils import formatdate
from typing import Protocol

__all__ = ["Member", "Sweep"]

_COARSEST = 1.0
_FINEST = 0.01


class Member(Protocol):
    """What a sweep looks at."""

    due: float
    """When it is overdue, on the sweep's clock."""

    def overdue(self) -> None:
        """It is. Called with every sweep until `due` is later or the member is discarded."""


class Sweep:
    """Looks at its members every now and then, while it has any.

    Args:
        shortest: the shortest time, in seconds, that members are given. The sweep comes eight times in it, but at least
            once a second.
        clock: seconds, for `due`.
        wall: seconds since 1970, for `date`.
    """

    def __init__(
        self, shortest: float, clock: Callable[[], float] = time.monotonic, wall: Callable[[], float] = time.time
    ) -> None:
        self.every = min(_COARSEST, max(_FINEST, shortest / 8))
        """Seconds between two looks."""
        self.date = b""
        """Now, as the `Date` header has it (RFC 9110 section 5.6.7)."""
        self._clock = clock
        self._wall = wall
        self._now = clock()
        self._members: set[Member] = set()
        self._timer: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        return len(self._members)

    def __repr__(self) -> str:
        return f"<Sweep: {len(self)} members, every {self.every:g} s>"

    def add(self, member: Member) -> None:
        """Look at it from now on."""
        self._members.add(member)
        if self._timer is None:
            self._next()

    def discard(self, member: Member) -> None:
        """Look at it no more. Twice is fine."""
        self._members.discard(member)

    def after(self, seconds: float) -> float:
        """The moment so many seconds from now, or a little later: for `due`."""
        return self._now + self.every + seconds

    def sweep(self) -> None:
        """Take the time, and tell every member that is overdue."""
        now = self._now = self._clock()
        self.date = formatdate(self._wall(), usegmt=True).encode()
        for member in [one for one in self._members if one.due <= now]:
            member.overdue()

    def _next(self) -> None:
        self._timer = None
        self.sweep()
        if self._members:
            self._timer = asyncio.get_running_loop().call_later(self.every, self._next)
