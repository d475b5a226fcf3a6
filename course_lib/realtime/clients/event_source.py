"""An EventSource for Python: connects, reads, and connects again by the standard's own table."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable

from course_lib.realtime.backoff import Backoff
from course_lib.realtime.clients.base import Client, ClientFailed, Sleep
from course_lib.realtime.clients.http import Answer, checked_url, get
from course_lib.realtime.sse.parser import LIMIT, Event
from course_lib.realtime.sse.reconnect import ReadyState, Reconnection, Step, happening_of

__all__ = ["EventSource"]


class EventSource(Client[Event]):
    """A client of one event stream. Iterating over it gives every `Event`, whatever its type.

    Its states are "connecting", "open" and "closed". A lost connection is made again after the time that the server's
    `retry` asks for (3 seconds before it did) and a little more: the standard allows it, and without it all clients of
    a server that restarts would come back in one moment, and a `retry` of 0 would be a busy loop.

    When the server says 204 the iteration ends; any other answer that is no event stream ends it with `ClientFailed`.

    Args:
        url: of the stream.
        on_message: called with each event instead.
        last_event_id: to resume where another client stopped.
        retry_ms: milliseconds to wait before a reconnection until the server says otherwise.
        silence: seconds without a byte, heartbeats included, after which a connection counts as lost; None for
            never, as in a browser, which may not notice for hours that a cable was pulled.
        limit: bytes of a line or an event at most; a longer one counts as a lost connection.
        backoff: the "little more", growing until an event comes.
        rng: where its draws come from; not with `backoff`.
        sleep, clock: how to wait, and what time it is.

    Raises:
        ValueError: `url` is none.
    """

    def __init__(
        self,
        url: str,
        on_message: Callable[[Event], object] | None = None,
        *,
        last_event_id: str = "",
        retry_ms: int = 3000,
        silence: float | None = None,
        limit: int = LIMIT,
        backoff: Backoff | None = None,
        rng: random.Random | None = None,
        sleep: Sleep = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(checked_url(url), on_message=on_message, clock=clock)
        self._rules = Reconnection(last_event_id, retry_ms)
        self._silence = silence
        self._limit = limit
        self._backoff = backoff or Backoff(rng=rng)
        self._sleep = sleep

    @property
    def ready_state(self) -> ReadyState:
        """CONNECTING, OPEN or CLOSED."""
        return self._rules.state

    @property
    def last_event_id(self) -> str:
        """What the next request would send as `Last-Event-ID`."""
        return self._rules.last_event_id

    @property
    def retry_ms(self) -> int:
        """The reconnection time in force, in milliseconds."""
        return self._rules.retry_ms

    async def _run(self) -> None:
        self._set("connecting")
        try:
            while True:
                step, why = await self._attempt()
                if step.then == "stop":
                    return
                pause = self._rules.pause + self._backoff.next()
                self._set("connecting", f"{why}; again in {pause:.2f} s")
                await self._sleep(pause)
        finally:
            self._rules.happened("close")

    async def _attempt(self) -> tuple[Step, str]:
        """One connection from its beginning to its end: the step to take, and why."""
        try:
            async with get(self.url, self._rules.headers(), self._silence) as answer:
                step = self._rules.happened(happening_of(answer.status, answer.headers.get("Content-Type")))
                if step.then == "stop":
                    self._stopped_by(answer)
                    return step, ""
                self._set("open")
                await self._read(answer)
                return self._rules.happened("end of body"), "the stream ended"
        except ClientFailed:
            raise
        except OSError as error:
            return self._rules.happened("network error"), str(error) or type(error).__name__

    def _stopped_by(self, answer: Answer) -> None:
        if answer.status != 204:
            kind = answer.headers.get("Content-Type") or "no content type"
            raise ClientFailed(f"expected status 200 with text/event-stream, got {answer.status} with {kind}")
        self._set("closed", "the server answered 204: no more")

    async def _read(self, answer: Answer) -> None:
        parser = self._rules.parser(self._limit)
        while (piece := await answer.piece()) is not None:
            events = parser.feed(piece)
            self._rules.note(parser)
            for event in events:
                self._backoff.reset()
                await self._deliver(event)
            if parser.error:
                raise ConnectionError(str(parser.error))
