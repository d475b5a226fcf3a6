"""Servers by name: in this process, in one of their own, and from a shell."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest

from course_lib import live, realtime
from course_lib.commands.places import ROOT
from course_lib.live.web import PortTaken
from course_lib.realtime import serving
from course_lib.realtime.__main__ import main
from tests.realtime.wire import Stream, ask, made, post

HAS_UVLOOP = bool(__import__("importlib.util").util.find_spec("uvloop"))


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    yield
    assert live.leftovers() == []


@pytest.mark.parametrize("name", serving.TRANSPORTS)
def test_both_paths_are_there(name: str) -> None:
    assert made(name) == ["batteries", "hot"]


def test_a_process_of_its_own_has_the_limits_and_the_log() -> None:
    with realtime.serve("long_polling", process=True, loop="auto", history=1, server_name="own") as server:
        assert server.pid != os.getpid()
        assert server.name == "own"
        post(server, "a")
        post(server, "b")
        assert ask(server, "GET", "/poll?after=0")[2]["missed"] is True


def test_in_this_process_it_knows_so() -> None:
    with realtime.serve("sse") as server:
        assert server.pid == os.getpid()


def test_a_process_ends_its_streams_in_order() -> None:
    with realtime.serve("sse", process=True, keep=0) as server, Stream(server) as stream:
        post(server, "last")
        assert stream.message() == ("1", "last")
        server.stop()
        while stream.piece():
            pass
        assert server.log == []


@pytest.mark.parametrize(
    ("options", "kind", "words"),
    [
        ({"name": "http3"}, ValueError, "expected a server: long_polling, sse, websocket, faulty.*; got 'http3'"),
        ({"name": "sse", "path": "cold"}, ValueError, "expected a path: batteries or hot; got 'cold'"),
        ({"name": "faulty.leaky_sse", "path": "hot"}, ValueError, "expected path='batteries'"),
        ({"name": "sse", "queue": 0}, ValueError, "expected queue in 1…"),
        ({"name": "sse", "loop": "libuv", "process": True}, ValueError, "expected a loop: asyncio, uvloop, auto"),
        ({"name": "sse", "loop": "uvloop"}, ValueError, "expected process=True with loop='uvloop'"),
        ({"name": "sse", "colour": 3}, TypeError, "colour"),
    ],
)
def test_what_can_not_be_served_is_refused(options: Any, kind: type[Exception], words: str) -> None:
    with pytest.raises(kind, match=words):
        realtime.serve(**options)


def test_a_taken_port_is_said_in_both_ways() -> None:
    with realtime.serve("sse") as server:
        for process in (False, True):
            with pytest.raises(PortTaken, match=f"expected port {server.port} to be free"):
                realtime.serve("sse", port=server.port, process=process)


class Shell:
    """``python -m course_lib.realtime``."""

    def __init__(self, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "course_lib.realtime", *arguments],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.ready = json.loads(self.process.stdout.readline())
        self.port = self.ready["port"]

    def ended(self) -> tuple[int, str, str]:
        """Its exit code, and what it printed beside the line."""
        out, err = self.process.communicate(timeout=10)
        return self.process.returncode, out, err


@pytest.mark.parametrize(
    ("how", "arguments"),
    [
        (signal.SIGINT, []),
        (signal.SIGTERM, ["--path", "hot"]),
        pytest.param(
            signal.SIGTERM,
            ["--loop", "uvloop"],
            marks=pytest.mark.skipif(not HAS_UVLOOP, reason="uvloop is not installed here"),
        ),
        (None, ["--supervised", "--limits", '{"retry_ms": 7}']),
    ],
)
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals to send")
def test_it_serves_from_a_shell_until_it_is_told_to_end(how: signal.Signals | None, arguments: list[str]) -> None:
    shell = Shell("sse", "--port", "0", *arguments)
    assert shell.ready == {"url": f"http://localhost:{shell.port}", "port": shell.port, "pid": shell.process.pid}
    with Stream(shell) as stream:  # type: ignore[arg-type]
        post(shell, "hello")  # type: ignore[arg-type]
        assert stream.message() == ("1", "hello")
        assert stream.parser.retry_ms == (7 if "--limits" in arguments else 2000)
        began = time.monotonic()
        if how is None:
            assert shell.process.stdin is not None
            shell.process.stdin.close()
            shell.process.stdin = None
        else:
            shell.process.send_signal(how)
        while stream.piece():
            pass
        assert shell.ended() == (0, "", "")
        assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["http3"], "expected a server: long_polling"),
        (["sse", "--port", "70000"], "expected a port in 0…65535, got 70000"),
        (["sse", "--limits", "{"], "expected the limits as a JSON object"),
        (["sse", "--limits", '{"queue": -1}'], "expected queue in 1…"),
        (["faulty.leaky_sse", "--path", "hot"], "expected path='batteries'"),
    ],
)
def test_what_can_not_start_is_one_sentence(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(words)
    assert err.count("\n") == 1


def test_a_taken_port_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    with realtime.serve("sse") as server:
        before = signal.getsignal(signal.SIGTERM)
        assert main(["sse", "--port", str(server.port)]) == 2
        assert signal.getsignal(signal.SIGTERM) == before
    out, err = capsys.readouterr()
    assert (out, err) == ("", f"expected port {server.port} to be free, but it is taken; port=0 takes a free one\n")
