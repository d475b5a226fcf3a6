"""WebSockets on both paths: rooms, pings, and a close code for everything."""

from __future__ import annotations

import struct
import threading
import time
from collections.abc import Callable

import pytest

from tests.realtime.wire import Raw, Socket, made, post, serving, stats, until

every = pytest.mark.parametrize("path", made("websocket"))
TEXT, BINARY, CONTINUATION, CLOSE, PING, PONG = 1, 2, 0, 8, 9, 10


@every
def test_echo_sends_back_what_it_gets(path: str) -> None:
    with serving("websocket", path) as server, Socket(server) as chat:
        assert chat.status == 101
        assert chat.headers["sec-websocket-accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
        assert "sec-websocket-extensions" not in chat.headers
        for message in ("hello", "", "ü✓\0", b"", b"\xff\x00", "x" * 125, "x" * 126, b"y" * 65_535, "z" * 65_536):
            chat.say(message)
            assert chat.hear() == message


@every
def test_many_at_once_come_back_in_order(path: str) -> None:
    with serving("websocket", path) as server, Socket(server) as chat:
        chat.send(b"".join(chat.made(TEXT, str(number).encode()) for number in range(500)))
        assert [chat.hear() for _ in range(500)] == [str(number) for number in range(500)]


@every
def test_fragments_are_put_together_with_control_frames_between(path: str) -> None:
    with serving("websocket", path) as server, Socket(server) as chat:
        whole = "grüße".encode()
        chat.frame(TEXT, whole[:3], fin=False)  # in the middle of a character
        chat.frame(PING, b"are you there?")
        chat.frame(CONTINUATION, b"", fin=False)
        chat.frame(CONTINUATION, whole[3:])
        assert chat.read() == (PONG, b"are you there?")
        assert chat.hear() == "grüße"


@every
def test_a_room_hears_what_one_of_it_says_the_speaker_too(path: str) -> None:
    with (
        serving("websocket", path) as server,
        Socket(server, "/rooms/a") as one,
        Socket(server, "/rooms/a") as two,
        Socket(server, "/rooms/b") as elsewhere,
    ):
        until(lambda: stats(server)["clients"] == 3)
        one.say("to a")
        assert one.hear() == two.hear() == "to a"
        post(server, "from outside", room="a")
        assert one.hear() == two.hear() == "from outside"
        elsewhere.say("to b")
        assert elsewhere.hear() == "to b"
        assert stats(server)["published"] == 3


@every
def test_a_room_takes_text_only(path: str) -> None:
    with serving("websocket", path) as server, Socket(server, "/rooms/a") as chat:
        chat.say(b"bytes")
        assert chat.closed() == 1003
        until(lambda: any((line.method, line.status) == ("CLOSE", 1003) for line in server.log), "a line")


FAULTS: dict[str, tuple[Callable[[Socket], object], int]] = {
    "too big": (lambda chat: chat.say("x" * 1001), 1009),
    "too big by its head": (lambda chat: chat.send(struct.pack("!BBQ4s", 0x81, 0xFF, 1 << 62, b"mask")), 1009),
    "too big in fragments": (
        lambda chat: chat.send(chat.made(TEXT, b"x" * 600, fin=False) + chat.made(CONTINUATION, b"x" * 600)),
        1009,
    ),
    "no UTF-8": (lambda chat: chat.frame(TEXT, b"\xc3\x28"), 1007),
    "no UTF-8 in fragments": (
        lambda chat: chat.send(chat.made(TEXT, b"\xc3", fin=False) + chat.made(CONTINUATION, b"\x28")),
        1007,
    ),
    "unmasked": (lambda chat: chat.frame(TEXT, b"hello", masked=False), 1002),
    "unmasked and empty": (lambda chat: chat.frame(TEXT, masked=False), 1002),
    "unmasked ping": (lambda chat: chat.frame(PING, masked=False), 1002),
    "an extension's bit": (lambda chat: chat.frame(TEXT, b"hello", rsv=4), 1002),
    "another bit": (lambda chat: chat.frame(TEXT, b"hello", rsv=1), 1002),
    "an unknown kind": (lambda chat: chat.frame(3, b"hello"), 1002),
    "an unknown control": (lambda chat: chat.frame(11, b"hello"), 1002),
    "a long ping": (lambda chat: chat.frame(PING, b"x" * 126), 1002),
    "a ping in fragments": (lambda chat: chat.frame(PING, b"x", fin=False), 1002),
    "nothing to continue": (lambda chat: chat.frame(CONTINUATION, b"x"), 1002),
    "a message in a message": (
        lambda chat: chat.send(chat.made(TEXT, b"x", fin=False) + chat.made(TEXT, b"y")),
        1002,
    ),
    "a close of one byte": (lambda chat: chat.frame(CLOSE, b"\x03"), 1002),
    "a close that is none": (lambda chat: chat.frame(CLOSE, struct.pack("!H", 1006)), 1002),
    "a close out of range": (lambda chat: chat.frame(CLOSE, struct.pack("!H", 999)), 1002),
    "a close without UTF-8": (lambda chat: chat.frame(CLOSE, struct.pack("!H", 1000) + b"\xff"), 1007),
}


@every
def test_a_fault_is_answered_with_its_close_code_and_noted(path: str) -> None:
    with serving("websocket", path, max_message=1000) as server, Socket(server) as witness:
        for what, (commit, code) in FAULTS.items():
            with Socket(server) as chat:
                commit(chat)
                assert (what, chat.closed()) == (what, code)
            until(lambda: server.log[-1].method == "CLOSE", f"a line about {what}")
            line = server.log[-1]
            assert (what, line.path, line.status) == (what, "/echo", code)
            assert line.error
        witness.say("still here")
        assert witness.hear() == "still here"
        assert stats(server)["clients"] == 1


@every
def test_the_close_frame_is_read_however_much_the_client_was_sending(path: str) -> None:
    size = 20_000_000
    with serving("websocket", path, max_message=1000) as server, Socket(server) as chat:
        chat.send(struct.pack("!BBQ4x", 0x81, 0xFF, size) + b"x" * size)
        assert chat.closed() == 1009


@every
def test_a_faulty_message_reaches_nobody_nor_does_what_comes_behind_it(path: str) -> None:
    with serving("websocket", path, max_message=1000) as server:
        for payload, options in (
            (b"unmasked", {"masked": False}),
            (b"\xff", {}),
            (b"x" * 1001, {}),
            (b"x", {"rsv": 2}),
        ):
            with Socket(server, "/rooms/a") as chat:
                chat.send(chat.made(TEXT, payload, **options) + chat.made(TEXT, b"behind it"))
                chat.closed()
        with Socket(server, "/rooms/a") as chat:
            chat.send(chat.made(BINARY, b"bytes") + chat.made(TEXT, b"behind them"))
            assert chat.closed() == 1003
        until(lambda: stats(server)["clients"] == 0)
        assert stats(server)["published"] == 0


@every
def test_a_goodbye_is_answered_with_the_same(path: str) -> None:
    with serving("websocket", path) as server:
        for payload, answer in ((b"", 1005), (b"\x03\xe8bye", 1000), (b"\x0f\xa0", 4000)):
            with Socket(server) as chat:
                chat.frame(CLOSE, payload)
                assert chat.closed() == answer
        until(lambda: stats(server)["clients"] == 0)
        assert [line.status for line in server.log if line.method == "CLOSE"] == [1005, 1000, 4000]


@every
def test_a_client_that_breaks_off_is_noted_and_forgotten(path: str) -> None:
    with serving("websocket", path) as server:
        with Socket(server, "/rooms/a") as chat:
            chat.say("x")
            chat.hear()
        until(lambda: stats(server)["clients"] == 0)
        assert stats(server)["rooms"] == 0
        assert ("CLOSE", 1006) in [(line.method, line.status) for line in server.log]


@every
def test_the_server_pings_and_hangs_up_when_no_pong_comes(path: str) -> None:
    with (
        serving("websocket", path, ping_interval=0.4, ping_timeout=0.4) as server,
        Socket(server) as alive,
        Socket(server) as dead,
    ):
        opcode, payload = alive.read()
        assert opcode == PING
        alive.frame(PONG, payload)
        assert dead.closed() == 1011
        alive.say("here")
        assert alive.hear() == "here"


HANDSHAKES: dict[str, tuple[dict[str, str], tuple[int, ...]]] = {
    "another site": ({"Origin": "http://elsewhere.example"}, (403,)),
    "another port": ({"Origin": "http://localhost:1"}, (403,)),
    "a hidden origin": ({"Origin": "null"}, (403,)),
    "no upgrade": ({"Upgrade": ""}, (400, 426)),
    "another protocol": ({"Upgrade": "h2c"}, (400, 426)),
    "no connection": ({"Connection": "close"}, (400, 426)),
    "no key": ({"Sec-WebSocket-Key": ""}, (400,)),
    "an old version": ({"Sec-WebSocket-Version": "8"}, (426,)),
}


@every
def test_a_bad_handshake_is_refused(path: str) -> None:
    with serving("websocket", path) as server:
        for what, (headers, statuses) in HANDSHAKES.items():
            with Socket(server, headers=headers) as chat:
                assert chat.status in statuses, what
            assert (what, server.log[-1].status) == (what, chat.status)
        assert stats(server)["clients"] == 0


@every
def test_own_pages_and_listed_origins_may_connect(path: str) -> None:
    with serving("websocket", path, origins=("http://lab.example",)) as server:
        for origin in (server.url, "http://lab.example"):
            with Socket(server, headers={"Origin": origin}) as chat:
                assert chat.status == 101


@every
def test_a_room_without_a_proper_name_is_refused(path: str) -> None:
    with serving("websocket", path) as server:
        for room in ("", "a%20b", "a" * 65, "%00", "..%2f"):
            with Socket(server, f"/rooms/{room}") as chat:
                assert (room, chat.status) == (room, 400)


@every
def test_frames_behind_the_handshake_are_not_lost(path: str) -> None:
    with serving("websocket", path) as server, Raw(server) as raw:
        head = "GET /echo HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
        head += f"Sec-WebSocket-Key: {Socket.KEY}\r\nSec-WebSocket-Version: 13\r\n\r\n"
        raw.send(head.encode() + Socket.made(TEXT, b"early"))
        assert raw.head()[0] == 101
        assert raw.take(7) == b"\x81\x05early"


@every
def test_a_member_that_does_not_read_is_sent_away_and_nobody_else_waits(path: str) -> None:
    with (
        serving("websocket", path, queue=4, max_write_buffer=65_536) as server,
        Socket(server, "/rooms/a") as good,
        Socket(server, "/rooms/a", buffer=4096) as bad,
    ):
        until(lambda: stats(server)["clients"] == 2)
        large = "x" * 60_000
        for _ in range(150):  # 9 MB: more than the kernel holds for it
            good.say(large)
            assert good.hear() == large
        assert bad.closed() in (1013, 1006)  # the close frame, too, waits behind what it did not read
        until(lambda: 1013 in [line.status for line in server.log], "a line with 1013")


@every
def test_a_flood_does_not_send_away_who_reads(path: str) -> None:
    with (
        serving("websocket", path, queue=4) as server,
        Socket(server, "/rooms/a") as one,
        Socket(server, "/rooms/a") as two,
    ):
        until(lambda: stats(server)["clients"] == 2)
        one.send(b"".join(one.made(TEXT, str(number).encode()) for number in range(300)))
        for chat in (one, two):
            assert [chat.hear() for _ in range(300)] == [str(number) for number in range(300)]


@every
def test_going_away_is_said_to_all_when_the_server_stops(path: str) -> None:
    with serving("websocket", path) as server, Socket(server) as echo, Socket(server, "/rooms/a") as chat:
        until(lambda: stats(server)["clients"] == 2)
        stopping = threading.Thread(target=server.stop)
        stopping.start()
        assert echo.closed() == 1001
        assert chat.closed() == 1001
        stopping.join()
        assert [line.status for line in server.log if line.method == "CLOSE"] == [1001, 1001]


@every
def test_who_does_not_answer_the_goodbye_delays_the_end_by_a_second_at_most(path: str) -> None:
    with serving("websocket", path) as server, Socket(server) as mute:
        until(lambda: stats(server)["clients"] == 1)
        began = time.monotonic()
        server.stop()
        assert time.monotonic() - began < 1.9
        assert mute.read()[1][:2] == b"\x03\xe9"
        mute.ended()
