"""Exercise 05-3: wait for news on the server, and wait no longer for a client who has hung up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

from course_lib.exercises.lesson_03.bench import awaitable, drive, until
from course_lib.exercises.lesson_05 import answers_waiting as answers
from course_lib.exercises.lesson_05.pulse import PulseLoop
from course_lib.lesson import Exercise, Trial, WrongAnswer

__all__ = ["BELL"]

_LONG = 30.0  # seconds nobody waits for: the trial ends long before


def _waiting(bell: Any) -> object:
    """How many wait: a property, an attribute or a method, as the learner likes."""
    return bell.waiting() if callable(bell.waiting) else bell.waiting


def _begin(bell: Any, count: int) -> list[asyncio.Future[object]]:
    return [asyncio.ensure_future(awaitable(bell.wait(_LONG))) for _ in range(count)]


async def _ends(tasks: list[asyncio.Future[object]], *, turns: int = 50) -> list[object]:
    """How each wait ended: what it returned, "cancelled", "still waiting"; its error is raised."""
    await until(lambda: all(task.done() for task in tasks), turns=turns)
    ends: list[object] = []
    for task in tasks:
        ends.append("still waiting" if not task.done() else "cancelled" if task.cancelled() else task.result())
    return ends


def _rung(bell_class: Callable[..., Any], count: int) -> list[object]:
    async def main() -> list[object]:
        bell = bell_class()
        tasks = _begin(bell, count)
        await until(lambda: False, turns=5)
        bell.ring()
        await asyncio.wait(tasks, timeout=0.2)  # whoever has to look again and again is told so, by the next trial
        return [*await _ends(tasks), _waiting(bell)]

    return drive(main)


def _quiet(bell_class: Callable[..., Any]) -> list[object]:
    async def main() -> list[object]:
        bell = bell_class()
        try:
            answer = await awaitable(bell.wait(0.01))
        except TimeoutError:
            answer = "TimeoutError"
        return [answer, _waiting(bell)]

    return drive(main)


def _hung_up(bell_class: Callable[..., Any]) -> list[object]:
    async def main() -> list[object]:
        bell = bell_class()
        first, second, third = _begin(bell, 3)
        await until(lambda: False, turns=5)
        second.cancel()
        end = (await _ends([second]))[0]
        still = _waiting(bell)
        bell.ring()
        return [end, still, *await _ends([first, third])]

    return drive(main)


def _same_moment(bell_class: Callable[..., Any]) -> list[object]:
    async def main() -> list[object]:
        bell = bell_class()
        first, second, third = _begin(bell, 3)
        await until(lambda: False, turns=5)
        first.cancel()
        second.cancel()
        try:
            bell.ring()
        except asyncio.InvalidStateError:
            return ["InvalidStateError"]
        return await _ends([first, second, third])

    return drive(main)


def _rung_before(bell_class: Callable[..., Any]) -> object:
    async def main() -> object:
        bell = bell_class()
        [early] = _begin(bell, 1)
        await until(lambda: False, turns=5)
        bell.ring()
        await _ends([early])
        return await awaitable(bell.wait(0.01))

    return drive(main)


def _wakings(bell_class: Callable[..., Any]) -> int:
    """How many timers are due soon while five wait for long, and nothing happens."""

    async def main() -> int:
        bell = bell_class()
        loop.begin()
        tasks = _begin(bell, 5)
        await until(lambda: False, turns=5)
        count = loop.due(_LONG / 2)
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks, timeout=0.5)
        return count

    loop = PulseLoop()
    try:
        return loop.run_until_complete(main())
    finally:
        loop.close()


def _judge_bell(bell_class: Callable[..., Any]) -> Iterator[Trial]:
    yield Trial(
        "three wait, and it rings: their answers, and how many wait then",
        [True, True, True, 0],
        lambda: _rung(bell_class, 3),
        lambda got: (
            "One ring is for all: every reader has to see the message."
            if isinstance(got, list) and True in got and "still waiting" in got
            else None
        ),
    )
    yield Trial(
        f"five call wait({_LONG:g}), and nothing happens: how many timers go off in the first half of that time",
        0,
        lambda: _wakings(bell_class),
        "It looks again and again. Let the loop wake it: a future, and `ring` gives it its result.",
    )
    yield Trial(
        "nobody rings: the answer of wait(0.01), and how many wait then",
        [False, 0],
        lambda: _quiet(bell_class),
        "When the time is over, `wait` returns False, and that client waits no longer.",
    )
    yield Trial(
        "three wait, the second hangs up (its task is cancelled), then it rings: how its wait ended, how many waited"
        " still, and the others' answers",
        ["cancelled", 2, True, True],
        lambda: _hung_up(bell_class),
        lambda got: (
            "A wait that was cancelled has to end cancelled: clean up in `finally`, and let CancelledError go on."
            if isinstance(got, list) and got[0] != "cancelled"
            else "The client has hung up, and the bell still counts it: on a busy server that is a leak. What is done"
            " in `finally` is done in any case."
        ),
    )
    yield Trial(
        "three wait, two hang up, and it rings in the same moment: how the three waits ended",
        ["cancelled", "cancelled", True],
        lambda: _same_moment(bell_class),
        "A future that was cancelled is done, and takes no result: between hanging up and cleaning up lies a turn of"
        " the loop. Look at `done()` first.",
    )
    yield Trial(
        "it rang a moment ago; the answer of wait(0.01)",
        False,
        lambda: _rung_before(bell_class),
        "An old ring is no news: this reader has got that message already, and would be answered in an endless circle.",
    )


BELL = Exercise(
    "05-3",
    "A waiter that is given up",
    "Write the class `Bell`, on which a server's handlers wait for news. `await bell.wait(seconds)` returns True as"
    " soon"
    " as somebody calls `bell.ring()`, and False when nobody has for so many seconds. One ring wakes everybody who"
    " waits"
    " at that moment, and nobody later. `bell.waiting` is how many wait. When a client hangs up, the task that runs its"
    " `wait` is cancelled: it has to end cancelled, and be counted no longer.",
    _judge_bell,
    [
        "A future for each waiter, in a set: `asyncio.get_running_loop().create_future()`. `ring` gives each its"
        " result.",
        "`try:` … `async with asyncio.timeout(seconds): await waiter` … `except TimeoutError:` … `finally:` take it out"
        " of the set.",
        "In `ring`: `if not waiter.done(): waiter.set_result(None)`.",
    ],
    answers.Bell,
    [
        WrongAnswer("one ring for one waiter", answers.BellForOne, "is for all"),
        WrongAnswer("nobody hangs up", answers.BellThatRemembersVisitors, "on a busy server that is a leak"),
        WrongAnswer("hanging up is a timeout", answers.BellThatSwallows, "has to end cancelled"),
        WrongAnswer("who is in the set still waits", answers.BellThatRaises, "takes no result"),
        WrongAnswer("an event that stays set", answers.BellThatKeepsRinging, "An old ring is no news"),
        WrongAnswer("look again every 10 ms", answers.BellWithoutAPulse, "again and again"),
    ],
)
