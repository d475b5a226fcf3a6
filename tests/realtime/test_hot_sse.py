"""The group of streams without sockets: who gets what, once, in order, and what becomes of those who do not read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from course_lib.realtime.hot.sse import Group
from course_lib.realtime.limits import Limits
from course_lib.realtime.sse import Parser
from tests.realtime.hot_world import Wire, World, get, on_a_loop, send


class Streams(World):
    """A world with ``/events``; `turn` is a turn of the loop."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(limits)
        self.group = Group(self.site)
        self.site.routes["/events"] = {"GET": self.group.events}

    def stream(self, *fields: str) -> Wire:
        return self.client(get("/events", *fields))

    def publish(self, *texts: str) -> None:
        for text in texts:
            self.site.hub.publish(text)

    def turn(self) -> None:
        self.group.flush()


@pytest.fixture
def streams() -> Iterator[Callable[..., Streams]]:
    with on_a_loop():
        yield lambda **limits: Streams(Limits(**limits))


def events(wire: Wire) -> list[tuple[str, str]]:
    """Id and text of every event so far, "missed" for those that say so."""
    body = wire.written.partition(b"\r\n\r\n")[2] if wire.written.startswith(b"HTTP") else wire.written
    wire.written = b""
    parser = Parser()
    found = parser.feed(body)
    return [(event.last_event_id, event.data) if event.type == "message" else ("", event.type) for event in found]


Make = Callable[..., Streams]


def test_the_head_of_a_stream(streams: Make) -> None:
    wire = streams(retry_ms=7).stream()
    assert wire.written == (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\nX-Accel-Buffering: no\r\n"
        b"Date: Thu, 01 Jan 1970 00:00:00 GMT\r\nConnection: close\r\n\r\nretry: 7\n\n"
    )


def test_everyone_gets_the_same_bytes_in_one_write_a_turn(streams: Make) -> None:
    world = streams()
    wires = [world.stream() for _ in range(3)]
    for wire in wires:
        events(wire)
    writes: list[bytes] = []
    for wire in wires:
        wire.write = writes.append  # type: ignore[method-assign]
    world.publish("a", "b")
    world.turn()
    world.turn()
    assert writes == [b"id: 1\ndata: a\n\nid: 2\ndata: b\n\n"] * 3
    assert writes[0] is writes[1]
    assert repr(world.group) == "<Group: 3 streams, 0 behind>"


def test_who_comes_in_the_middle_of_a_turn_gets_what_is_published_after(streams: Make) -> None:
    world = streams()
    early = world.stream()
    world.publish("a")
    late, resumed = world.stream(), world.stream("Last-Event-ID: 0")
    world.publish("b")
    world.turn()
    assert events(early) == [("1", "a"), ("2", "b")]
    assert events(late) == [("2", "b")]
    assert events(resumed) == [("1", "a"), ("2", "b")]


def test_other_rooms_are_not_for_streams(streams: Make) -> None:
    world = streams()
    wire = world.stream()
    world.site.hub.publish("secret", room="x")
    world.publish("open")
    world.turn()
    assert events(wire) == [("2", "open")]


def test_coming_back(streams: Make) -> None:
    world = streams(history=100)
    world.publish(*map(str, range(1, 151)))
    everything = [(str(number), str(number)) for number in range(51, 151)]
    assert events(world.stream("Last-Event-ID: 150")) == []
    assert events(world.stream("Last-Event-ID: 50")) == everything
    assert events(world.stream("Last-Event-ID: 49")) == [("", "missed"), *everything]
    assert events(world.stream("Last-Event-ID: 999")) == [("", "missed"), *everything]
    assert events(world.stream("Last-Event-ID:")) == []
    assert events(world.client(get("/events?last_event_id=149"))) == [("150", "150")]
    assert world.client(get("/events", "Last-Event-ID: -1")).statuses() == [400]


def test_a_full_group(streams: Make) -> None:
    world = streams(max_clients=1)
    first = world.stream()
    assert world.stream().statuses() == [503]
    first.protocol.connection_lost(None)
    assert len(world.group) == 0
    world.stream()
    assert len(world.group) == 1


def test_what_a_client_says_is_thrown_away(streams: Make) -> None:
    world = streams()
    wire = world.client(get("/events") + get("/hello"))
    events(wire)
    send(wire, get("/hello") * 10)
    assert wire.written == b""


def test_a_large_burst_does_not_wait_for_the_end_of_the_turn(streams: Make) -> None:
    world = streams()
    wire = world.stream()
    events(wire)
    world.publish(*["x" * 1000] * 70)
    assert 60 < len(events(wire)) < 70


def stall(world: Streams, wire: Wire) -> None:
    """Publish until its transport says that the client does not read; the last message is in the transport's buffer."""
    events(wire)
    wire.slow = True
    world.publish("x" * 600)
    world.turn()
    assert "0 behind" in repr(world.group)
    world.publish("x" * 600)
    world.turn()
    assert "1 behind" in repr(world.group)


def test_a_client_that_stops_reading_for_a_moment_misses_nothing(streams: Make) -> None:
    world = streams(queue=3)
    wire = world.stream()
    stall(world, wire)
    for text in ("c", "d", "e"):
        world.publish(text)
        world.turn()
    assert [id for id, _ in events(wire)] == ["1", "2"]
    world.publish("f")
    wire.read_all()
    world.turn()
    world.publish("g")
    world.turn()
    assert events(wire) == [("3", "c"), ("4", "d"), ("5", "e"), ("6", "f"), ("7", "g")]
    assert not wire.aborted


def test_a_client_that_does_not_read_is_cut_off(streams: Make) -> None:
    world = streams(queue=3)
    wire, good = world.stream(), world.stream()
    stall(world, wire)
    for _ in range(3):
        world.publish("x")
        world.turn()
    assert not wire.aborted
    world.publish("x")
    world.turn()
    assert wire.aborted
    assert len(world.group) == 1
    assert world.group.stats() == {"subscribers": 1, "dropped": 0, "overflowed": 1}
    words = "expected a client that reads; more than 3 messages waited for it"
    assert world.lines[-1] == ("CUT", "/events", 200, words)
    assert len(events(good)) == 6
    wire.protocol.connection_lost(None)
    wire.protocol.resume_writing()
    assert len(world.group) == 1


def test_a_client_that_does_not_read_may_miss_the_oldest_instead(streams: Make) -> None:
    world = streams(queue=3, slow="drop")
    wire = world.stream()
    stall(world, wire)
    for text in "abcde":
        world.publish(text)
        world.turn()
    assert [id for id, _ in events(wire)] == ["1", "2"]
    wire.read_all()
    assert events(wire) == [("", "missed"), ("5", "c"), ("6", "d"), ("7", "e")]
    assert world.group.stats()["dropped"] == 2
    assert not wire.aborted


def test_the_log_goes_on_without_a_client_that_does_not_read(streams: Make) -> None:
    world = streams(queue=3, slow="drop", history=2)
    wire = world.stream()
    stall(world, wire)
    for text in "abcde":
        world.publish(text)
        world.turn()
    events(wire)
    wire.read_all()
    assert events(wire) == [("", "missed"), ("6", "d"), ("7", "e")]


def test_a_client_that_reads_its_history_slowly_gets_it_in_parts(streams: Make) -> None:
    world = streams(queue=1, history=500)
    world.publish(*["x" * 20] * 300)
    wire = world.client()
    wire.slow = True
    send(wire, get("/events", "Last-Event-ID: 0"))
    seen = events(wire)
    assert 0 < len(seen) < 300
    world.publish("meanwhile")
    world.turn()
    assert events(wire) == []
    while len(seen) < 301:
        wire.read_all()
        wire.slow = True
        seen += events(wire)
    assert [id for id, _ in seen] == [str(number) for number in range(1, 302)]


def test_a_heartbeat_only_when_nothing_was_said(streams: Make) -> None:
    world = streams()
    wire = world.stream()
    events(wire)
    world.group._beat()
    assert wire.written == b":\n\n"
    wire.written = b""
    world.publish("a")
    world.turn()
    world.group._beat()
    assert wire.written == b"id: 1\ndata: a\n\n"
    world.group._beat()
    assert wire.written == b"id: 1\ndata: a\n\n:\n\n"


def test_a_heartbeat_that_is_too_much_costs_no_message(streams: Make) -> None:
    world = streams()
    wire = world.stream()
    events(wire)
    wire.slow = True
    wire.unread = 999
    world.publish("a")
    world.group._beat()
    world.turn()
    assert wire.written == b":\n\n"
    wire.read_all()
    assert events(wire) == [("1", "a")]


def test_what_was_published_before_anybody_listened_comes_to_nobody(streams: Make) -> None:
    world = streams()
    world.publish("to nobody")
    wire = world.stream()
    events(wire)
    wire.slow = True
    wire.unread = 999
    world.group._beat()
    wire.read_all()
    assert wire.written == b":\n\n"


def test_when_the_server_closes_what_was_published_goes_out(streams: Make) -> None:
    world = streams()
    wire = world.stream()
    world.publish("last")
    world.group.close()
    world.group.close()
    world.publish("too late")
    assert events(wire) == [("1", "last")]
    assert world.site.hub.stats()["rooms"] == 0


def test_nothing_stays_when_all_have_gone(streams: Make) -> None:
    world = streams()
    wires = [world.stream() for _ in range(3)]
    stall(world, wires[0])
    for wire in wires:
        wire.protocol.connection_lost(None)
    group: Any = world.group
    assert (group._all, group._listening, group._stuck, group._heart) == ({}, {}, {}, None)
    world.publish("to nobody")
    assert group._frames == []
    assert events(world.stream()) == []
