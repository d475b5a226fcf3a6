"""What an EventSource does when: the client's rules as a table (HTML standard 9.2.2 and 9.2.3).

Three states, five things that can happen. The surprise is in the second row: any answer but 200 with the right content
type ends the client for good, a 503 like a 404, and a 204 is the server's way to say "do not come back". Only a
connection that breaks, or that never came about, is tried again.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final, Literal, TypeAlias

from course_lib.realtime.sse.encoder import CONTENT_TYPE
from course_lib.realtime.sse.parser import LIMIT, Parser

__all__ = ["TABLE", "Happening", "ReadyState", "Reconnection", "Step", "happening_of"]


class ReadyState(IntEnum):
    """The `readyState` of an EventSource, with the standard's numbers."""

    CONNECTING = 0
    OPEN = 1
    CLOSED = 2


Happening: TypeAlias = Literal["event stream", "other answer", "network error", "end of body", "close"]
"""An answer with status 200 and the content type of event streams; any other answer; no answer, or one that broke off;
the end of an answer; a call of close()."""


@dataclass(frozen=True, slots=True)
class Step:
    """What follows.

    Attributes:
        state: the state afterwards.
        fires: "open" or "error", the event that a page sees; "" for none.
        then: read the body, wait and connect again, or stop.
    """

    state: ReadyState
    fires: Literal["open", "error", ""]
    then: Literal["read", "wait", "stop"]


_ANNOUNCE: Final = Step(ReadyState.OPEN, "open", "read")
_REESTABLISH: Final = Step(ReadyState.CONNECTING, "error", "wait")
_FAIL: Final = Step(ReadyState.CLOSED, "error", "stop")
_STOP: Final = Step(ReadyState.CLOSED, "", "stop")

TABLE: Final[dict[tuple[ReadyState, Happening], Step]] = {
    (ReadyState.CONNECTING, "event stream"): _ANNOUNCE,
    (ReadyState.CONNECTING, "other answer"): _FAIL,
    (ReadyState.CONNECTING, "network error"): _REESTABLISH,
    (ReadyState.CONNECTING, "close"): _STOP,
    (ReadyState.OPEN, "network error"): _REESTABLISH,
    (ReadyState.OPEN, "end of body"): _REESTABLISH,
    (ReadyState.OPEN, "close"): _STOP,
    (ReadyState.CLOSED, "close"): _STOP,
}
"""Every step there is; the words are the standard's: announce, reestablish and fail the connection."""

_DEFAULT_MS: Final = 3000  # "in the region of a few seconds"; it is what Chromium takes
_LONGEST_MS: Final = 86_400_000  # a `retry` may be any number


def happening_of(status: int, content_type: str | None) -> Happening:
    """What an answer means to the table; parameters of the content type, a charset say, do not count."""
    essence = (content_type or "").partition(";")[0].strip(" \t\r\n").lower()
    return "event stream" if status == 200 and essence == CONTENT_TYPE else "other answer"


class Reconnection:
    """The memory of one client: its state, the last event id, the reconnection time. Sans-I/O.

    Args:
        last_event_id: to resume where another client stopped; an EventSource in a page begins with "".
        retry_ms: the reconnection time, in milliseconds, until the server says otherwise.
    """

    def __init__(self, last_event_id: str = "", retry_ms: int = _DEFAULT_MS) -> None:
        self.state = ReadyState.CONNECTING
        self.last_event_id = last_event_id
        self.retry_ms = retry_ms

    def __repr__(self) -> str:
        return f"<Reconnection: {self.state.name}, last event id {self.last_event_id!r}, retry {self.retry_ms} ms>"

    @property
    def pause(self) -> float:
        """Seconds to wait at least before connecting again."""
        return min(self.retry_ms, _LONGEST_MS) / 1000

    def headers(self) -> dict[str, str]:
        """The headers of the next request. A `Last-Event-ID` is sent as UTF-8: here each byte is one character."""
        headers = {"Accept": CONTENT_TYPE, "Cache-Control": "no-cache"}
        if self.last_event_id:
            headers["Last-Event-ID"] = self.last_event_id.encode("utf-8").decode("latin-1")
        return headers

    def happened(self, what: Happening) -> Step:
        """Take a step.

        Raises:
            ValueError: that cannot happen in this state.
        """
        step = TABLE.get((self.state, what))
        if step is None:
            possible = [happening for state, happening in TABLE if state == self.state]
            raise ValueError(f"expected one of {', '.join(possible)} while {self.state.name}, got {what}")
        self.state = step.state
        return step

    def parser(self, limit: int = LIMIT) -> Parser:
        """A parser for the stream of a new connection: the last event id goes on."""
        return Parser(self.last_event_id, limit=limit)

    def note(self, parser: Parser) -> None:
        """Remember what a stream said so far."""
        self.last_event_id = parser.last_event_id
        if parser.retry_ms is not None:
            self.retry_ms = parser.retry_ms
