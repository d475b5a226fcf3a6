"""The long-polling client against servers that hold, fail, lie and hang up."""

from __future__ import annotations

import random
from typing import Any

import pytest

from course_lib.realtime.backoff import Backoff
from course_lib.realtime.clients import ClientFailed, LongPollingClient
from tests.realtime.clients.scripted import STREAM, Clock, Scripted, Sleeper, Visit, answer, batch, run, turns, until


def client_of(server: Scripted, **options: Any) -> LongPollingClient:
    return LongPollingClient(server.url + "/poll", **{"sleep": Sleeper(), "clock": Clock(), **options})


async def taken(client: LongPollingClient, count: int) -> list[int]:
    found: list[int] = []
    while len(found) < count:
        found.append((await anext(client)).id)
    return found


def test_it_asks_with_the_cursor_of_the_last_answer() -> None:
    async def test() -> None:
        async with (
            Scripted(batch(5), batch(7, 6, 7), answer(204), batch(9, 9)) as server,
            client_of(server) as client,
        ):
            assert await taken(client, 3) == [6, 7, 9]
            assert (client.cursor, client.received, client.missed) == (9, 3, 0)
            await client.until("polling")
        asked = [one.target for one in server.requests[:4]]
        assert asked == ["/poll", "/poll?after=5", "/poll?after=7", "/poll?after=7"]
        assert server.requests[0].headers["accept"] == b"application/json"

    run(test())


def test_it_can_begin_at_a_cursor_and_keeps_the_query() -> None:
    async def test() -> None:
        async with (
            Scripted(batch(3, 1, 2, 3)) as server,
            LongPollingClient(server.url + "/poll?room=a", after=0) as client,
        ):
            assert await taken(client, 3) == [1, 2, 3]
        assert server.requests[0].target == "/poll?room=a&after=0"

    run(test())


def test_an_answer_that_breaks_off_loses_nothing_and_brings_nothing_twice() -> None:
    async def cut(visit: Visit) -> None:
        await visit.say(batch(2, 1, 2)[:-5])

    async def crash(visit: Visit) -> None:
        visit.reset()

    async def test() -> None:
        async with (
            Scripted(batch(0), cut, crash, b"", batch(2, 1, 2), batch(3, 3)) as server,
            client_of(server) as client,
        ):
            assert await taken(client, 3) == [1, 2, 3]
        assert [one.target for one in server.requests[1:5]] == ["/poll?after=0"] * 4

    run(test())


def test_pauses_grow_are_drawn_and_are_short_again_after_a_success() -> None:
    async def test() -> None:
        sleeper = Sleeper()
        failures = [b"", answer(500), answer(503), answer(429), answer(408)]
        async with (
            Scripted(*failures, batch(5), batch(6, 6), answer(502), batch(7, 7)) as server,
            client_of(server, rng=random.Random(4), sleep=sleeper) as client,
        ):
            assert await taken(client, 2) == [6, 7]
            states = [str(one) for one in client.states]
        expected = Backoff(rng=random.Random(4))
        pauses = [expected.next() for _ in range(5)]
        expected.reset()
        assert sleeper.pauses[:6] == [*pauses, expected.next()]
        assert states[0:3] == [
            "polling",
            f"pausing: expected an HTTP response, but the connection closed; again in {pauses[0]:.2f} s",
            "polling",
        ]
        assert f"pausing: the server answered 503; again in {pauses[2]:.2f} s" in states

    run(test())


def test_a_server_that_says_when_to_come_back_is_heard_within_reason() -> None:
    async def test() -> None:
        sleeper = Sleeper()
        busy = [
            answer(503, Retry_After=text)
            for text in ("7", "9999", "soon", "-5", "9" * 400, "Wed, 21 Oct 2015 07:28:00 GMT")
        ]
        async with (
            Scripted(*busy, batch(0)) as server,
            client_of(server, backoff=Backoff(1.0, 20.0), sleep=sleeper) as client,
        ):
            await until(lambda: len(sleeper.pauses) == 6 and client.cursor == 0)
        assert sleeper.pauses[:2] == [7.0, 20.0]
        assert all(0 < pause <= 20 for pause in sleeper.pauses[2:])

    run(test())


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 410, 415, 426, 430, 304, 201, 206])
def test_an_answer_that_will_not_change_ends_it(status: int) -> None:
    async def test() -> None:
        async with Scripted(batch(1), batch(2, 2), answer(status)) as server:
            client = client_of(server)
            async with client:
                assert await taken(client, 1) == [2]
                with pytest.raises(ClientFailed, match=f"expected status 200 or 204, got {status}"):
                    await anext(client)
                assert (client.state, len(server.requests)) == ("closed", 3)
                with pytest.raises(StopAsyncIteration):
                    await anext(client)

    run(test())


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b"{}",
        b'{"messages": [], "cursor": -1}',
        b'{"messages": [], "cursor": "1"}',
        b'{"messages": [], "cursor": true}',
        b'{"messages": [], "cursor": 1, "missed": 1}',
        b'{"messages": [{"id": 1}], "cursor": 1}',
        b'{"messages": [{"id": "1", "message": "x"}], "cursor": 1}',
        b'{"messages": [{"id": 1, "message": 2}], "cursor": 1}',
        b'{"messages": [7], "cursor": 1}',
        b'{"messages": 7, "cursor": 1}',
        b'{"messages": null, "cursor": 1}',
        b"[" * 100_000,
        b"\xff",
    ],
)
def test_an_answer_that_makes_no_sense_is_a_failure(body: bytes) -> None:
    async def test() -> None:
        sleeper = Sleeper()
        async with (
            Scripted(answer(200, body), batch(0), batch(1, 1)) as server,
            client_of(server, sleep=sleeper) as client,
        ):
            assert await taken(client, 1) == [1]
            assert 'pausing: expected {"messages": […], "cursor": 8' in str(client.states[1])
        assert len(sleeper.pauses) >= 1

    run(test())


def test_a_server_that_does_not_hold_its_polls_is_not_asked_without_end() -> None:
    async def test() -> None:
        sleeper = Sleeper()
        async with (
            Scripted(batch(0), answer(204), batch(0), batch(4), batch(4), batch(5, 5)) as server,
            client_of(server, sleep=sleeper) as client,
        ):
            assert await taken(client, 1) == [5]
            assert "pausing: nothing, and at once; again in" in str(client.states[2])
        assert len(sleeper.pauses) == 4

    run(test())


@pytest.mark.parametrize(("seconds", "pauses"), [(0.5, 3), (0.99, 3), (1.0, 0), (25.0, 0)])
def test_a_poll_that_was_held_is_followed_by_the_next_at_once(seconds: float, pauses: int) -> None:
    async def test() -> None:
        clock, sleeper = Clock(), Sleeper()
        clock.now = 1024.0

        async def hold(visit: Visit) -> None:
            clock.now += seconds
            await visit.say(answer(204))

        async with (
            Scripted(batch(5), hold, hold, hold, batch(6, 6)) as server,
            client_of(server, sleep=sleeper, clock=clock) as client,
        ):
            assert await taken(client, 1) == [6]
            polls = [one for one in client.states if one.state == "polling"]
            assert [str(one) for one in polls[:3]] == ["polling", "polling: after 5", "polling: after 5"]
            assert [one.at for one in polls[:5]] == pytest.approx([seconds * max(at - 1, 0) for at in range(5)])
        assert len(sleeper.pauses) == pauses

    run(test())


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 599])
def test_after_an_answer_that_may_change_it_asks_again(status: int) -> None:
    async def test() -> None:
        async with Scripted(answer(status), batch(0), batch(1, 1)) as server, client_of(server) as client:
            assert await taken(client, 1) == [1]
            assert f"the server answered {status}; again in " in str(client.states[1])

    run(test())


def test_a_server_may_leave_out_that_nothing_was_missed() -> None:
    async def test() -> None:
        body = b'{"messages": [{"id": 1, "message": "1", "more": 0}], "cursor": 1}'
        async with Scripted(batch(0), answer(200, body)) as server, client_of(server) as client:
            assert await taken(client, 1) == [1]
            assert client.missed == 0

    run(test())


def test_what_was_missed_is_counted() -> None:
    async def test() -> None:
        async with (
            Scripted(batch(9), batch(30, 29, 30, missed=True), batch(31, 31)) as server,
            client_of(server) as client,
        ):
            assert await taken(client, 3) == [29, 30, 31]
            assert client.missed == 1

    run(test())


def test_closing_hangs_up_at_once() -> None:
    async def test() -> None:
        gone: list[bool] = []

        async def hold(visit: Visit) -> None:
            await visit.hung_up()
            gone.append(True)

        async with Scripted(batch(0), hold) as server, client_of(server) as client:
            await until(lambda: len(server.requests) == 2)
            await client.close()
            await client.close()
            assert client.state == "closed"
            with pytest.raises(StopAsyncIteration):
                await anext(client)
        assert gone == [True]

    run(test())


def test_a_client_that_is_not_read_stops_asking() -> None:
    async def test() -> None:
        many = [batch(10 * at + 10, *range(10 * at + 1, 10 * at + 11)) for at in range(10)]
        async with Scripted(batch(0), *many) as server, client_of(server) as client:
            assert (await anext(client)).id == 1
            await until(lambda: client.received == 66)
            await turns(100)
            assert (client.received, len(server.requests)) == (66, 8)
            assert await taken(client, 99) == list(range(2, 101))

    run(test())


def test_messages_go_to_a_function_and_its_errors_to_whoever_closes() -> None:
    async def test() -> None:
        seen: list[int] = []

        async def show(message: Any) -> None:
            seen.append(message.id)
            if message.id == 3:
                raise ConnectionError("as you wish")

        async with Scripted(batch(0), batch(2, 1, 2), batch(3, 3)) as server:
            client = client_of(server, on_message=show)
            with pytest.raises(ConnectionError, match="as you wish"):
                async with client:
                    await client.until("closed")
            assert seen == [1, 2, 3]
            assert str(client.states[-1]) == "closed: as you wish"

    run(test())


def test_a_function_may_close_the_client() -> None:
    async def test() -> None:
        async def show(message: Any) -> None:
            await client.close()

        async with Scripted(batch(0), batch(2, 1, 2)) as server:
            client = client_of(server, on_message=show)
            async with client:
                await client.until("closed")
            assert client.received == 1

    run(test())


def test_it_follows_redirections_but_not_for_ever() -> None:
    async def test() -> None:
        moved = answer(307, Location="/elsewhere?x=1")
        async with Scripted(moved, batch(0), batch(1, 1)) as server, client_of(server) as client:
            assert await taken(client, 1) == [1]
        assert [one.target for one in server.requests[:3]] == ["/poll", "/elsewhere?x=1", "/poll?after=0"]
        async with (
            Scripted(*[moved] * 21, answer(302, Location="ftp://x/"), batch(0), batch(1, 1)) as server,
            client_of(server) as client,
        ):
            assert await taken(client, 1) == [1]
            assert "expected at most 20 redirections" in str(client.states[1])
            assert "redirected: expected a URL that begins with http://" in str(client.states[3])

    run(test())


def test_a_silent_server_is_given_up_after_a_while() -> None:
    async def silent(visit: Visit) -> None:
        await visit.hung_up()

    async def half(visit: Visit) -> None:
        await visit.say(STREAM)
        await visit.hung_up()

    async def test() -> None:
        async with (
            Scripted(silent, half, batch(0), batch(1, 1)) as server,
            client_of(server, patience=0.05) as client,
        ):
            assert await taken(client, 1) == [1]
            assert "expected an answer within 0.05 seconds" in str(client.states[1])
            assert "expected a byte within 0.05 seconds" in str(client.states[3])

    run(test())


def test_no_server_is_a_failure_like_any_other() -> None:
    async def test() -> None:
        async with Scripted() as server:
            pass
        sleeper = Sleeper()
        async with client_of(server, sleep=sleeper) as client:
            await until(lambda: len(sleeper.pauses) == 3)
            assert repr(client).startswith(f"<LongPollingClient {server.url}/poll: ")

    run(test())


@pytest.mark.parametrize(
    "url",
    [
        "",
        "localhost:8000",
        "ftp://x/",
        "http://",
        "http://x:99999/",
        "http://x:0/",
        "http://x/ y",
        "http://x/\n",
        "http://ä/",
    ],
)
def test_a_url_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="expected a URL that begins with http:// or https://"):
        LongPollingClient(url)
