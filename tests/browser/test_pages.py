"""The transports' pages in a real browser: what is said arrives, a lost server is found again, text stays text.

Screenshots stay in ``test-artifacts/pages/``.
"""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from course_lib import live, realtime, show
from course_lib.commands import doctor
from course_lib.commands.places import ROOT
from course_lib.realtime import pages
from tests.browser.lab import chromium

ARTEFACTS = ROOT / "test-artifacts" / "pages"
LIMITS = {"retry_ms": 50, "poll_timeout": 2.0}
XSS = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"

pytestmark = pytest.mark.skipif(
    doctor.chromium() is None, reason=f"no Chromium on this machine; to run this: {doctor._command('chromium')}"
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


def post(server: live.Server, message: str, room: str) -> None:
    body = json.dumps({"message": message} | ({"room": room} if room else {})).encode()
    request = urllib.request.Request(f"{server.url}/messages", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.status == 201


def opened(browser: Browser, server: live.Server, **options: str) -> tuple[Page, list[str]]:
    """The server's page, and the list that takes up what goes wrong in it."""
    page = browser.new_page(viewport={"width": 640, "height": 360}, **options)  # type: ignore[arg-type]
    page.set_default_timeout(10_000)
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
    page.goto(f"{server.url}/")
    expect(page.locator("#state")).to_have_text("connected")
    return page, wrong


@pytest.mark.parametrize("name", pages.NAMES)
def test_a_page_lives_through_a_restart_and_shows_text_as_text(browser: Browser, name: str) -> None:
    room = "lobby" if name == "websocket" else ""
    with realtime.serve(name, **LIMITS) as server:
        page, wrong = opened(browser, server)
        other, _ = opened(browser, server, color_scheme="dark")
        messages = page.locator("#messages li")

        page.get_by_label("Message", exact=True).fill("hello from a page")
        page.get_by_role("button", name="Send").click()
        for one in (page, other):
            expect(one.locator("#messages li").first).to_contain_text("hello from a page")
        post(server, XSS, room)
        expect(messages.nth(1)).to_contain_text(XSS)

        page.get_by_role("button", name="Disconnect").click()
        expect(page.locator("#state")).to_have_text("disconnected by you")
        page.get_by_role("button", name="Reconnect").click()
        expect(page.locator("#state")).to_have_text("connected")

        ARTEFACTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=ARTEFACTS / f"{name}-light.png")
        other.screenshot(path=ARTEFACTS / f"{name}-dark.png")
        assert page.title() == pages.NAMES[name]
        server.stop()
        expect(page.locator("#state")).to_contain_text("trying again" if name != "sse" else "tries again")
        with realtime.serve(name, port=server.port, **LIMITS) as again:
            for one in (page, other):
                expect(one.locator("#state")).to_have_text("connected")
            post(again, "here again", room)
            expect(messages.last).to_contain_text("here again")
        assert wrong == []
        page.close()
        other.close()


def test_a_page_lives_in_a_frame_beside_a_cell(browser: Browser) -> None:
    with realtime.serve("websocket", **LIMITS) as server, realtime.serve("sse", **LIMITS) as elsewhere:
        page = browser.new_page()
        page.goto(f"{elsewhere.url}/hello")  # as in JupyterLab: the frame is of another port than the page around it
        page.set_content(show.page(server.url, title="chat").html)
        inside = page.frame_locator("iframe[title=chat]")
        expect(inside.locator("#state")).to_have_text("connected")
        inside.get_by_label("Message", exact=True).fill("from a frame")
        inside.get_by_role("button", name="Send").click()
        expect(inside.locator("#messages li")).to_contain_text("from a frame")
        page.close()
