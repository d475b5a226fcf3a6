"""Request and answer over HTTP/1.1 connections that stay open: one request under way on each."""

from __future__ import annotations

from course_lib.measure.load.connection import Connection, Session, now
from course_lib.measure.load.http import Answers, ProtocolError, request

__all__ = ["Requester"]


class Requester(Connection):
    """Sends the same GET again and again."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        plan = session.plan
        self._bytes = request("GET", plan.target, plan.authority)
        self._answers = Answers()
        self._due: float | None = None
        self._sent = 0.0

    def send(self, due: float, moment: float) -> None:
        """Send, at `moment`, the request that is due at `due`."""
        self._due = due
        self._sent = moment
        self.tally.bytes_out += len(self._bytes)
        self._write(self._bytes)

    def greet(self) -> None:
        """Connected, which is all it takes."""
        self._answers = Answers()
        self.opened()

    def data_received(self, data: bytes) -> None:
        """Called by the loop."""
        moment = now()
        tally, due = self.tally, self._due
        tally.bytes_in += len(data)
        try:
            found = self._answers.feed(data)
        except ProtocolError:
            return self.fail("protocol")
        if not found:
            return None
        self._due = None
        if due is None:
            return self.fail("duplicate", len(found))
        if len(found) > 1:
            self.count("duplicate", len(found) - 1)
        status, _, _, keep = found[0]
        if 200 <= status < 300:
            tally.answered(due, moment)
        else:
            tally.errors["status"] += 1
        if keep:
            return self.session.driver.free(self, moment)
        return self.close()

    def connection_lost(self, error: Exception | None) -> None:
        """Called by the loop. The end may be the end of an answer, too."""
        moment = now()
        for status, _, _, _ in self._answers.end():
            if self._due is not None:
                if 200 <= status < 300:
                    self.tally.answered(self._due, moment)
                else:
                    self.count("status")
                self._due = None
        super().connection_lost(error)

    def give_up(self) -> int:
        """Forget the request that is under way; how many that were."""
        count, self._due = self.under_way, None
        return count

    @property
    def under_way(self) -> int:
        """1 or 0."""
        return int(self._due is not None)

    @property
    def waiting_since(self) -> float:
        """When the request that waits for its answer was sent."""
        return self._sent if self._due is not None else float("inf")
