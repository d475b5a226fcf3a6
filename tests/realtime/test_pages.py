"""The transports' pages, as far as that can be said without a browser."""

from __future__ import annotations

import re

import pytest

from course_lib import realtime
from course_lib.realtime import pages
from tests.realtime.wire import ask

ABSOLUTE = re.compile(r"""(?:src|href)="/|fetch\(\W?/|["'`]/\w|https?:|url\(/""")


@pytest.mark.parametrize("name", pages.NAMES)
def test_every_address_is_relative_and_every_file_is_served(name: str) -> None:
    with realtime.serve(name) as server:
        status, headers, page = ask(server, "GET", "/")
        text = page.decode()
        assert status == 200
        assert "{" not in text
        assert "script-src 'self'" in headers["content-security-policy"]
        assert "x-frame-options" not in headers
        for file in ["page.js", *re.findall(r'(?:src|href)="([^":]+)"', text)]:
            status, headers, data = ask(server, "GET", f"/{file}")
            assert status == 200, file
            assert not ABSOLUTE.search(re.sub(r"//.*", "", data.decode())), file
        assert not ABSOLUTE.search(text)


def test_an_absolute_address_is_seen() -> None:
    for wrong in ('fetch("/poll")', '<link href="/page.css">', "new EventSource(`/events`)", '"http://localhost"'):
        assert ABSOLUTE.search(wrong)


def test_what_others_wrote_is_never_put_in_as_markup() -> None:
    for name in pages.NAMES:
        assert "innerHTML =" not in pages.script(name)
        assert "insertAdjacentHTML" not in pages.script(name)


def test_a_lesson_can_show_the_script() -> None:
    assert "new EventSource" in pages.script("sse")
    with pytest.raises(ValueError, match="expected a page: long_polling, sse, websocket; got 'telegraph'"):
        pages.script("telegraph")
