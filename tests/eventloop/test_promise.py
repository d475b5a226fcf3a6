"""What promises do, and how many microtasks each construction takes.

The numbers follow from ECMA-262 and were seen on Node 18 to 26.
"""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from course_lib.eventloop import AggregateError, NoLoop, Promise, async_function, log, run, set_timeout, start
from course_lib.eventloop.errors import Rejection
from course_lib.eventloop.programs import Thenable


def output(main: Callable[[], object]) -> list[str]:
    return run(main, clock="virtual").output


def hops_until(begin: Callable[[Callable[[], None]], object]) -> int:
    """How many links of a `then` chain run before the continuation."""

    def main() -> None:
        begin(lambda: log("done"))
        promise = Promise.resolve()
        for _ in range(8):
            promise = promise.then(lambda _: log("hop"))

    return output(main).index("done")


@async_function
async def plain() -> None:
    pass


@async_function
async def returns_a_promise() -> Promise[Any]:
    return Promise.resolve()


@pytest.mark.parametrize(
    ("awaited", "cost"),
    [
        (lambda: Promise.resolve(1), 1),
        (lambda: Promise.resolve(Thenable()), 2),
        (plain, 1),
        (returns_a_promise, 3),
    ],
)
def test_what_an_await_costs(awaited: Callable[[], Awaitable[object]], cost: int) -> None:
    @async_function
    async def waits(done: Callable[[], None]) -> None:
        await awaited()
        done()

    assert hops_until(waits) == cost - 1


def test_a_handler_that_returns_a_promise_delays_the_next_by_two() -> None:
    def begin(done: Callable[[], None]) -> None:
        Promise.resolve().then(lambda _: Promise.resolve()).then(lambda _: done())

    assert hops_until(begin) == 3


def test_an_async_function_runs_at_once_up_to_its_first_await() -> None:
    @async_function
    async def inner() -> str:
        log("1 at once")
        await Promise.resolve()
        log("3 later")
        return "4 value"

    def main() -> None:
        inner().then(log)
        log("2 main goes on")

    assert output(main) == ["1 at once", "2 main goes on", "3 later", "4 value"]


def test_callbacks_may_be_async() -> None:
    async def callback() -> None:
        log("timer")
        await Promise.resolve()
        log("after await")

    assert output(lambda: set_timeout(callback)) == ["timer", "after await"]


def test_pythons_own_await_of_a_coroutine_is_free() -> None:
    async def inner() -> str:
        return "value"

    async def main() -> None:
        Promise.resolve().then(lambda _: log("microtask"))
        log(await inner())

    assert output(main) == ["value", "microtask"]


def test_await_raises_the_reason() -> None:
    async def main() -> None:
        with pytest.raises(KeyError):
            await Promise.reject(KeyError("x"))
        with pytest.raises(Rejection, match="rejected with 'text'"):
            await Promise.reject("text")
        log("went on")

    assert output(main) == ["went on"]


def test_foreign_awaitables_are_refused_in_words() -> None:
    class Foreign:
        def __await__(self) -> Any:
            yield "a future"

    async def main() -> None:
        with pytest.raises(TypeError, match="expected a Promise after await, got 'a future'"):
            await Foreign()
        log("went on")

    assert output(main) == ["went on"]


def test_the_first_settling_counts() -> None:
    def main() -> None:
        def executor(resolve: Callable[..., None], reject: Callable[..., None]) -> None:
            resolve("first")
            reject("second")
            resolve("third")
            raise ValueError("fourth")

        Promise(executor).then(log, log)

    assert output(main) == ["first"]


def test_an_error_in_the_executor_rejects() -> None:
    def main() -> None:
        Promise(lambda resolve, reject: 1 / 0).catch(lambda error: log(type(error).__name__))
        with pytest.raises(TypeError, match="expected a callback"):
            Promise(7)  # type: ignore[arg-type]
        with pytest.raises(TypeError, match="expected a coroutine"):
            start(plain)  # type: ignore[arg-type]

    assert output(main) == ["ZeroDivisionError"]


def test_values_and_reasons_pass_through_what_is_no_handler() -> None:
    def main() -> None:
        Promise.resolve("value").then(None, log).then(7).then(log)  # type: ignore[arg-type]
        Promise.reject("reason").then(log).catch(lambda reason: log(f"caught {reason}"))

    assert output(main) == ["caught reason", "value"]


def test_a_promise_of_itself_is_refused() -> None:
    def main() -> None:
        promise, resolve, _ = Promise.with_resolvers()
        resolve(promise)
        promise.catch(lambda error: log(error))

    assert output(main) == ["a promise cannot be resolved with itself"]


def test_a_thenable_that_fails_rejects_unless_it_settled_before() -> None:
    class Fails:
        def __init__(self, *, first: bool) -> None:
            self.first = first

        def then(self, resolve: Callable[..., None], reject: Callable[..., None]) -> None:
            if self.first:
                resolve("settled")
            raise ValueError("failed")

    def main() -> None:
        Promise.resolve(Fails(first=False)).catch(log)
        Promise.resolve(Fails(first=True)).then(log)

    assert output(main) == ["failed", "settled"]


def test_finally_passes_the_outcome_on_unless_it_fails() -> None:
    def main() -> None:
        Promise.resolve("value").finally_(lambda: log("1")).then(log)
        Promise.reject("reason").finally_(lambda: log("2")).catch(log)
        Promise.resolve("value").finally_(lambda: 1 / 0).catch(log)
        Promise.resolve("value").finally_(lambda: Promise.reject("stopped")).catch(log)

    assert sorted(output(main)) == ["1", "2", "division by zero", "reason", "stopped", "value"]


def later(value: str, delay: float, *, fails: bool = False) -> Promise[Any]:
    return Promise(lambda resolve, reject: set_timeout(reject if fails else resolve, delay, value))


def test_all_keeps_the_order_and_fails_with_the_first() -> None:
    def main() -> None:
        Promise.all([later("slow", 20), "plain", later("fast", 10)]).then(log)
        Promise.all([later("a", 20, fails=True), later("b", 10, fails=True)]).catch(log)
        Promise.all([]).then(log)

    assert output(main) == ["[]", "b", "['slow', 'plain', 'fast']"]


def test_all_settled_never_fails() -> None:
    def main() -> None:
        Promise.all_settled([later("a", 2), later("b", 1, fails=True)]).then(log)

    assert output(main) == ["[{'status': 'fulfilled', 'value': 'a'}, {'status': 'rejected', 'reason': 'b'}]"]


def test_race_and_any_take_the_first() -> None:
    def main() -> None:
        Promise.race([later("late", 20), later("failed", 10, fails=True)]).then(log, lambda r: log(f"race {r}"))
        Promise.any([later("late", 20), later("failed", 10, fails=True)]).then(log)

    assert output(main) == ["race failed", "late"]


def test_any_with_nothing_but_failures_says_all_of_them() -> None:
    def main() -> None:
        def tell(error: AggregateError) -> None:
            log(error.errors)

        Promise.any([later("a", 20, fails=True), later("b", 10, fails=True)]).catch(tell)
        Promise.any([]).catch(tell)

    assert output(main) == ["[]", "['a', 'b']"]


def test_repr_and_state() -> None:
    def main() -> None:
        promise, resolve, _ = Promise.with_resolvers()
        log(promise)
        resolve(7)
        log(promise)
        log(promise.state)
        rejected = Promise.reject("no")
        rejected.catch(lambda _: None)
        log(rejected.reason)

    assert output(main) == ["<Promise pending>", "<Promise fulfilled: 7>", "fulfilled", "no"]


class Trap:
    @property
    def then(self) -> object:
        raise ValueError("trap")


def test_a_then_that_cannot_be_read_rejects() -> None:
    def main() -> None:
        promise, resolve, _ = Promise.with_resolvers()
        set_timeout(resolve, 0, Trap())
        promise.catch(lambda reason: log(f"first {reason}"))
        Promise.resolve().then(lambda _: Trap()).catch(lambda reason: log(f"second {reason}"))

    assert output(main) == ["second trap", "first trap"]


def test_an_executor_and_a_thenable_may_be_async() -> None:
    class Late:
        async def then(self, resolve: Callable[[object], None], reject: object) -> None:
            await Promise.resolve()
            resolve("thenable")

    async def executor(resolve: Callable[[object], None], reject: object) -> None:
        await Promise.resolve()
        resolve("executor")

    def main() -> None:
        Promise(executor).then(log)
        Promise.resolve(Late()).then(log)

    assert output(main) == ["executor", "thenable"]


def test_an_async_function_that_never_ends_is_given_up_with_the_loop() -> None:
    heard: list[str] = []

    async def waits() -> None:
        try:
            await Promise(lambda resolve, reject: None)
        finally:
            heard.append("given up")
            log("too late for this")

    async def holds_on() -> None:
        while True:
            try:
                await Promise(lambda resolve, reject: None)
            finally:
                heard.append("held on")
                with contextlib.suppress(NoLoop):
                    await promise

    promise: Promise[object]

    def main() -> None:
        nonlocal promise
        promise = Promise(lambda resolve, reject: None)
        start(waits())
        start(holds_on())

    assert output(main) == []
    assert sorted(heard) == ["given up", "held on"]
    gc.collect()  # a coroutine that Python itself had to give up would warn here
