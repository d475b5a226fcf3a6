"""Whose pages may talk to a server."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.realtime.origins import allowed, checked_origin

EXTRA = ("https://course.example:8443", "http://localhost:8888")


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        (None, "localhost:8000"),
        ("http://localhost:8000", "localhost:8000"),
        ("http://LOCALHOST:8000", "localhost:8000"),
        ("http://127.0.0.1:8000", "127.0.0.1:8000"),
        ("http://[::1]:8000", "[::1]:8000"),
        ("http://course.example", "course.example"),
        ("http://course.example:80", "course.example"),
        ("http://course.example", "course.example:80"),
        ("https://course.example", "course.example"),
        ("https://course.example", "course.example:443"),
        ("https://course.example:8443", "other.example"),
        ("HTTPS://Course.Example:8443", "other.example"),
        ("http://localhost:8888", "localhost:8000"),
        ("http://localhost:65535", "localhost:65535"),
        ("http://localhost:1", "localhost:1"),
        ("http://" + "a" * 293, "a" * 293),
    ],
)
def test_the_servers_own_pages_and_those_on_the_list_may(origin: str | None, host: str) -> None:
    assert allowed(origin, host, EXTRA)


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("null", "localhost:8000"),
        ("", "localhost:8000"),
        ("http://evil.example", "localhost:8000"),
        ("http://localhost:8001", "localhost:8000"),
        ("http://localhost", "localhost:8000"),
        ("http://localhost:8000.evil.example", "localhost:8000"),
        ("http://localhost.evil.example:8000", "localhost:8000"),
        ("http://evil.example/localhost:8000", "localhost:8000"),
        ("http://localhost:8000@evil.example", "localhost:8000"),
        ("http://evil.example#localhost:8000", "localhost:8000"),
        ("http://127.0.0.1:8000", "localhost:8000"),
        ("http://localhost:8000/", "localhost:8000"),
        ("http://localhost:8000\n", "localhost:8000"),
        (" http://localhost:8000", "localhost:8000"),
        ("http://localhost:8000, http://evil.example", "localhost:8000"),
        ("localhost:8000", "localhost:8000"),
        ("//localhost:8000", "localhost:8000"),
        ("file://localhost:8000", "localhost:8000"),
        ("ws://localhost:8000", "localhost:8000"),
        ("http://localhost:08000", "localhost:8001"),
        ("http://localhost:0", "localhost:0"),
        ("http://localhost:70000", "localhost:70000"),
        ("http://localhost:٨٠٠٠", "localhost:8000"),
        ("http://loc\u0130alhost", "localhost"),
        ("http://\u017fite", "site"),
        ("http://course.example", "course.example:443"),
        ("https://course.example", "course.example:80"),
        ("http://", ""),
        ("http://localhost", ""),
        ("http://localhost", "localhost, evil.example"),
        ("http://course.example:8443", "other.example"),
        ("https://course.example", "other.example"),
        ("http://localhost:65536", "localhost:65536"),
        ("http://" + "a" * 294, "a" * 294),
        ("http://" + "a" * 100_000, "a" * 100_000),
        ("*", "localhost:8000"),
    ],
)
def test_all_others_may_not(origin: str, host: str) -> None:
    assert not allowed(origin, host, EXTRA)


@settings(max_examples=150)
@given(st.text(max_size=40), st.text(max_size=40), st.lists(st.text(max_size=20), max_size=2))
def test_it_never_raises(origin: str, host: str, extra: list[str]) -> None:
    assert allowed(origin, host, extra) in (True, False)


def test_what_goes_on_a_list_is_looked_at() -> None:
    assert checked_origin("http://localhost:8888") == "http://localhost:8888"
    for text in ("*", "null", "localhost", "http://localhost:8888/", "http://localhost:99999"):
        with pytest.raises(ValueError, match="expected an origin such as"):
            checked_origin(text)
