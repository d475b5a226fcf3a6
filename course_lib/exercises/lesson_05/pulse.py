"""An event loop that knows which timers are set: what tells an interval from a wait for news."""

from __future__ import annotations

import asyncio
from typing import Any

__all__ = ["PulseLoop"]


class PulseLoop(asyncio.SelectorEventLoop):
    """A stock loop that keeps the timers somebody set since `begin`."""

    def __init__(self) -> None:
        super().__init__()
        self._set: list[asyncio.TimerHandle] = []

    def call_at(self, *args: Any, **kwargs: Any) -> asyncio.TimerHandle:  # type: ignore[override]
        """Set a timer, and remember it."""
        handle = super().call_at(*args, **kwargs)
        self._set.append(handle)
        return handle

    def begin(self) -> None:
        """Forget the timers that are set."""
        self._set.clear()

    def due(self, within: float) -> int:
        """How many of the timers set since `begin` will go off within so many seconds."""
        now = self.time()
        return sum(not one.cancelled() and now <= one.when() <= now + within for one in self._set)
