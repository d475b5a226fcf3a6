"""What a load shall be: checked before anything starts, sent to the load's own process as one line of JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any, Final, TypedDict
from urllib.parse import urlsplit

__all__ = ["DELIVERIES", "KINDS", "Options", "Plan"]

KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {"request": "/hello", "poll": "/poll", "sse": "/events", "echo": "/echo", "websocket": "/rooms/load"}
)
"""Every kind of load, with the path it uses unless it is told another."""

DELIVERIES: Final = frozenset({"poll", "sse", "websocket"})
"""The kinds in which a message is published once and reaches every client."""

_HERE = ("localhost", "127.0.0.1", "::1")
_LOOPS = ("auto", "asyncio", "uvloop")
_LEAST_PAYLOAD = 12
_BOUNDS: Final[Mapping[str, tuple[float, float, str]]] = MappingProxyType(
    {
        "clients": (1, 10_000, "clients"),
        "duration": (0.05, 300.0, "seconds of duration"),
        "payload": (_LEAST_PAYLOAD, 1 << 20, "bytes of payload"),
        "window": (1, 1000, "messages in flight"),
        "timeout": (0.05, 60.0, "seconds of timeout"),
        "warmup": (0.0, 0.9, "as the share of the duration that is warm-up"),
        "generators": (1, 16, "generators"),
    }
)
_FASTEST = 200_000.0
_MOST = 5_000_000


class Options(TypedDict, total=False):
    """What may be said about a load beside its target: the fields of `Plan`."""

    kind: str
    clients: int
    rate: float | None
    duration: float
    payload: int
    path: str | None
    pid: int | None
    warmup: float
    window: int
    timeout: float
    loop: str
    affinity: bool
    generators: int


@dataclass(frozen=True, slots=True)
class Plan:
    """A load.

    Attributes:
        url: the server's, on this machine.
        kind: "request" (GET and its answer), "poll", "sse", "websocket" (a message is published and reaches every
            client), or "echo" (a WebSocket sends messages back).
        clients: connections that ask, or subscribe.
        rate: messages a second, sent or published; None for a closed loop, in which the answer brings the next.
        duration: seconds of schedule, warm-up included.
        payload: bytes of a message; its text is a number and padding. A request has none.
        path: what is asked for, when it is not the usual one of `KINDS`.
        pid: the server's process, for its processor time and memory.
        warmup: the share of the duration at its beginning that is not counted.
        window: messages that each client (of a delivery: the publisher) has under way in a closed loop.
        timeout: seconds an answer may take, and the load waits for the last ones.
        loop: the generator's event loop: "asyncio", "uvloop", or "auto": uvloop where it is installed.
        affinity: pin server and generator to different processors.
        generators: processes that share clients and rate.

    Raises:
        ValueError: something is out of its bounds, not on this machine, or does not go together.
    """

    url: str
    kind: str = "request"
    clients: int = 10
    rate: float | None = 200.0
    duration: float = 2.0
    payload: int = 32
    path: str | None = None
    pid: int | None = None
    warmup: float = 0.15
    window: int = 1
    timeout: float = 5.0
    loop: str = "auto"
    affinity: bool = False
    generators: int = 1

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"expected a kind of {', '.join(KINDS)}, got {self.kind!r}")
        if self.loop not in _LOOPS:
            raise ValueError(f"expected a loop of {', '.join(_LOOPS)}, got {self.loop!r}")
        for name, (least, most, words) in _BOUNDS.items():
            value = getattr(self, name)
            if type(least) is int and type(value) is not int:
                raise ValueError(f"expected a whole number of {words}, got {value!r}")
            if not least <= value <= most:
                raise ValueError(f"expected {least:,}…{most:,} {words}, got {value!r}")
        self._check_rate()
        self._check_url()
        if self.path is not None and not (
            self.path.startswith("/") and self.path.isascii() and self.path.isprintable()
        ):
            raise ValueError(f"expected a path that starts with /, in ASCII, got {self.path!r}")
        if self.window > 1 and (self.kind == "request" or self.rate is not None):
            raise ValueError(
                "expected window=1, unless rate is None and the kind is not request: it is for closed loops"
            )
        if self.generators > min(self.clients, 1 if self.kind in DELIVERIES else self.clients):
            raise ValueError(
                f"expected no more generators than clients, and one for {', '.join(sorted(DELIVERIES))}, "
                f"got {self.generators} for {self.clients} clients of kind {self.kind}"
            )

    def _check_rate(self) -> None:
        if self.rate is None:
            return
        if not 0 < self.rate <= _FASTEST:
            raise ValueError(f"expected a rate above 0 and up to {_FASTEST:,.0f} a second, got {self.rate!r}")
        if not 1 <= self.rate * self.duration <= _MOST:
            total = f"{self.rate * self.duration:,.0f} ({self.rate:g} a second for {self.duration:g} seconds)"
            raise ValueError(f"expected 1…{_MOST:,} messages, got {total}")
        if self.kind in DELIVERIES and self.rate * self.duration > 1_000_000:
            raise ValueError(f"expected up to 1,000,000 published messages, got {self.rate * self.duration:,.0f}")

    def _check_url(self) -> None:
        try:
            parts = urlsplit(self.url)
            host, port, scheme = parts.hostname, parts.port, parts.scheme
        except ValueError:
            host, port, scheme = None, None, ""
        if scheme not in ("http", "ws") or not port:
            raise ValueError(f"expected a URL like http://localhost:8080, got {self.url!r}")
        if host not in _HERE:
            raise ValueError(
                f"expected a server on this machine ({', '.join(_HERE)}), got {host!r}: load only your own"
            )

    @property
    def host(self) -> str:
        """The address to connect to: the word localhost would be looked up again for every connection."""
        return "::1" if urlsplit(self.url).hostname == "::1" else "127.0.0.1"

    @property
    def port(self) -> int:
        """The port to connect to."""
        return urlsplit(self.url).port or 0

    @property
    def authority(self) -> str:
        """What the Host header says."""
        return urlsplit(self.url).netloc

    @property
    def target(self) -> str:
        """The path of the requests."""
        return self.path if self.path is not None else KINDS[self.kind]

    @property
    def count(self) -> int | None:
        """How many messages are due; None in a closed loop."""
        return None if self.rate is None else max(round(self.rate * self.duration), 1)

    @property
    def delivers(self) -> bool:
        """Whether a message is published once and reaches every client."""
        return self.kind in DELIVERIES

    def part(self, number: int) -> Plan:
        """What generator `number` of them does: its share of the clients and of the rate."""
        facts = self.facts()
        facts["clients"] = self.clients // self.generators + (number < self.clients % self.generators)
        facts["rate"] = None if self.rate is None else self.rate / self.generators
        return Plan(**{**facts, "generators": 1})

    def facts(self) -> dict[str, Any]:
        """The arguments by name."""
        return asdict(self)

    def to_json(self) -> str:
        """One line; `from_json` gives an equal plan."""
        return json.dumps(self.facts())

    @classmethod
    def from_json(cls, text: str) -> Plan:
        """The plan that `to_json` wrote."""
        return cls(**json.loads(text))

    def __str__(self) -> str:
        how = "closed loop" if self.rate is None else f"{self.rate:g}/s"
        clients = "1 client" if self.clients == 1 else f"{self.clients:,} clients"
        return f"{self.kind}, {clients}, {how} for {self.duration:g} s"
