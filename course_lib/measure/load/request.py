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
        self._usual = b""  # a whole right answer that came before: the same bytes need not be read again
        self._due: float | None = None
        self._sent = 0.0

    def send(self, due: float, moment: float) -> None:
        """Send, at `moment`, the request that is due at `due`."""
        self._write(self._bytes)
        self._due = due
        self._sent = moment
        self.tally.bytes_out += len(self._bytes)

    def greet(self) -> None:
        """Connected, which is all it takes."""
        self._answers = Answers()
        self._usual = b""
        self.opened()

    def data_received(self, data: bytes) -> None:
        """Called by the loop: mostly, until the second in the Date header changes, with the same bytes as before."""
        due = self._due
        if data == self._usual and due is not None:
            moment = self.heard()
            self._due = None
            self.tally.bytes_in += len(data)
            self.tally.answered(due, moment)
            self.session.driver.free(self, moment)
        else:
            self._read(data, now())

    def _read(self, data: bytes, moment: float) -> None:
        self._usual = b""
        self.tally.bytes_in += len(data)
        try:
            found = self._answers.feed(data)
        except ProtocolError:
            return self.fail("protocol")
        if not found:
            return None
        due, self._due = self._due, None
        if due is None or len(found) > 1:
            return self.fail("duplicate", len(found) - (due is not None))
        status, _, size, keep = found[0]
        self._count_answer(status, due, moment)
        if not keep:
            return self.close()
        if size == len(data) and not self._answers.begun and 200 <= status < 300:
            self._usual = data
        return self.session.driver.free(self, moment)

    def _count_answer(self, status: int, due: float, moment: float) -> None:
        if 200 <= status < 300:
            self.tally.answered(due, moment)
        else:
            self.count("status")

    def connection_lost(self, error: Exception | None) -> None:
        """Called by the loop. The end may be the end of an answer, too."""
        moment = now()
        for answer in self._answers.end():
            if self._due is not None:
                self._count_answer(answer.status, self._due, moment)
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
