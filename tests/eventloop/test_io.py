"""Files, sockets and servers: the same programs on real I/O and in the virtual world."""

from __future__ import annotations

import errno
import functools
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from course_lib.eventloop import (
    LoopLimit,
    Socket,
    VirtualFile,
    VirtualIO,
    busy,
    connect,
    listen,
    log,
    on_uncaught_exception,
    open_loop,
    read_file,
    real,
    run,
    set_immediate,
    set_timeout,
    write_file,
)
from course_lib.eventloop.current import running_in_this_thread
from course_lib.eventloop.files import CHUNK
from course_lib.eventloop.real import RealIO

BOTH = pytest.mark.parametrize("clock", ["real", "virtual"])


@pytest.fixture(autouse=True)
def _nothing_is_left() -> Any:
    def descriptors() -> int:
        folder = Path("/proc/self/fd")
        return len(list(folder.iterdir())) if folder.exists() else 0

    before, threads = descriptors(), threading.active_count()
    yield
    assert descriptors() == before
    assert threading.active_count() == threads


# Files


@pytest.mark.parametrize(("node", "iterations"), [("24", 4), ("26", 1)])
def test_a_file_takes_so_many_trips(tmp_path: Path, node: str, iterations: int) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"content")
    result = run(lambda: read_file(path, lambda error, data: log(data)), node=node)
    assert result.rows == [("b'content'", "poll", "cb")]
    assert result.iterations >= iterations
    virtual = run(
        lambda: read_file("a", lambda error, data: log(data)),
        node=node,
        clock=VirtualIO({"a": VirtualFile(b"content")}),
    )
    assert virtual.iterations == iterations


def test_large_files_are_read_and_written_in_pieces(tmp_path: Path) -> None:
    content = os.urandom(512 * 1024 + 17)

    def main() -> None:
        write_file(tmp_path / "b", content, written)

    def written(error: Exception | None) -> None:
        assert error is None
        read_file(tmp_path / "b", lambda error, data: log(data == content))

    assert run(main).output == ["True"]


def test_text_by_its_encoding(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"

    def main() -> None:
        write_file(path, "größer", lambda error: read_file(path, told, encoding="utf-8"))

    def told(error: Exception | None, text: str | None) -> None:
        log(text)
        read_file(path, lambda error, data: log(f"{type(error).__name__} {data}"), encoding="ascii")

    assert run(main).output == ["größer", "UnicodeDecodeError None"]


@pytest.mark.parametrize("trips", [1, 4])
@BOTH
def test_a_missing_file_is_an_error_for_the_callback(clock: str, trips: int) -> None:
    def told(error: Exception | None, data: object) -> None:
        assert isinstance(error, FileNotFoundError)
        assert error.errno == errno.ENOENT
        log(data)

    assert run(lambda: read_file("/no/such/file", told), clock=clock, file_trips=trips).rows == [("None", "poll", "cb")]


def test_an_error_on_the_way_still_closes_the_file(tmp_path: Path) -> None:
    """A folder can be opened but not read (on Windows it cannot be opened either)."""
    result = run(lambda: read_file(tmp_path, lambda error, data: log(isinstance(error, OSError))))
    assert result.output == ["True"]


def test_wrong_arguments_for_files() -> None:
    def main() -> None:
        with pytest.raises(TypeError, match="expected a callback"):
            read_file("a", "not callable")  # type: ignore[arg-type]
        with pytest.raises(TypeError, match="expected bytes or str to write, got 7"):
            write_file("a", 7, print)  # type: ignore[arg-type]

    run(main)


def test_a_loop_that_is_stopped_closes_its_files(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * 10)
    with open_loop() as loop, running_in_this_thread(loop):
        read_file(tmp_path / "a", lambda error, data: None)
        while loop.iteration < 2:
            loop.iterate()  # opened, not closed
    assert "closed" in repr(loop.io)


# Sockets


@BOTH
def test_a_conversation(clock: str) -> None:
    def main() -> None:
        server = listen(0, lambda socket: serve(socket), on_listening=lambda: call(server.port))
        server.on("close", lambda: log("server: close"))

        def serve(socket: Socket) -> None:
            socket.on("data", lambda data: socket.end(data.upper()))
            server.close()
            server.close()

    def call(port: int) -> None:
        client = connect(port, lambda: client.write("hello"))
        client.on("data", log).on("end", lambda: log("end")).on("close", lambda: log("close"))

    rows = run(main, clock=clock, limit=5).rows
    assert ("b'HELLO'", "poll", "cb") in rows
    assert ("end", "poll", "tick") in rows
    assert ("close", "close", "cb") in rows
    assert [queue for line, _, queue in rows if line == "server: close"] == ["tick"]


@BOTH
def test_much_data_arrives_whole(clock: str) -> None:
    content = os.urandom(3_000_000)
    got: list[bytes] = []

    def main() -> None:
        def serve(socket: Socket) -> None:
            socket.end(content)
            server.close()

        server = listen(0, serve)
        connect(server.port).on("data", got.append)

    run(main, clock=clock)
    assert b"".join(got) == content


@BOTH
def test_a_refused_connection_is_an_error_after_poll(clock: str) -> None:
    def main() -> None:
        server = listen(0)
        port = server.port
        server.close()
        socket = connect(port)
        socket.on("error", lambda error: log(type(error).__name__)).on("close", lambda: log("close"))

    assert run(main, clock=clock).rows == [("ConnectionRefusedError", "poll", "tick"), ("close", "close", "cb")]


@BOTH
def test_a_missing_unix_socket_fails_in_the_pending_phase(clock: str) -> None:
    def main() -> None:
        socket = connect("/nonexistent/x.sock")
        socket.on("error", lambda error: log(error.errno == errno.ENOENT)).on("close", lambda: log("close"))

    assert run(main, clock=clock).rows == [("True", "pending", "tick"), ("close", "close", "cb")]


@BOTH
def test_an_error_without_a_listener_is_uncaught(clock: str) -> None:
    with pytest.raises(FileNotFoundError, match=r"connect /nonexistent/x\.sock"):
        run(lambda: connect("/nonexistent/x.sock"), clock=clock)


@BOTH
def test_a_port_in_use_is_an_error_event(clock: str) -> None:
    def main() -> None:
        first = listen(0)
        second = listen(first.port)
        second.on("error", lambda error: (log(error.errno in (errno.EADDRINUSE, errno.EACCES)), first.close()))
        assert not second.listening

    assert run(main, clock=clock).rows == [("True", "main", "tick")]


def test_wrong_arguments_for_sockets() -> None:
    def main() -> None:
        with pytest.raises(ValueError, match="expected a port in 0…65535, got 70000"):
            listen(70_000)
        with pytest.raises(TypeError, match="expected a port number, got None"):
            connect(None)  # type: ignore[arg-type]
        socket = connect(9)
        with pytest.raises(ValueError, match="expected an event out of connect, data, end, error, close, got 'date'"):
            socket.on("date", print)
        with pytest.raises(TypeError, match="expected a callback"):
            socket.on("data", 7)  # type: ignore[arg-type]
        with pytest.raises(TypeError, match="expected bytes or str to write, got 7"):
            socket.write(7)  # type: ignore[arg-type]
        socket.destroy().destroy()
        assert not socket.write("nobody hears")
        assert "destroyed" in repr(socket)

    run(main)


@BOTH
def test_writing_after_the_end_is_an_error_event(clock: str) -> None:
    def main() -> None:
        server = listen(0, lambda socket: socket.on("data", lambda data: None))
        client = connect(server.port)
        client.on("connect", lambda: (client.end(), client.write("more")))
        client.on("error", lambda error: (log(error), server.close()))

    assert run(main, clock=clock, limit=5).output == ["[Errno 32] write after end"]


@BOTH
def test_data_waits_for_its_listener(clock: str) -> None:
    def main() -> None:
        def serve(socket: Socket) -> None:
            socket.end("early")
            server.close()

        server = listen(0, serve)
        client = connect(server.port)
        set_timeout(lambda: client.on("data", log).on("end", lambda: log("end")), 50)

    assert run(main, clock=clock, limit=5).output == ["b'early'", "end"]


@BOTH
def test_events_once_and_off(clock: str) -> None:
    def main() -> None:
        server = listen(0, lambda socket: None).unref().ref().unref()
        listener: Callable[[], None] = lambda: log("never")  # noqa: E731
        server.on("listening", listener).off("listening", listener).off("listening", listener)
        server.once("listening", lambda: log("once"))

    assert run(main, clock=clock).output == ["once"]


def test_a_socket_destroyed_by_an_earlier_callback_of_the_batch_is_left_out() -> None:
    """Two sockets become readable in one poll; the first one's callback destroys the other."""
    clients: list[Socket] = []

    def main() -> None:
        server = listen(0, lambda socket: sockets.append(socket.on("error", lambda reset: None)))
        sockets: list[Socket] = []

        def both() -> None:
            for socket in sockets:
                socket.end("x")
            server.close()

        for number in range(2):
            client = connect(server.port)
            client.on("data", lambda data, number=number: got(number))
            clients.append(client)
        set_timeout(both, 50)

    def got(number: int) -> None:
        log("data")
        clients[1 - number].destroy()

    assert run(main, limit=5).output == ["data"]


def test_a_stopped_program_leaves_no_socket_behind() -> None:
    def main() -> None:
        on_uncaught_exception(lambda error: (_ for _ in ()).throw(error))
        server = listen(0, lambda socket: set_immediate(lambda: 1 / 0))
        connect(server.port)

    with pytest.raises(ZeroDivisionError):
        run(main)


def test_closing_real_io_twice_is_safe() -> None:
    io = RealIO()
    io.close()
    io.close()
    assert repr(io) == "<RealIO: closed>"


@pytest.mark.parametrize("clock", ["real", "virtual"])
def test_what_is_done_is_not_lost_when_an_error_leaves_the_loop(clock: str, tmp_path: Path) -> None:
    heard: list[int] = []

    def main() -> None:
        for number in range(3):
            path = tmp_path / str(number)
            path.touch()
            read_file(path, functools.partial(came, number))
        busy(30)  # long enough for the pool: all are done when the loop looks

    def came(number: int, error: object, data: object) -> None:
        heard.append(number)
        raise KeyError(number)

    io: Any = "real" if clock == "real" else VirtualIO({str(tmp_path / str(n)): VirtualFile() for n in range(3)})
    with open_loop(clock=io, file_trips=1, limit=5) as loop, running_in_this_thread(loop):
        loop.start(main)
        for _ in range(3):
            with pytest.raises(KeyError):
                loop.spin()
        loop.spin()
    assert sorted(heard) == [0, 1, 2]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes of this kind are POSIX's")
def test_a_job_that_does_not_end_cannot_hold_the_loop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(real, "PATIENCE", 0.05)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    done = threading.Event()

    def stop() -> None:
        try:
            with pytest.raises(LoopLimit):
                run(lambda: read_file(pipe, print), limit=0.05)
        finally:
            done.set()

    threading.Thread(target=stop, daemon=True).start()
    in_time = done.wait(5)
    with pipe.open("wb"):  # lets the pool's thread go, which closes what it has opened
        pass
    for thread in threading.enumerate():
        if thread.name.startswith("loop pool"):
            thread.join(5)
    assert in_time


def test_a_file_that_was_closed_is_not_read_by_its_number(tmp_path: Path) -> None:
    files = real.RealFiles()
    number = files.open(str(tmp_path / "x"), os.O_RDWR | os.O_CREAT)
    files.close_all()
    for use in (lambda: files.read(number, 1), lambda: files.write(number, b"x"), lambda: files.close(number)):
        with pytest.raises(OSError, match=os.strerror(errno.EBADF)):
            use()


@pytest.mark.skipif(not Path("/proc/cpuinfo").exists(), reason="no file here has a size that is not known before")
def test_a_file_of_unknown_size_is_read_to_its_end() -> None:
    got: list[bytes] = []
    run(lambda: read_file("/proc/kallsyms", lambda error, data: got.append(data)))
    assert got == [Path("/proc/kallsyms").read_bytes()]


def test_a_file_of_exactly_one_piece_takes_one_read() -> None:
    io = VirtualIO({"file": VirtualFile(b"x" * CHUNK)})
    assert run(lambda: read_file("file", lambda *_: None), clock=io).iterations == 4


@pytest.mark.parametrize("to", ["/x" * 300, 80])
def test_an_address_that_cannot_be_is_an_error_event(to: int | str) -> None:
    def main() -> None:
        socket = connect(to, host="no such host.invalid")
        socket.on("error", lambda error: log(type(error).__name__)).on("close", lambda: log("close"))

    result = run(main, limit=5)
    assert result.output[1:] == ["close"]


def test_a_host_that_is_none_has_its_own_words() -> None:
    said: list[str] = []
    run(lambda: listen(0, host="no such host.invalid").on("error", lambda error: said.append(str(error))))
    assert "listen no such host.invalid:0" in said[0]
    assert "Unknown error" not in said[0]


def test_text_that_cannot_be_encoded_leaves_no_request_behind() -> None:
    def main() -> None:
        with pytest.raises(UnicodeEncodeError):
            write_file("never written", "\ud800", print)

    assert run(main, limit=5).iterations == 0


def test_an_event_within_its_own_event_and_taking_once_back() -> None:
    def main() -> None:
        server = listen(0)
        server.once("listening", lambda: server.emit("listening"))
        server.once("listening", lambda: log("second"))
        server.once("listening", never).off("listening", never)
        server.on("listening", lambda: server.close())

    def never() -> None:
        log("never")

    assert run(main, limit=5).output == ["second"]
