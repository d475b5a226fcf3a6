"""A small load for a server that sends every line back: how long does each line take to come home?

*Open loop*: line number i is due at i/rate seconds, whether or not the others have come back, as visitors arrive
whether or not the server is busy. Latency counts from the moment a line was *due*: if anything held it up, the wait
belongs to it. A load that sends the next line only after the last answer would send nothing while the server is
blocked, and report a server without faults (*coordinated omission*; Gil Tene, "How NOT to Measure Latency").

It runs in a process of its own, so that what is measured does not share a GIL with what measures::

    python -m course_lib.measure.ping --port 8080 --rate 200 --seconds 2
"""

from __future__ import annotations

import argparse
import contextlib
import json
import selectors
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from course_lib import live
from course_lib.measure.latency import Summary, percentile
from course_lib.record import Event, Record

__all__ = ["Answers", "Ping", "due_times", "main", "run"]

_MOST_LINES = 200_000
_MOST_CONNECTIONS = 100
_DRAIN = 3.0  # seconds after the last line in which answers still count


def due_times(rate: float, seconds: float) -> list[float]:
    """When each line is due, in seconds from the start: `rate` a second, for `seconds`.

    Raises:
        ValueError: a number is not positive, or the lines are more than 200,000.
    """
    if not (rate > 0 and seconds > 0):
        raise ValueError(f"expected a rate and seconds above 0, got {rate:g} a second for {seconds:g} seconds")
    if not 1 <= rate * seconds <= _MOST_LINES:
        lines = f"{rate * seconds:,.0f} ({rate:g} a second for {seconds:g} seconds)"
        raise ValueError(f"expected 1…{_MOST_LINES:,} lines, got {lines}")
    count = round(rate * seconds)
    return [number / rate for number in range(count)]


class Answers:
    """Which line came home when. Sans-I/O: bytes and moments go in.

    Args:
        due: when each line was due.
        connections: how many connections the lines are spread over.
    """

    def __init__(self, due: Sequence[float], connections: int) -> None:
        self._due = due
        self._partial = [b""] * connections
        self._latencies: dict[int, float] = {}
        self.unexpected = 0
        """Answers to lines that were never sent, or sent back twice."""

    def __repr__(self) -> str:
        return f"<Answers: {len(self._latencies)} of {len(self._due)}>"

    @property
    def complete(self) -> bool:
        """Whether every line has come home."""
        return len(self._latencies) == len(self._due)

    @property
    def latencies(self) -> list[tuple[float, float]]:
        """For each line that came home, in order: when it was due, and the seconds from then to its answer."""
        return [(self._due[number], self._latencies[number]) for number in sorted(self._latencies)]

    def feed(self, connection: int, data: bytes, now: float) -> None:
        """Take the bytes that came over a connection at `now`."""
        *lines, self._partial[connection] = (self._partial[connection] + data).split(b"\n")
        for line in lines:
            number = int(line) if line.strip().isdigit() else -1
            if not 0 <= number < len(self._due) or number in self._latencies:
                self.unexpected += 1
            else:
                self._latencies[number] = now - self._due[number]


@dataclass(frozen=True, repr=False)
class Ping:
    """What a load measured.

    Attributes:
        latencies: seconds from the moment a line was due to its answer, in order; warm-up left out.
        sent: lines sent, warm-up included.
        errors: lines without an answer, and answers without a line.
        late: seconds by which this load itself was behind its schedule (99th percentile): what of the latencies may
            be its own fault.
        record: one event of kind "latency" per line at the moment it was due; its duration is the latency.
    """

    latencies: tuple[float, ...]
    sent: int
    errors: int
    late: float
    record: Record

    def __repr__(self) -> str:
        return f"<Ping: {self.sent} lines, {self.errors} errors>"

    @property
    def summary(self) -> Summary:
        """The latencies in five numbers, in seconds."""
        return Summary.of(self.latencies)


def run(port: int, rate: float = 200, seconds: float = 2.0, *, connections: int = 4, warmup: float = 0.2) -> Ping:
    """Send lines to the echo server at 127.0.0.1:`port` from a process of its own, and wait for the result.

    Args:
        port: the server's.
        rate: lines a second.
        seconds: how long, warm-up not included.
        connections: how many connections the lines take turns on.
        warmup: seconds before that which are not counted.

    Raises:
        ValueError: `rate` or `seconds` is not positive, or too much; `warmup` is negative; `port` is no port, or there
            are to be fewer than 1 or more than 100 connections.
        ConnectionError: there is no server, or it closed a connection.
    """
    if not 0 < port <= 65535:
        raise ValueError(f"expected a port in 1…65535, got {port}")
    if not 1 <= connections <= _MOST_CONNECTIONS:
        raise ValueError(f"expected 1…{_MOST_CONNECTIONS} connections, got {connections}")
    if not warmup >= 0:
        raise ValueError(f"expected a warm-up of 0 seconds or more, got {warmup:g}")
    due_times(rate, seconds + warmup)
    done = live.run_module(
        "course_lib.measure.ping",
        *("--port", str(port), "--rate", str(rate), "--seconds", str(seconds + warmup)),
        *("--connections", str(connections)),
        timeout=seconds + warmup + _DRAIN + 20,
        limit=1 << 25,
    )
    if done.exit_code != 0:
        raise ConnectionError(done.stderr.strip().rpartition("\n")[2])
    said = json.loads(done.stdout)
    counted = [(at - warmup, latency) for at, latency in said["latencies"] if at >= warmup]
    events = tuple(Event(at, "ping", "latency", duration=latency) for at, latency in counted)
    facts = {"rate": rate, "seconds": seconds, "connections": connections}
    record = Record(events, f"{rate:g} lines a second for {seconds:g} s", facts)
    return Ping(tuple(latency for _, latency in counted), said["sent"], said["errors"], said["late"], record)


@contextlib.contextmanager
def _connected(port: int, count: int) -> Iterator[list[socket.socket]]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=5)) for _ in range(count)]
        for one in sockets:
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield sockets


def _receive(
    sockets: Sequence[socket.socket], answers: Answers, now: Callable[[], float], over: threading.Event
) -> None:
    with selectors.DefaultSelector() as selector:
        for number, one in enumerate(sockets):
            selector.register(one, selectors.EVENT_READ, number)
        while not over.is_set() and not answers.complete and selector.get_map():
            for key, _ in selector.select(0.1):
                try:
                    data = sockets[key.data].recv(1 << 16)
                except OSError:  # the server broke the connection: its lines stay unanswered and count as errors
                    data = b""
                answers.feed(key.data, data, now())
                if not data:
                    selector.unregister(key.fileobj)
    over.set()


def _load(port: int, rate: float, seconds: float, connections: int) -> dict[str, object]:
    due = due_times(rate, seconds)
    answers = Answers(due, connections)
    over = threading.Event()
    lateness = []
    with _connected(port, connections) as sockets:
        start = time.perf_counter()

        def now() -> float:
            return time.perf_counter() - start

        receiver = threading.Thread(target=_receive, args=(sockets, answers, now, over), name="course-ping")
        receiver.start()
        try:
            for number, moment in enumerate(due):
                while (early := moment - now()) > 0:
                    time.sleep(early)
                lateness.append(now() - moment)
                sockets[number % connections].sendall(b"%d\n" % number)
            over.wait(_DRAIN)
        finally:
            over.set()
            receiver.join()
    pairs = [(round(at, 6), round(latency, 6)) for at, latency in answers.latencies]
    errors = len(due) - len(pairs) + answers.unexpected
    return {"sent": len(due), "errors": errors, "late": round(percentile(lateness, 99), 6), "latencies": pairs}


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; prints one line of JSON: sent, errors, late, and [[due, latency], …] in seconds."""
    parser = argparse.ArgumentParser(prog="python -m course_lib.measure.ping", description="Open-loop line load.")
    parser.add_argument("--port", type=int, required=True, help="port of the echo server on 127.0.0.1")
    parser.add_argument("--rate", type=float, default=200, help="lines a second (default 200)")
    parser.add_argument("--seconds", type=float, default=2, help="how long (default 2)")
    parser.add_argument("--connections", type=int, default=4, help="connections the lines take turns on (default 4)")
    options = parser.parse_args(arguments)
    try:
        result = _load(options.port, options.rate, options.seconds, options.connections)
    except OSError as error:
        print(f"expected an echo server at 127.0.0.1:{options.port}, got: {error}", file=sys.stderr)
        return 1
    except ValueError as error:
        parser.error(str(error))
    print(json.dumps(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
