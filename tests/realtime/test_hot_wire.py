"""A socket as a transport: against a real socket pair, one turn of the loop at a time, and beside asyncio's own."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import socket
import struct
import weakref
from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest

from course_lib.realtime.hot.wire import Wire, connect

MAKES = ["wire", "asyncio's own"]


class Notes(asyncio.Protocol):
    """Notes what it is told."""

    stays_open = False

    def __init__(self) -> None:
        self.told: list[Any] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.told.append("made")

    def data_received(self, data: bytes) -> None:
        self.told.append(data)

    def eof_received(self) -> bool:
        self.told.append("eof")
        return self.stays_open

    def pause_writing(self) -> None:
        self.told.append("pause")

    def resume_writing(self) -> None:
        self.told.append("resume")

    def connection_lost(self, exc: Exception | None) -> None:
        self.told.append("lost" if exc is None else type(exc).__name__)


class World:
    """A loop that runs turn by turn, a protocol at one end of a connection, and a plain socket at the other."""

    def __init__(self, make: str, protocol: Notes) -> None:
        self.loop = asyncio.SelectorEventLoop()
        self.errors: list[dict[str, Any]] = []
        self.loop.set_exception_handler(lambda loop, context: self.errors.append(context))
        with socket.create_server(("127.0.0.1", 0)) as listening:
            self.other = socket.create_connection(listening.getsockname(), timeout=5)
            self.sock, _ = listening.accept()
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 65_536)
        self.protocol = protocol
        if make == "wire":
            self.loop.run_until_complete(connect(protocol, self.sock))
        else:
            self.loop.run_until_complete(self.loop.connect_accepted_socket(lambda: protocol, self.sock))
        self.transport = protocol.transport
        self.turns()

    def turns(self, count: int = 4) -> None:
        for _ in range(count):
            self.loop.call_soon(self.loop.stop)
            self.loop.run_forever()

    def until(self, condition: Callable[[], object]) -> None:
        async def wait() -> None:
            async with asyncio.timeout(5):
                while not condition():
                    await asyncio.sleep(0)

        self.loop.run_until_complete(wait())

    def close(self) -> None:
        if self.protocol.told[-1:] != ["lost"]:  # asyncio's own can't be aborted twice
            self.transport.abort()
        self.turns()
        self.other.close()
        self.loop.close()


@pytest.fixture(params=MAKES)
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    made = World(request.param, Notes())
    yield made
    made.close()
    assert made.errors == []


@pytest.fixture
def wired() -> Iterator[World]:
    made = World("wire", Notes())
    assert isinstance(made.transport, Wire)
    yield made
    made.close()


def test_what_comes_is_told_and_what_is_written_goes(world):
    world.other.sendall(b"hello")
    world.until(lambda: b"hello" in world.protocol.told)
    world.transport.write(b"good")
    world.transport.writelines([b" ", b"day"])
    assert world.other.recv(100) == b"good day"
    assert world.protocol.told == ["made", b"hello"]


def test_reading_can_pause(world):
    world.transport.pause_reading()
    world.transport.pause_reading()
    assert not world.transport.is_reading()
    world.other.sendall(b"later")
    world.turns()
    assert world.protocol.told == ["made"]
    world.transport.resume_reading()
    world.transport.resume_reading()
    assert world.transport.is_reading()
    world.until(lambda: b"later" in world.protocol.told)


def test_no_more_is_read_at_once_than_asked_for(wired):
    wired.transport.max_size = 4
    wired.other.sendall(b"0123456789")
    wired.until(lambda: len(wired.protocol.told) == 4)
    assert wired.protocol.told == ["made", b"0123", b"4567", b"89"]


def test_what_the_socket_does_not_take_waits_and_keeps_its_order(world):
    world.transport.set_write_buffer_limits(100_000, 50_000)
    assert world.transport.get_write_buffer_limits() == (50_000, 100_000)
    blocks = [bytes([number]) * 20_000 for number in range(100)]
    for block in blocks:
        world.transport.write(block)
    assert world.transport.get_write_buffer_size() > 100_000
    assert world.protocol.told == ["made", "pause"]
    world.other.setblocking(False)
    got = bytearray()

    def read() -> bool:
        with contextlib.suppress(BlockingIOError):
            got.extend(world.other.recv(1 << 20))
        return len(got) == 2_000_000

    world.until(read)
    assert got == b"".join(blocks)
    world.until(lambda: world.transport.get_write_buffer_size() == 0)
    assert world.protocol.told == ["made", "pause", "resume"]


def test_closing_writes_what_waits_first(world):
    data = bytes(2_000_000)
    world.transport.write(data)
    assert world.transport.get_write_buffer_size() > 0
    world.transport.close()
    world.transport.close()
    assert world.transport.is_closing()
    world.other.setblocking(False)
    got = 0

    def read() -> bool:
        nonlocal got
        with contextlib.suppress(BlockingIOError):
            got += len(world.other.recv(1 << 20))
        return got == len(data)

    world.until(read)
    world.until(lambda: "lost" in world.protocol.told)
    assert [one for one in world.protocol.told if one not in ("pause", "resume")] == ["made", "lost"]


def test_one_that_closes_reads_no_more(world):
    world.transport.pause_reading()
    world.transport.write(bytes(2_000_000))
    world.transport.close()
    world.transport.resume_reading()
    assert not world.transport.is_reading()
    world.other.sendall(b"too late")
    world.turns()
    assert b"too late" not in world.protocol.told


def test_aborting_forgets_what_waits(world):
    world.transport.write(bytes(2_000_000))
    number = world.sock.fileno()
    world.transport.abort()
    world.transport.abort()
    assert not world.loop.remove_reader(number)
    assert not world.loop.remove_writer(number)
    assert world.transport.is_closing()
    assert world.transport.get_write_buffer_size() == 0
    world.turns()
    assert world.protocol.told[-1] == "lost"
    assert world.protocol.told.count("lost") == 1
    assert world.sock.fileno() == -1


def test_what_is_written_after_the_end_goes_nowhere(wired):
    wired.transport.abort()
    wired.transport.write(b"to nobody")
    wired.turns()
    assert wired.other.recv(10) == b""


def test_the_end_of_its_stream_ends_it(world):
    world.other.shutdown(socket.SHUT_WR)
    world.until(lambda: "lost" in world.protocol.told)
    assert world.protocol.told == ["made", "eof", "lost"]
    assert world.other.recv(10) == b""


@pytest.mark.parametrize("make", MAKES)
def test_unless_the_protocol_wants_to_write_on(make):
    protocol = Notes()
    protocol.stays_open = True
    world = World(make, protocol)
    world.other.shutdown(socket.SHUT_WR)
    world.until(lambda: "eof" in protocol.told)
    world.turns()
    world.transport.write(b"still here")
    assert world.other.recv(100) == b"still here"
    assert protocol.told == ["made", "eof"]
    world.close()
    assert protocol.told == ["made", "eof", "lost"]


def test_the_end_of_our_stream_comes_after_what_waits(world):
    assert world.transport.can_write_eof()
    world.transport.write(bytes(2_000_000))
    world.transport.write_eof()
    world.transport.write_eof()
    with pytest.raises(RuntimeError, match="write_eof"):
        world.transport.write(b"more")
    got = 0
    world.other.setblocking(False)
    while True:
        try:
            data = world.other.recv(1 << 20)
        except BlockingIOError:
            world.turns(1)
            continue
        if not data:
            break
        got += len(data)
    assert got == 2_000_000
    assert not world.transport.is_closing()
    world.other.sendall(b"I heard")
    world.until(lambda: b"I heard" in world.protocol.told)


def test_the_end_of_our_stream_is_said_at_once_when_nothing_waits(world):
    world.transport.write_eof()
    assert world.other.recv(10) == b""


def test_a_broken_connection_is_told_as_one(world):
    world.other.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    world.other.close()  # with a reset
    world.until(lambda: world.protocol.told[-1] == "ConnectionResetError")


def test_a_connection_found_broken_while_writing(world):
    world.transport.pause_reading()  # nobody looks whether it stands
    world.other.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    world.other.close()
    while not world.transport.is_closing():
        world.transport.write(b"x")
    world.turns()
    assert world.protocol.told[-1] in ("ConnectionResetError", "BrokenPipeError")


@pytest.mark.parametrize("make", MAKES)
def test_a_protocol_that_raises_loses_its_connection(make):
    class Raises(Notes):
        def data_received(self, data: bytes) -> None:
            raise ZeroDivisionError

    world = World(make, protocol := Raises())
    world.other.sendall(b"x")
    world.until(lambda: protocol.told != ["made"])
    assert protocol.told == ["made", "ZeroDivisionError"]
    assert [type(error["exception"]) for error in world.errors] == [ZeroDivisionError]
    world.turns()
    world.other.close()
    world.loop.close()


def test_writing_in_the_middle_of_resuming_keeps_the_order():
    class Refills(Notes):
        left = 4

        def resume_writing(self) -> None:
            super().resume_writing()
            assert self.transport.get_write_buffer_size() <= 5_000
            while self.left and self.told[-1] == "resume":
                self.left -= 1
                self.transport.write(bytes([self.left]) * 900_000)

    world = World("wire", protocol := Refills())
    world.transport.set_write_buffer_limits(400_000, 5_000)
    world.transport.write(b"\xff" * 900_000)
    world.other.setblocking(False)
    got = bytearray()

    def read() -> bool:
        with contextlib.suppress(BlockingIOError):
            got.extend(world.other.recv(1 << 20))
        return len(got) == 5 * 900_000

    world.until(read)
    assert got == b"".join(bytes([number]) * 900_000 for number in (255, *range(3, -1, -1)))
    assert protocol.told.count("pause") == protocol.told.count("resume") > 1
    world.close()


def test_ending_in_the_middle_of_resuming():
    class Leaves(Notes):
        def resume_writing(self) -> None:
            super().resume_writing()
            self.transport.abort()

    world = World("wire", protocol := Leaves())
    world.transport.set_write_buffer_limits(0)
    world.transport.write(bytes(1_000_000))
    world.other.setblocking(False)

    def read() -> bool:
        with contextlib.suppress(BlockingIOError):
            world.other.recv(1 << 20)
        return "lost" in protocol.told

    world.until(read)
    assert protocol.told == ["made", "pause", "resume", "lost"]
    world.close()
    assert world.errors == []


def test_a_protocol_may_refuse_when_it_is_made():
    class Refuses(Notes):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            super().connection_made(transport)
            self.transport.close()

    world = World("wire", protocol := Refuses())
    assert protocol.told == ["made", "lost"]
    world.close()


def test_a_protocol_may_begin_by_reading_nothing():
    class Waits(Notes):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            super().connection_made(transport)
            self.transport.pause_reading()

    world = World("wire", protocol := Waits())
    world.other.sendall(b"x")
    world.turns()
    assert protocol.told == ["made"]
    world.transport.resume_reading()
    world.until(lambda: b"x" in protocol.told)
    world.close()


def test_another_protocol_can_take_over(wired):
    second = Notes()
    assert wired.transport.get_protocol() is wired.protocol
    wired.transport.set_protocol(second)
    wired.other.sendall(b"x")
    wired.until(lambda: second.told)
    assert wired.protocol.told == ["made"]


def test_what_is_known_of_it(wired):
    assert wired.transport.get_extra_info("socket") is wired.sock
    assert wired.transport.get_extra_info("peername") == wired.other.getsockname()
    assert wired.transport.get_extra_info("sockname") == wired.other.getpeername()
    assert wired.transport.get_extra_info("cipher", "none") == "none"
    assert repr(wired.transport) == f"<Wire {wired.sock.fileno()}: reading, 0 bytes wait>"
    wired.transport.pause_reading()
    assert "paused" in repr(wired.transport)
    wired.transport.abort()
    wired.turns()
    assert repr(wired.transport) == "<Wire -1: ended, 0 bytes wait>"
    assert wired.transport.get_extra_info("peername") is None


@pytest.mark.parametrize(
    ("given", "want"), [((), (16_384, 65_536)), ((8,), (2, 8)), ((None, 3), (3, 12)), ((0,), (0, 0))]
)
def test_limits_of_what_may_wait(wired, given, want):
    wired.transport.set_write_buffer_limits(*given)
    assert wired.transport.get_write_buffer_limits() == want


def test_limits_that_are_none(wired):
    with pytest.raises(ValueError, match="expected 0 ≤ low ≤ high, got 5 and 4"):
        wired.transport.set_write_buffer_limits(4, 5)


def test_nothing_waits_for_the_collector():
    world = World("wire", Notes())
    world.other.sendall(b"x")
    world.until(lambda: b"x" in world.protocol.told)
    gone = weakref.ref(world.transport)
    gc.disable()
    try:
        world.close()
        del world.transport, world.protocol
        assert gone() is None
    finally:
        gc.enable()


def test_other_loops_keep_their_own_transports():
    uvloop = pytest.importorskip("uvloop")

    async def main() -> None:
        one, two = socket.socketpair()
        one.setblocking(False)
        protocol = Notes()
        await connect(protocol, one)
        assert protocol.told == ["made"]
        assert not isinstance(protocol.transport, Wire)
        protocol.transport.abort()
        two.close()
        await asyncio.sleep(0)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())
