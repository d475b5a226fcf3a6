"""The life of a WebSocket connection, as a table.

RFC 6455 speaks of these four states in sections 4.1 and 7.1. `Connection` moves through the table and through nothing
else; the picture in the lesson is drawn from it.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["TRANSITIONS", "Happening", "State"]


class State(enum.Enum):
    """Where a connection is."""

    CONNECTING = "connecting"
    """The handshake is not over; there are no frames yet."""
    OPEN = "open"
    """Messages go both ways."""
    CLOSING = "closing"
    """We have sent our close frame, our last; the other side may still send, and will answer with its own."""
    CLOSED = "closed"
    """Nothing is read or sent any more; what is in the output is written, then the socket is closed."""


class Happening(enum.Enum):
    """What moves it on."""

    HANDSHAKE = "the handshake succeeded"
    CLOSE_SENT = "we sent a close frame"
    CLOSE_RECEIVED = "a close frame came (and is answered)"
    FAILED = "the other side broke a rule"
    LOST = "the TCP connection ended"


TRANSITIONS: Mapping[tuple[State, Happening], State] = MappingProxyType(
    {
        (State.CONNECTING, Happening.HANDSHAKE): State.OPEN,
        (State.CONNECTING, Happening.LOST): State.CLOSED,
        (State.OPEN, Happening.CLOSE_SENT): State.CLOSING,
        (State.OPEN, Happening.CLOSE_RECEIVED): State.CLOSED,
        (State.OPEN, Happening.FAILED): State.CLOSED,
        (State.OPEN, Happening.LOST): State.CLOSED,
        (State.CLOSING, Happening.CLOSE_RECEIVED): State.CLOSED,
        (State.CLOSING, Happening.FAILED): State.CLOSED,
        (State.CLOSING, Happening.LOST): State.CLOSED,
    }
)
"""(state, happening) → the next state. A pair that is not here can't occur."""
