"""Immediates: the check phase's queue.

The phase takes the whole queue first and runs what it took, so an immediate set by an immediate waits for the next
iteration: the loop always comes round to poll. Source: Node ``lib/internal/timers.js`` (``processImmediate``).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

__all__ = ["Immediate", "Immediates"]


class Immediate:
    """What `set_immediate` returns: a handle to clear, `unref` or `ref` it. Making one puts it into its queue.

    Args:
        queue: where it waits.
        callback: called without arguments.
        name: what a learner reads, if it is known.
    """

    __slots__ = ("_queue", "callback", "destroyed", "name", "number", "refed")

    def __init__(self, queue: Immediates, callback: Callable[[], object], name: str | None = None) -> None:
        self._queue = queue
        self.callback = callback
        self.name = name
        self.number = -1  # the trace's
        self.refed = True
        self.destroyed = False
        queue.refs += 1
        queue.waiting.append(self)

    def __repr__(self) -> str:
        return f"<Immediate: {'cleared or over' if self.destroyed else 'waiting'}>"

    def has_ref(self) -> bool:
        """True while it waits and keeps the loop alive."""
        return self.refed and not self.destroyed

    def unref(self) -> Immediate:
        """Let the loop end although this immediate still waits."""
        if self.refed and not self.destroyed:
            self.refed = False
            self._queue.refs -= 1
        return self

    def ref(self) -> Immediate:
        """Undo `unref`."""
        if not self.refed and not self.destroyed:
            self.refed = True
            self._queue.refs += 1
        return self

    def clear(self) -> bool:
        """Cancel it, also later in the phase that is running; False when it is over or was cleared before."""
        if self.destroyed:
            return False
        self.destroyed = True
        self._queue.refs -= self.refed
        return True


class Immediates:
    """Every immediate that waits.

    Attributes:
        refs: how many of them keep the loop alive.
        outstanding: True after an error in the phase, until the rest of what was taken has run.
    """

    __slots__ = ("_taken", "outstanding", "refs", "waiting")

    def __init__(self) -> None:
        self.waiting: deque[Immediate] = deque()
        self.refs = 0
        self.outstanding = False
        self._taken: deque[Immediate] = deque()

    def __repr__(self) -> str:
        return f"<Immediates: {len(self)} waiting>"

    def __len__(self) -> int:
        return len(self.waiting) + len(self._taken)

    def process(self, call: Callable[[Any], object], drain: Callable[[], object]) -> None:
        """Run what waits now, with `drain` between two; an exception leaves the rest `outstanding`."""
        if not self._taken:
            self._taken, self.waiting = self.waiting, self._taken
        taken = self._taken
        self.outstanding = True
        first = True
        while taken:
            immediate = taken[0]
            if not immediate.destroyed and not first:
                drain()
            taken.popleft()
            if not immediate.destroyed:  # else cleared, perhaps by a tick a moment ago
                first = False
                immediate.destroyed = True
                self.refs -= immediate.refed
                call(immediate)
        self.outstanding = False
