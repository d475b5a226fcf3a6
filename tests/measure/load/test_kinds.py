"""Every kind of load against a server that does it right, and the errors of servers that do not."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from course_lib.measure.load import DELIVERIES, KINDS
from course_lib.realtime import sse, websocket
from course_lib.realtime.websocket import Connection, Ping, Text, handshake

Reader, Writer = asyncio.StreamReader, asyncio.StreamWriter
Answer = Callable[[str, bytes, Writer], Awaitable[bool]]
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


async def asked(reader: Reader) -> tuple[str, dict[str, str], bytes]:
    """One request: its first line, its fields, its body."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    first, *lines = head.strip().split("\r\n")
    fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return first, fields, await reader.readexactly(int(fields.get("content-length", 0)))


def answering(*answers: bytes) -> Any:
    """A handler that gives these answers by turns; an empty one hangs up."""

    async def handler(reader: Reader, writer: Writer) -> None:
        for number in range(1000):
            await asked(reader)
            answer = answers[number % len(answers)]
            if not answer:
                return
            writer.write(answer)

    return handler


class Talk:
    """A small server for everything: a room, an echo, a stream and a log; `spoil` may change what a listener gets."""

    def __init__(self, spoil: Callable[[int, bytes], list[bytes]] = lambda number, data: [data]) -> None:
        self.texts: list[str] = []
        self.spoil = spoil
        self.listeners: list[Callable[[str], None]] = []
        self.news = asyncio.Event()

    async def __call__(self, reader: Reader, writer: Writer) -> None:
        while True:
            first, fields, body = await asked(reader)
            path = first.split(" ")[1]
            if "sec-websocket-key" in fields:
                writer.write(handshake.response(fields["sec-websocket-key"]))
                return await self.speak(path, reader, writer)
            if path.startswith("/events"):
                return await self.stream(reader, writer)
            if path.startswith("/poll"):
                await self.poll(path, writer)
            else:
                writer.write(self.created(json.loads(body)["message"]))

    def created(self, text: str) -> bytes:
        try:
            self.publish(text)
        except PermissionError:
            return b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"
        return b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"

    def publish(self, text: str) -> None:
        self.texts.append(text)
        self.news.set()
        self.news = asyncio.Event()
        for listener in list(self.listeners):
            listener(text)

    def send(self, writer: Writer, data: bytes) -> None:
        for piece in self.spoil(len(self.texts), data):
            writer.write(piece)

    async def speak(self, path: str, reader: Reader, writer: Writer) -> None:
        rules = Connection("server", max_message=1 << 24)

        def say(text: str) -> None:
            rules.send_text(text)
            self.send(writer, rules.output())

        if path != "/echo":
            self.listeners.append(say)
        while data := await reader.read(1 << 16):
            for event in rules.receive(data):
                if isinstance(event, Text) and path == "/echo":
                    self.texts.append(event.data)
                    say(event.data)
                elif isinstance(event, Text):
                    self.publish(event.data)

    async def stream(self, reader: Reader, writer: Writer) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")

        def say(text: str) -> None:
            data = sse.encode(text, id=len(self.texts))
            self.send(writer, b"%x\r\n%b\r\n" % (len(data), data))

        self.listeners.append(say)
        await reader.read()

    async def poll(self, path: str, writer: Writer) -> None:
        _, found, after = path.partition("after=")
        begin = int(after) if found else len(self.texts)
        while found and len(self.texts) <= begin:
            await self.news.wait()
        messages = [{"id": 1, "message": text} for text in self.texts[begin:]]
        body = json.dumps({"messages": messages, "cursor": len(self.texts), "missed": False}).encode()
        self.send(writer, b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))


def test_request(loaded):
    load = loaded(answering(OK), clients=3)
    assert repr(load) == "<Load: request, 3 clients, 200/s for 0.1 s: all answered>"
    assert (load.sent, load.answered, load.n) == (20, 20, 20)
    port = load.plan.url.rpartition(":")[2]
    question = len(f"GET /hello HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n")
    assert load.bytes_per_message == question + len(OK)
    assert 0 < load.p50 <= load.p99 <= load.max < 0.1


@pytest.mark.parametrize("kind", sorted(DELIVERIES))
@pytest.mark.parametrize("rate", [200.0, None])
def test_deliveries_reach_everyone(loaded, kind, rate):
    load = loaded(Talk(), kind=kind, clients=3, rate=rate)
    assert load.ok, load
    assert load.answered == 3 * load.sent
    assert load.sent == 20 if rate else load.sent > 3
    assert load.bytes_publishing > 0
    assert load.bytes_connecting > 0
    assert load.record.kinds == ("latency",)
    assert load.record.lanes == (kind,)


@pytest.mark.parametrize(("rate", "window"), [(200.0, 1), (None, 1), (None, 4)])
def test_echo(loaded, rate, window):
    load = loaded(Talk(), kind="echo", clients=2, rate=rate, window=window)
    assert load.ok
    assert load.answered == load.sent
    assert load.sent == 20 if rate else load.sent > 4


@pytest.mark.parametrize("payload", [12, 126, 70_000])
def test_echo_counts_every_byte(loaded, payload):
    extended = 0 if payload < 126 else 2 if payload < 1 << 16 else 8
    load = loaded(Talk(), kind="echo", clients=1, rate=50.0, payload=payload)
    assert load.bytes_per_message == 2 * (payload + 2 + extended) + 4


def test_what_does_not_go_out_at_once_goes_out_in_order(loaded):
    """A megabyte is more than a socket takes at a time."""
    load = loaded(Talk(), kind="echo", clients=1, rate=None, window=4, payload=1 << 20)
    assert load.ok
    assert load.answered >= 4


def test_a_poll_counts_both_ways(loaded):
    load = loaded(Talk(), kind="poll", clients=1, rate=None)  # one message for each poll
    port = load.plan.url.rpartition(":")[2]
    question = f"GET /poll?after=1 HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n"
    body = json.dumps({"messages": [{"id": 1, "message": "x" * 32}], "cursor": 1, "missed": False})
    answer = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    least = len(question) + len(answer)
    assert least <= load.bytes_per_message <= least + 8  # cursors of up to five digits


@pytest.mark.parametrize("kind", [*sorted(DELIVERIES), "echo"])
@pytest.mark.parametrize("size", [1, 7])
def test_in_any_pieces(loaded, kind, size):
    def pieces(number: int, data: bytes) -> list[bytes]:
        return [data[at : at + size] for at in range(0, len(data), size)]

    assert loaded(Talk(pieces), kind=kind, clients=2).ok


@pytest.mark.parametrize("kind", sorted(DELIVERIES - {"poll"}))
def test_what_never_came_is_missing_and_what_came_twice_a_duplicate(loaded, kind):
    def spoil(number: int, data: bytes) -> list[bytes]:
        return [] if number == 3 else [data, data] if number == 5 else [data]

    load = loaded(Talk(spoil), kind=kind, clients=2, timeout=0.2)
    assert dict(load.errors) == {"missing": 2, "duplicate": 2}
    assert load.answered == 38
    assert repr(load).endswith(": 2 missing, 2 duplicate>")


def test_an_echo_knows_what_is_missing_twice_or_not_its_own(loaded):
    other = websocket.encode_frame(1, b"hello")

    def spoil(number: int, data: bytes) -> list[bytes]:
        return {3: [], 6: [data, data], 9: [other, data]}.get(number, [data])

    load = loaded(Talk(spoil), kind="echo", clients=1)
    assert dict(load.errors) == {"missing": 1, "duplicate": 1, "protocol": 1}
    assert load.answered == 19


def test_an_answer_that_says_no(loaded):
    no = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"
    load = loaded(answering(OK, no), clients=1)
    assert dict(load.errors) == {"status": 10}
    assert load.answered == 10


def test_an_answer_that_is_none(loaded):
    load = loaded(answering(OK, b"what?\r\n\r\n"), clients=1)
    assert set(load.errors) == {"protocol"}
    assert load.answered + load.errors["protocol"] == load.sent


def test_an_answer_too_many(loaded):
    load = loaded(answering(OK + OK), clients=1, rate=50.0)
    assert dict(load.errors) == {"duplicate": 5}
    assert load.answered == 0


def test_a_connection_that_breaks_comes_back(loaded):
    load = loaded(answering(OK, b""), clients=2)
    assert set(load.errors) == {"reset"}
    assert load.answered + load.errors["reset"] == load.sent == 20
    assert load.answered >= 8


def test_a_connection_that_is_closed_after_each_answer_is_no_error(loaded):
    close = OK.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    twice = b"HTTP/1.1 500 I Said Close\r\nContent-Length: 0\r\n\r\n"
    assert loaded(answering(close, twice), clients=2).ok

    async def until_the_end(reader: Reader, writer: Writer) -> None:
        await asked(reader)
        writer.write(b"HTTP/1.0 200 OK\r\n\r\nok")

    assert loaded(until_the_end, clients=2, rate=100.0).ok


def test_silence_is_a_timeout(loaded):
    async def silent(reader: Reader, writer: Writer) -> None:
        await reader.read()

    load = loaded(silent, clients=2, rate=50.0, timeout=0.15)
    assert dict(load.errors) == {"timeout": 5}
    assert load.n == 0
    assert load.p50 != load.p50
    assert load.cpu_per_message is None
    with pytest.raises(ValueError, match="at least one"):
        _ = load.summary


NO = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
PAGE = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 0\r\n\r\n"
LIAR = (
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n"
)


@pytest.mark.parametrize(
    ("kind", "answer", "words"),
    [
        *((kind, NO, "404") for kind in sorted(KINDS) if kind != "request"),
        *((kind, b"what?\r\n\r\n", "HTTP/1.1") for kind in sorted(KINDS) if kind != "request"),
        *((kind, b"", "closed before it was ready") for kind in sorted(KINDS) if kind != "request"),
        ("sse", PAGE, "text/html instead of 200, text/event-stream"),
        ("echo", LIAR, "expected Sec-WebSocket-Accept"),
        ("poll", OK, r'expected \{"messages": .* got b\'ok\''),
    ],
)
def test_a_server_that_is_none_of_the_kind(loaded, kind, answer, words):
    with pytest.raises(ConnectionError, match=f"expected a server for kind {kind} at http://localhost:.*{words}"):
        loaded(answering(answer), kind=kind, clients=2)


@pytest.mark.parametrize(
    ("kind", "bad"),
    [
        ("echo", b"\x82\x01x"),  # binary for text
        ("echo", b"\xc1\x01x"),  # a reserved bit
        ("websocket", b"\xc1\x01x"),
        ("sse", b"what?\r\n"),  # no chunk
        ("poll", b"what?\r\n\r\n"),  # no answer
    ],
)
def test_bytes_against_the_protocol(loaded, kind, bad):
    """The client that got them comes back: what is published afterwards reaches it."""
    given = []

    def spoil(number: int, data: bytes) -> list[bytes]:
        if number < 5 or given:
            return [data]
        given.append(number)
        return [bad]

    load = loaded(Talk(spoil), kind=kind, clients=1, timeout=0.2)
    assert load.errors["protocol"] == 1
    assert load.answered >= 10


def test_a_close_ends_the_connection_and_it_comes_back(loaded):
    load = loaded(Talk(lambda number, data: [b"\x88\x00"] if number == 5 else [data]), kind="echo", clients=1)
    assert dict(load.errors) == {"reset": 1}
    assert load.answered == 19


def test_a_stream_that_ends_is_opened_again_where_it_was(loaded):
    last = []

    class Ending(Talk):
        async def __call__(self, reader: Reader, writer: Writer) -> None:
            while True:
                first, fields, body = await asked(reader)
                if first.startswith("POST"):
                    writer.write(self.created(json.loads(body)["message"]))
                    continue
                last.append(fields.get("last-event-id"))
                writer.write(
                    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
                )
                sent = int(last[-1] or 0)
                for _ in range(3):
                    while len(self.texts) <= sent:
                        await self.news.wait()
                    data = sse.encode(self.texts[sent], id=sent + 1)
                    writer.write(b"%x\r\n%b\r\n" % (len(data), data))
                    sent += 1
                writer.write(b"0\r\n\r\n")

    load = loaded(Ending(), kind="sse", clients=1)
    assert load.ok, load
    assert last[:4] == [None, "3", "6", "9"]


@pytest.mark.parametrize("kind", ["sse", "poll"])
@pytest.mark.parametrize("error", ["status", "reset"])
def test_a_refused_publication_is_an_error_and_nobody_waits_for_it(loaded, kind, error):
    class Refusing(Talk):
        def publish(self, text: str) -> None:
            self.asked = getattr(self, "asked", 0) + 1
            if self.asked % 2:
                raise ConnectionResetError if error == "reset" else PermissionError
            super().publish(text)

    load = loaded(Refusing(), kind=kind, clients=2, timeout=30.0)
    assert set(load.errors) == {error}
    assert load.answered == 2 * (load.sent - load.errors[error])


def test_a_listener_that_is_cut_off_comes_back(loaded):
    cut = []

    class Cutting(Talk):
        def send(self, writer: Writer, data: bytes) -> None:
            if len(self.texts) == 5 and not cut:
                cut.append(1)
                writer.transport.abort()
            else:
                super().send(writer, data)

    load = loaded(Cutting(), kind="poll", clients=2)
    assert load.ok, "a long poll has its cursor"
    cut.clear()
    load = loaded(Cutting(), kind="websocket", clients=2, timeout=0.2)
    assert set(load.errors) <= {"missing", "reset"}
    assert load.errors["missing"] >= 1


def test_pings_are_answered(loaded):
    pongs = []

    class Asking(Talk):
        async def speak(self, path: str, reader: Reader, writer: Writer) -> None:
            rules = Connection("server")
            rules.ping(b"there?")
            writer.write(rules.output())
            while data := await reader.read(1 << 16):
                for event in rules.receive(data):
                    pongs.append(event)
                    if isinstance(event, Text):
                        rules.send_text(event.data)
                writer.write(rules.output())

    assert loaded(Asking(), kind="echo", clients=1, rate=50.0).ok
    assert not any(isinstance(event, Ping) for event in pongs)
    assert websocket.Pong(b"there?") in pongs
