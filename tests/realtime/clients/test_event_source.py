"""The event source against servers that end, break, stall and refuse."""

from __future__ import annotations

import asyncio
import random
from typing import Any

import pytest

from course_lib.realtime.backoff import Backoff
from course_lib.realtime.clients import ClientFailed, EventSource
from course_lib.realtime.sse import Event, ReadyState, encode
from tests.realtime.clients.scripted import STREAM, Clock, Scripted, Sleeper, Visit, answer, run, turns, until


def source_of(server: Scripted, **options: Any) -> EventSource:
    return EventSource(server.url + "/events", **{"sleep": Sleeper(), "clock": Clock(), **options})


async def taken(source: EventSource, count: int) -> list[str]:
    return [(await anext(source)).data for _ in range(count)]


CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def test_it_reads_events_and_comes_back_where_it_was() -> None:
    async def test() -> None:
        sleeper = Sleeper()
        first = STREAM + encode(None, retry=1500) + encode("a", id=1) + encode("b", id=2, event="x") + b"id: 3\ndata: c"
        async with (
            Scripted(first, STREAM + encode("c", id=3), STREAM + encode("d")) as server,
            source_of(server, sleep=sleeper, rng=random.Random(4)) as source,
        ):
            events = [await anext(source) for _ in range(4)]
            await until(lambda: len(server.requests) == 4)
            assert (source.last_event_id, source.retry_ms) == ("3", 1500)
        assert events == [
            *(Event("message", "a", "1"), Event("x", "b", "2"), Event("message", "c", "3"), Event("message", "d", "3"))
        ]
        assert [one.headers.get("last-event-id") for one in server.requests] == [None, b"2", b"3", b"3"]
        assert {one.headers["accept"] for one in server.requests} == {b"text/event-stream"}
        draws = random.Random(4)
        expected = [1.5 + Backoff(rng=draws).next() for _ in range(3)]
        assert sleeper.pauses == expected
        assert [str(one) for one in source.states][:4] == [
            *("connecting", "open", f"connecting: the stream ended; again in {expected[0]:.2f} s", "open")
        ]

    run(test())


def test_events_come_at_once_however_the_body_is_framed() -> None:
    async def test() -> None:
        go = asyncio.Event()

        async def chunked(visit: Visit) -> None:
            await visit.say(CHUNKED + chunk(b"data: a\n") + chunk(b"\nda"))
            await go.wait()
            await visit.say(chunk(b"ta: b\n\n")[:7])
            await visit.say(chunk(b"ta: b\n\n")[7:] + b"0\r\n\r\n")

        async with Scripted(chunked) as server, source_of(server) as source:
            assert await taken(source, 1) == ["a"]
            go.set()
            assert await taken(source, 1) == ["b"]
            await until(lambda: len(server.requests) == 2)

    run(test())


@pytest.mark.parametrize(
    "head", [STREAM, CHUNKED, b"HTTP/1.1 200 OK\r\n", b""], ids=["open", "chunked", "half", "none"]
)
@pytest.mark.parametrize("reset", [False, True])
def test_a_connection_that_ends_or_breaks_is_noticed_at_once(head: bytes, reset: bool) -> None:
    async def test() -> None:
        go = asyncio.Event()

        async def leave(visit: Visit) -> None:
            await visit.say(head)
            await go.wait()
            if reset:
                visit.reset()

        async with (
            Scripted(leave, STREAM + encode("back")) as server,
            source_of(server) as source,
        ):
            await source.until("open" if head.endswith(b"\r\n\r\n") else "connecting")
            await until(lambda: len(server.requests) == 1)
            go.set()
            assert await taken(source, 1) == ["back"]

    run(test())


def test_204_means_no_more() -> None:
    async def test() -> None:
        async with (
            Scripted(STREAM + encode("a"), answer(204)) as server,
            source_of(server) as source,
        ):
            assert [event.data async for event in source] == ["a"]
            assert str(source.states[-1]) == "closed: the server answered 204: no more"
            assert source.ready_state is ReadyState.CLOSED
        assert len(server.requests) == 2

    run(test())


@pytest.mark.parametrize(
    ("refusal", "says"),
    [
        (answer(404), "got 404 with no content type"),
        (answer(503, Content_Type="text/event-stream"), "got 503 with text/event-stream"),
        (answer(200, b"data: x\n\n", Content_Type="text/plain"), "got 200 with text/plain"),
        (answer(201, Content_Type="text/event-stream"), "got 201 with text/event-stream"),
    ],
)
def test_any_other_answer_ends_it_for_good(refusal: bytes, says: str) -> None:
    async def test() -> None:
        async with (
            Scripted(STREAM + encode("a"), refusal) as server,
            source_of(server) as source,
        ):
            assert await taken(source, 1) == ["a"]
            with pytest.raises(ClientFailed, match=f"expected status 200 with text/event-stream, {says}"):
                await anext(source)
            assert (source.state, source.ready_state) == ("closed", ReadyState.CLOSED)
            assert str(source.states[-1]).startswith("closed: expected status 200")
        assert len(server.requests) == 2

    run(test())


def test_waiting_for_a_state_that_will_not_come_says_why() -> None:
    async def test() -> None:
        async with Scripted(answer(404)) as server, source_of(server) as source:
            with pytest.raises(ClientFailed, match="got 404"):
                await source.until("open")
            with pytest.raises(ConnectionError, match="to become 'open', but it closed: closed: expected status 200"):
                await source.until("open")

    run(test())


def test_an_error_that_nobody_saw_is_raised_at_the_end_of_the_block() -> None:
    async def test() -> None:
        async with Scripted(answer(404)) as server:
            with pytest.raises(ClientFailed, match="got 404"):
                async with source_of(server) as source:
                    await until(lambda: source.state == "closed")

    run(test())


def test_ready_state_follows_the_connection() -> None:
    async def test() -> None:
        go = asyncio.Event()

        async def stay(visit: Visit) -> None:
            await visit.say(STREAM)
            await go.wait()

        async with Scripted(stay) as server:
            source = source_of(server)
            assert (source.state, source.ready_state) == ("new", ReadyState.CONNECTING)
            async with source:
                await source.until("open")
                assert source.ready_state is ReadyState.OPEN
                assert repr(source) == f"<EventSource {server.url}/events: open, 0 messages>"
                go.set()
                await source.until("connecting")
                assert source.ready_state is ReadyState.CONNECTING
                with pytest.raises(RuntimeError, match="was not started before"):
                    source.start()
            assert source.ready_state is ReadyState.CLOSED
            assert source.record.labels() == ["connecting", "open", "connecting", "closed"]
            assert source.record[2].detail["why"].startswith("the stream ended; again in ")

    run(test())


def test_a_server_that_is_not_there_or_speaks_no_http_is_tried_again_more_slowly() -> None:
    async def test() -> None:
        sleeper = Sleeper()
        scripts = [b"SSH-2.0-OpenSSH_9.2\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", answer(302, Location="file:///x"), b""]
        async with (
            Scripted(*scripts, STREAM + encode("a"), b"", STREAM + encode("b")) as server,
            source_of(server, sleep=sleeper, retry_ms=0, backoff=Backoff(1, 5, rng=random.Random(1))) as source,
        ):
            assert await taken(source, 2) == ["a", "b"]
        same = Backoff(1, 5, rng=random.Random(1))
        expected = [same.next() for _ in range(4)]
        same.reset()  # an event came
        assert sleeper.pauses[:6] == [*expected, same.next(), same.next()]
        assert min(sleeper.pauses) >= 0.05

    run(test())


def test_an_open_connection_alone_does_not_make_the_pauses_short() -> None:
    async def test() -> None:
        sleeper = Sleeper()
        async with (
            Scripted(*[STREAM] * 5) as server,
            source_of(server, sleep=sleeper, retry_ms=0, backoff=Backoff(1, 50, least=1)) as source,
        ):
            await until(lambda: len(server.requests) == 6)
            assert source._backoff.failures == 5

    run(test())


def test_it_follows_redirections_each_time_anew() -> None:
    async def test() -> None:
        moved = answer(307, Location="/there")
        async with (
            Scripted(moved, STREAM + encode("a", id=1), moved, STREAM + encode("b")) as server,
            source_of(server) as source,
        ):
            assert await taken(source, 2) == ["a", "b"]
        assert [one.target for one in server.requests[:4]] == ["/events", "/there", "/events", "/there"]
        assert [one.headers.get("last-event-id") for one in server.requests[:4]] == [None, None, b"1", b"1"]

    run(test())


def test_an_id_goes_over_the_wire_as_utf8() -> None:
    async def test() -> None:
        async with (
            Scripted(STREAM + encode("a", id="ä…"), STREAM + encode("b", id="")) as server,
            source_of(server, last_event_id="first") as source,
        ):
            assert await taken(source, 2) == ["a", "b"]
            await until(lambda: len(server.requests) == 3)
        sent = [one.headers.get("last-event-id") for one in server.requests]
        assert sent == [b"first", "ä…".encode(), None]

    run(test())


def test_silence_can_count_as_a_loss() -> None:
    async def test() -> None:
        async def fall_silent(visit: Visit) -> None:
            await visit.say(STREAM + encode("a"))
            await visit.hung_up()

        async with (
            Scripted(fall_silent, Visit.hung_up, STREAM + encode("b")) as server,
            source_of(server, silence=0.05) as source,
        ):
            assert await taken(source, 2) == ["a", "b"]
            why = [one.why for one in source.states if one.state == "connecting"]
            assert why[1].startswith("expected a byte within 0.05 seconds; again in ")
            assert why[2].startswith("expected an answer within 0.05 seconds; again in ")

    run(test())


def test_a_line_without_end_is_a_loss_and_not_a_growth() -> None:
    async def test() -> None:
        async def endless(visit: Visit) -> None:
            await visit.say(STREAM + encode("a") + b"data: ")
            while True:
                await visit.say(b"x" * 1000)

        async with (
            Scripted(endless, STREAM + encode("b")) as server,
            source_of(server, limit=10_000) as source,
        ):
            assert await taken(source, 2) == ["a", "b"]
            assert "expected a line of at most 10,000 bytes, got more" in str(source.states[2])

    run(test())


def test_a_source_that_is_not_read_makes_the_server_wait() -> None:
    async def test() -> None:
        written = 0

        async def flood(visit: Visit) -> None:
            nonlocal written
            await visit.say(STREAM)
            while True:
                await visit.say(encode("x" * 10_000))
                written += 1

        async with Scripted(flood) as server, source_of(server) as source:
            await until(lambda: source.received > 60)
            seen = -1
            while seen != written:
                seen = written
                await turns(1000)
            assert source.received == 65
            assert await taken(source, 500) == ["x" * 10_000] * 500

    run(test())


def test_closing_hangs_up_at_once() -> None:
    async def test() -> None:
        gone = asyncio.Event()

        async def stay(visit: Visit) -> None:
            await visit.say(STREAM)
            await visit.hung_up()
            gone.set()

        async with Scripted(stay, b"") as server, source_of(server) as source:
            await source.until("open")
            await source.close()
            await gone.wait()
            await source.close()
            with pytest.raises(StopAsyncIteration):
                await anext(source)

    run(test())


def test_closing_ends_a_pause_and_an_attempt() -> None:
    async def test() -> None:
        async def for_ever(seconds: float) -> None:
            await asyncio.Event().wait()

        async with Scripted(b"", Visit.hung_up) as server:
            async with source_of(server, sleep=for_ever) as source:
                await until(lambda: len(source.states) == 2)
            assert source.state == "closed"
            async with source_of(server) as source:
                await until(lambda: len(server.requests) == 2)
            assert source.state == "closed"
            async with source_of(server):
                pass  # closed before its first step

    run(test())


def test_an_error_of_a_callback_is_no_trouble_with_the_network() -> None:
    async def test() -> None:
        seen: list[str] = []

        def show(event: Event) -> None:
            seen.append(event.data)
            if event.data == "b":
                raise OSError("disk full")

        async with Scripted(STREAM + encode("a") + encode("b") + encode("c")) as server:
            with pytest.raises(OSError, match="disk full"):
                async with source_of(server, on_message=show) as source:
                    await until(lambda: source.state == "closed")
        assert seen == ["a", "b"]
        assert len(server.requests) == 1

    run(test())


def test_an_error_in_the_block_is_not_replaced() -> None:
    async def fail(server: Scripted) -> None:
        async with source_of(server) as source:
            await until(lambda: source.state == "closed")
            raise KeyError("mine")

    async def test() -> None:
        async with Scripted(answer(404)) as server:
            with pytest.raises(KeyError):
                await fail(server)

    run(test())
