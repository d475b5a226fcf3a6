"""A WebSocket on the hot path, without a network: the short way and the long way, slow clients, silence, the end."""

from __future__ import annotations

import asyncio
import gc
import itertools
import sys
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.realtime import Hub, Limits
from course_lib.realtime.hot.rooms import Member, Rooms
from course_lib.realtime.hot.sockets import GRACE, READ_SIZE, Sockets
from course_lib.realtime.hot.websocket import Echo, make_app
from course_lib.realtime.websocket import decode, encode_frame

KEY = bytes.fromhex("37fa213d")
TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
GREETING = b"HTTP/1.1 101\r\n\r\n"


def masked(opcode: int, payload: bytes = b"", **more: Any) -> bytes:
    return encode_frame(opcode, payload, key=KEY, **more)


class Transport:
    """Notes what is asked of it. `room` bytes fit before the protocol is told to pause, until `read` makes room."""

    def __init__(self, protocol: Any, room: int = 1 << 30) -> None:
        self.protocol, self.room = protocol, room
        self.written, self.waiting = b"", 0
        self.reading, self.half_closed, self.aborted = True, False, False
        self.max_size = 0
        protocol.connection_made(self)
        assert self.written.startswith(GREETING)
        self.written = self.written.removeprefix(GREETING)

    def set_write_buffer_limits(self, high: int) -> None:
        self.high = high

    def write(self, data: bytes) -> None:
        assert not self.half_closed
        self.written += data
        self.waiting += len(data)
        if self.waiting > self.room >= self.waiting - len(data):
            self.protocol.pause_writing()

    def read(self) -> None:
        paused, self.waiting = self.waiting > self.room, 0
        if paused:
            self.protocol.resume_writing()

    def pause_reading(self) -> None:
        self.reading = False

    def resume_reading(self) -> None:
        self.reading = True

    def write_eof(self) -> None:
        self.half_closed = True

    def abort(self) -> None:
        self.aborted = True

    def is_closing(self) -> bool:
        return self.aborted

    def frames(self) -> list[tuple[int, bytes]]:
        """What has been written since the last call."""
        found, data, self.written = [], self.written, b""
        while data:
            frame, data = decode(data)  # type: ignore[misc]
            found.append((int(frame.opcode), frame.payload))
        return found


class Clock:
    """The time that a sweep sees."""

    def __init__(self, sockets: Sockets) -> None:
        self.now = sockets.sweep._now
        self.sockets = sockets
        sockets.sweep._clock = lambda: self.now

    def forward(self, seconds: float) -> None:
        self.now += seconds + 2 * self.sockets.sweep.every
        self.sockets.sweep.sweep()


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    """Runs while the test does: what is made here may ask for it."""
    made = asyncio.new_event_loop()
    errors: list[Any] = []
    made.set_exception_handler(lambda loop, context: errors.append(context))
    asyncio.events._set_running_loop(made)
    yield made
    asyncio.events._set_running_loop(None)
    made.close()
    assert errors == []


def echo(limits: Limits = Limits(), room: int = 1 << 30) -> tuple[Echo, Transport]:  # noqa: B008 -- frozen
    sockets = Sockets(limits)
    socket = Echo(sockets, GREETING)
    sockets._here.add(socket)
    return socket, Transport(socket, room)


def members(count: int, limits: Limits = Limits(), room: int = 1 << 30) -> list[tuple[Member, Transport]]:  # noqa: B008
    sockets, rooms = Sockets(limits), Rooms(Hub())
    made = [Member(sockets, GREETING, rooms, "lobby") for _ in range(count)]
    return [(one, Transport(one, room)) for one in made]


# -- the short way


@pytest.mark.parametrize("opcode", [TEXT, BINARY])
@pytest.mark.parametrize("length", [0, 1, 125])
def test_a_small_message_takes_the_short_way(opcode, length, monkeypatch):
    socket, transport = echo()
    monkeypatch.setattr(socket._connection.__class__, "receive", None)  # the long way is closed
    socket.data_received(masked(opcode, b"x" * length))
    assert transport.frames() == [(opcode, b"x" * length)]


def test_a_small_message_in_a_room_takes_the_short_way(monkeypatch):
    [(one, first), (_, second)] = members(2)
    monkeypatch.setattr(one._connection.__class__, "receive", None)
    one.data_received(masked(TEXT, b"hello"))
    assert first.frames() == second.frames() == [(TEXT, b"hello")]


def test_text_in_a_room_is_any_text():
    [(one, transport)] = members(1)
    for text in ("grüße", "größer" * 30):
        one.data_received(masked(TEXT, text.encode()))
        assert transport.frames() == [(TEXT, text.encode())]
    one.data_received(masked(TEXT, b"\xc3("))
    [(opcode, payload)] = transport.frames()
    assert (opcode, payload[:2]) == (CLOSE, (1007).to_bytes(2, "big"))


FRAMES = st.one_of(
    st.builds(masked, st.sampled_from([TEXT, BINARY, PING, PONG]), st.binary(max_size=130)),
    st.builds(masked, st.just(TEXT), st.text(max_size=8).map(str.encode)),
    st.builds(masked, st.sampled_from([0, TEXT, BINARY]), st.binary(max_size=4), fin=st.booleans()),
    st.builds(masked, st.integers(0, 15), st.binary(max_size=2), rsv=st.sampled_from([0, 0, 4])),
    st.builds(encode_frame, st.sampled_from([TEXT, PING]), st.binary(max_size=3)),
    st.just(masked(CLOSE, b"\x03\xe8")),
)


@settings(max_examples=300)
@given(st.lists(FRAMES, max_size=6), st.lists(st.integers(0, 400), max_size=4), st.booleans())
def test_the_short_way_and_the_long_way_lead_to_the_same(frames, cuts, each):
    data = b"".join(frames)
    places = [0, *sorted(cut for cut in cuts if cut < len(data)), len(data)]
    chunks = frames if each else [data[start:stop] for start, stop in itertools.pairwise(places)]
    (short, by_short), (long, by_long) = echo(), echo()
    for chunk in filter(None, chunks):
        short.data_received(chunk)
        long._plain = False
        long.data_received(chunk)
    assert by_short.frames() == by_long.frames()
    assert (short._end, by_short.half_closed) == (long._end, by_long.half_closed)


@pytest.mark.parametrize("limit", [1, 100])
def test_the_short_way_knows_the_limit(limit):
    for socket, transport in [echo(Limits(max_message=limit)), *members(1, Limits(max_message=limit))]:
        socket.data_received(masked(TEXT, b"x" * limit))
        socket.data_received(masked(TEXT, b"x" * (limit + 1)))
        first, (opcode, payload) = transport.frames()
        assert first == (TEXT, b"x" * limit)
        assert (opcode, int.from_bytes(payload[:2], "big")) == (CLOSE, 1009)


def test_a_message_of_64_kib_can_come_in_one_piece():
    _, transport = echo()
    assert transport.max_size == READ_SIZE > len(masked(BINARY, bytes(65_536)))
    assert transport.high == Limits().max_write_buffer


# -- fairness


def test_a_packet_full_of_messages_is_answered_in_shares_and_in_order(loop):
    socket, transport = echo()
    count = 2 * socket.share + 1
    socket.data_received(b"".join(masked(TEXT, b"%d" % number) for number in range(count)) + masked(CLOSE))
    answered, turns = transport.frames(), 1
    assert len(answered) == socket.share
    assert not transport.reading
    while not transport.half_closed:
        _one_turn(loop)
        answered += transport.frames()
        turns += 1
        assert turns < 10
    assert answered == [*((TEXT, b"%d" % number) for number in range(count)), (CLOSE, b"")]
    assert turns == 3
    assert transport.reading


def test_the_more_members_the_smaller_the_share():
    few, many = members(2), members(100)
    assert few[0][0].share > many[0][0].share >= 1


@pytest.mark.parametrize("count", [1, 2])
def test_what_a_lost_client_had_still_to_say_is_forgotten(loop, count):
    room = members(count)
    one, last = room[0][0], room[-1][1]
    share = one.share
    one.data_received(masked(TEXT, b"x") * (share + 5))
    heard = len(last.frames())
    one.connection_lost(None)
    _one_turn(loop)
    assert (heard, last.frames()) == (share, [])


def _one_turn(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.events._set_running_loop(None)
    loop.call_soon(loop.stop)
    loop.run_forever()
    asyncio.events._set_running_loop(loop)


# -- slow clients


def test_who_does_not_read_is_not_read():
    socket, transport = echo(room=100)
    socket.data_received(masked(TEXT, b"x" * 125))
    assert not transport.reading
    assert not socket._plain
    transport.read()
    assert transport.reading
    socket.data_received(masked(TEXT, b"y"))
    assert transport.frames() == [(TEXT, b"x" * 125), (TEXT, b"y")]


def test_a_slow_member_misses_messages_and_is_told_of_none():
    [(fast, first), (_, slow)] = members(2, Limits(slow="drop"), room=100)
    for _ in range(5):
        fast.data_received(masked(TEXT, b"x" * 60))
        first.read()
    assert len(first.frames()) == 5
    assert len(slow.frames()) == 2
    assert fast._sockets.dropped == 3
    slow.read()
    fast.data_received(masked(TEXT, b"again"))
    assert slow.frames() == [(TEXT, b"again")]


def test_a_slow_member_is_sent_away():
    [(fast, first), (_, slow)] = members(2, room=100)
    for _ in range(5):
        fast.data_received(masked(TEXT, b"x" * 60))
        first.read()
    assert len(first.frames()) == 5
    *_, (opcode, payload) = slow.frames()
    assert (opcode, payload) == (CLOSE, b"\x03\xf5reads too slowly")
    assert slow.reading  # for its close frame
    assert fast._sockets.overflowed == 1


def test_everyone_in_a_room_is_written_the_same_bytes():
    written: list[bytes] = []
    room = members(3)
    for _, transport in room:
        transport.write = written.append  # type: ignore[method-assign]
    room[0][0].data_received(masked(TEXT, "größer".encode() * 100))
    assert len(written) == 3
    assert written[0] is written[1] is written[2]


def test_a_message_that_is_published_elsewhere_reaches_the_room():
    [(one, transport)] = members(1)
    hub = one._rooms.hub
    hub.publish("from outside", room="lobby")
    hub.publish("elsewhere", room="kitchen")
    assert transport.frames() == [(TEXT, b"from outside")]


def test_a_room_is_gone_with_its_last_member():
    (one, _), (two, _) = members(2)
    rooms = one._rooms
    assert repr(rooms) == "<Rooms: lobby>"
    one.connection_lost(None)
    one.connection_lost(None)
    assert len(rooms) == 1
    two.connection_lost(None)
    assert len(rooms) == 0
    assert rooms.hub.stats()["rooms"] == 0


# -- silence


@pytest.fixture
def timed() -> tuple[Echo, Transport, Clock]:
    socket, transport = echo(Limits(ping_interval=20, ping_timeout=5))
    socket._sockets.sweep._members.add(socket)  # without its timer
    return socket, transport, Clock(socket._sockets)


def test_a_pinged_client_that_answers_is_pinged_again(timed):
    socket, transport, clock = timed
    for seconds in (20, 15, 15):  # the ping before that was 5 seconds earlier
        clock.forward(seconds - 1)
        assert transport.frames() == []
        clock.forward(1)
        assert transport.frames() == [(PING, b"")]
        socket.data_received(masked(PONG))
        clock.forward(5)
        assert transport.frames() == []
    assert not transport.aborted


@pytest.mark.parametrize("life", [masked(TEXT, b"x"), masked(BINARY, b"xy")[:3], masked(PING)])
def test_any_byte_is_a_sign_of_life(timed, life):
    socket, transport, clock = timed
    clock.forward(20)
    socket.data_received(life)
    clock.forward(5)
    assert CLOSE not in [opcode for opcode, _ in transport.frames()]


def test_who_stays_silent_is_told_why_and_cut_off(timed):
    socket, transport, clock = timed
    clock.forward(20)
    clock.forward(5)
    assert transport.frames() == [(PING, b""), (CLOSE, b"\x03\xf3no answer to a ping")]
    assert not transport.aborted
    clock.forward(GRACE)
    assert transport.aborted
    assert socket._end == (1011, "no answer to a ping")


def test_reading_what_waits_is_a_sign_of_life():
    socket, transport = echo(Limits(ping_interval=20, ping_timeout=5), room=100)
    socket._sockets.sweep._members.add(socket)
    clock = Clock(socket._sockets)
    socket.data_received(masked(BINARY, bytes(125)))
    clock.forward(20)
    transport.read()
    clock.forward(5)
    assert CLOSE not in [opcode for opcode, _ in transport.frames()]


def test_one_timer_serves_all(loop):
    sockets = Sockets(Limits())
    for _ in range(3):
        sockets.add(Echo(sockets, GREETING))
    assert len(loop._scheduled) == 1  # type: ignore[attr-defined]
    assert len(sockets.sweep) == len(sockets) == 3


# -- the end

ENDINGS: dict[str, tuple[Callable[[Echo], object], int]] = {
    "the client closes": (lambda socket: socket.data_received(masked(CLOSE, b"\x03\xe8")), 1000),
    "the client breaks a rule": (lambda socket: socket.data_received(masked(3)), 1002),
    "the server closes": (lambda socket: socket.leave(), 1001),
}


@pytest.mark.parametrize(("end", "code"), ENDINGS.values(), ids=ENDINGS)
def test_a_client_that_does_not_hang_up_is_cut_off(timed, end, code):
    socket, transport, clock = timed
    end(socket)
    end(socket)
    [(opcode, payload)] = transport.frames()
    assert (opcode, int.from_bytes(payload[:2], "big")) == (CLOSE, code)
    assert transport.half_closed is (code != 1001)  # else its own close frame is still to come
    socket.data_received(masked(TEXT, b"too late"))
    assert transport.frames() == []
    clock.forward(GRACE / 2)
    assert not transport.aborted
    clock.forward(GRACE)
    assert transport.aborted


def test_the_answer_to_our_close_frame_ends_it(timed):
    socket, transport, _ = timed
    socket.going_away()
    socket.data_received(masked(TEXT, b"on its way") + masked(CLOSE, b"\x03\xe9"))
    assert transport.frames() == [(CLOSE, b"\x03\xe9the server closes")]
    assert transport.half_closed


def test_one_that_hangs_up_while_answers_wait_has_a_moment_to_read_them():
    socket, _ = echo(room=10)
    socket.data_received(masked(TEXT, b"x" * 20))
    assert socket.eof_received() is None  # the transport closes itself, when all is written
    assert socket._end is not None
    assert socket.due < socket._sockets.sweep.after(2 * GRACE)


def test_who_comes_while_the_server_closes_is_sent_away():
    sockets = Sockets(Limits())
    sockets.closing = True
    socket = Echo(sockets, GREETING)
    assert Transport(socket).frames() == [(CLOSE, b"\x03\xe9the server closes")]


def test_why_it_ended_is_noted():
    notes: list[tuple[Any, ...]] = []
    settings = {"note": lambda *facts: notes.append(facts)}
    rooms = Rooms(Hub())
    for end in (lambda one: one.data_received(masked(BINARY)), lambda one: one.eof_received(), lambda one: None):
        member = Member(Sockets(Limits(), settings), GREETING, rooms, "lobby")
        Transport(member)
        end(member)
        member.connection_lost(None)
    assert notes == [
        ("CLOSE", "/rooms/lobby", 1003, "expected text in a room, got binary"),
        ("CLOSE", "/rooms/lobby", 1006, "the client hung up without a close frame"),
        ("CLOSE", "/rooms/lobby", 1006, "the connection was lost"),
    ]


def test_nothing_of_a_lost_connection_stays(loop):
    sockets, rooms = Sockets(Limits()), Rooms(Hub())
    gone: list[weakref.ref[Any]] = []

    def visit(socket: Any) -> None:
        sockets.add(socket)
        transport = Transport(socket)
        socket.data_received(masked(TEXT, b"x" * 300))
        socket.connection_lost(None)
        gone.append(weakref.ref(transport))

    visit(Echo(sockets, GREETING))
    visit(Member(sockets, GREETING, rooms, "lobby"))
    gc.collect()
    assert [one() for one in gone] == [None, None]
    assert (len(sockets), len(sockets.sweep), len(rooms)) == (0, 0, 0)


def test_an_idle_socket_is_small():
    """The socket's own part of the 4 KiB; a connection has no dict, no list that is full, no buffer."""
    socket, _ = echo()
    assert not hasattr(socket, "__dict__")
    assert not hasattr(socket._connection, "__dict__")
    parts = [socket, socket._connection, socket._connection._out]
    assert sum(sys.getsizeof(part) for part in parts) < 400


def test_the_application_counts_its_sockets():
    app = make_app(limits=Limits(max_clients=7))
    sockets = app.settings["sockets"]
    assert app.settings["clients"] is sockets
    assert sockets.most == 7
    assert sockets.settings is app.settings
    assert repr(Echo(sockets, GREETING)) == "<Echo /echo: open>"
