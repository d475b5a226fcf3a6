"""A connection without a socket: what it writes, when it reads, what it does when time passes."""

from __future__ import annotations

import asyncio
import gc
import json
from collections.abc import Iterator
from typing import cast

import pytest

from course_lib.realtime.hot.connection import AHEAD, Connection, State
from course_lib.realtime.hot.long_polling import Polls
from course_lib.realtime.hot.reader import Reader
from course_lib.realtime.limits import Limits
from tests.realtime.hot_world import Other, World, get, on_a_loop, send


@pytest.fixture
def world() -> Iterator[World]:
    with on_a_loop():
        yield World()


def test_requests_are_answered_in_order_and_the_connection_is_kept(world: World) -> None:
    wire = world.client(get("/hello"))
    assert wire.take() == [(200, b'{"hello":"world"}')]
    send(wire, get("/hello") * 3 + get("/nowhere"))
    assert wire.statuses() == [200, 200, 200, 404]
    assert (wire.ended, wire.closing) == (False, False)
    assert [line[:3] for line in world.lines] == [("GET", "/hello", 200)] * 4 + [("GET", "/nowhere", 404)]
    assert wire.high == world.site.limits.max_write_buffer


def test_an_answer_is_the_bytes_it_should_be(world: World) -> None:
    wire = world.client(get("/hello"))
    assert wire.written == (
        b"HTTP/1.1 200 OK\r\nCache-Control: no-store\r\nContent-Type: application/json; charset=UTF-8\r\n"
        b"Content-Length: 17\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\n\r\n"
        b'{"hello":"world"}'
    )


@pytest.mark.parametrize(
    ("sent", "said", "ends"),
    [
        (get("/hello"), None, False),
        (get("/hello", "Connection: close"), b"close", True),
        (get("/hello", version="1.0"), b"close", True),
        (get("/hello", "Connection: keep-alive", version="1.0"), b"keep-alive", False),
        (get("/nowhere"), None, False),
        (b"nonsense\r\n\r\n", b"close", True),
    ],
)
def test_who_closes_says_so(world: World, sent: bytes, said: bytes | None, ends: bool) -> None:
    wire = world.client(sent)
    found = [line[12:] for line in wire.written.split(b"\r\n") if line.startswith(b"Connection: ")]
    assert found == ([said] if said else [])
    assert wire.ended == ends


def test_head_gets_the_head_alone(world: World) -> None:
    whole = world.client(get("/hello")).written
    assert world.client(get("/hello", method="HEAD")).written == whole[: whole.index(b"\r\n\r\n") + 4]


def test_a_method_that_is_not_for_this_path(world: World) -> None:
    wire = world.client(get("/messages"))
    assert b"\r\nAllow: POST, OPTIONS\r\n" in wire.written
    assert wire.statuses() == [405]
    send(wire, get("/hello", method="OPTIONS"))
    assert b"\r\nAllow: GET, HEAD, OPTIONS\r\n" in wire.written
    assert b"Content-" not in wire.written  # 204 has none (RFC 9110 section 8.6)
    assert wire.take() == [(204, b"")]


def test_what_was_sent_ahead_waits_until_its_turn(world: World) -> None:
    wire = world.client(get("/hello") + get("/later") + get("/nowhere") + get("/later"))
    send(wire, get("/hello"))
    assert wire.statuses() == [200]
    assert wire.protocol.state is State.ANSWERING  # type: ignore[attr-defined]
    world.waiting.pop().answer(200, b"{}")
    assert wire.statuses() == [200, 404]
    world.waiting.pop().answer(204)
    assert wire.statuses() == [204, 200]
    assert wire.reading


def test_no_more_than_a_little_is_taken_in_ahead(world: World) -> None:
    wire = world.client(get("/later"))
    request = get("/hello")
    sent = 0
    while wire.reading and sent < 10_000:
        send(wire, request)
        sent += 1
    assert sent == AHEAD // len(request) + 1
    world.waiting.pop().answer(204)
    assert wire.statuses() == [204] + [200] * sent
    assert wire.reading


def test_a_client_that_does_not_read_gets_no_more(world: World) -> None:
    wire = world.client()
    wire.slow = True
    send(wire, get("/page") * 5)
    assert len(wire.take()) == 2
    send(wire, get("/page"))
    assert wire.take() == []
    wire.slow = False
    wire.read_all()
    assert len(wire.take()) == 4
    wire.slow = True
    send(wire, get("/page") * 2)
    for _ in range(3):
        world.pass_time(4)
        send(wire, get("/page"))  # that it goes on asking is no excuse
    assert wire.aborted


def test_a_client_that_reads_in_time_is_not_cut_off(world: World) -> None:
    wire = world.client()
    wire.slow = True
    send(wire, get("/page") * 3)
    world.pass_time(8)
    wire.read_all()
    world.pass_time(8)
    assert not wire.aborted
    assert len(wire.take()) == 3


def test_a_client_that_has_said_all_gets_to_read_its_answers(world: World) -> None:
    wire = world.client()
    wire.slow = True
    send(wire, get("/page") * 4)
    assert wire.protocol.eof_received()
    wire.read_all()
    assert len(wire.take()) == 4
    assert wire.closing
    for sent in (b"", b"GET", get("/later"), get("/hello")):
        assert not world.client(sent).protocol.eof_received()


def test_an_idle_connection_is_closed_without_a_word(world: World) -> None:
    wire = world.client(get("/hello"))
    world.pass_time(8)
    assert not wire.closing
    send(wire, get("/hello"))
    world.pass_time(8)
    assert not wire.closing
    world.pass_time(2)
    assert wire.closing
    assert wire.statuses() == [200, 200]


@pytest.mark.parametrize("part", [b"G", b"GET / HTTP/1.1\r\nHost: a\r\nX-Slow", get("/messages", method="POST")[:-2]])
def test_a_request_has_to_be_here_in_time_however_steadily_it_comes(world: World, part: bytes) -> None:
    wire = world.client()
    world.pass_time(5)
    for number in range(len(part)):
        send(wire, part[number : number + 1])
        world.pass_time(8 / len(part))
    assert wire.take() == []
    world.pass_time(2)
    assert wire.statuses() == [408]
    assert wire.ended
    assert not wire.closing
    assert world.lines[-1][3] == "expected the whole request within 8 s"


def test_a_long_wait_is_not_the_clients_fault(world: World) -> None:
    wire = world.client(get("/later"))
    world.pass_time(1000)
    assert not wire.closing
    world.waiting.pop().answer(204)
    world.pass_time(8)
    assert not wire.closing
    world.pass_time(2)
    assert wire.closing


def test_after_the_last_answer_what_comes_is_thrown_away_for_a_while(world: World) -> None:
    wire = world.client(b"nonsense\r\n\r\n" + get("/hello"))
    assert wire.statuses() == [400]
    send(wire, get("/hello"))
    assert wire.take() == []
    assert (wire.ended, wire.closing, wire.reading) == (True, False, True)
    world.pass_time(20)
    assert wire.aborted
    wire.protocol.connection_lost(None)
    assert len(world.site.sweep) == 0


def test_who_stays_after_the_answer_to_a_long_wait_is_cut_off_too(world: World) -> None:
    wire = world.client(get("/later", "Connection: close"))
    world.waiting.pop().answer(204)
    assert wire.ended
    world.pass_time(20)
    assert wire.aborted


def test_a_connection_goes_when_it_is_lost_without_the_garbage_collector(world: World) -> None:
    gc.collect()
    gc.disable()
    try:
        for sent in (get("/hello"), get("/taken"), b"nonsense\r\n\r\n", b"GET"):
            wire = world.client(sent)
            wire.protocol.connection_lost(None)
            wire.protocol = Other()  # a transport lets go of its protocol then
        assert [one for one in gc.get_objects() if isinstance(one, Connection | Reader)] == []
    finally:
        gc.enable()


def test_an_endless_body_is_not_read_to_its_end(world: World) -> None:
    wire = world.client(get("/messages", "Content-Length: 100000000", method="POST"))
    assert wire.statuses() == [413]
    for _ in range(200):
        send(wire, bytes(65536))
    assert wire.aborted


def test_a_client_that_goes_gives_its_wait_up(world: World) -> None:
    wire = world.client(get("/later"))
    connection = world.waiting[0]
    wire.protocol.connection_lost(None)
    assert world.waiting == []
    assert world.forgotten == [connection]
    assert world.lines[-1][:3] == ("GET", "/later", 499)
    assert connection.state is State.GONE
    assert len(world.site.sweep) == 0
    assert repr(connection) == "<Connection: closed, or handed over>"


def test_a_client_that_goes_in_the_middle_is_noted(world: World) -> None:
    world.client(b"GET /he").protocol.connection_lost(None)
    assert world.lines == [("CUT", "/he", 400, "the client left in the middle of its request")]
    world.client(get("/hello")).protocol.connection_lost(None)
    assert len(world.lines) == 2


def test_a_fault_of_ours_is_500_and_reported(world: World) -> None:
    wire = world.client(get("/broken") + get("/hello"))
    assert wire.take() == [(500, b'{"error":"500 Internal Server Error"}')]
    assert wire.ended
    assert [str(error) for error in world.errors] == ["a fault of ours"]


def test_a_connection_that_is_handed_over_is_out_of_our_hands(world: World) -> None:
    wire = world.client()
    connection = wire.protocol
    send(wire, get("/taken") + b"more")
    assert wire.written == b"taken"
    assert isinstance(wire.protocol, Other)
    assert len(world.site.sweep) == 0
    assert world.lines == [("GET", "/taken", 200, "")]
    assert cast("Connection", connection).state is State.GONE


def test_the_body_is_asked_for_when_the_client_waits_to_be(world: World) -> None:
    body = json.dumps({"message": "hi"}).encode()
    fields = ("Content-Type: application/json", f"Content-Length: {len(body)}", "Expect: 100-continue")
    wire = world.client(get("/messages", *fields, method="POST"))
    assert wire.written == b"HTTP/1.1 100 Continue\r\n\r\n"
    send(wire, body[:5])
    send(wire, body[5:])
    assert wire.statuses() == [100, 201]
    send(wire, get("/messages", *fields, method="POST") + body)
    assert wire.statuses() == [201]
    send(wire, get("/messages", "Content-Length: 99999", "Expect: 100-continue", method="POST"))
    assert wire.statuses() == [413]


@pytest.mark.parametrize(
    ("fields", "body", "status"),
    [
        (["Content-Type: application/json"], b'{"message": "a"}', 201),
        (["Content-Type: application/json", "Origin: http://a"], b'{"message": "a"}', 201),
        (["Content-Type: application/json", "Origin: http://b"], b'{"message": "a"}', 403),
        (["Content-Type: application/json"], b'{"message": 7}', 400),
        ([], b'{"message": "a"}', 415),
    ],
)
def test_posting(world: World, fields: list[str], body: bytes, status: int) -> None:
    wire = world.client(get("/messages", *fields, f"Content-Length: {len(body)}", method="POST") + body)
    assert wire.statuses() == [status]
    assert not wire.ended
    assert world.site.hub.newest == (status == 201)


def test_the_server_closes(world: World) -> None:
    wire = world.client(get("/hello"))
    cast("Connection", wire.protocol).going_away()
    assert wire.closing


def test_a_sweep_looks_at_who_is_overdue_and_stops_when_nobody_is_left(world: World) -> None:
    sweep = world.site.sweep
    assert repr(world.site).startswith("<Site: /messages, /stats, /hello")
    assert repr(sweep) == "<Sweep: 0 members, every 1 s>"
    wires = [world.client() for _ in range(3)]
    assert len(sweep) == 3
    send(wires[0], get("/hello"))
    world.pass_time(5)
    send(wires[1], get("/hello"))
    world.pass_time(5)
    assert [wire.closing for wire in wires] == [True, False, True]
    for wire in wires:
        wire.protocol.connection_lost(None)
    assert len(sweep) == 0
    sweep._next()
    assert sweep._timer is None
    assert sweep.date == b"Thu, 01 Jan 1970 00:00:00 GMT"


def polls(world: World) -> Polls:
    found = Polls(world.site)
    world.site.routes["/poll"] = {"GET": found.poll}
    return found


def test_waiting_polls_share_one_answer_but_for_how_it_ends(world: World) -> None:
    waiting = polls(world)
    wires = [world.client(get("/poll?after=0")) for _ in range(3)]
    old = world.client(get("/poll?after=0", version="1.0"))
    assert len(waiting) == 4
    assert repr(waiting) == "<Polls: 4 waiting>"
    world.site.hub.publish("elsewhere", room="x")
    assert len(waiting) == 4
    timers = list(cast("dict[Connection, asyncio.TimerHandle]", vars(waiting)["_waiting"]).values())
    world.site.hub.publish("one ✓")
    assert [timer.cancelled() for timer in timers] == [True] * 4
    expected = {"messages": [{"id": 2, "message": "one ✓"}], "cursor": 2, "missed": False}
    for wire in wires:
        ((status, body),) = wire.take()
        assert (status, json.loads(body)) == (200, expected)
    assert b"Connection: close" in old.written
    assert old.ended
    assert len(waiting) == 0


def test_a_poll_sent_ahead_gets_what_came_meanwhile(world: World) -> None:
    polls(world)
    wire = world.client(get("/poll?after=0") + get("/poll?after=1") + get("/poll?after=2"))
    world.site.hub.publish("one")
    world.site.hub.publish("two")
    assert [json.loads(body)["cursor"] for _, body in wire.take()] == [1, 2]


def test_a_poll_that_posts_in_the_same_breath_answers_itself_once(world: World) -> None:
    polls(world)
    body = b'{"message": "b"}'
    fields = ("Content-Type: application/json", f"Content-Length: {len(body)}")
    wire = world.client(get("/poll?after=0") + get("/messages", *fields, method="POST") + body + get("/poll?after=1"))
    world.site.hub.publish("a")
    statuses = wire.take()
    assert [status for status, _ in statuses] == [200, 201, 200]
    assert [json.loads(body).get("cursor", json.loads(body).get("id")) for _, body in statuses] == [1, 2, 2]


def test_an_answer_of_many_messages_is_bounded_and_goes_on_next_time(world: World) -> None:
    small = World(Limits(max_write_buffer=1000))
    polls(small)
    for _ in range(10):
        small.site.hub.publish("x" * 300)
    wire = small.client()
    seen: list[int] = []
    while not seen or seen[-1] < 10:
        send(wire, get(f"/poll?after={seen[-1] if seen else 0}"))
        ((_, body),) = wire.take()
        assert len(body) < 1500
        found = json.loads(body)
        seen += [one["id"] for one in found["messages"]]
        assert found["cursor"] == seen[-1]
    assert seen == list(range(1, 11))


def test_a_cursor_from_before_a_restart_is_answered_at_once(world: World) -> None:
    polls(world)
    ((status, body),) = world.client(get("/poll?after=9")).take()
    assert (status, json.loads(body)) == (200, {"messages": [], "cursor": 0, "missed": True})


def test_polls_that_can_not_wait(world: World) -> None:
    waiting = polls(world)
    for query in ("after=-1", "after=x", "after=0&timeout=long", "after=%ff"):
        assert world.client(get(f"/poll?{query}")).statuses() == [400]
    full = World(Limits(max_clients=1))
    polls(full)
    first = full.client(get("/poll?after=0"))
    second = full.client(get("/poll?after=0"))
    assert b"Retry-After: 2\r\n" in second.written
    assert (first.statuses(), second.statuses()) == ([], [503])
    late = world.client(get("/poll?after=0") + get("/poll?after=0"))
    waiting.send_away()
    assert late.statuses() == [204, 503]
    assert world.site.hub.stats()["rooms"] == 0


def test_a_poller_that_leaves_takes_no_message_with_it(world: World) -> None:
    waiting = polls(world)
    wire = world.client(get("/poll?after=0"))
    wire.protocol.connection_lost(None)
    assert len(waiting) == 0
    world.site.hub.publish("kept")
    assert json.loads(world.client(get("/poll?after=0")).take()[0][1])["messages"] == [{"id": 1, "message": "kept"}]
