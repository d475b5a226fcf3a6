"""The Autobahn cases over real sockets, against both ways to serve, and against tornado alone."""

from __future__ import annotations

import contextlib
import re
import socket
from collections.abc import Iterator
from typing import Any

import pytest
import tornado.web
import tornado.websocket
from autobahn import CASES, CLOSE, KEY, MAX_MESSAGE, Case

from course_lib import live, realtime
from course_lib.live import loop
from course_lib.realtime.websocket import decode, handshake


class Stock(tornado.websocket.WebSocketHandler):
    """Tornado's own handler, nothing added."""

    async def on_message(self, message: str | bytes) -> None:
        await self.write_message(message, binary=isinstance(message, bytes))


def stock_app() -> tornado.web.Application:
    return tornado.web.Application([("/echo", Stock)], websocket_max_message_size=MAX_MESSAGE)


SERVERS: dict[str, dict[str, Any]] = {
    "batteries": {"path": "batteries"},
    "hot": {"path": "hot"},
    "hot on uvloop": {"path": "hot", "process": True, "loop": "uvloop", "keep": 0},
}
OVER_SOCKETS = [case for case in CASES if not re.fullmatch(r"6\.\d+\.\d+\.\w+", case.number)]
"""A network cuts where it likes: text in the finest cuts is left to the test without one."""
BROKEN = [
    *(case for case in OVER_SOCKETS if case.ends in (1002, 1009) and not case.number.startswith("7.7.")),
    *(case for case in OVER_SOCKETS if case.number in ("6.3.1", "7.5.1")),
]
"""Cases in which the client breaks a rule; of broken UTF-8 one will do."""


@pytest.fixture(scope="module", params=SERVERS)
def port(request: pytest.FixtureRequest) -> Iterator[int]:
    if "uvloop" in request.param:
        pytest.importorskip("uvloop")
    with realtime.serve("websocket", server_name=f"autobahn {request.param}", **SERVERS[request.param]) as running:
        yield running.port
    errors = list(loop.started().errors)
    loop.started().errors.clear()
    assert errors == []


@pytest.fixture(scope="module")
def stock_port() -> Iterator[int]:
    with live.serve(stock_app, name="autobahn stock") as running:
        yield running.port


def conversation(port: int, case: Case) -> list[tuple[int, bytes]]:
    """Send the frames of a case; the frames that come back until the server hangs up."""
    key = handshake.new_key(bytes(16))
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.sendall(handshake.request(f"localhost:{port}", "/echo", key))
        came = b""
        while b"\r\n\r\n" not in came:
            came += client.recv(65_536)
        head, _, came = came.partition(b"\r\n\r\n")
        handshake.check_response(head, key)
        with contextlib.suppress(ConnectionError):  # the server may have had enough before we have said all
            for chunk in case.chunks(KEY):
                client.sendall(chunk)
        with contextlib.suppress(ConnectionResetError):
            while data := client.recv(1 << 20):
                came += data
    frames = []
    while came and (found := decode(came)):
        frame, came = found
        assert frame.key is None
        frames.append((int(frame.opcode), frame.payload))
    assert came == b""
    return frames


def closing(frames: list[tuple[int, bytes]]) -> int | None:
    """The code of the close frame, 1005 when it has none; None when there is no close frame."""
    for opcode, payload in frames:
        if opcode == CLOSE:
            return int.from_bytes(payload[:2], "big") if payload else 1005
    return None


@pytest.mark.parametrize("case", OVER_SOCKETS, ids=[case.number for case in OVER_SOCKETS])
def test_case(port, case):
    frames = conversation(port, case)
    assert frames[-1][0] == CLOSE
    assert tuple(frames[:-1]) == case.answers
    assert closing(frames) == case.ends


IN_TORNADO = {1002: None, 1007: None, 1009: 1009}
"""How tornado's own handler ends where the RFC wants these codes: it drops the connection without a word."""
ECHOED = ("7.3.2", *(f"7.9.{at}" for at in range(1, 13)))
"""Close frames that make no sense; tornado sends them back as they are."""


@pytest.mark.parametrize("case", BROKEN, ids=[case.number for case in BROKEN])
def test_what_tornado_leaves_out(stock_port, case):
    frames = conversation(stock_port, case)
    assert tuple(frame for frame in frames if frame[0] != CLOSE) == case.answers
    said = case.sends[0].payload
    echoed = int.from_bytes(said, "big") if len(said) == 2 else 1005
    assert closing(frames) == (echoed if case.number in ECHOED else IN_TORNADO[case.ends])
