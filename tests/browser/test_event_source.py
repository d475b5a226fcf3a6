"""The event parser and the client's rules beside the EventSource of a real browser."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest
import tornado.web
from playwright.sync_api import Page

from course_lib import live
from course_lib.commands import doctor
from course_lib.realtime.sse import Parser
from course_lib.realtime.sse.reconnect import happening_of
from tests.browser.lab import chromium
from tests.realtime.sse.streams import PIECES

pytestmark = pytest.mark.skipif(
    doctor.chromium() is None, reason=f"no Chromium on this machine; to run this: {doctor._command('chromium')}"
)

BOM = "\ufeff".encode()

READ = """async ([paths, types]) => {
    const read = path => new Promise(done => {
        const source = new EventSource(path), events = [];
        const note = one => { if ('data' in one) events.push([one.type, one.data, one.lastEventId]); };
        for (const type of types) source.addEventListener(type, note);
        source.addEventListener('error', one => { if (!('data' in one)) { source.close(); done(events); } });
    });
    const results = [];
    const next = async () => { while (results.length < paths.length) {
        const at = results.push(null) - 1;
        results[at] = await read(paths[at]);
    } };
    await Promise.all([next(), next(), next(), next()]);
    return results;
}"""
"""What an EventSource makes of some streams until each of them ends. All types must be known beforehand."""

OUTCOME = """path => new Promise(done => {
    const source = new EventSource(path);
    source.onopen = () => { source.close(); done('event stream'); };
    source.onerror = () => { done(source.readyState === 2 ? 'other answer' : 'lost'); source.close(); };
})"""

RECONNECT = """async wanted => {
    const source = new EventSource('resume'), seen = [];
    await new Promise(done => { source.onmessage = one => {
        seen.push([one.data, one.lastEventId]);
        if (seen.length === wanted) done();
    }; });
    source.close();
    return seen;
}"""


class Stream(tornado.web.RequestHandler):
    """Bytes of the test's choice."""

    def initialize(self, streams: list[bytes]) -> None:
        self.streams = streams

    def get(self, number: str) -> None:
        self.set_header("Content-Type", "text/event-stream")
        self.finish(self.streams[int(number)])


class Answer(tornado.web.RequestHandler):
    """A status and a content type of the test's choice."""

    def get(self) -> None:
        self.set_status(int(self.get_query_argument("status")), "Whatever")
        content_type = self.get_query_argument("type", "", strip=False)
        if content_type:
            self.set_header("Content-Type", content_type)
        else:
            self.clear_header("Content-Type")
        if self.get_status() != 204:
            self.write(b"data: x\n\n")


class Resume(tornado.web.RequestHandler):
    """One stream after the other; remembers what each was asked with."""

    def initialize(self, streams: list[bytes], asked: list[str | None]) -> None:
        self.streams, self.asked = streams, asked

    def get(self) -> None:
        self.set_header("Content-Type", "text/event-stream")
        self.asked.append(self.request.headers.get("Last-Event-ID"))
        self.finish(self.streams[min(len(self.asked), len(self.streams)) - 1])


class Blank(tornado.web.RequestHandler):
    """A page with nothing on it."""

    def get(self) -> None:
        self.write("<!doctype html><title>An event source</title>")


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with chromium() as browser:
        yield browser.new_page()


def opened(page: Page, *routes: tuple[Any, ...]) -> Any:
    """A server with these routes, and the page on it."""
    server = live.serve(tornado.web.Application([("/", Blank), *routes]))
    page.goto(server.url)
    return server


def random_stream(draw: random.Random) -> bytes:
    """Pieces in any order, most of them on a line of their own."""
    ends = [b"", b"\n", b"\r\n", b"\r", b"\n\n"]
    stream = b"".join(draw.choice(PIECES) + draw.choice(ends) for _ in range(draw.randint(1, 40)))
    # a line end right after the BOM is one to the standard; Chromium passes over it
    return stream.removeprefix(BOM) if stream[3:4] in (b"\r", b"\n") else stream


def test_random_streams_are_read_as_the_browser_reads_them(page: Page) -> None:
    draw = random.Random(20)
    streams = [random_stream(draw) for _ in range(300)]
    ours = [[[one.type, one.data, one.last_event_id] for one in Parser().feed(stream)] for stream in streams]
    types = sorted({"message", "name", *(event[0] for events in ours for event in events)})
    assert sum(map(len, ours)) > 300
    with opened(page, (r"/(\d+)", Stream, {"streams": streams})):
        theirs = page.evaluate(READ, [[str(number) for number in range(len(streams))], types])
    for stream, our, their in zip(streams, ours, theirs, strict=True):
        assert our == their, stream


@pytest.mark.parametrize(
    ("status", "content_type"),
    [  # no other charset: the standard ignores it, and Chromium refuses it
        *((200, one) for one in ("text/event-stream", "text/event-stream;", "TEXT/Event-Stream; charset=utf-8")),
        *((200, one) for one in ("", "text/plain", "text/event-streams", "x bogus")),
        *((status, "text/event-stream") for status in (201, 204, 400, 404, 500, 503)),
    ],
)
def test_an_answer_means_what_it_means_to_the_browser(page: Page, status: int, content_type: str) -> None:
    with opened(page, ("/answer", Answer)):
        query = f"answer?status={status}&type={content_type.replace(';', '%3B').replace(' ', '%20')}"
        assert page.evaluate(OUTCOME, query) == happening_of(status, content_type or None)


def test_an_id_stays_in_force_over_reconnections(page: Page) -> None:
    streams = [
        "retry: 1\nid: ä7\ndata: a\n\nid: lost\ndata: cut off".encode(),
        b"data: b\n\nid: 8\n\n",
        b"id: 9\0\ndata: c\n\nid\n\n",
        b"data: d\n\n",
    ]
    asked: list[str | None] = []
    with opened(page, ("/resume", Resume, {"streams": streams, "asked": asked})):
        theirs = page.evaluate(RECONNECT, len(streams))
    parser, ours = Parser(), []
    for stream in streams:
        parser = Parser(parser.last_event_id)
        ours += [[one.data, one.last_event_id] for one in parser.feed(stream)]
    assert theirs == ours == [["a", "ä7"], ["b", "ä7"], ["c", "8"], ["d", ""]]
    assert asked[:4] == [None, "ä7".encode().decode("latin-1"), "8", None]
