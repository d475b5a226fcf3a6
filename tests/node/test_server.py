"""Node.js programs that stay."""

from __future__ import annotations

import contextlib
import socket
import sys

import pytest

from course_lib import live, node

ECHO = """
const server = require('net').createServer((socket) => { console.log('a client'); socket.pipe(socket); });
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({port: server.address().port})));
"""


def echoed(port: int) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
        client.sendall(b"hello")
        return client.recv(10)


def test_a_server_answers_until_its_block_ends() -> None:
    with node.start(ECHO) as server:
        assert echoed(server.port) == b"hello"
        assert server.url == f"http://localhost:{server.port}"
        assert server.alive
        assert any("process" in left for left in live.leftovers())
    assert not server.alive
    with pytest.raises(ConnectionRefusedError):
        echoed(server.port)
    server.stop()
    assert repr(server).endswith("ended with exit code 0>")


def test_the_same_name_replaces() -> None:
    first = node.start(ECHO, name="echo")
    with node.start(ECHO, name="echo") as second:
        assert not first.alive
        assert echoed(second.port) == b"hello"


def test_stop_all_stops_it() -> None:
    server = node.start(ECHO)
    live.stop_all()
    assert not server.alive


def test_the_ready_line_can_be_asked_for() -> None:
    source = "console.log('warming up'); setTimeout(() => console.log('ready 1'), 10); setInterval(() => {}, 1000)"
    with node.start(source, ready="ready") as server:
        assert server.ready == "ready 1"
        assert server.lines == ["warming up", "ready 1"]
        with pytest.raises(ValueError, match="expected the ready line to be a port"):
            _ = server.port


def test_an_early_end_shows_the_error() -> None:
    with pytest.raises(RuntimeError, match=r"(?s)ended with exit code 1:.*Error: boom.*/program/main.cjs:1"):
        node.start("throw new Error('boom')")


def test_never_ready_is_a_timeout() -> None:
    with pytest.raises(TimeoutError, match=r"'go' .* within 0.5 seconds(?s:.*)not yet"):
        node.start("console.log('not yet'); setInterval(() => {}, 1000)", ready="go", timeout=0.5)


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is a word of POSIX")
def test_it_dies_with_a_parent_that_is_killed() -> None:
    source = f"""
import os, signal
from course_lib import node
server = node.start({ECHO!r})
print(server.port, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    done = live.run_source(source)
    assert done.exit_code == -9
    port = int(done.lines[0])
    # it is gone, or goes now and breaks the connection; a server that stays would let us wait: a TimeoutError
    with contextlib.suppress(ConnectionError), socket.create_connection(("127.0.0.1", port), timeout=5) as client:
        assert client.recv(1) == b""
