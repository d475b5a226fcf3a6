"""``async def`` with JavaScript's rules: every ``await`` takes at least one microtask.

Python's ``await`` on something that is ready goes straight on, and a coroutine that nobody awaits never begins.
JavaScript's async functions begin when they are called and pause at every ``await``. The difference is made here, by
driving the coroutine by hand: each promise it yields becomes a reaction that sends the value back in.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from .current import running
from .errors import Rejection
from .promise import Handler, Promise

if TYPE_CHECKING:
    from .drain import Queues

__all__ = ["Drive", "async_function", "start"]

_PATIENCE = 10
"""How often a coroutine that is given up may go on to the next ``await`` instead."""


class Drive:
    """Runs a coroutine the JavaScript way: at once up to its first ``await``, then one microtask per ``await``."""

    __slots__ = ("_coroutine", "_promise", "_queues", "name")

    def __init__(self, coroutine: Coroutine[Any, Any, Any], promise: Promise[Any], queues: Queues) -> None:
        self._coroutine = coroutine
        self._promise = promise
        self._queues = queues
        self.name = getattr(coroutine, "__name__", "async function")

    def go_on(self, value: object) -> None:
        """Continue after an ``await`` that succeeded."""
        self._step(self._coroutine.send, value)

    def fail(self, reason: object) -> None:
        """Continue with an exception where the ``await`` stands."""
        error = reason if isinstance(reason, BaseException) else Rejection(reason)
        self._step(self._coroutine.throw, error)

    def _step(self, resume: Callable[[Any], object], value: object) -> None:
        try:
            awaited = resume(value)
        except StopIteration as stop:
            self._over()
            self._promise._resolve(stop.value)
        except Exception as error:
            self._over()
            self._promise._settle(error, rejected=True)
        else:
            if isinstance(awaited, Promise):
                awaited.react(_Named(self.go_on, self.name), _Named(self.fail, self.name), None)
            else:
                self.fail(
                    TypeError(f"expected a Promise after await, got {awaited!r}; asyncio's belong to asyncio's loop")
                )

    def _over(self) -> None:
        self._queues.unfinished.discard(self)

    def abandon(self) -> None:
        """The loop is closed: give the coroutine up, whatever its ``finally`` blocks try to do.

        Otherwise Python would do so some time later, on any thread, and print a warning.
        """
        for _ in range(_PATIENCE):
            with contextlib.suppress(Exception):
                self._coroutine.close()
                return


class _Named:
    """A handler that appears in the record under another name."""

    __slots__ = ("_handler", "name")

    def __init__(self, handler: Handler, name: str) -> None:
        self._handler = handler
        self.name = name

    def __call__(self, value: object) -> object:
        return self._handler(value)


def start(coroutine: Coroutine[Any, Any, Any], queues: Queues | None = None) -> Promise[Any]:
    """What calling an async function does in JavaScript: it runs up to its first ``await``; returns its promise."""
    if not isinstance(coroutine, Coroutine):
        raise TypeError(f"expected a coroutine (the call of an async def function), got {coroutine!r}")
    queues = queues if queues is not None else running("start").queues
    promise = Promise._new(queues)
    drive = Drive(coroutine, promise, queues)
    queues.unfinished.add(drive)
    drive.go_on(None)
    return promise


def async_function(function: Callable[..., Coroutine[Any, Any, Any]]) -> Callable[..., Promise[Any]]:
    """Decorator: calling the ``async def`` function gives a `Promise` and starts it at once, as in JavaScript.

    Python's own ``await inner()`` runs `inner` inside the caller and costs nothing; awaiting a decorated function costs
    the microtasks it costs in JavaScript.
    """

    @functools.wraps(function)
    def call(*args: Any, **options: Any) -> Promise[Any]:
        return start(function(*args, **options))

    return call
