"""WebSocket delivery: the clients of one room. The first of them speaks, all of them hear."""

from __future__ import annotations

from course_lib.measure.load.arrivals import Arrivals
from course_lib.measure.load.connection import Session
from course_lib.measure.load.echo import KEY, WebSocketConnection
from course_lib.measure.load.publisher import deliver
from course_lib.realtime.websocket import Opcode, encode_frame

__all__ = ["Member"]


class Member(WebSocketConnection):
    """A socket in a room."""

    def __init__(self, session: Session, arrivals: Arrivals, number: int) -> None:
        super().__init__(session)
        self._arrivals = arrivals
        self._number = number

    def send(self, due: float, moment: float) -> None:
        """Publish a message that is due at `due`."""
        _, text = self._arrivals.publish(due, self.session.plan.payload)
        data = encode_frame(Opcode.TEXT, text.encode(), key=KEY)
        self.tally.bytes_publishing += len(data)
        self._write(data)

    def message(self, text: str, moment: float) -> None:
        """A message has come."""
        deliver(self.session, self._arrivals, self._number, text, moment)
