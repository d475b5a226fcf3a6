"""The benchmark measures and prints; how fast a machine is, is no test. The servers run in this process."""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import json
import os
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from course_lib import realtime

pytest.importorskip("psutil")
HERE = Path(__file__).resolve().parent


@pytest.fixture(scope="module", autouse=True)
def bench() -> Iterator[ModuleType]:
    """The command's module; what it puts on the path for itself is gone afterwards."""
    path = list(sys.path)
    spec = importlib.util.spec_from_file_location("bench_realtime", HERE / "bench_realtime.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["bench_realtime"] = module
    spec.loader.exec_module(module)
    yield module
    sys.path[:] = path
    for name in [one for one in sys.modules if one.split(".")[0] in ("bench_realtime", "realtime_bench")]:
        del sys.modules[name]


def here(name, transport, path="hot", **limits):
    """A contestant that is no process of its own."""
    from realtime_bench.contestants import Contestant, Running

    @contextlib.contextmanager
    def start():
        with realtime.serve(transport, path=path, **limits) as server:
            yield Running(server.port, os.getpid())

    return Contestant(name, start)


# ---- statistics


def test_a_ratio_is_that_of_the_medians_and_its_spread_that_of_the_rounds():
    from realtime_bench.figures import Ratio, ratio

    got = ratio([10, 30, 20], [10, 10, 5])
    assert got == Ratio(2.0, 1.0, 4.0)
    assert str(got) == "2.00 (1.00 - 4.00)"
    with pytest.raises(ValueError, match="got 1 and 2"):
        ratio([1], [1, 2])
    with pytest.raises(ValueError, match="at least one"):
        ratio([], [])


def test_a_target_is_a_bound_from_one_side():
    from realtime_bench.figures import Verdict, Wanted

    assert [Wanted(1.25).met(value) for value in (1.24, 1.25, 1.3)] == [False, True, True]
    assert [Wanted(4, most=True).met(value) for value in (3.9, 4, 4.1)] == [True, True, False]
    assert str(Verdict("rate", "1.3", str(Wanted(1.25)), True)).split() == [
        "rate",
        "1.3",
        "wanted",
        ">=",
        "1.25",
        "met",
    ]
    assert "NOT MET" in str(Verdict("rate", "1.2", str(Wanted(1.25)), False))


def test_what_was_busy_is_what_limited():
    from realtime_bench.figures import Measured

    assert Measured(1, 1, 1, 1, server=0.99, load=0.99).limit == "server"
    assert Measured(1, 1, 1, 1, server=0.80, load=0.95).limit == "load"
    assert Measured(1, 1, 1, 1, server=0.80, load=0.80).limit == "waiting"


def test_contestants_take_turns_in_an_order_that_turns_round():
    from realtime_bench.rounds import alternated

    order = []
    got = alternated({"a": 1, "b": 2}, lambda one: order.append(one) or one * 10, 3)
    assert order == [2, 1, 1, 2, 2, 1]
    assert got == {"a": [10, 10, 10], "b": [20, 20, 20]}
    with pytest.raises(ValueError, match="at least 1 round"):
        alternated({}, lambda one: one, 0)


def test_a_failure_has_a_name():
    from realtime_bench.rounds import alternated

    def fail(one):
        raise ConnectionResetError("connection reset")

    with pytest.raises(RuntimeError, match=r"^node ws: connection reset"):
        alternated({"node ws": 1}, fail, 1)


def test_a_disturbed_measurement_is_made_again_and_the_calmest_counts(monkeypatch):
    from realtime_bench.driver import Driver, Job
    from realtime_bench.figures import Measured

    others = iter([0.5, 0.2, 0.3, 0.04])
    monkeypatch.setattr(Driver, "_once", lambda *_: Measured(1, 1, 1, 1, others=next(others)))
    drive = Driver(None, 0.1)
    assert drive(None, Job("echo", 1)).others == 0.2
    assert drive(None, Job("echo", 1)).others == 0.04
    assert next(others, None) is None


def test_the_calmest_of_a_few_tries_counts(monkeypatch):
    from realtime_bench import machine

    class Noise:
        def __init__(self, pid):
            pass

        def stop(self):
            return self

        def others(self, load):
            return next(taken)

    monkeypatch.setattr(machine, "Busy", Noise)
    taken, found = iter([0.5, 0.2, 0.3, 0.5, 0.01]), iter("abcde")
    assert machine.calmest(1, lambda: next(found)) == "b"
    assert machine.calmest(1, lambda: next(found)) == "e"


def test_growth_counts_from_the_wave_after_which_a_server_has_what_it_needs():
    from realtime_bench.holding import Left, leak_verdicts

    still = Left(100, 200, (150, 160, 160, 161, 160), 0)
    leaking = Left(100, 200, (150, 160, 164, 168, 172), 0)
    held = Left(100, 200, (150, 160, 160, 160, 160), 3)
    assert still.growth == 0
    found = leak_verdicts({"sse": {"hot, a": still, "hot, b": leaking, "hot, c": held, "node": leaking}}, 10)
    assert [one.met for one in found] == [True, False, False]


def test_what_wrk_says_is_read():
    from realtime_bench.instrument import Heard, read_wrk

    said = "  Latency Distribution\n     50%   79.00us\n     75%  100us\n     99%    1.25ms\nRequests/sec:  12034.5\n"
    assert read_wrk(said) == Heard(12034.5, pytest.approx(79e-6), pytest.approx(1.25e-3))
    with pytest.raises(ValueError, match="expected what wrk"):
        read_wrk("unable to connect")


# ---- measuring, as little as can be


@pytest.fixture(scope="module")
def drivers(bench, tmp_path_factory) -> list[object]:
    """Both drivers; the compiled one where there is a compiler."""
    from realtime_bench import driver, packages

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packages, "cache", lambda: tmp_path_factory.mktemp("cache"))
        program = packages.compiled(packages.PROGRAMS / "drive.c")
    return [driver.Driver(one, 0.12, tries=1) for one in [None, *([program] if program else [])]]


@pytest.mark.parametrize("row", ["echo", "fanout", "http"])
def test_capacities_are_found_and_put_into_a_table(row, drivers, bench, capsys):
    from realtime_bench import capacity
    from realtime_bench.driver import Job

    job, transport = {
        "echo": (Job("echo", 3), "websocket"),
        "fanout": (Job("events", 3, 20, "/events"), "sse"),
        "http": (Job("http", 3, 0, "/hello"), "long_polling"),
    }[row]
    target = capacity.Target("hot, asyncio", "rate", capacity.Wanted(0.0))
    asked = capacity.Table("a title", job, "operations/s", "node", (target,))
    report = bench.Report()
    for drive in drivers:
        takers = [here("node", transport, "batteries"), here("hot, asyncio", transport)]
        for one, measured in capacity.run([asked], takers, drive, 1):
            assert [len(each) for each in measured.values()] == [1, 1]
            assert all(each.rate > 0 and 0 < each.p50 <= each.p99 for runs in measured.values() for each in runs)
            report.add(row, measured, capacity.table(one, measured), capacity.verdicts(one, measured))
    assert f"Targets: {len(drivers)} of {len(drivers)} met" in report.summary()
    printed = capsys.readouterr().out
    assert printed.count("a title") == len(drivers)
    assert "hot, asyncio" in printed
    assert json.dumps(report.figures, default=bench.plain)


def test_the_compiled_driver_keeps_a_rate_and_says_what_went_wrong(drivers):
    from realtime_bench.contestants import started
    from realtime_bench.driver import Job, run_compiled

    if len(drivers) == 1:
        pytest.skip("no C compiler here")
    program = drivers[1].program
    with started([here("hot", "long_polling")]) as servers:
        server = servers["hot"]
        kept = run_compiled(program, server, Job("http", 4, 0, "/hello"), 0.4, 500.0)
        assert kept.rate <= 520
        with pytest.raises(RuntimeError, match=r"expected HTTP status 200, got HTTP/1.1 404"):
            run_compiled(program, server, Job("http", 1, 0, "/nothing"), 0.1)
        with pytest.raises(RuntimeError, match=r"expected status 101, got HTTP/1.1 404"):
            run_compiled(program, server, Job("echo", 1, 32, "/nothing"), 0.1)


@pytest.mark.parametrize("path", ["batteries", "hot"])
def test_a_long_poll_is_timed_drained_and_hung_up(path):
    from realtime_bench import longpoll
    from realtime_bench.contestants import started

    with started([here("server", "long_polling", path)]) as servers:
        server = servers["server"]
        late = longpoll.deliveries(server, cursor=True, posts=5, gap=0.005, rng=random.Random(1))
        assert len(late) == 5
        assert all(0 < one < 5 for one in late)
        assert longpoll.drain(server, cursor=True, seconds=0.1) > 0
        assert longpoll.lost(server, cursor=True, rounds=2, patience=20.0, rng=random.Random(1)) == 0
    polled = longpoll.Polled(tuple(late), 600.0, 0, 16)
    measured = {"interval": [polled], "hot, asyncio": [polled, polled]}
    assert any("0 of 32" in line for line in longpoll.table(measured))
    assert [one.met for one in longpoll.verdicts(measured)][1:] == [True, True]


def test_a_server_that_gives_each_message_to_one_client_loses_those_of_the_ones_that_hung_up():
    from realtime_bench import longpoll
    from realtime_bench.contestants import started

    with started([here("interval", "faulty.interval_polling", "batteries")]) as servers:
        left = longpoll.lost(
            servers["interval"], cursor=False, rounds=1, rng=random.Random(1), pollers=1, posts=1, patience=1.5
        )
    assert left == 1


@pytest.mark.parametrize("transport", ["websocket", "sse"])
def test_crowds_come_and_vanish(transport, monkeypatch):
    from realtime_bench import holding

    monkeypatch.setattr(holding, "settled", lambda pid, seconds=0.0: 2_000_000)
    monkeypatch.setattr(holding, "WAVES", 1)
    takers = [here("hot, asyncio", transport, history=10)]
    idle = {transport: holding.idle_all(transport, takers, 5)}
    assert idle == {transport: {"hot, asyncio": [0.0]}}
    assert any("0.00" in line for line in holding.idle_table(idle, 5))
    assert [one.met for one in holding.idle_verdicts(idle, 5)] == [True]
    left = {transport: holding.leak_all(transport, takers, 5)}
    assert left[transport]["hot, asyncio"].counted == 0
    assert any("+0.0%" in line for line in holding.leak_table(left, 5))


def test_the_command_line(bench):
    assert bench.arguments(["--only", "leak,echo", "--rounds", "1"]).only == ["echo", "leak"]
    with pytest.raises(argparse.ArgumentTypeError, match="got speed"):
        bench.rows_of("echo,speed")


def test_one_sentence_says_what_is_missing(bench, monkeypatch, tmp_path, capsys):
    from realtime_bench import packages

    monkeypatch.setattr(packages, "cache", lambda: tmp_path)
    monkeypatch.setattr(packages, "missing_here", list)
    monkeypatch.setattr(packages.shutil, "which", lambda name: None)
    monkeypatch.setattr(sys, "argv", ["bench_realtime.py", "--only", "echo"])
    assert bench.main() == 2
    assert (
        capsys.readouterr().err
        == "expected npm on PATH to install ws and express, found none: install Node.js with npm.\n"
    )
