"""The main program when it is an ES module: its body runs as a microtask, and may ``await`` at its top level.

An error in the body is not thrown at the loop. It rejects the promise of the module's evaluation, and travels through
the module loader's own promises before it arrives as an uncaught exception: four microtasks later, five for a body with
``await`` (seen on Node 24). Microtasks queued before it are run first.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .drain import Queues
    from .promise import Promise

__all__ = ["MainModule"]


class MainModule:
    """The body of an ES module, to be queued as a microtask.

    Args:
        body: ``def``, or ``async def`` for top-level await.
        queues: of its loop.
    """

    def __init__(self, body: Callable[[], object], queues: Queues) -> None:
        self._body = body
        self._queues = queues
        self._promise: Promise[Any] | None = None

    def __repr__(self) -> str:
        return f"<MainModule {'waiting' if self.unsettled else 'begun'}>"

    @property
    def unsettled(self) -> bool:
        """True while a top-level ``await`` has not come back."""
        return self._promise is not None and self._promise.state == "pending"

    def __call__(self) -> None:
        try:
            result = self._body()
        except Exception as error:
            self._later(error, 4)
        else:
            if isinstance(result, Coroutine):
                self._promise = self._queues.begin(result)
                self._promise.react(lambda _: None, functools.partial(self._travel, hops=5), None)

    def _travel(self, error: Any, hops: int) -> None:
        if hops > 1:
            self._later(error, hops - 1)
        else:
            raise error

    def _later(self, error: Exception, hops: int) -> None:
        self._queues.queue_microtask(functools.partial(self._travel, error, hops), name="module loader")
