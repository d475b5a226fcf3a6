"""What a process printed: lines, times, bounds."""

from __future__ import annotations

import threading
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.live.output import Line, Output


def test_a_line_has_the_time_at_which_its_end_came() -> None:
    output = Output()
    output.feed(b"on", 1.0)
    output.feed(b"e\ntw", 2.0)
    output.feed(b"o\r\n\nlast", 3.0)
    assert output.lines == [Line(2.0, "one"), Line(3.0, "two"), Line(3.0, "")]
    output.close(4.0)
    assert output.lines[-1] == Line(4.0, "last")
    assert output.closed
    assert output.text == "one\ntwo\n\nlast\n"


@given(st.text(st.characters(exclude_characters="\r", exclude_categories=["Cs"]), max_size=60), st.data())
def test_chunks_do_not_matter(text: str, data: st.DataObject) -> None:
    raw = text.encode()
    cuts = sorted(data.draw(st.lists(st.integers(0, len(raw)), max_size=5)))
    output = Output()
    for start, end in zip([0, *cuts], [*cuts, len(raw)], strict=True):
        output.feed(raw[start:end], 0.0)
    output.close(0.0)
    assert "\n".join(line.text for line in output.lines) == text.removesuffix("\n")


@pytest.mark.parametrize(("keep", "first", "last"), [("first", "line 0", "line 6"), ("last", "line 93", "line 99")])
def test_the_limit_keeps_one_end_without_holes(keep: Literal["first", "last"], first: str, last: str) -> None:
    output = Output(limit=7 * (64 + 7), keep=keep)
    for number in range(100):
        output.feed(b"line %d\n" % number, float(number))
    assert (output.lines[0].text, output.lines[-1].text) == (first, last)
    assert len(output.lines) + output.dropped == 100


def test_after_a_line_too_long_to_keep_no_shorter_one_is_kept() -> None:
    output = Output(limit=200)
    output.feed(b"short\n" + b"x" * 190 + b"\nshort again\n", 0.0)
    assert ([line.text for line in output.lines], output.dropped) == (["short"], 2)


def test_a_line_that_never_ends_is_bounded_too() -> None:
    output = Output(limit=1000, keep="last")
    for _ in range(100):
        output.feed(b"x" * 100, 0.0)
    assert len(output._partial) <= 1100


def test_bytes_that_are_no_utf8_are_shown_as_such() -> None:
    output = Output()
    output.feed(b"\xff\n", 0.0)
    assert output.lines[0].text == "�"


def test_tail_says_how_much_came_before() -> None:
    output = Output()
    output.feed(b"a\nb\nc\n", 0.0)
    assert output.tail(2) == "    … 1 earlier lines …\n    b\n    c"
    assert output.tail(3) == "    a\n    b\n    c"


def test_waiting_for_a_line_from_another_thread() -> None:
    output = Output()
    thread = threading.Thread(target=lambda: [output.feed(b"no\n", 1.0), output.feed(b"yes 1\nyes 2\n", 2.0)])
    thread.start()
    assert output.wait_for(lambda text: text.startswith("yes"), 5) == Line(2.0, "yes 1")
    thread.join()


def test_waiting_ends_with_the_stream_and_with_the_time() -> None:
    output = Output()
    assert output.wait_for(bool, 0.0) is None
    output.close(1.0)
    assert output.wait_for(bool, 60.0) is None


def test_a_line_that_never_ends_is_kept_as_far_as_there_is_room() -> None:
    output = Output(limit=1000)
    for _ in range(5):
        output.feed(b"x" * 400, 0.0)
    assert [set(line.text) for line in output.lines] == [{"x"}]
    assert 800 < len(output.text) <= 1000
    assert len(output.tail()) < 400
