"""Long poll delivery: a client that asks, waits, and asks again from where it was."""

from __future__ import annotations

import asyncio
import json
from typing import Final

from course_lib.measure.load.arrivals import Arrivals
from course_lib.measure.load.connection import Connection, Session, now
from course_lib.measure.load.http import Answer, Answers, ProtocolError, request
from course_lib.measure.load.publisher import deliver

__all__ = ["Poller"]

_PATIENCE: Final = 0.5  # seconds until a first poll without an answer counts as one that waits


class Poller(Connection):
    """Polls without a pause. Its first poll asks where the log's end is; only then it is ready.

    An exchange counts when its answer has come: the poll that waits when the load ends is not one.
    """

    def __init__(self, session: Session, arrivals: Arrivals, number: int) -> None:
        super().__init__(session)
        self._arrivals = arrivals
        self._number = number
        self._answers = Answers()
        self._cursor: int | None = None
        self._asked = 0  # bytes of the poll that waits

    def greet(self) -> None:
        """Connected: ask where the log ends, or go on from where we were."""
        self._answers = Answers()
        if self._cursor is not None:
            self.opened()
        else:
            asyncio.get_running_loop().call_later(_PATIENCE, self._waits)
        self._ask()

    def _waits(self) -> None:
        """A server without cursors does not say where its log ends; it lets the first poll wait like any other."""
        if not (self.open or self.reason):
            self.opened()

    def _ask(self) -> None:
        plan = self.session.plan
        after = "" if self._cursor is None else f"{'&' if '?' in plan.target else '?'}after={self._cursor}"
        data = request("GET", plan.target + after, plan.authority)
        self._asked = len(data)
        self._write(data)

    def data_received(self, data: bytes) -> None:
        """Called by the loop."""
        try:
            answers = self._answers.feed(data)
            moment = self.heard() if len(answers) == 1 else now()
            for answer in answers:
                self._take(answer, moment)
        except ProtocolError as error:
            self._wrong("protocol", str(error))

    def _take(self, answer: Answer, moment: float) -> None:
        if self.open:
            self.tally.bytes_out += self._asked
            self.tally.bytes_in += answer.size
        else:
            self.connecting = self._asked + answer.size
        if answer.status == 200:
            self._read(answer.body, moment)
        elif answer.status != 204:
            return self._wrong("status", f"status {answer.status} to a poll")
        if not self.open:
            self._cursor = self._cursor or 0
            self.opened()
        return self._ask() if answer.keep else self.close()

    def _read(self, body: bytes, moment: float) -> None:
        try:
            said = json.loads(body)
            messages = said["messages"]
            cursor = int(said.get("cursor", 0))
            texts = [str(one["message"]) for one in messages]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ProtocolError(f'expected {{"messages": […], "cursor": …}}, got {body[:60]!r}') from error
        self._cursor = cursor
        for text in texts:
            deliver(self.session, self._arrivals, self._number, text, moment)

    def _wrong(self, kind: str, reason: str) -> None:
        if self.open:
            self.fail(kind)
        else:
            self.refuse(kind, reason)
