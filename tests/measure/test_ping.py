"""A load whose latency counts from the moment a line was due."""

from __future__ import annotations

import json
import math
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from course_lib import live
from course_lib.measure import ping
from course_lib.measure.ping import Answers, due_times


def test_lines_are_due_on_a_schedule() -> None:
    assert due_times(4, 1.0) == [0.0, 0.25, 0.5, 0.75]


@pytest.mark.parametrize(("rate", "seconds"), [(0, 1), (10, 0), (-1, 1), (1e6, 10), (0.1, 1)])
def test_a_load_that_is_nothing_or_too_much_is_refused(rate: float, seconds: float) -> None:
    with pytest.raises(ValueError, match="expected"):
        ping.run(1, rate, seconds, warmup=0)


def test_latency_counts_from_the_moment_a_line_was_due() -> None:
    answers = Answers([0.0, 0.25, 0.5], connections=2)
    answers.feed(0, b"0\n2", 1.0)
    answers.feed(1, b"1\n", 1.5)
    assert not answers.complete
    answers.feed(0, b"\n", 2.0)
    assert answers.complete
    assert answers.latencies == [(0.0, 1.0), (0.25, 1.25), (0.5, 1.5)]
    assert answers.unexpected == 0


def test_answers_nobody_asked_for_are_counted() -> None:
    answers = Answers([0.0], connections=1)
    answers.feed(0, b"0\n0\n7\nwhat\n\n-1\n", 1.0)
    assert answers.latencies == [(0.0, 1.0)]
    assert answers.unexpected == 5


@contextmanager
def server(answer: str) -> Iterator[int]:
    """An echo server on a thread that echoes, stays silent, or hangs up."""
    listening = socket.create_server(("127.0.0.1", 0))
    connections: list[socket.socket] = []

    def serve(connection: socket.socket) -> None:
        with connection:
            while data := connection.recv(4096):
                if answer == "hang up":
                    return
                if answer == "echo":
                    connection.sendall(data)

    def accept() -> None:
        while True:
            try:
                connections.append(listening.accept()[0])
            except OSError:
                return
            threading.Thread(target=serve, args=(connections[-1],), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(10)


def test_every_line_comes_home_and_the_warm_up_is_left_out() -> None:
    with server("echo") as port:
        result = ping.run(port, rate=200, seconds=0.4, warmup=0.1)
    assert (result.sent, result.errors) == (100, 0)
    assert len(result.latencies) == result.summary.n == 80
    assert min(result.latencies) > 0
    assert result.record.labels() == [""] * 80
    assert [event.duration for event in result.record] == list(result.latencies)
    assert result.record[0].at >= 0
    assert 0 <= result.late < 5
    assert repr(result) == "<Ping: 100 lines, 0 errors>"
    assert live.leftovers() == []


def test_lines_without_an_answer_are_errors(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(ping, "_DRAIN", 0.1)
    with server("silence") as port:
        assert ping.main(["--port", str(port), "--rate", "100", "--seconds", "0.1"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["sent"], said["errors"], said["latencies"]) == (10, 10, [])


def test_a_server_that_hangs_up_is_an_error_in_a_sentence() -> None:
    words = "expected an echo server at 127.0.0.1:"
    with server("hang up") as port, pytest.raises(ConnectionError, match=words):
        ping.run(port, rate=500, seconds=0.5, connections=1, warmup=0)


def test_no_server_is_a_sentence() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        with pytest.raises(ConnectionError, match=f"expected an echo server at 127.0.0.1:{port}, got:"):
            ping.run(port, rate=10, seconds=0.1)


@pytest.mark.parametrize(
    "given",
    [{"port": 0}, {"port": 70_000}, {"connections": 0}, {"connections": 1000}, {"warmup": -1.0}, {"rate": math.inf},
     {"seconds": math.inf}, {"warmup": math.nan}, {"rate": math.nan}],
)  # fmt: skip
def test_a_load_that_cannot_be_is_refused_at_once(given: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="expected"):
        ping.run(**{"port": 9, "seconds": 1.5, **given})
