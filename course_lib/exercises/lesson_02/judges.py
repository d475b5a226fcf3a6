"""How the answers of lesson 02 are judged: each runs in the course's loop, on a virtual clock, beside a watcher.

A judge here never asks how an answer is written. It looks at what an outsider sees: which line came before which, how
often a function was called, what was reported as unhandled.
"""

from __future__ import annotations

import inspect
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from course_lib.eventloop import Promise, busy, on_unhandled_rejection, run, set_immediate, set_timeout
from course_lib.lesson import Trial

__all__ = ["judge_all", "judge_cache", "judge_drain", "judge_keep", "judge_work"]

Answer = Callable[..., Any]


# 02-1: a function that answers now or later

_DISK = {"port": 8080, "debug": False, "name": "orders"}


def _calls(answer: Answer, cache: dict[str, Any], keys: Sequence[str]) -> list[str]:
    """What a caller sees that asks for each key in turn, 10 ms apart."""
    lines: list[str] = []

    def load(key: str, done: Callable[[Any], object]) -> None:
        lines.append(f"load {key}")
        set_immediate(lambda: done(_DISK[key]))

    def ask(key: str) -> None:
        made = answer(cache, load, key, lambda value: lines.append(f"done {value}"))
        lines.append("returned a coroutine" if inspect.iscoroutine(made) else "returned")
        if inspect.iscoroutine(made):
            made.close()

    def main() -> None:
        for at, key in enumerate(keys):
            set_timeout(partial(ask, key), 1 + 10 * at)

    run(main, clock="virtual", trace=False)
    return lines


def _agrees(got: list[str], expected: list[str]) -> bool:
    """Whether the caller sees the same, and as much is loaded; when it is loaded is left to the answer."""
    return _seen_outside(got) == _seen_outside(expected) and sorted(got) == sorted(expected)


def _seen_outside(lines: list[str]) -> list[str]:
    return [line for line in lines if not line.startswith("load")]


def _why_calls(lines: list[str]) -> str | None:
    if "returned a coroutine" in lines:
        return "The call of an `async def` function gives a coroutine, which nobody awaits here. Write `def`."
    if "done None" in lines:
        return "`load` returns nothing: the value comes to the function that you hand over."
    answers_seen = [line for line in lines if line.startswith("done")]
    if lines and lines[-1] == "returned" and answers_seen:
        return "On a hit `done` ran before the call returned: that is the fault itself. Queue the answer instead."
    if len(answers_seen) > 1 and lines.count("returned") == 1:
        return "`done` was called twice: after the hit the function went on and loaded as well."
    if lines.count("load port") > 1:
        return "The second call loaded again: the value that arrives has to be stored in the cache."
    if "load debug" in lines:
        return "`False` was in the cache. Ask `key in cache`: a value may be false and still be there."
    if "load port" in lines:
        return "The value was in the cache and was loaded all the same."
    return None


def judge_cache(answer: Answer) -> Iterator[Trial]:
    """Cache empty, cache full, both in turn, and a value that is false."""
    yield Trial(
        'read_through({}, load, "port", done)',
        ["load port", "returned", "done 8080"],
        lambda: _calls(answer, {}, ["port"]),
        lambda lines: _why_calls(lines) or "The cache is empty, so the value has to be loaded.",
        _agrees,
    )
    yield Trial(
        'read_through({"port": 8080}, load, "port", done)',
        ["returned", "done 8080"],
        lambda: _calls(answer, {"port": 8080}, ["port"]),
        _why_calls,
        _agrees,
    )
    yield Trial(
        'read_through(cache, load, "port", done), twice with the same cache, empty at first',
        ["load port", "returned", "done 8080", "returned", "done 8080"],
        lambda: _calls(answer, {}, ["port", "port"]),
        _why_calls,
        _agrees,
    )
    yield Trial(
        'read_through({"debug": False}, load, "debug", done)',
        ["returned", "done False"],
        lambda: _calls(answer, {"debug": False}, ["debug"]),
        _why_calls,
        _agrees,
    )


# 02-2: the drain rule

Plan = Mapping[str, Sequence[str]]


def _drained(answer: Answer, ticks: Sequence[str], microtasks: Sequence[str], adds: Plan) -> list[str]:
    """The names in the order in which they ran. T… go to the tick queue, M… to the microtask queue."""
    ran: list[str] = []
    queues: dict[str, deque[Callable[[], None]]] = {"T": deque(), "M": deque()}

    def queue(name: str) -> None:
        queues[name[0]].append(lambda: step(name))

    def step(name: str) -> None:
        ran.append(name)
        for added in adds.get(name, ()):
            queue(added)

    for name in (*ticks, *microtasks):
        queue(name)
    answer(queues["T"], queues["M"])
    return ran


def _why_drain(expected: Sequence[str]) -> Callable[[list[str]], str]:
    def why(got: list[str]) -> str:
        if len(got) < len(expected):
            return (
                "The drain ended while something was still queued (what is added meanwhile belongs to the same drain), "
                "or it took something out and did not call it."
            )
        if got[0] != expected[0]:
            return (
                "Each queue is first in, first out."
                if got[0][0] == expected[0][0]
                else "When both queues hold something, the drain begins with the ticks."
            )
        at = next(at for at, (one, other) in enumerate(zip(got, expected, strict=False)) if one != other)
        if got[at][0] == "T" and expected[at][0] == "M":
            return f"{got[at]} cut in before {expected[at]}: no tick runs until the microtask queue is empty."
        if got[at][0] == "M" and expected[at][0] == "T":
            return f"{got[at]} cut in before {expected[at]}: no microtask runs until the tick queue is empty."
        return "Each queue is first in, first out."

    return why


def _drain_trial(
    answer: Answer, given: str, ticks: Sequence[str], microtasks: Sequence[str], adds: Plan, expected: list[str]
) -> Trial:
    return Trial(given, expected, lambda: _drained(answer, ticks, microtasks, adds), _why_drain(expected))


def judge_drain(answer: Answer) -> Iterator[Trial]:
    """Six fillings of the two queues; most of them add to a queue while it is being emptied."""
    yield _drain_trial(answer, "drain([], [M1])", [], ["M1"], {}, ["M1"])
    yield _drain_trial(answer, "drain([T1, T2], [M1, M2])", ["T1", "T2"], ["M1", "M2"], {}, ["T1", "T2", "M1", "M2"])
    yield _drain_trial(
        answer,
        "drain([T1], [M1]) where T1 adds T2",
        ["T1"],
        ["M1"],
        {"T1": ["T2"]},
        ["T1", "T2", "M1"],
    )
    yield _drain_trial(
        answer,
        "drain([T1], [M1, M2]) where M1 adds T2",
        ["T1"],
        ["M1", "M2"],
        {"M1": ["T2"]},
        ["T1", "M1", "M2", "T2"],
    )
    yield _drain_trial(
        answer,
        "drain([], [M1, M2]) where M1 adds T1 and M3",
        [],
        ["M1", "M2"],
        {"M1": ["T1", "M3"]},
        ["M1", "M2", "M3", "T1"],
    )
    yield _drain_trial(
        answer,
        "drain([T1], []) where T1 adds M1, M1 adds T2, T2 adds M2",
        ["T1"],
        [],
        {"T1": ["M1"], "M1": ["T2"], "T2": ["M2"]},
        ["T1", "M1", "T2", "M2"],
    )


# 02-3: work that lets others in

_MOST = 100


def _work(answer: Answer, count: int) -> dict[str, Any]:
    """Let the answer work on `count` items while a heartbeat asks for a turn again and again."""
    handled: list[int] = []
    seen: dict[str, Any] = {"all handled in order": False, "done": 0, "longest stretch": 0}
    since = 0
    finished_early = False

    def handle(item: int) -> None:
        nonlocal since
        handled.append(item)
        since += 1
        seen["longest stretch"] = max(seen["longest stretch"], since)

    def done() -> None:
        nonlocal finished_early
        seen["done"] += 1
        finished_early = finished_early or len(handled) < count

    def beat() -> None:
        nonlocal since
        since = 0
        busy(0.5)  # moves the virtual clock, so that an answer that waits for a timer gets its turn, too
        if seen["done"] == 0 and len(handled) < count:
            set_immediate(beat)

    def main() -> None:
        set_immediate(beat)
        answer(range(count), handle, done)

    run(main, clock="virtual", trace=False)
    seen["all handled in order"] = handled == list(range(count))
    seen["done after the last"] = seen["done"] > 0 and not finished_early
    return seen


def _report(answer: Answer, count: int) -> str:
    seen = _work(answer, count)
    if not seen["all handled in order"]:
        return "items missing or out of order"
    if seen["done"] != 1:
        return f"done called {seen['done']} times"
    if not seen["done after the last"]:
        return "done called before the last item"
    stretch = seen["longest stretch"]
    return f"{stretch} items without a turn for anybody else" if stretch > _MOST else "all is well"


def _why_work(got: str) -> str | None:
    if got.endswith("anybody else"):
        return (
            "A check phase runs all immediates that wait when it begins, and a drain all ticks and microtasks. "
            "What waits for the next round is an immediate that an immediate queues, or a timer."
        )
    if got.startswith("done called before"):
        return "Call `done` where the last slice ends, not where the first is queued."
    if got.startswith("items missing"):
        return "Every item once, in the order of `items`."
    if got.startswith("done called 0"):
        return "Whoever waits for `done` would wait for ever."
    return None


def judge_work(answer: Answer) -> Iterator[Trial]:
    """Few items, many, none; a heartbeat of immediates sees how long it has to wait."""
    for count in (10, 1000, 0):
        yield Trial(
            f"process_all(range({count}), handle, done)", "all is well", partial(_report, answer, count), _why_work
        )


# 02-4: a promise that may be rejected before anyone asks


def _job(value: str, ms: float, *, fails: bool = False) -> Promise[Any]:
    def start(resolve: Callable[[Any], object], reject: Callable[[BaseException], object]) -> None:
        set_timeout(lambda: reject(ValueError(value)) if fails else resolve(value), ms)

    return Promise(start)


def _kept(answer: Answer, make: Callable[[], Promise[Any]], *, other: bool = False) -> list[str]:
    """What happens to a promise that is awaited only after 20 ms."""
    lines: list[str] = []

    async def later() -> None:
        promise = answer(make())
        if inspect.iscoroutine(promise):
            promise.close()
            lines.append("a coroutine was returned")
            return
        if promise is None:
            lines.append("nothing was returned")
            return
        await _job("second", 20)
        try:
            lines.append(f"got {await promise}")
        except ValueError as error:
            lines.append(f"caught {error}")

    def main() -> Promise[Any]:
        if other:
            _job("stranger", 40, fails=True)
        return Promise.resolve(later())

    try:
        run(main, clock="virtual", trace=False)
    except ValueError as error:
        lines.append(f"program ended by unhandled {error}")
    return lines


def _why_kept(lines: list[str]) -> str | None:
    if "nothing was returned" in lines:
        return "`keep` must return a promise."
    if "a coroutine was returned" in lines:
        return "A coroutine begins when somebody awaits it, and then it is too late to listen. Write `def`."
    if "got None" in lines:
        return "`promise.catch(…)` makes a new promise without the error. Whoever awaits must get the original one."
    if lines[:1] == ["got first"]:
        return "The error became a value on the way. Whoever awaits must get the original promise, with its error."
    if lines == ["program ended by unhandled first"]:
        return (
            "Nobody listened when the promise was rejected. A `then` without an error handler does not count (its own "
            "promise is rejected in turn), nor does a `catch` added after the drain."
        )
    return None


def judge_keep(answer: Answer) -> Iterator[Trial]:
    """A promise fulfilled, rejected later, rejected already; and a stranger's, which must still be reported."""
    yield Trial(
        "promise = keep(…), fulfilled after 5 ms; await promise after 20 ms",
        ["got first"],
        lambda: _kept(answer, lambda: _job("first", 5)),
        lambda lines: _why_kept(lines) or "`keep` must return a promise with the same value.",
    )
    yield Trial(
        "promise = keep(…), rejected after 5 ms; await promise after 20 ms",
        ["caught first"],
        lambda: _kept(answer, lambda: _job("first", 5, fails=True)),
        _why_kept,
    )
    yield Trial(
        "promise = keep(Promise.reject(…)); await promise after 20 ms",
        ["caught first"],
        lambda: _kept(answer, lambda: Promise.reject(ValueError("first"))),
        _why_kept,
    )
    yield Trial(
        "promise = keep(…) as above, and a stranger's promise, which nobody keeps, is rejected after 40 ms",
        ["caught first", "program ended by unhandled stranger"],
        lambda: _kept(answer, lambda: _job("first", 5, fails=True), other=True),
        "An error that nobody asked to keep must still be reported: do not silence the whole program.",
    )


# 02-5: all

Plans = Sequence[tuple[str, float, bool]]


def _all(answer: Answer, jobs: Plans) -> list[str]:
    """What a caller sees of `answer` called with promises (value, ms, fails)."""
    lines: list[str] = []

    def main() -> None:
        on_unhandled_rejection(lambda error, promise: lines.append(f"unhandled {error}"))
        promises = [_job(value, ms, fails=fails) for value, ms, fails in jobs]
        made = answer(promises)
        if made is None:
            lines.append("nothing was returned")
        Promise.resolve(made).then(
            lambda values: lines.append(f"values {values}"), lambda error: lines.append(f"rejected {error}")
        )

    run(main, clock="virtual", trace=False)
    return lines


def _why_all(lines: list[str]) -> str | None:
    if any(line.startswith("unhandled") for line in lines):
        return "Listen to every promise at once, for its error as well: `promise.then(arrived, reject)`."
    if not lines:
        return "Your promise was never settled. Is there a list for which no handler ever calls `resolve`?"
    if lines[0] == "nothing was returned":
        return "`all_of` must return a promise at once; its value comes later."
    if lines[0] == "values []":
        return "It was resolved before any promise had settled. Call `resolve` when the last value has arrived."
    if "<Promise" in lines[0]:
        return "Those are the promises themselves. What is asked for is one promise of the list of their values."
    if "None" in lines[0]:
        return "A function made in a loop sees the loop variable's last value. Give each promise its own index."
    if lines[0].startswith("values"):
        return "The values stand in the order of the promises, not in the order of arrival."
    return None


def _all_trial(answer: Answer, given: str, jobs: Plans, expected: list[str]) -> Trial:
    return Trial(given, expected, lambda: _all(answer, jobs), _why_all)


def judge_all(answer: Answer) -> Iterator[Trial]:
    """Different orders of arrival, one error, two errors, and no promises at all."""
    yield _all_trial(
        answer, "all_of([a after 5 ms, b after 20 ms])", [("a", 5, False), ("b", 20, False)], ["values ['a', 'b']"]
    )
    yield _all_trial(
        answer,
        "all_of([slow after 20 ms, quick after 5 ms])",
        [("slow", 20, False), ("quick", 5, False)],
        ["values ['slow', 'quick']"],
    )
    yield _all_trial(
        answer,
        "all_of([slow after 20 ms, broken after 5 ms])",
        [("slow", 20, False), ("broken", 5, True)],
        ["rejected broken"],
    )
    yield _all_trial(
        answer,
        "all_of([broken after 5 ms, broken too after 10 ms])",
        [("broken", 5, True), ("broken too", 10, True)],
        ["rejected broken"],
    )
    yield _all_trial(answer, "all_of([])", [], ["values []"])
