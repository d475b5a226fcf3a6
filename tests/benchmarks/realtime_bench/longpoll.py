"""Long polling: how late a message comes, how many a second one waiting client gets, what is lost when clients hang up.

The design as commonly written looks for messages once a second, and gives each to one client. Its figures take their
time, so several of its servers are asked at the same time: each spends its seconds waiting.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from random import Random
from statistics import median

from realtime_bench import machine
from realtime_bench.contestants import Contestant, Running, started
from realtime_bench.exchange import Exchange
from realtime_bench.figures import Verdict, Wanted
from realtime_bench.rounds import alternated, blaming, progress

from course_lib.measure.latency import percentile

__all__ = ["HOT", "Polled", "Poller", "deliveries", "drain", "lost", "run", "table", "verdicts"]

HOT = ("hot, asyncio", "hot, uvloop")
SIDE_BY_SIDE = 6
"""Servers of the interval design that are asked at the same time."""


@dataclass(frozen=True)
class Polled:
    """What a round found.

    Attributes:
        latencies: seconds from before the POST until the answer of the poll began.
        drain: messages a second to one client that polls again and again.
        lost: messages that did not reach the client that was left when others had hung up.
        published: of how many.
    """

    latencies: tuple[float, ...]
    drain: float
    lost: int
    published: int


class Poller:
    """One client that polls again and again.

    Args:
        server: where.
        cursor: whether the server keeps a log, and the client a cursor.
        timeout: seconds it waits for an answer before it gives up; the server is asked to answer in half of that.
    """

    def __init__(self, server: Running, *, cursor: bool, timeout: float = 10.0) -> None:
        self._exchange = Exchange(server.port, timeout)
        self._patience = timeout / 2
        self._cursor: int | None = self._exchange.ask("GET", "/poll")[1]["cursor"] if cursor else None

    def begin(self) -> None:
        """Send the next poll."""
        after = "" if self._cursor is None else f"?after={self._cursor}&timeout={self._patience:g}"
        self._exchange.send("GET", f"/poll{after}")

    def end(self) -> tuple[list[str], float]:
        """The messages of its answer, and when it began; none when nothing came in time."""
        try:
            status, value, moment = self._exchange.receive()
        except TimeoutError:
            return [], time.perf_counter()
        if status == 204:
            return [], moment
        if self._cursor is not None:
            self._cursor = value["cursor"]
        return [one["message"] for one in value["messages"]], moment

    def close(self) -> None:
        """Hang up. Twice is fine."""
        self._exchange.close()


@contextlib.contextmanager
def _following(poller: Poller) -> Iterator[dict[str, float]]:
    """Poll in a thread while the block runs: message → when it came."""
    came: dict[str, float] = {}
    over = threading.Event()

    def follow() -> None:
        with contextlib.suppress(OSError, ValueError):  # hung up below, in the middle of a wait
            while not over.is_set():
                poller.begin()
                texts, moment = poller.end()
                came.update(dict.fromkeys(texts, moment))

    thread = threading.Thread(target=follow, daemon=True)
    thread.start()
    try:
        yield came
    finally:
        over.set()
        thread.join()
        poller.close()


def _until(condition: Callable[[], bool], seconds: float) -> None:
    end = time.perf_counter() + seconds
    while not condition() and time.perf_counter() < end:
        time.sleep(0.002)


def deliveries(server: Running, *, cursor: bool, posts: int, gap: float, rng: Random) -> list[float]:
    """Seconds from just before a POST until the waiting client had it, for messages `gap` / 2 … `gap` * 3 / 2 apart."""
    sent: dict[str, float] = {}
    poller = Poller(server, cursor=cursor, timeout=1.0 if cursor else 2.5)
    with Exchange(server.port) as publisher, _following(poller) as came:
        for number in range(posts):
            time.sleep(gap * rng.uniform(0.5, 1.5))
            sent[str(number)] = time.perf_counter()
            publisher.ask("POST", "/messages", {"message": str(number)})
        _until(lambda: len(came) == posts, 1.0 if cursor else posts + 2.0)
    return [came[text] - at for text, at in sent.items() if text in came]


def drain(server: Running, *, cursor: bool, seconds: float) -> float:
    """Messages a second that one client gets while others publish more than it can take."""
    poller = Poller(server, cursor=cursor, timeout=1.0 if cursor else 2.5)
    with Exchange(server.port) as publisher, _following(poller) as came:
        begun, number = time.perf_counter(), 0
        while time.perf_counter() - begun < seconds:
            publisher.ask("POST", "/messages", {"message": str(number)})
            number += 1
            if not cursor:
                time.sleep(0.1)
        done = len(came)
    return done / seconds


def lost(
    server: Running, *, cursor: bool, rounds: int, rng: Random, pollers: int = 5, posts: int = 8, patience: float = 2.5
) -> int:
    """How many of `rounds` x `posts` messages the client that is left does not get, after `pollers` hung up.

    Args:
        patience: seconds that client waits for the next one.
    """
    missing = 0
    for _ in range(rounds):
        left = Poller(server, cursor=cursor, timeout=patience)
        leaving = [Poller(server, cursor=cursor) for _ in range(pollers)]
        for one in leaving:
            one.begin()
        time.sleep(rng.uniform(0, 0.01))
        for one in leaving:
            one.close()
        with Exchange(server.port) as publisher:
            for number in range(posts):
                publisher.ask("POST", "/messages", {"message": str(number)})
        got: set[str] = set()
        while len(got) < posts:
            left.begin()
            texts, _ = left.end()
            if not texts:
                break
            got.update(texts)
        left.close()
        missing += posts - len(got)
    return missing


def _with_cursor(server: Running, rng: Random) -> Polled:
    with machine.on_cpu(machine.load_cpu):
        latencies = deliveries(server, cursor=True, posts=150, gap=0.01, rng=rng)
        return Polled(
            tuple(latencies), drain(server, cursor=True, seconds=1.0), lost(server, cursor=True, rounds=10, rng=rng), 80
        )


def _interval(one: Contestant, rng: Random) -> Polled:
    def ask(server: Running, seed: int) -> tuple[list[float], float]:
        late = deliveries(server, cursor=False, posts=4, gap=2.0, rng=Random(seed))
        return late, drain(server, cursor=False, seconds=4.0)

    def hang_up(server: Running, seed: int) -> int:
        return lost(server, cursor=False, rounds=1, rng=Random(seed))

    seeds = [rng.randrange(1 << 30) for _ in range(SIDE_BY_SIDE)]
    several = [Contestant(f"{one.name} {number}", one.start) for number in range(SIDE_BY_SIDE)]
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        with started(several) as servers:
            asked = list(pool.map(ask, servers.values(), seeds))
        with started(several) as servers:
            gone = list(pool.map(hang_up, servers.values(), seeds))
    latencies = tuple(late for each, _ in asked for late in each)
    return Polled(latencies, median(rate for _, rate in asked), sum(gone), 8 * SIDE_BY_SIDE)


def run(
    event_driven: Sequence[Contestant], interval: Sequence[Contestant], rounds: int, rng: Random
) -> dict[str, list[Polled]]:
    """Measure the event-driven servers in alternated rounds, and the interval design once."""
    results: dict[str, list[Polled]] = {}
    for one in interval:
        progress(f"long polling: {one.name}")
        with blaming(one.name):
            results[one.name] = [_interval(one, rng)]
    progress("long polling: event-driven")
    with started(event_driven) as servers:
        results |= alternated(servers, lambda server: _with_cursor(server, rng), rounds)
    return results


def table(measured: Mapping[str, Sequence[Polled]]) -> list[str]:
    """The lines of the table."""
    lines = [
        "Long polling: one client, messages at random moments; then as many as it can take; then 5 others hang up",
        f"  {'':<24}{'delivery p50 ms':>16}{'p99 ms':>10}{'max ms':>10}{'messages/s':>24}{'lost':>10}",
    ]
    for name, polled in measured.items():
        latencies = [late * 1e3 for one in polled for late in one.latencies]
        p50, p99 = percentile(latencies, 50), percentile(latencies, 99)
        rates = [one.drain for one in polled]
        rate = (
            f"{median(rates):,.0f} ({min(rates):,.0f} - {max(rates):,.0f})"
            if median(rates) >= 10
            else f"{median(rates):.1f}"
        )
        gone = f"{sum(one.lost for one in polled)} of {sum(one.published for one in polled)}"
        lines.append(f"  {name:<24}{p50:>16.2f}{p99:>10.2f}{max(latencies):>10.2f}{rate:>24}{gone:>10}")
    return lines


def verdicts(measured: Mapping[str, Sequence[Polled]]) -> list[Verdict]:
    """What became of the targets."""
    found = []
    for name in HOT:
        if polled := measured.get(name):
            late = median(percentile(one.latencies, 50) for one in polled)
            rates = median(one.drain for one in polled)
            gone = sum(one.lost for one in polled)
            for what, value, unit, wanted in (
                ("delivery p50", late * 1e3, " ms", Wanted(3, most=True)),
                ("messages/s per waiting client", rates, "", Wanted(500)),
                ("messages lost when pollers hang up", gone, "", Wanted(0, most=True)),
            ):
                found.append(
                    Verdict(f"Long poll: {name}, {what}", f"{value:,.3g}{unit}", f"{wanted}{unit}", wanted.met(value))
                )
    return found
