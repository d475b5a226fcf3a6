"""The rules of a connection, one by one: what the Autobahn cases leave out."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.realtime.websocket import (
    TRANSITIONS,
    Binary,
    Close,
    Connection,
    Failed,
    Happening,
    NotOpen,
    Opcode,
    Ping,
    Pong,
    State,
    Text,
    decode,
    encode_frame,
)

KEY = bytes.fromhex("37fa213d")


def masked(opcode: int, payload: bytes = b"", *, fin: bool = True) -> bytes:
    return encode_frame(opcode, payload, fin=fin, key=KEY)


def pair() -> tuple[Connection, Connection]:
    return Connection("server"), Connection("client", new_key=lambda: KEY)


def test_both_sides_understand_each_other():
    server, client = pair()
    client.send_text("grüß dich")
    client.send_binary(bytes(70_000)[:65_536])
    client.ping(b"there?")
    client.pong()
    assert list(server.receive(client.output())) == [
        *(Text("grüß dich"), Binary(bytes(65_536)), Ping(b"there?"), Pong(b"")),
    ]
    server.send_text("hello")
    assert list(client.receive(server.output())) == [Pong(b"there?"), Text("hello")]


def test_an_answer_goes_out_at_its_place_in_the_conversation():
    server, client = pair()
    client.send_text("first")
    client.ping(b"second")
    client.send_text("third")
    client.close(4000, "enough")
    for event in server.receive(client.output()):
        if isinstance(event, Text):
            server.send_text(event.data)
    assert list(client.receive(server.output())) == [Text("first"), Pong(b"second"), Text("third"), Close(4000)]
    assert (server.state, client.state) == (State.CLOSED, State.CLOSED)
    assert (server.output(), client.output()) == (b"", b"")


def test_who_closes_first_still_hears_the_other():
    server, client = pair()
    server.close(1001, "the server closes")
    assert server.state is State.CLOSING
    with pytest.raises(NotOpen, match="expected an open connection, got one that is closing"):
        server.send_text("one more thing")
    client.send_text("on its way")
    client.ping()
    assert list(server.receive(client.output())) == [Text("on its way"), Ping(b"")]
    assert list(client.receive(server.output())) == [Close(1001, "the server closes")]
    assert list(server.receive(client.output())) == [Close(1001)]
    assert server.state is State.CLOSED
    assert server.output() == b""


def test_both_close_at_once():
    server, client = pair()
    server.close(1001)
    client.close(1000)
    to_client, to_server = server.output(), client.output()
    assert list(server.receive(to_server)) == [Close(1000)]
    assert list(client.receive(to_client)) == [Close(1001)]
    assert (server.state, client.state) == (State.CLOSED, State.CLOSED)
    assert (server.output(), client.output()) == (b"", b"")


def test_closing_twice_sends_one_frame():
    server, _ = pair()
    server.close(1000, "bye")
    server.close(1011)
    assert decode(server.output()) == (decode(encode_frame(8, b"\x03\xe8bye"))[0], b"")
    list(server.receive(masked(8)))
    server.close()
    assert server.output() == b""


def test_after_the_end_nothing_is_heard_or_said():
    server, _ = pair()
    assert list(server.receive(masked(8, b"\x03\xe8") + masked(1, b"late"))) == [Close(1000)]
    assert not server._held
    server.output()
    assert list(server.receive(masked(1, b"later"))) == []
    assert server.lost() == []
    for say in (lambda: server.send_text(""), lambda: server.send_binary(b""), server.ping, server.pong):
        with pytest.raises(NotOpen, match="closed"):
            say()
    assert server.output() == b""


def test_a_broken_rule_while_closing_ends_it_without_a_second_close_frame():
    server, _ = pair()
    server.close()
    server.output()
    assert list(server.receive(b"\xff\xff")) == [
        Failed(1002, "expected RSV bits 000, because no extension is agreed on, got 111"),
    ]
    assert (server.state, server.output()) == (State.CLOSED, b"")


def test_a_lost_connection():
    server, _ = pair()
    list(server.receive(masked(1, b"half")[:-1]))
    assert server.lost() == [Close(1006)]
    assert server.lost() == []
    assert server.state is State.CLOSED


def test_a_message_too_big_is_refused_when_it_is_announced():
    server = Connection("server", max_message=1_000)
    assert list(server.receive(masked(2, bytes(1_000)))) == [Binary(bytes(1_000))]
    head = masked(2, bytes(1_001))[:8]
    assert list(server.receive(head)) == [Failed(1009, "expected a message of at most 1,000 bytes, got 1,001 or more")]
    sent = decode(server.output())
    assert sent is not None
    assert sent[0].payload[:2] == (1009).to_bytes(2, "big")


@pytest.mark.parametrize("limit", [1, 10, 125])
def test_a_small_limit_holds_for_small_frames(limit):
    for masks in (True, False):
        connection = Connection("server" if masks else "client", max_message=limit, new_key=lambda: KEY)
        send = masked if masks else encode_frame
        assert list(connection.receive(send(1, b"x" * limit))) == [Text("x" * limit)]
        assert [event.code for event in connection.receive(send(1, b"x" * (limit + 1)))] == [1009]


def test_many_frames_are_too_big_together():
    server = Connection("server", max_message=10)
    frames = (
        masked(1, b"12345", fin=False) + masked(0, b"67890", fin=False) + masked(0) + masked(1, b"1" * 9, fin=False)
    )
    assert list(server.receive(frames)) == [Text("1234567890")]
    assert [event.code for event in server.receive(masked(0, b"ab"))] == [1009]


@pytest.mark.parametrize(("text", "at"), [(b"ok \xff", 3), (b"\xce\xba\xed\xa0\x80", 3), (b"\xf4\x90\x80\x80", 1)])
def test_a_wrong_byte_is_noticed_when_it_comes(text, at):
    frame = masked(1, text + bytes(100))
    server = Connection("server")
    assert list(server.receive(frame[:6])) == []
    noticed = [list(server.receive(frame[6 + index : 7 + index])) for index in range(at + 1)]
    assert noticed == [[]] * at + [[Failed(1007, "expected text in UTF-8")]]


@settings(max_examples=60)
@given(st.text(max_size=60), st.integers(1, 9), st.booleans())
def test_text_in_any_pieces(text, size, in_frames):
    data = text.encode()
    cuts = [data[at : at + size] for at in range(0, len(data), size)] or [b""]
    if in_frames:
        chunks = [masked(0 if at else 1, cut, fin=at == len(cuts) - 1) for at, cut in enumerate(cuts)]
    else:
        frame = masked(1, data)
        chunks = [frame[at : at + size] for at in range(0, len(frame), size)]
    server = Connection("server")
    assert [event for chunk in chunks for event in server.receive(chunk)] == [Text(text)]
    assert server.idle


def test_frames_of_nothing_take_no_room():
    server = Connection("server")
    list(server.receive(masked(2, fin=False)))
    before = sys.getsizeof(server._message._body)  # type: ignore[union-attr]
    assert list(server.receive(masked(0, fin=False) * 10_000)) == []
    assert sys.getsizeof(server._message._body) == before  # type: ignore[union-attr]
    assert not server._held


def test_a_length_in_a_longer_form_than_needed_is_taken():
    """Section 5.2 asks for the shortest; tornado, ws and Autobahn don't mind, and nobody is harmed."""
    server = Connection("server")
    assert list(server.receive(b"\x82\xfe\x00\x01" + KEY + bytes((0x37,)))) == [Binary(b"\x00")]
    assert list(server.receive(b"\x82\xff" + bytes(7) + b"\x01" + KEY + bytes((0x37,)))) == [Binary(b"\x00")]


def test_a_length_of_64_bits_breaks_a_rule():
    assert [event.code for event in Connection("server").receive(b"\x82\xff\x80" + bytes(7) + KEY)] == [1002]


@pytest.mark.parametrize(
    ("role", "frame"),
    [
        ("server", encode_frame(1, b"Hello")),
        ("client", masked(1, b"Hello")),
        ("client", b"\x81\x88" + bytes(7) + b"\x04abcd"),  # would be 4 bytes if 0x88 were a length
    ],
)
def test_masks_are_for_clients(role, frame):
    [failed] = Connection(role).receive(frame)
    assert failed.code == 1002
    assert "mask" in failed.reason


def test_a_client_takes_a_new_key_for_every_frame():
    keys = iter([b"aaaa", b"bbbb", b"cccc"])
    client = Connection("client", new_key=lambda: next(keys))
    client.send_text("1")
    client.ping()
    client.close()
    out, seen = client.output(), []
    while out:
        frame, out = decode(out)  # type: ignore[misc]
        seen.append((frame.opcode, frame.key))
    assert seen == [(Opcode.TEXT, b"aaaa"), (Opcode.PING, b"bbbb"), (Opcode.CLOSE, b"cccc")]


def test_keys_are_random_unless_told_otherwise():
    client = Connection("client")
    for _ in range(8):
        client.send_text("")
    out = client.output()
    assert len({out[at + 2 : at + 6] for at in range(0, len(out), 6)}) > 1


def test_what_can_not_be_said():
    server, _ = pair()
    with pytest.raises(ValueError, match="125 bytes in a control frame, got 126"):
        server.ping(bytes(126))
    with pytest.raises(ValueError, match="125 bytes in a control frame, got 126"):
        server.pong(bytes(126))
    with pytest.raises(ValueError, match="close code"):
        server.close(1006)
    with pytest.raises(UnicodeEncodeError):
        server.send_text("\ud800")
    assert (server.state, server.output()) == (State.OPEN, b"")


def test_before_the_handshake_there_are_no_frames():
    server = Connection("server", state=State.CONNECTING)
    with pytest.raises(NotOpen, match="handshake"):
        server.receive(masked(1))
    with pytest.raises(NotOpen, match="connecting"):
        server.send_text("too early")
    with pytest.raises(NotOpen, match="connecting"):
        server.close()
    server.opened()
    assert list(server.receive(masked(1))) == [Text("")]


def test_idle_is_between_two_messages():
    server = Connection("server")
    text, ping = masked(1, b"Hello"), masked(9, b"Hello")
    for data, idle in [(text, True), (text[:1], False), (text[1:7], False), (text[7:], True), (ping[:-1], False)]:
        list(server.receive(data))
        assert server.idle is idle
    list(server.receive(ping[-1:]))
    list(server.receive(masked(1, b"1", fin=False)))
    assert not server.idle
    assert repr(server) == "<WebSocket Connection, server: open, in a message>"
    list(server.receive(masked(0)))
    assert server.idle
    server.close()
    assert not server.idle
    assert repr(server) == "<WebSocket Connection, server: closing>"


def test_who_stops_listening_hears_the_rest_next_time():
    server = Connection("server")
    for event in server.receive(masked(1, b"1") + masked(1, b"2")):
        assert event == Text("1")
        break
    server.receive(masked(1, b"3"))
    assert list(server.receive(masked(1, b"4"))) == [Text("2"), Text("3"), Text("4")]


def test_a_big_message_is_not_copied_for_every_piece_of_it():
    """The bytes that are handled grow with the message, not with its square."""
    frame = masked(2, bytes(1 << 20))
    server = Connection("server", max_message=1 << 20)
    held = 0
    for at in range(0, len(frame), 256):
        events = list(server.receive(frame[at : at + 256]))
        held += len(server._held)
    assert events == [Binary(bytes(1 << 20))]
    assert held == 0


@settings(max_examples=150)
@given(st.lists(st.binary(max_size=40), max_size=6), st.sampled_from(["server", "client"]))
def test_any_bytes_mean_something_and_nothing_is_raised(chunks, role):
    connection = Connection(role)
    events = [event for chunk in chunks for event in connection.receive(chunk)]
    ended = [event for event in events if isinstance(event, Close | Failed)]
    assert (connection.state is State.CLOSED) == bool(ended)
    assert ended == events[len(events) - len(ended) :]
    assert len(ended) <= 1


def test_the_table_leads_from_the_handshake_to_the_end_and_not_back():
    order = list(State)
    assert all(order.index(now) < order.index(then) for (now, _), then in TRANSITIONS.items())
    assert {now for now, _ in TRANSITIONS} == set(State) - {State.CLOSED}
    assert {happening for _, happening in TRANSITIONS} == set(Happening)
    assert all((state, Happening.LOST) in TRANSITIONS for state in State if state is not State.CLOSED)
