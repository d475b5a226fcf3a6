"""Who is connected now: counted, bounded, and sent away in order when the server closes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Protocol

from course_lib.realtime.validate import Refused

__all__ = ["Client", "Clients"]


class Client(Protocol):
    """One connection that lasts."""

    def leave(self) -> None:
        """The server closes: end soon, in your own way."""


class Clients:
    """The clients of a server that wait or listen now.

    Args:
        most: so many at one time.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.closing = False
        """Whether the server sends its clients away."""
        self._here: set[Client] = set()
        self._gone = asyncio.Event()

    def __len__(self) -> int:
        return len(self._here)

    def __iter__(self) -> Iterator[Client]:
        return iter(list(self._here))

    def __repr__(self) -> str:
        return f"<Clients: {len(self)} of {self.most}{', closing' if self.closing else ''}>"

    def refuse_if_full(self) -> None:
        """Let no more in than there is room for.

        Raises:
            Refused: 503 when there are as many as may be, or the server closes.
        """
        if self.closing:
            raise Refused(503, "expected a request before the server began to close")
        if len(self) >= self.most:
            raise Refused(503, f"expected at most {self.most} clients at one time; come back later")

    def add(self, client: Client) -> None:
        """It has come."""
        self._here.add(client)

    def discard(self, client: Client) -> None:
        """It has gone. Twice is fine."""
        self._here.discard(client)
        if self.closing and not self._here:
            self._gone.set()

    async def send_away(self) -> None:
        """Tell every client that the server closes, and wait until all have gone."""
        self.closing = True
        for client in self:
            client.leave()
        if self._here:
            await self._gone.wait()
