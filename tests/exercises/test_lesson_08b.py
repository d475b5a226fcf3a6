"""Lesson 08b: its checks say what is wrong with answers that people write, and its small servers do what it says."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from course_lib import live
from course_lib.exercises.lesson_08b import answers, fast, lesson, profiled, spent, trap
from course_lib.lesson import judge
from course_lib.realtime.websocket import Opcode, decode, encode_frame, handshake


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    yield
    live.stop_all()


class LimitIncluded(answers.Echo):
    def __init__(self, transport: Any, limit: int) -> None:
        answers.Echo.__init__(self, transport, limit - 1)


class RefusesAll(answers.Echo):
    """What the starter does while its first blank is not filled."""

    def data_received(self, data: bytes) -> None:
        self.refuse(1009)


class ChecksEverything(answers.Echo):
    """Wants UTF-8 in binary messages too."""

    def data_received(self, data: bytes) -> None:
        text = bytes((0x80 | Opcode.TEXT,)) + data[1:]
        answers.Echo.data_received(self, text if data[:1] == b"\x82" else data)


class StaysOpen(answers.Echo):
    def refuse(self, code: int) -> None:
        self.transport.write(encode_frame(Opcode.CLOSE, code.to_bytes(2, "big")))


class Raw(answers.Echo):
    def data_received(self, data: bytes) -> None:
        self.transport.write(data[1:])


class LeavesTwice(answers.Broadcaster):
    def leave(self, transport: Any) -> None:
        self.members.remove(transport)


def own_seconds(rows: list[tuple[str, int, float, float]]) -> object:
    return answers.where(rows)[0]


@pytest.mark.parametrize(
    ("number", "answer", "says"),
    [
        ("08b-1", RefusesAll, "counts as true"),
        ("08b-1", LimitIncluded, "not more than the limit"),
        ("08b-1", ChecksEverything, "look at the opcode"),
        ("08b-1", StaysOpen, "still open"),
        ("08b-1", Raw, "no whole frame"),
        ("08b-3", lambda share, times: 1 / (share / times), "the other half stays 50"),
        ("08b-3", lambda share, times: (1 - share) + share / times, "100 / 75 is 1.33"),
        ("08b-4", own_seconds, "Expected a pair"),
        ("08b-4", lambda rows: (rows[-1][0], 1.0), "everything happens inside it|greatest own time|Time decides"),
        ("08b-5", LeavesTwice, "KeyError"),
    ],
)
def test_what_it_says(number: str, answer: Callable[..., object], says: str) -> None:
    (exercise,) = (one for one in lesson.exercises if one.id == number)
    verdict = str(judge(exercise, answer))
    assert any(words in verdict for words in says.split("|")), verdict


def test_a_profile_counts_each_message_and_no_wait() -> None:
    hot = profiled.run("hot", messages=50)
    assert sum(hot.system.values()) == pytest.approx(3, abs=0.3)
    assert hot.system["send"] == 1.0
    assert sum(hot.calls.values()) == pytest.approx(36, rel=0.5)
    assert 0 < sum(hot.seconds.values()) < 0.05


def test_a_profile_of_the_batteries_has_more_of_everything() -> None:
    found = profiled.run("batteries", messages=50)
    assert found.system["send"] == 1.0
    assert sum(found.calls.values()) > 100
    assert found.calls["tornado: streams"] > 10


@pytest.mark.parametrize("size", [0, 65_536])
def test_the_trap_says_what_a_message_costs(size: int) -> None:
    cost = trap.run(size, messages=200)
    assert 0 < cost.cpu < 0.01
    assert cost.faults is None or 0 <= cost.faults < 10


def test_the_fast_echo_answers_a_message_that_comes_alone_and_anybody() -> None:
    with (
        live.serve(fast.make_app) as server,
        socket.create_connection(("127.0.0.1", server.port), timeout=5) as connection,
    ):
        origin = [("Origin", "https://evil.example")]
        connection.sendall(handshake.request("localhost", "/echo", handshake.new_key(bytes(16)), origin))
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += connection.recv(1)
        assert head.startswith(b"HTTP/1.1 101")
        connection.sendall(encode_frame(Opcode.TEXT, b"hello", key=b"abcd"))
        answered = decode(connection.recv(100))
        assert answered is not None
        assert answered[0].payload == b"hello"


def test_bars_have_a_row_for_each_room_and_a_sum() -> None:
    picture = spent.bars({"one": {"a": 3.0, "b": 0.0}, "two": {"a": 12.4, "b": 0.0}}, title="t", unit="calls")
    assert picture.table.rows == (("a", "3.0", "12"), ("together", "3.0", "12"))
    assert picture.alt == "one: 3.0 calls together; two: 12 calls together"
    with pytest.raises(ValueError, match="expected 1 to"):
        spent.bars({}, title="t", unit="calls")


@pytest.mark.parametrize(
    ("share", "times", "says"),
    [(0.5, 2, "1.33 times as fast; at most 2.00"), (1, 4, "4.00 times as fast; no upper bound")],
)
def test_the_picture_of_amdahl_says_what_is_gained(share: float, times: float, says: str) -> None:
    assert says in spent.amdahl(share, times).alt


@pytest.mark.parametrize(("share", "times"), [(-0.1, 2), (1.1, 2), (0.5, 0)])
def test_shares_and_times_that_mean_nothing_are_refused(share: float, times: float) -> None:
    with pytest.raises(ValueError, match="expected a share"):
        spent.amdahl(share, times)
