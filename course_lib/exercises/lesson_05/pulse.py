"""An event loop that knows which timers are set: what tells an interval from a wait for news."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextvars import Context
from typing import Any

__all__ = ["PulseLoop"]


class PulseLoop(asyncio.SelectorEventLoop):
    """A stock loop that keeps the timers somebody set since `begin`, until they go off."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting: dict[object, asyncio.TimerHandle] = {}

    def call_at(  # type: ignore[override]
        self, when: float, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        """Set a timer, and remember it."""
        key = object()

        def go_off() -> None:
            self._waiting.pop(key, None)
            callback(*args)

        self._waiting[key] = handle = super().call_at(when, go_off, context=context)
        return handle

    def begin(self) -> None:
        """Forget the timers that are set."""
        self._waiting.clear()

    def due(self, within: float) -> int:
        """How many of the timers set since `begin` will go off within so many seconds, or are late already."""
        end = self.time() + within
        return sum(not one.cancelled() and one.when() <= end for one in self._waiting.values())
