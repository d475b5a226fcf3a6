"""`Progress`: a line redrawn on a terminal, a few lines in a log."""

from __future__ import annotations

import io

import pytest

from course_lib.commands.progress import Progress


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_log_gets_a_line_at_each_quarter_and_no_more():
    stream = io.StringIO()
    with Progress("Fetching", 100, stream=stream, clock=lambda: 0.0) as progress:
        for done in range(1, 101):
            progress.step(done)
    lines = stream.getvalue().splitlines()
    assert [line.split()[2] for line in lines] == ["0/100", "25/100", "50/100", "75/100", "100/100"]
    assert "\r" not in stream.getvalue()


def test_a_log_hears_about_work_of_unknown_length():
    stream = io.StringIO()
    with Progress("Making .venv", stream=stream, clock=lambda: 0.0) as progress:
        progress.step(0, "pip")
    assert stream.getvalue().splitlines() == ["Making .venv · 0 s", "Making .venv · pip · 0 s"]


def test_a_terminal_gets_one_line_that_moves():
    stream = Terminal()
    with Progress("Fetching", 2, stream=stream, clock=lambda: 0.0) as progress:
        progress.step(1, "numpy")
        progress.step(2)
    text = stream.getvalue()
    assert text.count("\n") == 1
    assert text.endswith("\n")
    assert "[############------------] 1/2 · 0 s · numpy" in text


def test_says_that_it_was_stopped():
    stream = io.StringIO()
    with pytest.raises(ValueError, match="no"), Progress("Fetching", 2, stream=stream, clock=lambda: 0.0):
        raise ValueError("no")
    assert stream.getvalue().endswith("stopped\n")


def test_closing_twice_says_it_once_and_repr_shows_the_state():
    stream = io.StringIO()
    progress = Progress("Fetching", 3, stream=stream, clock=lambda: 0.0)
    progress.step(1)
    progress.close("done")
    progress.close("done")
    assert stream.getvalue().count("done") == 1
    assert repr(progress) == "<Progress 'Fetching': 1 of 3>"


def test_a_stream_that_cannot_write_a_sign_gets_another():
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    Progress("Fetching", 1, stream=stream, clock=lambda: 0.0).step(0)
    assert b"0/1 ? 0 s" in raw.getvalue()
