"""Publishing: the one who posts messages, and what every subscriber of a load does with one."""

from __future__ import annotations

import json
from collections import deque
from typing import Final

from course_lib.measure.load.arrivals import Arrivals, number_of
from course_lib.measure.load.connection import Connection, Session, now
from course_lib.measure.load.http import Answers, ProtocolError, request

__all__ = ["Poster", "deliver"]

_AHEAD: Final = 16  # posts under way at once on the one connection, which keeps them in order


def deliver(session: Session, arrivals: Arrivals, subscriber: int, text: str | bytes, moment: float) -> None:
    """A subscriber has got a message, ours or not, at `moment` (or later, when it was only due after that)."""
    due = arrivals.arrived(subscriber, number_of(text))
    if due is not None:
        session.tally.answered(due, moment if moment >= due else now())


class Poster(Connection):
    """Publishes by POST /messages: over one connection, so that messages keep their order.

    When the server takes longer than the schedule, the next requests follow without waiting for its answer (RFC 9112,
    section 9.3.2), up to sixteen; more wait here, and their wait is in their latency.
    """

    def __init__(self, session: Session, arrivals: Arrivals) -> None:
        super().__init__(session)
        self._arrivals = arrivals
        self._answers = Answers()
        self._sent: deque[tuple[int, float]] = deque()
        self._waiting: deque[float] = deque()

    def greet(self) -> None:
        """Connected, which is all it takes."""
        self._answers = Answers()
        self.opened()
        self._post_waiting(0.0)

    def send(self, due: float, moment: float) -> None:
        """Publish, at `moment`, a message that is due at `due`."""
        if self._waiting or len(self._sent) >= _AHEAD or not self.open:
            self._waiting.append(due)
        else:
            self._post(due, moment)

    def _post(self, due: float, moment: float) -> None:
        plan = self.session.plan
        place, text = self._arrivals.publish(due, plan.payload)
        body = json.dumps({"message": text}).encode()
        data = request("POST", "/messages", plan.authority, {"Content-Type": "application/json"}, body)
        self._sent.append((place, moment))
        self.tally.bytes_publishing += len(data)
        self._write(data)

    def _post_waiting(self, moment: float) -> None:
        while self._waiting and len(self._sent) < _AHEAD and self.open:
            self._post(self._waiting.popleft(), moment)

    def data_received(self, data: bytes) -> None:
        """Called by the loop."""
        self.tally.bytes_publishing += len(data)
        try:
            found = self._answers.feed(data)
        except ProtocolError:
            return self.fail("protocol")
        for status, _, _, keep in found:
            if not self._sent:
                return self.fail("duplicate")
            place, moment = self._sent.popleft()
            if not 200 <= status < 300:
                self.count("status")
                self._arrivals.withdraw(place)
            if not keep:
                return self.close()
            self._post_waiting(moment)
        return None

    def give_up(self) -> int:
        """Forget the posts without an answer; how many they were. Whether they were taken nobody knows."""
        sent, self._sent = self._sent, deque()
        for place, _ in sent:
            self._arrivals.withdraw(place)
        return len(sent)

    @property
    def under_way(self) -> int:
        """Posts without an answer, and posts to come."""
        return len(self._sent) + len(self._waiting)

    @property
    def waiting_since(self) -> float:
        """When the oldest post without an answer was sent."""
        return self._sent[0][1] if self._sent else float("inf")
