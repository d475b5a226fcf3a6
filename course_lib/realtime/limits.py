"""How much a server takes: from one client, for one client, and of clients.

Every number a stranger could make grow has its bound here, in one place, with the unit in its description.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, fields
from typing import Final, cast, get_args

from course_lib.realtime.hub import Slow
from course_lib.realtime.origins import checked_origin

__all__ = ["Limits"]

_WHOLE: Final[dict[str, tuple[int, int]]] = {
    "max_body": (1, 1 << 26),
    "max_message": (1, 1 << 26),
    "queue": (1, 1_000_000),
    "history": (1, 1_000_000),
    "retry_ms": (0, 3_600_000),
    "max_write_buffer": (1, 1 << 30),
    "max_clients": (1, 1_000_000),
}
_SECONDS: Final[dict[str, tuple[float, float]]] = {
    "heartbeat": (0.001, 3600.0),
    "poll_timeout": (0.001, 3600.0),
    "header_timeout": (0.001, 3600.0),
    "ping_interval": (0.001, 3600.0),
    "ping_timeout": (0.001, 3600.0),
}


@dataclass(frozen=True)
class Limits:
    """The bounds of one server.

    Attributes:
        max_body: bytes of a request's body; more is answered with 413.
        max_message: bytes of one WebSocket message; more is closed with 1009.
        queue: messages that may wait for one client.
        history: messages the log keeps.
        slow: what happens to a client for whom more than `queue` messages wait: the oldest are forgotten ("drop"),
            or its connection is closed ("disconnect").
        heartbeat: seconds between two comments on a silent event stream.
        poll_timeout: seconds a long poll waits at most before it is answered with 204.
        retry_ms: milliseconds an EventSource is told to wait before it reconnects.
        max_write_buffer: bytes that may wait in the connection of one client.
        max_clients: connections at one time.
        header_timeout: seconds a client may take for its request.
        ping_interval: seconds between two pings on a WebSocket.
        ping_timeout: seconds until a ping must have been answered.
        origins: other origins whose pages may use the server, as ``"http://localhost:8888"``.

    Raises:
        TypeError: a value of the wrong type.
        ValueError: a value out of its range.
    """

    max_body: int = 16_384
    max_message: int = 65_536
    queue: int = 64
    history: int = 1000
    slow: Slow = "disconnect"
    heartbeat: float = 15.0
    poll_timeout: float = 25.0
    retry_ms: int = 2000
    max_write_buffer: int = 262_144
    max_clients: int = 10_000
    header_timeout: float = 10.0
    ping_interval: float = 20.0
    ping_timeout: float = 20.0
    origins: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name, (least, most) in _WHOLE.items():
            _in_range(name, getattr(self, name), least, most, whole=True)
        for name, (shortest, longest) in _SECONDS.items():
            _in_range(name, getattr(self, name), shortest, longest, whole=False)
        if self.slow not in get_args(Slow):
            raise ValueError(f"expected slow to be 'drop' or 'disconnect', got {self.slow!r}")
        if not isinstance(self.origins, (tuple, list)) or not all(isinstance(one, str) for one in self.origins):
            raise TypeError(f"expected origins to be a tuple of strings, got {self.origins!r}")
        object.__setattr__(self, "origins", tuple(checked_origin(one) for one in self.origins))

    @classmethod
    def from_json(cls, text: str) -> Limits:
        """The limits of a JSON object; what it leaves out has its default.

        Raises:
            ValueError: no JSON object, an unknown name, or a value out of its range.
            TypeError: a value of the wrong type.
        """
        try:
            given = json.loads(text)
        except (ValueError, RecursionError):
            given = None
        if not isinstance(given, dict):
            raise ValueError(f"expected the limits as a JSON object, got {text[:60]!r}")
        known = [one.name for one in fields(cls)]
        for name in given:
            if name not in known:
                raise ValueError(f"expected limits called {', '.join(known)}; got {name!r}")
        return cls(**given)

    def to_json(self) -> str:
        """One line of JSON that `from_json` reads."""
        return json.dumps(asdict(self))


def _in_range(name: str, value: object, least: float, most: float, *, whole: bool) -> None:
    kind = "a whole number" if whole else "a number of seconds"
    if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
        raise TypeError(f"expected {name} to be {kind}, got {value!r}")
    number = cast(float, value)
    if not (math.isfinite(number) and least <= number <= most):
        raise ValueError(f"expected {name} in {least:,}…{most:,}, got {value!r}")
