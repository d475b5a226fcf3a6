"""The virtual world."""

from __future__ import annotations

import time

import pytest

from course_lib.eventloop import VirtualFile, VirtualIO, busy, log, now, read_file, run, set_timeout, write_file


def test_time_passes_only_where_something_waits() -> None:
    def main() -> None:
        set_timeout(lambda: log(now()), 5_000)
        busy(100)
        log(now())

    begun = time.perf_counter()
    assert run(main, clock="virtual").output == ["100.0", "5000.0"]
    assert time.perf_counter() - begun < 4


def test_files_take_their_latency_per_trip() -> None:
    def main() -> None:
        read_file("slow", lambda error, data: log(f"slow at {now():g}"))
        read_file("fast", lambda error, data: log(f"fast at {now():g}"))

    files = {"slow": VirtualFile(b"s", latency=10), "fast": VirtualFile(b"f", latency=2)}
    assert run(main, clock=VirtualIO(files)).output == ["fast at 8", "slow at 40"]


def test_files_can_be_written() -> None:
    def main() -> None:
        write_file("new", "text", lambda error: read_file("new", lambda error, data: log(data)))

    assert run(main, clock="virtual").output == ["b'text'"]


def test_waiting_for_nothing_is_an_error_and_no_hang() -> None:
    with pytest.raises(RuntimeError, match="a virtual loop would wait for ever"):
        list(VirtualIO().poll(None))


def test_repr_shows_what_is_to_come() -> None:
    assert repr(VirtualIO()) == "<VirtualIO at 0 ms: 0 to come>"
