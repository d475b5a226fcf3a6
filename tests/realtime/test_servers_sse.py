"""Server-Sent Events on both paths: ids, resume, heartbeats, slow clients, an end in order."""

from __future__ import annotations

import pytest

from tests.realtime.wire import Stream, ask, made, post, serving, stats, until

every = pytest.mark.parametrize("path", made("sse"))


@every
def test_a_stream_says_what_it_is_and_how_soon_to_come_back(path: str) -> None:
    with serving("sse", path, retry_ms=1234) as server, Stream(server) as stream:
        assert stream.status == 200
        assert stream.headers["content-type"] == "text/event-stream"
        assert stream.headers["cache-control"] == "no-store"
        assert stream.headers["x-accel-buffering"] == "no"
        post(server, "one")
        assert stream.message() == ("1", "one")
        assert stream.parser.retry_ms == 1234
        assert stream.body.startswith(b"retry: 1234\n\n")
        assert stream.body.endswith(b"id: 1\ndata: one\n\n")


@every
def test_every_client_gets_every_message_whatever_is_in_it(path: str) -> None:
    with serving("sse", path) as server, Stream(server) as one, Stream(server) as other:
        for text in ("plain", "two\nlines", "data: no\n\nevent: injected\n\n", "", "✓ \u2028 ü", " leading"):
            post(server, text)
            assert one.message()[1] == other.message()[1] == text
        assert stats(server)["clients"] == 2


@every
def test_who_comes_back_gets_what_it_missed(path: str) -> None:
    with serving("sse", path) as server:
        for text in ("a", "b", "c"):
            post(server, text)
        with Stream(server, headers={"Last-Event-ID": "1"}) as stream:
            assert [stream.message(), stream.message()] == [("2", "b"), ("3", "c")]
            post(server, "d")
            assert stream.message() == ("4", "d")
        with Stream(server, "/events?last_event_id=2") as stream:
            assert stream.message() == ("3", "c")
        with Stream(server, "/events?last_event_id=2", {"Last-Event-ID": "3"}) as stream:
            post(server, "e")
            assert stream.message() == ("4", "d")


@every
def test_a_history_that_does_not_reach_back_is_said_to(path: str) -> None:
    with serving("sse", path, history=2) as server:
        for text in ("a", "b", "c", "d"):
            post(server, text)
        for seen in ("1", "99"):  # forgotten; from before a restart
            with Stream(server, headers={"Last-Event-ID": seen}) as stream:
                assert stream.next().type == "missed"
                assert stream.message() == ("3", "c")
        with Stream(server, headers={"Last-Event-ID": "2"}) as stream:
            assert stream.message() == ("3", "c")


@every
def test_an_absurd_last_event_id_is_refused(path: str) -> None:
    with serving("sse", path) as server:
        for seen in ("-1", "x", "1.5", "9" * 300, "1, 2", "\xb2"):
            status, _, answer = ask(server, "GET", "/events", {"Last-Event-ID": seen})
            assert (seen, status, list(answer)) == (seen, 400, ["error"])
            assert (server.log[-1].path, server.log[-1].status) == ("/events", 400)
        assert stats(server)["clients"] == 0


@every
def test_a_silent_stream_has_a_heartbeat(path: str) -> None:
    with serving("sse", path, heartbeat=0.02) as server, Stream(server) as one, Stream(server) as other:
        for stream in (one, other):
            while stream.body.count(b":\n\n") < 3:
                assert stream.piece()
            assert stream.events == []


@every
def test_nothing_stays_of_a_client_that_has_gone(path: str) -> None:
    with serving("sse", path) as server:
        streams = [Stream(server) for _ in range(20)]
        until(lambda: stats(server)["clients"] == 20)
        for stream in streams:
            stream.close()
        until(lambda: stats(server)["clients"] == 0, "no client")
        assert stats(server)["subscribers"] == 0
        post(server, "to nobody")
        until(lambda: [line.path for line in server.log].count("/events") == 20, "a line for each")


@every
def test_a_client_that_does_not_read_is_cut_off_and_nobody_else_waits(path: str) -> None:
    limits = {"queue": 4, "max_write_buffer": 65_536, "max_body": 200_000}
    with serving("sse", path, **limits) as server, Stream(server) as good, Stream(server, buffer=4096) as bad:
        large = "x" * 150_000
        for number in range(1, 81):  # 12 MB: more than the kernel holds for it
            post(server, large)
            assert good.message() == (str(number), large)
        until(lambda: stats(server)["clients"] == 1, "one client")
        assert ("CUT", "/events") in [(line.method, line.path) for line in server.log]
        bad.ended()


@every
def test_a_client_that_does_not_read_may_miss_messages_instead(path: str) -> None:
    limits = {"queue": 4, "max_write_buffer": 65_536, "max_body": 200_000, "slow": "drop"}
    with serving("sse", path, **limits) as server, Stream(server, buffer=4096) as slow:
        for _ in range(80):  # 12 MB: more than the kernel holds for it
            post(server, "x" * 150_000)
        post(server, "last")
        events = []
        while not events or events[-1].data != "last":
            events.append(slow.next())
        kinds = [event.type for event in events]
        assert kinds.count("missed") == 1
        gap = kinds.index("missed")
        ids = [int(event.last_event_id) for event in events if event.type == "message"]
        assert ids[:gap] == list(range(1, gap + 1))
        assert ids[gap] > ids[gap - 1] + 1
        assert ids[gap:] == list(range(ids[gap], 82))
        assert stats(server)["dropped"] == ids[gap] - ids[gap - 1] - 1


@every
def test_a_burst_is_no_slowness(path: str) -> None:
    with serving("sse", path, queue=2, history=500) as server, Stream(server) as stream:
        for number in range(200):
            post(server, str(number))
        assert [stream.message()[1] for _ in range(200)] == [str(number) for number in range(200)]
        with Stream(server, headers={"Last-Event-ID": "0"}) as late:
            assert [late.message()[1] for _ in range(200)] == [str(number) for number in range(200)]


@every
def test_the_stream_ends_in_order_when_the_server_stops(path: str) -> None:
    with serving("sse", path) as server, Stream(server) as stream:
        post(server, "last")
        server.stop()
        assert stream.message() == ("1", "last")
        while stream.piece():
            pass
        assert stream.ended() == b""
