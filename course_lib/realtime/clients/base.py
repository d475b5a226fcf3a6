"""What the three clients have in common: a task that keeps the connection, messages one by one, a log of states."""

from __future__ import annotations

import asyncio
import inspect
import time
from abc import ABC, abstractmethod
from collections import Counter, deque
from collections.abc import AsyncIterator, Awaitable, Callable
from types import TracebackType
from typing import Final, Generic, NamedTuple, Self, TypeVar

from course_lib.record import Event as RecordEvent
from course_lib.record import Record

__all__ = ["Change", "Client", "ClientFailed", "Sleep"]

T = TypeVar("T")
Sleep = Callable[[float], Awaitable[None]]
"""What waits some seconds; `asyncio.sleep` outside of tests."""

_WAITING: Final = 64  # messages; after that the client stops reading, and the server sees a slow client
_CHANGES: Final = 1000


class ClientFailed(ConnectionError):  # noqa: N818 -- what happened, not a suffix
    """The client has given up: trying again would not help. The message says what the server answered."""


class Change(NamedTuple):
    """A client came into a state: when (seconds since it was made), which, and why."""

    at: float
    state: str
    why: str = ""

    def __str__(self) -> str:
        return f"{self.state}: {self.why}" if self.why else self.state


class _CallbackFailed(Exception):  # noqa: N818 -- what happened, not a suffix
    """`on_message` raised: whatever it was, it is no trouble with the network."""

    def __init__(self, error: Exception) -> None:
        super().__init__(str(error))
        self.error = error


class _End:
    """In the queue after the last message."""


_END: Final = _End()


class Client(ABC, Generic[T]):
    """An asynchronous context manager that connects, and an iterator over what comes.

    Messages go to `on_message` if there is one, else they wait to be iterated over. Few wait: a client that is not read
    stops reading itself. An error that ends the client is raised where it is iterated over, or at the block's end.

    Args:
        url: of the server's endpoint.
        on_message: called with each message; a plain or an async function.
        clock: seconds from any fixed point, for `states`.
    """

    def __init__(
        self,
        url: str,
        *,
        on_message: Callable[[T], object] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.url = url
        self.state = "new"
        """The state it is in; its subclass says which there are. "closed" is the last."""
        self.received = 0
        """How many messages have come."""
        self._on_message = on_message
        self._clock = clock
        self._born = clock()
        self._changes: deque[Change] = deque(maxlen=_CHANGES)
        self._entered: Counter[str] = Counter()
        self._changed = asyncio.Event()
        self._queue: asyncio.Queue[T | _End] = asyncio.Queue(_WAITING)
        self._task: asyncio.Task[None] | None = None
        self._error: Exception | None = None

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.url}: {self.state}, {self.received} messages>"

    @property
    def states(self) -> list[Change]:
        """The states it went through, oldest first; only the latest 1000 are kept."""
        return list(self._changes)

    @property
    def record(self) -> Record:
        """The same as a record: one event of kind "state" for each change, its label the state."""
        events = (RecordEvent(one.at, "client", "state", one.state, detail={"why": one.why}) for one in self._changes)
        return Record(tuple(events), f"{type(self).__name__} {self.url}")

    async def __aenter__(self) -> Self:
        self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()
        if error is None:
            self._raise_once()

    def start(self) -> None:
        """Begin to connect; ``async with`` does it. Needs a running loop.

        Raises:
            RuntimeError: it was started before.
        """
        if self._task is not None:
            raise RuntimeError(f"expected a client that was not started before, got {self!r}")
        self._task = asyncio.create_task(self._main(), name=repr(self))

    async def close(self) -> None:
        """Close the connection and stop. What waits is forgotten. Twice is fine."""
        if self._task is not None:
            self._task.cancel()
            if self._task is not asyncio.current_task():  # which it is when `on_message` closes
                await asyncio.gather(self._task, return_exceptions=True)
        if self.state != "closed":
            self._set("closed", "close() was called")
        self._forget_waiting()
        self._queue.put_nowait(_END)

    async def until(self, state: str) -> None:
        """Wait until it is in a state, or has gone through it meanwhile.

        Raises:
            ConnectionError: it closed, and was never in that state meanwhile.
        """
        before = self._entered[state]
        while self.state != state and self._entered[state] == before:
            if self.state == "closed":
                self._raise_once()
                raise ConnectionError(f"expected the client to become {state!r}, but it closed: {self._changes[-1]}")
            await self._changed.wait()

    def __aiter__(self) -> AsyncIterator[T]:
        return self

    async def __anext__(self) -> T:
        item = await self._queue.get()
        if isinstance(item, _End):
            self._queue.put_nowait(_END)  # for whoever asks again
            self._raise_once()
            raise StopAsyncIteration
        return item

    @abstractmethod
    async def _run(self) -> None:
        """Connect, read and connect again; return when it is over for good."""

    async def _deliver(self, message: T) -> None:
        if self.state == "closed":  # `on_message` closed the client: the cancellation comes at the next real wait
            raise asyncio.CancelledError
        self.received += 1
        if self._on_message is None:
            await self._queue.put(message)
        else:
            try:
                result = self._on_message(message)
                if inspect.isawaitable(result):
                    await result
            except Exception as error:
                raise _CallbackFailed(error) from error

    def _forget_waiting(self) -> None:
        while not self._queue.empty():
            self._queue.get_nowait()

    def _set(self, state: str, why: str = "") -> None:
        self.state = state
        self._entered[state] += 1
        self._changes.append(Change(self._clock() - self._born, state, why))
        self._changed.set()
        self._changed = asyncio.Event()

    async def _main(self) -> None:
        try:
            await self._run()
        except _CallbackFailed as failed:
            self._error = failed.error
        except Exception as error:  # kept for whoever iterates or closes, never printed
            self._error = error
        if self.state != "closed":
            self._set("closed", str(self._error or ""))
        await self._queue.put(_END)

    def _raise_once(self) -> None:
        error, self._error = self._error, None
        if error is not None:
            raise error
