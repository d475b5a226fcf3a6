"""Lesson 08's checks take other right answers and name mistakes; its proxy and its clock do what they say."""

from __future__ import annotations

import asyncio
import json
import statistics
from typing import Any

import pytest

from course_lib.exercises.lesson_08 import answers_choosing, answers_figures, lesson
from course_lib.exercises.lesson_08.middle import Middle
from course_lib.exercises.lesson_08.virtual import run
from course_lib.lesson import judge
from course_lib.measure.histogram import Histogram
from course_lib.measure.latency import percentile
from course_lib.realtime import sse
from course_lib.realtime.websocket import Opcode, encode_frame


def exercise(id: str) -> Any:
    return next(one for one in lesson.exercises if one.id == id)


async def with_gather(ask, rate, seconds, warmup, clock):
    """All set off at once; each sleeps until it is due."""
    begun = clock()

    async def one(due):
        await asyncio.sleep(due - clock())
        await ask()
        return clock() - due

    dues = [begun + number / rate for number in range(int(rate * seconds))]
    times = await asyncio.gather(*(one(due) for due in dues))
    counted = [time for due, time in zip(dues, times, strict=True) if due - begun >= warmup]
    return {"p99": percentile(counted, 99), "p50": statistics.median_low(counted), "n": len(counted)}


def with_a_histogram(histograms):
    values = [time for one in histograms for time, count in one.items() for _ in range(count)]
    return percentile(values, 99)


def by_reaching(values, q):
    return next(value for value in sorted(values) if sum(one <= value for one in values) * 100 >= q * len(values))


@pytest.mark.parametrize(
    ("id", "answer"),
    [("08-1", with_gather), ("08-3", by_reaching), ("08-3", percentile), ("08-4", with_a_histogram)],
)
def test_another_right_answer_is_right(id, answer):
    assert str(judge(exercise(id), answer)) == f"{id}: correct"


async def the_usual(ask, rate, seconds, warmup, clock):
    latencies, end = [], clock() + seconds
    while clock() < end:
        begun = clock()
        await ask()
        latencies.append(clock() - begun)
    return {"n": len(latencies), "p50": percentile(latencies, 50), "p99": percentile(latencies, 99)}


def no_coroutine(ask, rate, seconds, warmup, clock):
    return {"n": 0, "p50": 0, "p99": 0}


@pytest.mark.parametrize(
    ("id", "answer", "says"),
    [
        ("08-1", the_usual, "the server sets the rate"),
        ("08-1", no_coroutine, "async def"),
        ("08-4", lambda histograms: None, "None"),
        ("08-5", lambda text, number, heads: {}, "A long poll costs"),
        ("08-6", lambda *needs: "webtransport", "reconnects and resumes"),
    ],
)
def test_the_mistake_that_was_made_is_named(id, answer, says):
    verdict = judge(exercise(id), answer)
    assert verdict.state == "wrong", str(verdict)
    assert says in verdict.sentence


@pytest.mark.parametrize("text", ["hello", "é" * 70, "x" * 125, "x" * 126, "x" * 65_535, "x" * 65_536])
def test_what_a_message_weighs_is_what_the_encoders_write(text):
    sizes = answers_choosing.on_the_wire(text, 12, 300)
    event = sse.encode(text, id=12)
    assert sizes["event"] == len(b"%x\r\n%s\r\n" % (len(event), event))
    assert sizes["frame down"] == len(encode_frame(Opcode.TEXT, text.encode()))
    assert sizes["frame up"] == len(encode_frame(Opcode.TEXT, text.encode(), key=b"abcd"))
    body = {"messages": [{"id": 12, "message": text}], "cursor": 12, "missed": False}
    assert sizes["poll"] == 300 + len(json.dumps(body))


def test_the_percentiles_of_the_exercises_are_the_instrument_s():
    values = [0.001 * number for number in range(1, 301)]
    for q in (0, 1, 33.3, 50, 99, 100):
        assert answers_figures.percentile_of(values, q) == percentile(values, q)
    both = Histogram()
    both.record_all([0.002] * 950 + [0.05] * 50)
    assert both.percentile(99) == pytest.approx(
        0.001 * answers_figures.p99_of_all([{2: 500}, {2: 450, 50: 50}]), rel=0.01
    )


def test_virtual_time_leaps_while_everything_waits():
    async def main(loop):
        began = loop.time()
        await asyncio.gather(asyncio.sleep(3600), asyncio.sleep(1800))
        slept = loop.time() - began
        loop.stand_still(5)
        return slept, loop.time() - began

    assert run(main) == (3600, 3605)


async def say(reader, writer, answer, then_wait=False):
    head = await reader.readuntil(b"\r\n\r\n")
    writer.write(answer.replace(b"HEAD", head) if answer else b"")
    if then_wait:
        await reader.read()
    writer.close()


def through(answer: bytes, request: bytes, until: bytes, *, then_wait: bool = False, **habit: Any) -> tuple[bytes, int]:
    """What a client gets through the proxy, up to these bytes or for 50 ms; how often the proxy gave up."""

    async def main() -> tuple[bytes, int]:
        server = await asyncio.start_server(lambda r, w: say(r, w, answer, then_wait), "127.0.0.1", 0)
        data = b""
        async with Middle(server.sockets[0].getsockname()[1], **habit) as middle:
            reader, writer = await asyncio.open_connection("127.0.0.1", middle.port)
            writer.write(request)
            try:
                async with asyncio.timeout(5 if until else 0.05):
                    while (not until or until not in data) and (piece := await reader.read(65536)):
                        data += piece
            except TimeoutError:
                pass
            writer.close()
        server.close()
        assert repr(middle) == "<Middle: down, 0 connections>"
        return data, middle.given_up

    return asyncio.run(main())


OK = b"HTTP/1.1 200 OK\r\n\r\n"


def test_the_proxy_passes_on():
    data, _ = through(OK + b"hello", b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", b"hello")
    assert data == OK + b"hello"


def test_the_proxy_takes_away_what_is_for_one_hop():
    request = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nX: y\r\n\r\n"
    data, _ = through(OK + b"HEAD", request, b"close", strips=True)
    assert b"Upgrade" not in data
    assert b"X: y" in data
    data, _ = through(OK + b"HEAD", request, b"X: y")
    assert b"Upgrade: websocket" in data


def test_the_proxy_collects_until_it_has_enough_or_the_answer_ends():
    request = b"GET / HTTP/1.1\r\n\r\n"
    assert through(OK + b"x" * 99, request, b"", then_wait=True, hold=100)[0] == OK
    assert through(OK + b"x" * 100, request, b"xxx", then_wait=True, hold=100)[0] == OK + b"x" * 100
    assert through(OK + b"x" * 99, request, b"xxx", hold=100)[0] == OK + b"x" * 99
    tunnel = b"HTTP/1.1 101 Switching Protocols\r\n\r\n"
    assert through(tunnel + b"x", request, b"\nx", then_wait=True, hold=100)[0] == tunnel + b"x"


def test_the_proxy_is_impatient():
    request = b"GET / HTTP/1.1\r\n\r\n"
    data, given_up = through(b"", request, b"504", then_wait=True, patience=0.02)
    assert data.startswith(b"HTTP/1.1 504")
    assert given_up == 1
    data, given_up = through(OK, request, b"never", then_wait=True, patience=0.02)
    assert (data, given_up) == (OK, 1)


def test_the_proxy_is_cut_and_mended():
    async def main() -> None:
        server = await asyncio.start_server(lambda r, w: say(r, w, OK, True), "127.0.0.1", 0)
        async with Middle(server.sockets[0].getsockname()[1]) as middle:
            reader, writer = await asyncio.open_connection("127.0.0.1", middle.port)
            writer.write(b"GET / HTTP/1.1\r\n\r\n")
            assert await reader.readuntil(b"\r\n\r\n") == OK
            middle.cut()
            with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
                await reader.readexactly(1)
            writer.close()
            again, writer = await asyncio.open_connection("127.0.0.1", middle.port)
            with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
                await again.readexactly(1)
            writer.close()
            middle.down = False
            reader, writer = await asyncio.open_connection("127.0.0.1", middle.port)
            writer.write(b"GET / HTTP/1.1\r\n\r\n")
            assert await reader.readuntil(b"\r\n\r\n") == OK
            writer.close()
        server.close()

    asyncio.run(main())


def test_a_closed_proxy_has_no_port():
    with pytest.raises(ValueError, match="expected a proxy that is open"):
        assert Middle(1).port
