"""The Autobahn cases, on the rules alone: an echo without a socket."""

from __future__ import annotations

import pytest
from autobahn import CASES, CLOSE, KEY, Case

from course_lib.realtime.websocket import Binary, Close, Connection, Event, Failed, State, Text, decode


def conversation(case: Case, role: str) -> tuple[list[tuple[int, bytes]], list[Event]]:
    """What an echo in this role answers, frame by frame, and what it was told."""
    key = KEY if role == "server" else None
    connection = Connection(role, new_key=lambda: KEY)  # type: ignore[arg-type]
    events: list[Event] = []
    out = b""
    for chunk in case.chunks(key):
        for event in connection.receive(chunk):
            events.append(event)
            if isinstance(event, Text):
                connection.send_text(event.data)
            elif isinstance(event, Binary):
                connection.send_binary(event.data)
        out += connection.output()
    assert connection.state is State.CLOSED
    frames = []
    while out:
        found = decode(out)
        assert found is not None
        frame, out = found
        assert (frame.fin, frame.rsv, frame.key) == (True, 0, None if role == "server" else KEY)
        frames.append((int(frame.opcode), frame.payload))
    return frames, events


@pytest.mark.parametrize("case", CASES, ids=[case.number for case in CASES])
def test_case(case):
    for role in ("server", "client"):
        frames, events = conversation(case, role)
        *answers, (opcode, payload) = frames
        assert tuple(answers) == case.answers
        assert opcode == CLOSE
        assert (int.from_bytes(payload[:2], "big") if payload else 1005) == case.ends
        last = events[-1]
        assert isinstance(last, Close | Failed)
        assert last.code == case.ends


def test_no_case_stands_twice():
    assert len({case.number for case in CASES}) == len(CASES) > 400
