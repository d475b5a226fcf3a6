"""SSE delivery: a client that opens a stream and reads its events, with ids, so that it can resume."""

from __future__ import annotations

import re
from typing import Final

from course_lib.measure.load.arrivals import DIGITS, Arrivals
from course_lib.measure.load.connection import Connection, Session, now
from course_lib.measure.load.http import Body, ProtocolError, head_of, request
from course_lib.measure.load.publisher import deliver
from course_lib.realtime.sse import Parser

__all__ = ["Listener"]

_OURS: Final = re.compile(rb"^data: ?(\d{%d} )" % DIGITS, re.MULTILINE)
_ID: Final = re.compile(rb"^id: ?([^\r\n\0]*)\n", re.MULTILINE)


class Listener(Connection):
    """Reads one ``text/event-stream``, in chunks or until the connection ends."""

    def __init__(self, session: Session, arrivals: Arrivals, number: int) -> None:
        super().__init__(session)
        self._arrivals = arrivals
        self._number = number
        self._head = b""
        self._body: Body | None = None
        self._parser: Parser | None = None  # only while an event is in pieces
        self._last_id = ""

    def greet(self) -> None:
        """Connected: ask for the stream, from where we were."""
        plan = self.session.plan
        self._head = b""
        self._parser = None
        fields = {"Accept": "text/event-stream", "Cache-Control": "no-store"}
        if self._last_id:
            fields["Last-Event-ID"] = self._last_id
        data = request("GET", plan.target, plan.authority, fields)
        self.connecting = len(data)
        self._write(data)

    def data_received(self, data: bytes) -> None:
        """Called by the loop."""
        if not self.open:
            rest = self._read_head(data)
            if not rest:
                return
            data = rest
        self.tally.bytes_in += len(data)
        try:
            text = data if self._body is None else self._body.feed(data)
        except ProtocolError:
            self.fail("protocol")
            return
        self._read(text)
        if self._body is not None and self._body.complete:
            self.close()

    def _read_head(self, data: bytes) -> bytes:
        """Read the head; what came behind it."""
        raw, found, rest = (self._head + data).partition(b"\r\n\r\n")
        if not found:
            self._head = raw
            return b""
        try:
            head = head_of(raw)
        except ProtocolError as error:
            self.refuse("protocol", str(error))
            return b""
        if head.status != 200 or head.type != "text/event-stream":
            self.refuse("status", f"status {head.status}, {head.type or 'no type'} instead of 200, text/event-stream")
            return b""
        self._body = Body() if head.chunked else None
        self.connecting += len(raw) + 4
        self.opened()
        return rest

    def _read(self, text: bytes) -> None:
        session, arrivals, number = self.session, self._arrivals, self._number
        whole = text.endswith(b"\n\n")
        if whole and self._parser is None and b"\r" not in text:  # nearly always: no need to be thorough
            ours = _OURS.findall(text)
            moment = self.heard() if len(ours) == 1 else now()
            for found in ours:
                deliver(session, arrivals, number, found, moment)
            if ids := _ID.findall(text):
                self._last_id = ids[-1].decode()
            return
        parser = self._parser or Parser(self._last_id)
        moment = now()
        for event in parser.feed(text):
            deliver(session, arrivals, number, event.data, moment)
        self._last_id = parser.last_event_id
        self._parser = None if whole else parser
