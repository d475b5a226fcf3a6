"""Exercises 05-4 and 05-6: when a client tries again, and the loop it polls in."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Generator, Iterator, Sequence
from typing import Any

from course_lib.exercises.lesson_03.bench import awaitable, drive, until
from course_lib.exercises.lesson_05 import answers_backoff, answers_waiting
from course_lib.lesson import Exercise, Trial, WrongAnswer
from course_lib.live.interrupting import hidden

__all__ = ["DELAY", "FOLLOW"]

_CLIENTS = 1000


def _delays(delay: Callable[..., Any], failures: int) -> list[float]:
    """What a thousand clients wait after so many failures, each with its own source of chance."""
    found = [delay(failures, random.Random(client)) for client in range(_CLIENTS)]
    if odd := [one for one in found if not isinstance(one, (int, float))]:
        raise TypeError(f"expected a number of seconds, got {odd[0]!r}")
    return found


def _one(delay: Callable[..., Any], failures: int) -> object:
    try:
        return 0 <= float(delay(failures, random.Random(failures))) <= 30
    except OverflowError:
        return "OverflowError"


def _crowd(delays: Sequence[float]) -> int:
    """The most clients that come back in the same hundredth of a second."""
    hundredths = [int(delay * 100) for delay in delays]
    return max(hundredths.count(one) for one in set(hundredths))


def _upper_half(delays: Sequence[float], ceiling: float) -> bool:
    """Whether about half of them lie above half the ceiling."""
    return 0.4 < sum(delay > ceiling / 2 for delay in delays) / len(delays) < 0.6


def _judge_delay(delay: Callable[..., Any]) -> Iterator[Trial]:
    for failures, ceiling in ((0, 0.25), (2, 1.0), (5, 8.0)):
        yield Trial(
            f"do the delays of 1,000 clients after {failures} failures lie in 0…{ceiling:g} s?",
            True,
            lambda failures=failures, ceiling=ceiling: all(0 <= one <= ceiling for one in _delays(delay, failures)),  # type: ignore[misc]
            "The ceiling is 0.25 s at first and doubles with every failure: `0.25 * 2 ** failures`.",
        )
    yield Trial(
        "do the delays of 1,000 clients after 12 failures lie in 0…30 s?",
        True,
        lambda: all(0 <= one <= 30 for one in _delays(delay, 12)),
        "Twelve failures are a quarter of an hour without a cap: the server has long been back, and nobody comes.",
    )
    yield Trial(
        "after 3 failures, are 1,000 clients spread over 2 s, with no more than 50 of them in any hundredth of a"
        " second?",
        True,
        lambda: _crowd(_delays(delay, 3)) <= 50,
        lambda _: (
            "All of them at the same moment: the seed has to be each client's own, so draw from the `rng` you are"
            " given."
            if _ignores_its_rng(delay)
            else "They failed together, and they come back together. Draw the delay from the *whole* of 0…ceiling."
        ),
    )
    yield Trial(
        "after 3 failures, do about half of 1,000 clients wait more than half of the ceiling of 2 s?",
        True,
        lambda: _upper_half(_delays(delay, 3), 2.0),
        "Draw evenly between 0 and the ceiling: `rng.uniform(0, ceiling)`.",
    )
    yield Trial(
        "how many of 1,000 clients wait exactly 30 s after 20 failures",
        0,
        lambda: sum(one == 30 for one in _delays(delay, 20)),
        "The cap was put on the delay: almost every draw is above it, and they are a herd again. Put it on the ceiling,"
        " and draw below it.",
    )
    yield Trial(
        "is the delay after 5,000 failures, a weekend without a network, in 0…30 s?",
        True,
        lambda: _one(delay, 5000),
        "`2 ** 5000` is too large for a float, and the client dies of it. Bound the exponent as well.",
    )


def _ignores_its_rng(delay: Callable[..., Any]) -> bool:
    delays = {float(delay(3, random.Random(client))) for client in range(5)}
    others = {float(delay(failures, random.Random(1))) for failures in range(3, 8)}
    ceilings = {min(30, 0.25 * 2**failures) for failures in range(3, 8)}
    return len(delays) == 1 and others != ceilings


DELAY = Exercise(
    "05-4",
    "Back-off with jitter",
    "Write `delay(failures, rng)`: how many seconds a client waits before it tries again, after so many failures in a"
    " row"
    " (0 before the first pause). The *ceiling* is 0.25 s, doubles with every failure, and is never above 30 s. The"
    " delay"
    " is drawn evenly between 0 and the ceiling, with `rng.uniform`. `rng` is the client's own `random.Random`.",
    _judge_delay,
    [
        "First the ceiling, with `min(30, …)`; then the draw below it. Not the other way round.",
        "`2 ** failures` is exact in Python, however long; multiplying it by 0.25 makes a float, which has an end.",
        "`min(30, 0.25 * 2 ** min(failures, 20))`.",
    ],
    answers_backoff.delay,
    [
        WrongAnswer("back-off alone spreads them", answers_backoff.doubles, "they come back together"),
        WrongAnswer("any randomness will do", answers_backoff.a_little_noise, "they come back together"),
        WrongAnswer("a seed of its own", answers_backoff.its_own_seed, "each client's own"),
        WrongAnswer("doubling needs no end", answers_backoff.for_ever_longer, "without a cap"),
        WrongAnswer("the cap comes last", answers_backoff.the_cap_last, "a herd again"),
        WrongAnswer("nobody fails so often", answers_backoff.until_it_overflows, "Bound the exponent"),
        WrongAnswer("random, however often it failed", answers_backoff.steady, "doubles with every failure"),
    ],
)


class _Rest:
    """Something to await that only ever goes back to the loop."""

    def __await__(self) -> Generator[None, None, None]:
        while True:
            yield


class _Over(BaseException):
    """The trial is over: what a reader gets who has swallowed everything else."""


Step = tuple[int, Any] | type[OSError]


def _answer(messages: Sequence[str], cursor: int, *, missed: bool = False) -> Step:
    return 200, {"messages": list(messages), "cursor": cursor, "missed": missed}


def _followed(follow: Callable[..., Any], script: Sequence[Step]) -> list[str]:
    """What the reader does when the server's answers are these; then the server says nothing more, and it is closed.

    A reader that swallows everything, its cancellation too, is let out by `_Over`, where it pauses.
    """
    journal: list[str] = []
    steps = iter(script)
    over = False

    async def fetch(cursor: int) -> tuple[int, Any]:
        if len(journal) > 60:
            await _Rest()
        if over:
            await asyncio.sleep(0)
            raise _Over
        journal.append(f"fetch {cursor}")
        step = next(steps, None)
        await asyncio.sleep(0)
        if step is None:
            await _Rest()
        if isinstance(step, type):
            raise step("connection lost")
        assert step is not None
        return step

    async def pause(failures: int) -> None:
        if over:
            raise _Over
        journal.append(f"pause {failures}")
        await asyncio.sleep(0)

    async def main() -> list[str]:
        nonlocal over
        task = asyncio.ensure_future(awaitable(follow(fetch, lambda text: journal.append(f"show {text}"), pause)))
        await until(task.done, turns=40 + 10 * len(script))
        found = list(journal)
        if not task.done():
            over = True
            task.cancel()
            await until(task.done, turns=20)
            return [*found, "is closed" if task.done() and task.cancelled() else "cannot be closed"]
        error = None if task.cancelled() else task.exception()
        if isinstance(error, NotImplementedError):
            raise error
        return [*found, "ends" if error is None else f"dies of {type(error).__name__}"]

    with hidden(RuntimeError):  # a coroutine that swallows even its own closing is left, and nobody is told
        return drive(main)


_LOST = OSError
_TRIALS: Sequence[tuple[str, Sequence[Step], list[str], str | Callable[[Any], str | None]]] = [
    (
        "two answers with messages",
        [_answer(["a"], 1), _answer(["b", "c"], 3)],
        ["fetch 0", "show a", "fetch 1", "show b", "show c", "fetch 3", "is closed"],
        lambda got: (
            "After an answer the next request goes out at once: a pause here is an interval again, and costs its"
            " length."
            if isinstance(got, list) and any(str(one).startswith("pause") for one in got)
            else "When the page is closed, the task that reads is cancelled. A bare `except` swallows that;"
            " `except OSError`"
            " lets it pass."
            if isinstance(got, list) and "cannot be closed" in got
            else "Begin with `fetch(0)`, show every message, and ask next with the cursor that came."
        ),
    ),
    (
        "nothing in time (204), twice, then a message",
        [(204, None), (204, None), _answer(["a"], 1)],
        ["fetch 0", "fetch 0", "fetch 0", "show a", "fetch 1", "is closed"],
        "204 is no error: nothing has happened, ask again at once, with the same cursor.",
    ),
    (
        "a message, then a broken connection, then a message",
        [_answer(["a"], 1), _LOST, _answer(["b"], 2)],
        ["fetch 0", "show a", "fetch 1", "pause 1", "fetch 1", "show b", "fetch 2", "is closed"],
        lambda got: _because_lost(got),
    ),
    (
        "503, 503, then a message, then a broken connection",
        [(503, None), (503, None), _answer(["a"], 1), _LOST],
        ["fetch 0", "pause 1", "fetch 0", "pause 2", "fetch 0", "show a", "fetch 1", "pause 1", "fetch 1", "is closed"],
        lambda got: (
            "It worked in between, so the failures begin at 1 again."
            if isinstance(got, list) and "pause 3" in got
            else "Any status but 200 and 204 is a failure: pause, with the number of failures in a row, then try again."
        ),
    ),
    (
        "an answer that says that messages were missed",
        [_answer(["a"], 1), _answer(["x", "y"], 9, missed=True), _answer(["z"], 10)],
        ["fetch 0", "show a", "fetch 1", "show …", "show x", "show y", "fetch 9", "show z", "fetch 10", "is closed"],
        lambda got: (
            "The cursor is what the server says, not a count of what you have seen: between 1 and 9 some were missed."
            if isinstance(got, list) and "fetch 3" in got
            else "The reader has to be told that something is missing: show `…` before the messages."
        ),
    ),
]


def _because_lost(got: Any) -> str | None:
    if not isinstance(got, list):
        return None
    if "dies of OSError" in got:
        return "The first broken connection ends the loop, and the page is silent for ever. Nobody notices."
    if "pause 1" not in got:
        return "Without a pause a server that is down is asked as fast as the client can, by every client it has."
    if got.count("fetch 0") > 1:
        return "The cursor has survived the broken connection: it is the client's own, and nothing has to come twice."
    return None


def _judge_follow(follow: Callable[..., Any]) -> Iterator[Trial]:
    for given, script, expected, because in _TRIALS:
        yield Trial(
            f"what the reader does: {given}",
            expected,
            lambda script=script: _followed(follow, script),  # type: ignore[misc]
            because,
        )


FOLLOW = Exercise(
    "05-6",
    "The reader's loop",
    "Write `async def follow(fetch, show, pause)`, the client's endless loop.\n\n"
    "- `await fetch(cursor)` gives a status and an answer, or raises OSError when the connection breaks. The first"
    " cursor is 0.\n"
    "- 200: the answer is a dict with `messages` (a list of texts), `cursor` and `missed`. Call `show(text)` for"
    " each, and"
    " `show('…')` before them if something was missed.\n"
    "- 204: nothing has happened. Ask again.\n"
    "- Anything else, and a broken connection, is a failure: `await pause(failures)`, with the number of failures in a"
    " row, and ask again.\n"
    "- When the page is closed, the task that runs `follow` is cancelled, and has to end.",
    _judge_follow,
    [
        "`try:` around the `fetch` alone, `except OSError:`. What is the status then?",
        "Three things can follow an answer: show and move the cursor (200), nothing (204), count and pause (all else).",
        "`if status in (200, 204): failures = 0`, `else: failures += 1` and `await pause(failures)`.",
    ],
    answers_waiting.follow,
    [
        WrongAnswer("a server answers", answers_waiting.dies_at_the_first_error, "ends the loop"),
        WrongAnswer("a bare except survives everything", answers_waiting.survives_everything, "lets it pass"),
        WrongAnswer("at once is fastest", answers_waiting.hammers, "as fast as the client can"),
        WrongAnswer("polling is asking every so often", answers_waiting.pauses_always, "an interval again"),
        WrongAnswer("after an error everything begins anew", answers_waiting.begins_again, "survived"),
        WrongAnswer("failures are counted for ever", answers_waiting.never_forgives, "begin at 1 again"),
        WrongAnswer("a cursor is a count", answers_waiting.skips_by_counting, "not a count"),
        WrongAnswer("only 200 is no error", answers_waiting.two_hundred_or_broken, "204 is no error"),
        WrongAnswer("a gap nobody mentions", answers_waiting.hides_the_gap, "has to be told"),
    ],
)
