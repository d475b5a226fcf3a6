"""A long-polling client: ask, wait, take what came, ask again with the new cursor.

The cursor is the whole trick. It is the client that knows what it has seen, so an answer that is lost on its way costs
nothing: the same question brings the same messages again. What makes a good client of the loop is what it does when
something goes wrong: it waits, longer each time, and not in step with the others.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlencode, urlsplit, urlunsplit

from course_lib.realtime.backoff import Backoff
from course_lib.realtime.clients.base import Client, ClientFailed, Sleep
from course_lib.realtime.clients.http import checked_url, get
from course_lib.realtime.hub import Message

__all__ = ["LongPollingClient"]

_LATER: Final = {408, 425, 429, *range(500, 600)}
"""Statuses after which the same question may be answered: Request Timeout, Too Early, Too Many Requests, and faults of
the server (RFC 9110 section 15, RFC 8470, RFC 6585). All others mean that the question itself is wrong."""

_LARGEST: Final = 1 << 26
"""Bytes of an answer at most."""

_AT_ONCE: Final = 1.0
"""Seconds: a poll that brings nothing in less was not held by the server, and asking again at once would be a loop."""


class LongPollingClient(Client[Message]):
    """A client of one ``/poll`` endpoint. Iterating over it gives every `Message`, each once, in order.

    Its states are "polling" (a question is out), "pausing" (after a failure) and "closed". After an answer that means
    the question is wrong (400, 403, 404 …) it ends with `ClientFailed`.

    Args:
        url: of the endpoint; ``after`` is added to its query.
        on_message: called with each message instead.
        backoff: the pauses after failures.
        after: the cursor to begin with: 0 for all that the server remembers; None for only what is new.
        patience: seconds in which an answer must come: more than the server's own timeout.
        rng: where the draws of the back-off come from; not with `backoff`.
        sleep, clock: how to wait, and what time it is.

    Raises:
        ValueError: `url` is none.
    """

    def __init__(
        self,
        url: str,
        on_message: Callable[[Message], object] | None = None,
        backoff: Backoff | None = None,
        *,
        after: int | None = None,
        patience: float | None = 60.0,
        rng: random.Random | None = None,
        sleep: Sleep = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(checked_url(url), on_message=on_message, clock=clock)
        self.cursor = after
        """What it has seen; None until the server has said where the log ends."""
        self.missed = 0
        """How often the server said that it had forgotten messages the client has not seen."""
        self._backoff = backoff or Backoff(rng=rng)
        self._patience = patience
        self._sleep = sleep

    async def _run(self) -> None:
        while True:
            self._set("polling", "" if self.cursor is None else f"after {self.cursor}")
            why, at_least = await self._poll()
            if not why:
                self._backoff.reset()
                continue
            pause = max(self._backoff.next(), min(at_least, self._backoff.cap))
            self._set("pausing", f"{why}; again in {pause:.2f} s")
            await self._sleep(pause)

    async def _poll(self) -> tuple[str, float]:
        """One question and its answer: why to pause ("" for not at all), and for how many seconds at least."""
        began = self._clock()
        try:
            async with get(self._question(), {"Accept": "application/json"}, self._patience) as answer:
                status, retry_after = answer.status, _seconds(answer.headers.get("Retry-After"))
                body = await answer.read(_LARGEST) if status == 200 else b""
        except OSError as error:
            return str(error) or type(error).__name__, 0.0
        if status in _LATER:
            return f"the server answered {status}", retry_after
        if status not in (200, 204):
            raise ClientFailed(f"expected status 200 or 204, got {status}")
        try:
            brought = await self._take(body) if status == 200 else False
        except _NoBatch as error:
            return str(error), 0.0
        return ("" if brought or self._clock() - began >= _AT_ONCE else "nothing, and at once"), 0.0

    async def _take(self, body: bytes) -> bool:
        """Deliver the messages of an answer; whether it told the client anything."""
        messages, cursor, missed = _batch(body)
        first, self.cursor = self.cursor is None, cursor
        self.missed += missed
        for message in messages:
            await self._deliver(message)
        return first or bool(messages)

    def _question(self) -> str:
        if self.cursor is None:
            return self.url
        parts = urlsplit(self.url)
        query = "&".join(one for one in (parts.query, urlencode({"after": self.cursor})) if one)
        return urlunsplit(parts._replace(query=query))


class _NoBatch(ValueError):  # noqa: N818 -- what it is, not a suffix
    """What came is not what a poll is answered with."""


def _batch(body: bytes) -> tuple[list[Message], int, bool]:
    try:
        given: Any = json.loads(body)
        messages = [_message(one) for one in given["messages"]]
        cursor, missed = given["cursor"], given.get("missed", False)
        if type(cursor) is not int or cursor < 0 or type(missed) is not bool:
            raise TypeError
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise _NoBatch(f'expected {{"messages": […], "cursor": 8, "missed": false}}, got {body[:60]!r}') from None
    return messages, cursor, missed


def _message(given: Any) -> Message:
    if type(given["id"]) is not int or not isinstance(given["message"], str):
        raise TypeError
    return Message(given["id"], given["message"])


def _seconds(text: str | None) -> float:
    return float(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 10 else 0.0
