"""Exercise 08-1: a benchmark as it is commonly written, mended, and attacked by servers that stop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from course_lib.exercises.lesson_03.bench import awaitable
from course_lib.exercises.lesson_08 import answers_honest as answers
from course_lib.exercises.lesson_08.virtual import VirtualLoop, run
from course_lib.lesson import Exercise, Trial, WrongAnswer
from course_lib.measure.latency import percentile

__all__ = ["BENCHMARK"]

_RATE: Final = 64
_SECONDS: Final = 8
_WARMUP: Final = 2
_WORK: Final = 1 / 128  # seconds for an answer


@dataclass(frozen=True)
class _Server:
    """A server that answers in `_WORK` seconds, as many at a time as one likes, save while it is stopped.

    Attributes:
        stops: from when to when it is stopped, in seconds.
        cold: until when it is cold, and takes a quarter of a second for an answer.
        pauses: when the *benchmark's* loop stands still, and for how long.
    """

    stops: Sequence[tuple[float, float]] = ()
    cold: float = 0.0
    pauses: Sequence[tuple[float, float]] = ()

    def end(self, moment: float) -> float:
        """When a request that comes at this moment is answered."""
        for begin, end in self.stops:
            if begin <= moment < end:
                moment = end
        return moment + (0.25 if moment < self.cold else _WORK)

    def sent(self, due: float) -> float:
        """When a request that is due at this moment can be sent."""
        for begin, length in self.pauses:
            if begin < due < begin + length:
                return begin + length
        return due

    def figures(self, measured_from: Callable[[float], float] = float) -> dict[str, float]:
        """What a benchmark must find; `measured_from` gives the moment from which each request is timed."""
        dues = [number / _RATE for number in range(_RATE * _SECONDS) if number / _RATE >= _WARMUP]
        times = [self.end(self.sent(due)) - measured_from(due) for due in dues]
        return {"n": len(times), "p50": percentile(times, 50), "p99": percentile(times, 99)}

    def attack(self, benchmark: Callable[..., Any]) -> Any:
        async def main(loop: VirtualLoop) -> Any:
            async def ask() -> None:
                await asyncio.sleep(self.end(loop.time()) - loop.time())

            for begin, length in self.pauses:
                loop.call_at(begin, loop.stand_still, length)
            return await awaitable(benchmark(ask, _RATE, _SECONDS, _WARMUP, loop.time))

        found = run(main)
        return {name: round(value, 6) for name, value in found.items()} if isinstance(found, dict) else found


_STEADY: Final = _Server()
_STOPPING: Final = _Server(stops=[(second + 0.5, second + 0.625) for second in range(0, _SECONDS, 2)])
_COLD: Final = _Server(cold=1.5)
_LATE: Final = _Server(pauses=[(4.01171875, 0.5)])  # between two requests
_LAST: Final = _Server(stops=[(7.5, 9.0)])


def _of(found: Any, name: str) -> float:
    value = found.get(name, -1) if isinstance(found, dict) else -1
    return value if isinstance(value, (int, float)) else -1


def _steady(found: Any) -> str | None:
    if _of(found, "n") == _RATE * _SECONDS:
        return "The warm-up is in it. What was due in the first two seconds does not count."
    if _of(found, "n") > _RATE * _SECONDS:
        return (
            "It asks as soon as it has its answer, and so the server sets the rate: a closed loop. Let `rate` and the"
            " clock say when each is due. After the warm-up that is 384 times."
        )
    return "A steady server is the easy case: 384 requests are due after the warm-up, and each takes 7.8 ms."


def _stopping(found: Any) -> str | None:
    if _of(found, "p50") == _of(found, "p99") != round(_WORK, 6):
        return (
            "Both are the same figure: a mean hides who waited. Half waited hardly at all, one in a hundred very long."
        )
    if 0 <= _of(found, "p99") < 0.1:
        return (
            "While the server is stopped, nobody asks: each question waits for the answer before it. Those who would"
            " have come meanwhile are missing. Send each when it is due, in a task of its own."
        )
    return "One in sixteen comes while the server is stopped, and waits up to 125 ms."


def _late(found: Any) -> str | None:
    if 0 <= _of(found, "p99") < 0.1:
        return (
            "For half a second the benchmark itself could not send, and 32 visitors were late by no fault of theirs."
            " Count from the moment at which a request was *due*, not from the moment it was sent."
        )
    if _of(found, "p50") > 0.1:
        return (
            "The schedule has slipped: after a pause, everything is late until the end. Work out each moment from the"
            " beginning, `begun + number / rate`, and sleep until then."
        )
    return "The benchmark stood still for half a second. What was due then is late, and nothing else is."


def _last(found: Any) -> str | None:
    if 0 <= _of(found, "n") < _RATE * (_SECONDS - _WARMUP):
        return "Who had no answer at the end is missing from the figures: those are the slowest. Wait for all of them."
    return "The server stops at 7.5 s, and comes back at 9 s. The last ones wait for it, and count."


def _judge(benchmark: Callable[..., Any]) -> Iterator[Trial]:
    def trial(says: str, server: _Server, because: Any) -> Trial:
        expected = {name: round(value, 6) for name, value in server.figures().items()}
        given = f"benchmark(ask, rate={_RATE}, seconds={_SECONDS}, warmup={_WARMUP}, clock=…) at {says}"
        return Trial(given, expected, lambda: server.attack(benchmark), because)

    yield trial("a steady server", _STEADY, _steady)
    yield trial("a server that is cold for 1.5 s", _COLD, "It was cold in the warm-up only. Cut by when each was due.")
    yield trial("a server that is stopped 125 ms in every two seconds", _STOPPING, _stopping)
    yield trial("a steady server, the benchmark itself standing still for 500 ms", _LATE, _late)
    yield trial("a server that is stopped at the end", _LAST, _last)


BENCHMARK = Exercise(
    "08-1",
    "A benchmark that tells the truth",
    "Mend it: `await benchmark(ask, rate, seconds, warmup, clock)` sends `rate` requests a second for so many seconds,"
    " each **when it is due**, whether the one before has been answered or not; `await ask()` is one request, `clock()`"
    " says the time. What is due in the first `warmup` seconds is sent and not counted. It waits for every answer and"
    " returns `{'n': how many count, 'p50': …, 'p99': …}`, in seconds, each from the moment at which the request was"
    " due. `percentile(values, 50)` is imported, and `asyncio.sleep` is the way to wait.",
    _judge,
    [
        "The moment at which number k is due needs no answer: `begun + k / rate`. Sleep until then, if it is not past.",
        "One task for each: `group.create_task(one(due))` in an `async with asyncio.TaskGroup() as group:`, which waits"
        " for all of them at its end.",
        "In `one(due)`: `await ask()`, then `clock() - due` is the latency. It counts if `due >= begun + warmup`.",
    ],
    answers.benchmark,
    [
        WrongAnswer("one after the other", answers.one_after_the_other, "nobody asks"),
        WrongAnswer("timed from the sending", answers.from_the_sending, "*due*, not from the moment it was sent"),
        WrongAnswer("a pause between two requests", answers.pauses_between, "schedule has slipped"),
        WrongAnswer("a mean", answers.means, "a mean hides"),
        WrongAnswer("the warm-up is in it", answers.warm_up_included, "The warm-up is in it"),
        WrongAnswer("only who is back in time", answers.only_who_is_back, "missing from the figures"),
    ],
)
