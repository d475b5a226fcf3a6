"""One client of a load: a bare `asyncio.Protocol` over raw bytes, opened again when it breaks.

Why not a client library: each does more per message than a good server does, and would time itself. tornado's and
httpx's clients answer four to a hundred times later than wrk on the same server; these here within a few per cent.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, Protocol, cast

if TYPE_CHECKING:
    from course_lib.measure.load.plan import Plan
    from course_lib.measure.load.tally import Tally

__all__ = ["READ", "Connection", "Driver", "Session", "now"]

READ: Final = 1 << 16
"""Bytes read at a time. asyncio's own 256 KiB are mapped and unmapped by glibc at every read: a third of the speed."""

_LEAST_PATIENCE: Final = 2.0  # seconds a handshake may take, however short the time for an answer

now = time.perf_counter
"""The clock of a load, in seconds: on Linux the same as the timers' CLOCK_MONOTONIC."""


class Driver(Protocol):
    """Who decides when a client sends."""

    def free(self, client: Any, moment: float) -> None:
        """The client can send (again) since `moment`."""


class Session(Protocol):
    """What the clients of a load share."""

    plan: Plan
    tally: Tally
    heard: Callable[[], float]

    @property
    def driver(self) -> Driver:
        """Who decides when they send."""

    def usable(self, client: Connection) -> None:
        """The client is connected and has shaken hands."""

    def lost(self, client: Connection) -> None:
        """The client's connection is gone."""


class Connection(asyncio.Protocol):
    """The life of one client. What it says and hears is its subclass's affair.

    A subclass calls `opened` when it can be used, `refuse` when the handshake failed, and `fail` on a wrong answer.
    """

    connecting = 0
    """Bytes its handshake took, both ways."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.tally = session.tally
        self.heard = session.heard
        """When that which is being read arrived; right for one whole answer alone (see `stamps`)."""
        self.open = False
        self.reason = ""
        """Why it could not be opened, in words."""
        self._transport: asyncio.Transport | None = None
        self._socket: socket.socket | None = None
        self._write: Callable[[bytes], None] = _nowhere
        self._settled: asyncio.Future[bool] | None = None

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {'open' if self.open else 'closed'}>"

    async def connect(self) -> bool:
        """Connect and shake hands; whether that worked. An error is counted, and said in `reason`."""
        loop, plan = asyncio.get_running_loop(), self.session.plan
        self._settled = loop.create_future()
        patience = max(plan.timeout, _LEAST_PATIENCE)
        try:
            async with asyncio.timeout(patience):
                self._socket = await _connected(plan.host, plan.port)
                await loop.create_connection(lambda: self, sock=self._socket)
                return await self._settled
        except TimeoutError:
            return self._not_connected("timeout", f"no answer in {patience:g} seconds")
        except ConnectionRefusedError:
            return self._not_connected("refused", "connection refused")
        except OSError as error:
            return self._not_connected("refused", error.strerror or str(error))

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by the loop."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is none by inheritance
        with contextlib.suppress(AttributeError):  # nor has it this attribute, or need of it
            self._transport.max_size = READ  # type: ignore[attr-defined]
        self._write = self._at_once
        self.greet()

    def connection_lost(self, error: Exception | None) -> None:
        """Called by the loop: what was under way will not come any more."""
        was_open, self.open, self._write = self.open, False, _nowhere
        self.count("reset", self.give_up())
        if was_open:
            self.session.lost(self)
        elif self._settled is not None and not self._settled.done():
            self.refuse("reset", "the connection was closed before it was ready")

    def greet(self) -> None:
        """Connected: begin the handshake."""
        self.opened()

    def opened(self) -> None:
        """The handshake is done."""
        self.open = True
        self.tally.bytes_connecting += self.connecting
        if self._settled is not None and not self._settled.done():
            self._settled.set_result(True)
        self.session.usable(self)

    def refuse(self, kind: str, reason: str) -> None:
        """The handshake failed."""
        self._not_connected(kind, reason)
        if self._settled is not None and not self._settled.done():
            self._settled.set_result(False)

    def fail(self, kind: str, count: int = 1) -> None:
        """Count an error after which the connection is of no use."""
        self.count(kind, count)
        self.give_up()
        self.close()

    def count(self, kind: str, count: int = 1) -> None:
        """Count errors of one kind."""
        if count:
            self.tally.errors[kind] += count

    def give_up(self) -> int:
        """Forget what is under way; how many messages that were."""
        return 0

    @property
    def under_way(self) -> int:
        """How many messages wait for their answer."""
        return 0

    @property
    def waiting_since(self) -> float:
        """Since when the oldest of them waits; infinite when none does."""
        return float("inf")

    def close(self) -> None:
        """Close the connection at once. Twice is fine."""
        if self._transport is not None:
            self._transport.abort()

    def _at_once(self, data: bytes) -> None:
        """Send past the transport, which would make uvloop wait for the end of its turn, and costs time in asyncio."""
        assert self._socket is not None
        try:
            sent = self._socket.send(data)
        except BlockingIOError:
            sent = 0
        except OSError:
            return  # the loop will hear of it, and call connection_lost
        if sent < len(data):  # the socket is full; from here on it is the transport that waits and keeps the order
            assert self._transport is not None
            self._write = self._transport.write
            self._write(data[sent:])

    def _not_connected(self, kind: str, reason: str) -> bool:
        self.count(kind)
        self.reason = reason
        self.close()
        return False


async def _connected(host: str, port: int) -> socket.socket:
    one = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        one.setblocking(False)
        one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await asyncio.get_running_loop().sock_connect(one, (host, port))
    except BaseException:
        one.close()
        raise
    return one


def _nowhere(data: bytes) -> None:
    """The connection is gone: what is written now is lost, and was counted when it broke."""
