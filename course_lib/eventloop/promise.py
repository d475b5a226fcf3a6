"""JavaScript's promise, with JavaScript's costs.

A promise is a value that comes later. `then` says what to do with it; what is to be done always runs as a *microtask*,
never at once, even when the value is already there. How many microtasks a construction costs decides who comes first
when several chains run side by side, and the language fixes it exactly:

    await a promise, or a plain value in one                  1
    await an object that merely has a ``then`` method         2
    an async function's plain ``return``                      1, for the one who awaits it
    an async function that returns a promise                  3
    a `then` handler that returns a promise                   2 more before the next `then`

None of these numbers stands in this file: they follow from the rule that adopting another promise's value takes a job
to call its `then`, and that `then` takes another. Source: ECMA-262, section 27.2, and `Await`, section 27.7.5.3.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Coroutine, Generator, Iterable
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from .current import running
from .errors import AggregateError
from .naming import checked, name_of

if TYPE_CHECKING:
    from .drain import Queues

__all__ = ["Promise"]

T = TypeVar("T", covariant=True)
Handler = Callable[[Any], object]


class Reaction:
    """The microtask that a settled promise makes of a handler."""

    __slots__ = ("derived", "handler", "rejected", "value")

    def __init__(self, handler: Handler | None, derived: Promise[Any] | None, value: object, rejected: bool) -> None:
        self.handler = handler
        self.derived = derived
        self.value = value
        self.rejected = rejected

    @property
    def name(self) -> str:
        """The handler's name, for the record."""
        return name_of(self.handler) if self.handler else "pass on"

    def __call__(self) -> None:
        handler, derived = self.handler, self.derived
        if derived is None:
            assert handler is not None
            handler(self.value)
        elif handler is None:
            derived._settle(self.value, rejected=self.rejected)
        else:
            try:
                result = handler(self.value)
            except Exception as error:
                derived._settle(error, rejected=True)
            else:
                derived._resolve(result)


class Promise(Generic[T]):
    """A value that comes later, or the reason why it does not.

    Args:
        executor: called at once with two functions, ``resolve(value)`` and ``reject(reason)``; the first call of either
            counts. An exception in it rejects the promise.
        queues: the queues of the loop it belongs to; by default those of the loop running in this thread.

    Raises:
        NoLoop: no loop runs in this thread.
        TypeError: the executor is not callable.
    """

    __slots__ = ("_handled", "_queues", "_reactions", "_state", "_value")

    def __init__(
        self,
        executor: Callable[[Callable[..., None], Callable[..., None]], object],
        *,
        queues: Queues | None = None,
    ) -> None:
        self._setup(queues if queues is not None else running("Promise").queues)
        resolve, reject = self._resolvers()
        checked(executor)
        try:
            self._queues.adopt(executor(resolve, reject))
        except Exception as error:
            reject(error)

    def _setup(self, queues: Queues) -> None:
        self._queues = queues
        self._state = "pending"
        self._value: object = None
        self._handled = False
        self._reactions: list[tuple[Handler | None, Handler | None, Promise[Any] | None]] = []

    @classmethod
    def _new(cls, queues: Queues) -> Promise[Any]:
        promise: Promise[Any] = cls.__new__(cls)
        promise._setup(queues)
        return promise

    def __repr__(self) -> str:
        return f"<Promise {self._state}>" if self._state == "pending" else f"<Promise {self._state}: {self._value!r}>"

    @property
    def state(self) -> str:
        """``"pending"``, ``"fulfilled"`` or ``"rejected"``."""
        return self._state

    @property
    def reason(self) -> object:
        """Why it was rejected; ``None`` unless it was."""
        return self._value if self._state == "rejected" else None

    def then(self, on_fulfilled: Handler | None = None, on_rejected: Handler | None = None) -> Promise[Any]:
        """Say what to do with the value, or with the reason; returns the promise of what that yields.

        Anything that is not callable counts as absent, as in JavaScript: value or reason are passed on.
        """
        derived = self._new(self._queues)
        self.react(
            on_fulfilled if callable(on_fulfilled) else None, on_rejected if callable(on_rejected) else None, derived
        )
        return derived

    def catch(self, on_rejected: Handler) -> Promise[Any]:
        """``then(None, on_rejected)``."""
        return self.then(None, on_rejected)

    def finally_(self, on_finally: Callable[[], object]) -> Promise[Any]:
        """Run something either way and pass the outcome on; costs what JavaScript's ``finally`` costs."""
        checked(on_finally)

        def after_value(value: object) -> Promise[Any]:
            return _resolved(on_finally(), self._queues).then(lambda _: value)

        def after_reason(reason: object) -> Promise[Any]:
            return _resolved(on_finally(), self._queues).then(lambda _: _rejected(reason, self._queues))

        return self.then(after_value, after_reason)

    def __await__(self) -> Generator[Promise[T], Any, T]:
        value: T = yield self
        return value

    def react(self, fulfilled: Handler | None, rejected: Handler | None, derived: Promise[Any] | None) -> None:
        """`then`, into a given promise or (``await``) into none; ECMA-262 calls it PerformPromiseThen."""
        if self._state == "pending":
            self._reactions.append((fulfilled, rejected, derived))
        else:
            if not self._handled:
                self._queues.rejections.pop(self, None)
            self._queue_reaction(fulfilled, rejected, derived)
        self._handled = True

    def _queue_reaction(
        self, fulfilled: Handler | None, rejected: Handler | None, derived: Promise[Any] | None
    ) -> None:
        failed = self._state == "rejected"
        self._queues.queue_microtask(Reaction(rejected if failed else fulfilled, derived, self._value, failed))

    def _resolvers(self) -> tuple[Callable[..., None], Callable[..., None]]:
        called = False

        def resolve(value: object = None) -> None:
            nonlocal called
            if not called:
                called = True
                self._resolve(value)

        def reject(reason: object = None) -> None:
            nonlocal called
            if not called:
                called = True
                self._settle(reason, rejected=True)

        return resolve, reject

    def _resolve(self, value: object) -> None:
        if value is self:
            self._settle(TypeError("a promise cannot be resolved with itself"), rejected=True)
            return
        if isinstance(value, Coroutine):
            value = self._queues.begin(value)
        try:
            then = value.then if isinstance(value, Promise) else getattr(value, "then", None)
        except Exception as error:  # a property may do anything
            self._settle(error, rejected=True)
            return
        if not callable(then):
            self._settle(value, rejected=False)
            return
        self._queues.queue_microtask(functools.partial(self._adopt, then), name="adopt a promise")

    def _adopt(self, then: Callable[..., object]) -> None:
        resolve, reject = self._resolvers()
        try:
            self._queues.adopt(then(resolve, reject))
        except Exception as error:
            reject(error)

    def _settle(self, value: object, *, rejected: bool) -> None:
        self._state = "rejected" if rejected else "fulfilled"
        self._value = value
        if rejected and not self._handled:
            self._queues.rejections[self] = None
        reactions, self._reactions = self._reactions, []
        for reaction in reactions:
            self._queue_reaction(*reaction)

    @staticmethod
    def with_resolvers() -> tuple[Promise[Any], Callable[..., None], Callable[..., None]]:
        """A promise, and the functions that resolve and reject it."""
        promise: Promise[Any] = Promise._new(running("Promise.with_resolvers").queues)
        return (promise, *promise._resolvers())

    @staticmethod
    def resolve(value: object = None) -> Promise[Any]:
        """The value as a promise; a promise stays itself, a coroutine begins to run."""
        return _resolved(value, running("Promise.resolve").queues)

    @staticmethod
    def reject(reason: object = None) -> Promise[Any]:
        """A promise rejected with the reason."""
        return _rejected(reason, running("Promise.reject").queues)

    @staticmethod
    def all(promises: Iterable[object]) -> Promise[list[Any]]:
        """The values of all, in order; or the reason of the first that is rejected."""

        def gather(items: list[Promise[Any]], resolve: Handler, reject: Handler) -> None:
            slots = _Slots(len(items), resolve)
            for index, item in enumerate(items):
                item.then(functools.partial(slots.put, index), reject)

        return _combined("Promise.all", promises, gather)

    @staticmethod
    def all_settled(promises: Iterable[object]) -> Promise[list[Any]]:
        """How each ended, in order.

        ``{"status": "fulfilled", "value": v}`` or ``{"status": "rejected", "reason": r}``.
        """

        def gather(items: list[Promise[Any]], resolve: Handler, reject: Handler) -> None:
            def keep(index: int, status: str, key: str, value: object) -> None:
                slots.put(index, {"status": status, key: value})

            slots = _Slots(len(items), resolve)
            for index, item in enumerate(items):
                item.then(
                    functools.partial(keep, index, "fulfilled", "value"),
                    functools.partial(keep, index, "rejected", "reason"),
                )

        return _combined("Promise.all_settled", promises, gather)

    @staticmethod
    def race(promises: Iterable[object]) -> Promise[Any]:
        """As the first that is settled, either way; for ever pending when there are none."""

        def gather(items: list[Promise[Any]], resolve: Handler, reject: Handler) -> None:
            for item in items:
                item.then(resolve, reject)

        return _combined("Promise.race", promises, gather)

    @staticmethod
    def any(promises: Iterable[object]) -> Promise[Any]:
        """The first value; rejected with an `AggregateError` when there is none."""

        def gather(items: list[Promise[Any]], resolve: Handler, reject: Handler) -> None:
            slots = _Slots(len(items), lambda errors: reject(AggregateError(errors)))
            for index, item in enumerate(items):
                item.then(resolve, functools.partial(slots.put, index))

        return _combined("Promise.any", promises, gather)


class _Slots:
    """Slots to be filled in any order; `done` gets the list when the last is, at once when there are none."""

    def __init__(self, count: int, done: Callable[[list[object]], object]) -> None:
        self._slots: list[object] = [None] * count
        self._open = count
        self._done = done
        if not count:
            done(self._slots)

    def put(self, index: int, value: object) -> None:
        self._slots[index] = value
        self._open -= 1
        if not self._open:
            self._done(self._slots)


def _combined(
    name: str, promises: Iterable[object], gather: Callable[[list[Promise[Any]], Handler, Handler], None]
) -> Promise[Any]:
    queues = running(name).queues
    return Promise(
        lambda resolve, reject: gather([_resolved(item, queues) for item in promises], resolve, reject), queues=queues
    )


def _resolved(value: object, queues: Queues) -> Promise[Any]:
    if isinstance(value, Promise):
        return value
    promise = Promise._new(queues)
    promise._resolve(value)
    return promise


def _rejected(reason: object, queues: Queues) -> Promise[Any]:
    promise = Promise._new(queues)
    promise._settle(reason, rejected=True)
    return promise
