"""An event loop whose time is a number: a benchmark of many seconds runs in none, and always the same.

Whenever everything waits, the loop does not wait with them: it moves its clock to the moment for which the first timer
is set. So a server that stops for half a second can be attacked in a check, and its figures compared to the last digit.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from typing import Any, Final

__all__ = ["VirtualLoop", "run"]

_A_MOMENT: Final = 0.02  # real seconds, when nothing is set at all


class _Leap(selectors.SelectSelector):
    """A selector that never waits for time, only for what another thread does."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(_A_MOMENT if timeout is None else 0)
        if not ready and timeout is not None:
            self.now += timeout
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """A stock loop on a clock that stands still while anything runs, and leaps while everything waits."""

    def __init__(self) -> None:
        self._leap = _Leap()
        super().__init__(self._leap)

    def time(self) -> float:
        """Seconds since the loop was made, by its own clock."""
        return self._leap.now

    def stand_still(self, seconds: float) -> None:
        """Let so much time pass in which nothing of this loop runs, as a collection of garbage does."""
        self._leap.now += seconds


def run(main: Callable[[VirtualLoop], Coroutine[Any, Any, Any]]) -> Any:
    """What `main(loop)` returns, on a loop of its own."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        loop = runner.get_loop()
        assert isinstance(loop, VirtualLoop)
        return runner.run(main(loop))
