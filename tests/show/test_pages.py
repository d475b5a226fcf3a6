"""A live page is found by the learner's browser, and its text names no port."""

import pytest

from course_lib.show import page
from course_lib.show.pages import browser_url

HUB = {"JUPYTERHUB_SERVICE_PREFIX": "/user/ann/"}


@pytest.mark.parametrize(
    ("url", "environ", "found"),
    [
        ("http://127.0.0.1:8123/chat?x=1#top", {}, "http://localhost:8123/chat?x=1#top"),
        ("http://localhost:8123", {}, "http://localhost:8123/"),
        ("http://[::1]:8123/", {}, "http://localhost:8123/"),
        ("http://127.0.0.1:8123/chat?x=1", HUB, "/user/ann/proxy/8123/chat?x=1"),
        ("https://example.org/page", HUB, "https://example.org/page"),
    ],
)
def test_where_the_browser_finds_it(url: str, environ: dict[str, str], found: str) -> None:
    assert browser_url(url, environ) == found


@pytest.mark.parametrize("url", ["", "8000", "file:///etc/passwd", "javascript:alert(1)"])
def test_what_is_no_url_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="expected a URL like"):
        page(url)


def test_the_text_names_no_port_and_the_frame_has_a_title() -> None:
    shown = page("http://127.0.0.1:8123/", 200, title='a "page"')
    data, _ = shown._repr_mimebundle_()
    assert data["text/plain"] == 'Page: a "page" (live: run the cell to open it)'
    assert "text/html" not in data
    assert 'src="http://localhost:8123/"' in shown.html
    assert 'title="a &quot;page&quot;"' in shown.html
    assert "height:200px" in shown.html
