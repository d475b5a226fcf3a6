"""A load from a process of its own: started, watched, stopped, refused."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from course_lib import live
from course_lib.live import Child
from course_lib.measure import load
from course_lib.measure.load import Progress, bare, worker
from course_lib.measure.load.__main__ import main
from course_lib.measure.load.connection import now
from course_lib.measure.load.watched import Watched

uvloop = pytest.importorskip("uvloop") if sys.platform != "win32" else None


@pytest.fixture(scope="module")
def server() -> Iterator[Child]:
    with bare.start() as child:
        yield child


@pytest.fixture
def url(server: Child) -> str:
    return f"http://localhost:{server.port}"


def test_what_a_load_says(server, url):
    seen: list[Progress] = []
    before = live.leftovers()
    result = load.run(url, pid=server.pid, clients=4, rate=300.0, duration=0.5, on_progress=seen.append)
    assert repr(result) == "<Load: request, 4 clients, 300/s for 0.5 s: all answered>"
    assert (result.sent, result.answered, result.n) == (150, 150, 127)
    assert result.summary.n == 127
    assert result.p50 <= result.p90 <= result.p99 <= result.max
    assert result.lateness.n == 127
    assert 0 <= result.late_p50 <= result.late_p99
    assert 200 < result.rate < 400
    assert result.ticks in ("os.timerfd_create", "timerfd through ctypes", "spin")
    assert result.cpu_per_message is not None
    assert result.cpu_per_message >= 0
    assert result.memory is not None
    assert min(result.memory) > 1 << 20
    assert 0 < result.generator_cpu < 1.1
    assert list(result.progress) == seen
    assert sum(one.count for one in seen) <= 150
    assert len(result.record) == len(result.values()) == 127
    assert not result.stopped
    assert now() - 60 < result.began < now()
    figures = json.loads(result.to_json())
    assert (figures["n"], figures["errors"], figures["histogram"]["n"]) == (127, {}, 127)
    assert live.leftovers() == before


@pytest.mark.parametrize("loop", ["asyncio", "uvloop"])
def test_either_loop_will_do_and_is_named(url, loop):
    if loop == "uvloop" and uvloop is None:
        pytest.skip("uvloop has no build for Windows")
    result = load.run(url, clients=2, rate=None, duration=0.1, loop=loop)
    assert (result.loop, result.ok, result.ticks) == (loop, True, "none")
    assert result.cpu_per_message is None
    assert result.memory is None


def test_several_generators_share_the_load(url):
    result = load.run(url, clients=3, rate=200.0, duration=0.2, warmup=0.0, generators=2)
    assert (result.sent, result.n, result.ok) == (40, 40, True)
    assert result.plan.clients == 3


def test_stop_is_at_once_and_what_was_measured_remains(url):
    with load.start(url, clients=2, rate=500.0, duration=60.0, warmup=0.0) as running:
        for _ in running.follow():
            break
        assert not running.done
        assert repr(running) == "<Running: request, 2 clients, 500/s for 60 s, at work>"
        with pytest.raises(TimeoutError, match="still at work"):
            running.result(timeout=0)
        begin = time.perf_counter()
        running.stop()
        assert time.perf_counter() - begin < 1.5
        running.stop()
        result = running.result()
    assert result.stopped
    assert result.ok
    assert 0 < result.n < 30_000
    assert repr(result) == "<Load: request, 2 clients, 500/s for 60 s: stopped>"
    assert running.done


def test_progress_on_a_thread(url):
    seen: list[Progress] = []
    with load.start(url, clients=1, duration=0.25, on_progress=seen.append) as running:
        result = running.result()
    assert running.progress == list(result.progress)
    assert len(result.progress) >= 2


def test_without_a_server_there_is_a_sentence():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        for kind in ("request", "sse"):
            words = f"expected a server for kind {kind} at http://localhost:{port}, got: connection refused"
            with pytest.raises(ConnectionError, match=words):
                load.run(f"http://localhost:{port}", kind=kind)


@pytest.mark.parametrize(("target", "error"), [("http://example.org:80", ValueError), (7, TypeError)])
def test_what_cannot_be_loaded_is_refused_at_once(target, error):
    with pytest.raises(error, match="expected"):
        load.run(target)


def test_a_wrong_process_id_is_said(url):
    with pytest.raises(OSError, match="expected the process id of the server, got 999999999"):
        load.run(url, pid=999_999_999)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux pins")
def test_affinity_is_asked_for_stated_and_undone(server, url):
    cpus = os.sched_getaffinity(server.pid)
    result = load.run(url, pid=server.pid, clients=1, duration=0.1, affinity=True)
    assert len(result.notes) == 1
    if len(cpus) > 1:
        assert result.notes[0].startswith("the server was pinned to processor ")
    assert os.sched_getaffinity(server.pid) == cpus
    assert "can't be pinned" in load.run(url, clients=1, duration=0.1, affinity=True).notes[0] or len(cpus) < 2


def test_the_command_prints_one_line(url):
    command = [sys.executable, "-m", "course_lib.measure.load", url, "--clients", "2", "--rate", "max"]
    done = subprocess.run([*command, "--duration", "0.1"], capture_output=True, text=True, check=True)
    (line,) = done.stdout.splitlines()
    said = json.loads(line)
    assert (said["kind"], said["clients"], said["rate"] > 0, said["asked_rate"]) == ("request", 2, True, None)


def test_the_command_refuses_in_a_sentence(url, capsys):
    assert main([url, "--clients", "0"]) == 2
    assert capsys.readouterr().err == "expected 1…10,000 clients, got 0\n"
    assert main(["http://localhost:1", "--duration", "0.1"]) == 1
    assert capsys.readouterr().err.startswith("expected a server for kind request at http://localhost:1, got: ")
    with pytest.raises(SystemExit):
        main([])


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_room_for_files(monkeypatch):
    import resource

    limits = [100, 5000]
    monkeypatch.setattr(resource, "getrlimit", lambda which: tuple(limits))
    monkeypatch.setattr(resource, "setrlimit", lambda which, wanted: limits.__setitem__(slice(0, 2), wanted))
    worker.room_for_files(30)
    assert limits == [100, 5000]
    worker.room_for_files(1000)
    assert limits == [1064, 5000]
    with pytest.raises(OSError, match="at most 4,936 clients"):
        worker.room_for_files(5000)


def test_uvloop_that_is_not_there(monkeypatch):
    monkeypatch.setitem(sys.modules, "uvloop", None)
    assert worker.loop_factory("auto")[1] == "asyncio"
    with pytest.raises(ValueError, match="expected uvloop to be installed"):
        worker.loop_factory("uvloop")


def test_a_mistake_in_the_generator_is_not_a_result(loaded, monkeypatch):
    async def handler(reader, writer):
        await reader.read()

    monkeypatch.setattr("course_lib.measure.load.request.Requester.greet", lambda self: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        loaded(handler)


def test_processor_time_is_user_and_system_time():
    times = os.times()
    assert Watched(os.getpid()).cpu() == pytest.approx(times.user + times.system, abs=0.05)


def test_a_process_that_is_gone_has_no_figures():
    child = bare.start()
    watched = Watched(child.pid)
    assert watched.memory() is not None
    child.stop()
    assert (watched.cpu(), watched.memory(), watched.pin([0])) == (None, None, False)
    assert repr(Watched(None)) == "<Watched: nothing>"


def test_whose_limit_it_is(url):
    result = replace(load.run(url, clients=1, duration=0.1, warmup=0.0), generator_cpu=0.97, seconds=1.0)
    assert result.limit == "the generator was busy 97 %: this is its ceiling, not the server's"
    result = replace(result, generator_cpu=0.5, server_cpu=0.95)
    assert result.limit == "the server was busy 95 %, the generator 50 %: this is the server's ceiling"
    assert replace(result, server_cpu=0.5).limit == ""
    assert "not known" in replace(result, ticks="spin").limit
