"""WebSocket connections: the handshake and the manners they all have, and the client that wants its words back."""

from __future__ import annotations

from collections import deque
from typing import Final

from course_lib.measure.load.connection import Connection, Session, now
from course_lib.realtime import websocket
from course_lib.realtime.websocket import Binary, Close, Failed, Opcode, Text, handshake

__all__ = ["KEY", "Echo", "Ring", "WebSocketConnection"]

KEY: Final = b"\x37\xfa\x21\x3d"
"""Every frame's masking key. Not random, because nobody is to be protected from these; not zero, because some servers
save themselves the work of taking a zero mask off."""

_HANDSHAKE_KEY: Final = handshake.new_key(b"a load, measured")
_LARGEST: Final = 1 << 24
_RING: Final = 16


class WebSocketConnection(Connection):
    """A WebSocket's client side: shakes hands, answers pings, hands messages to `message`."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        plan = session.plan
        origin = ("Origin", f"http://{plan.authority}")
        self._request = handshake.request(plan.authority, plan.target, _HANDSHAKE_KEY, [origin])
        self._head = b""
        self._rules = websocket.Connection("client")

    def greet(self) -> None:
        """Connected: ask for the WebSocket."""
        self._head = b""
        self._rules = websocket.Connection("client", max_message=_LARGEST, new_key=lambda: KEY)
        self._write(self._request)

    def data_received(self, data: bytes) -> None:
        """Called by the loop."""
        if self.open:
            self.tally.bytes_in += len(data)
            self.take(data)
        else:
            self._shake_hands(data)

    def _shake_hands(self, data: bytes) -> None:
        head, found, rest = (self._head + data).partition(b"\r\n\r\n")
        if not found:
            self._head = head
            return None
        try:
            handshake.check_response(head, _HANDSHAKE_KEY)
        except handshake.Refused as error:
            return self.refuse("protocol" if error.status in (0, 101) else "status", error.sentence)
        self.connecting = len(self._request) + len(head) + 4
        self.opened()
        if rest:
            self.data_received(rest)
        return None

    def take(self, data: bytes) -> None:
        """Take frames in any pieces apart."""
        events = list(self._rules.receive(data))
        moment = self.heard() if len(events) == 1 else now()
        for event in events:
            if isinstance(event, Text):
                self.message(event.data, moment)
            elif isinstance(event, Binary):
                self.count("protocol")
            elif isinstance(event, Failed):
                return self.fail("protocol")
            elif isinstance(event, Close):
                return self.close()
            elif answer := self._rules.output():
                self._write(answer)
        return None

    def message(self, text: str, moment: float) -> None:
        """A message has come."""
        raise NotImplementedError


class Ring:
    """Sixteen messages that differ, framed in advance: what is sent, what must come back, and the text in both.

    That they differ is how a lost message and one that came twice are told from a right one.
    """

    def __init__(self, payload: int) -> None:
        self.texts = [f"{number:010d} ".ljust(payload, "x") for number in range(_RING)]
        self.sent = [websocket.encode_frame(Opcode.TEXT, text.encode(), key=KEY) for text in self.texts]
        self.back = [websocket.encode_frame(Opcode.TEXT, text.encode()) for text in self.texts]

    def __repr__(self) -> str:
        return f"<Ring: {_RING} messages of {len(self.texts[0])} bytes>"


class Echo(WebSocketConnection):
    """Sends messages and wants each back, in order."""

    def __init__(self, session: Session, ring: Ring) -> None:
        super().__init__(session)
        self._ring = ring
        self._due: deque[float] = deque()
        self._next = 0  # of the ring: the next to send
        self._wanted = 0  # and the next to come back

    def send(self, due: float, moment: float) -> None:
        """Send, at `moment`, a message that is due at `due`."""
        frame = self._ring.sent[self._next]
        self._write(frame)
        self._next = (self._next + 1) % _RING
        self._due.append(due)
        self.tally.bytes_out += len(frame)

    def data_received(self, data: bytes) -> None:
        """Called by the loop: nearly always it is the one message, whole."""
        if self._due and data == self._ring.back[self._wanted]:
            self.tally.bytes_in += len(data)
            self._right(self.heard())
        else:
            super().data_received(data)

    def message(self, text: str, moment: float) -> None:
        """A message has come, not as one piece alone, or not the one that was wanted."""
        if self._due and text == self._ring.texts[self._wanted]:
            self._right(moment)
        elif text in self._ring.texts:
            self._out_of_order(text, moment)
        else:
            self.count("protocol")

    def _out_of_order(self, text: str, moment: float) -> None:
        skipped = (self._ring.texts.index(text) - self._wanted) % _RING
        if skipped >= len(self._due):
            return self.count("duplicate")
        self.count("missing", skipped)
        for _ in range(skipped):
            self._due.popleft()
        self._wanted = (self._wanted + skipped) % _RING
        for _ in range(skipped):
            self.session.driver.free(self, moment)
        return self._right(moment)

    def _right(self, moment: float) -> None:
        self._wanted = (self._wanted + 1) % _RING
        self.tally.answered(self._due.popleft(), moment)
        self.session.driver.free(self, moment)

    def give_up(self) -> int:
        """Forget the messages under way; how many they were."""
        count = len(self._due)
        self._due.clear()
        self._next = self._wanted = 0
        return count

    @property
    def under_way(self) -> int:
        """How many messages have not come back."""
        return len(self._due)

    @property
    def waiting_since(self) -> float:
        """When the oldest of them was due: it was sent at once."""
        return self._due[0] if self._due else float("inf")
