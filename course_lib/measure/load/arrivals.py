"""Who has got which message: sans-I/O.

A message is published once and shall reach every subscriber once. Each subscriber's messages come in the order of their
numbers, nearly always; what is skipped is remembered, because it may come late, and what comes again is a duplicate.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Final

__all__ = ["DIGITS", "Arrivals", "number_of"]

DIGITS: Final = 10
"""Digits of a message's number at the beginning of its text."""

_NUMBERS: Final = 10_000_000
_WITHDRAWN: Final = -1


def number_of(text: bytes | str) -> int:
    """The number at the beginning of a message; -1 when there is none, because somebody else wrote it."""
    try:
        return int(text[:DIGITS])
    except ValueError:
        return -1


class Arrivals:
    """The messages of one load.

    Args:
        subscribers: how many shall get each.
        run: 1…999: the number of this load, so that messages of another one in the server's memory are not ours.
        complete: called when a message has reached everyone.
    """

    def __init__(self, subscribers: int, run: int, complete: Callable[[], object] = lambda: None) -> None:
        if not 1 <= run <= 999:
            raise ValueError(f"expected the number of a load in 1…999, got {run}")
        self.duplicates = 0
        self._base = run * _NUMBERS
        self._complete = complete
        self._due: list[float] = []
        self._left: list[int] = []
        self._subscribers = subscribers
        self._last = [-1] * subscribers
        self._skipped: defaultdict[int, set[int]] = defaultdict(set)
        self._open = 0  # deliveries to come
        self._given_up = 0  # deliveries that nobody waits for any more
        self._oldest = 0  # every message before it has reached everyone

    def __repr__(self) -> str:
        return f"<Arrivals: {len(self._due)} messages to {self._subscribers} subscribers, {self.missing} missing>"

    def publish(self, due: float, payload: int) -> tuple[int, str]:
        """A message is published that was due at `due`: its place in the order, and its text of `payload` characters.

        Raises:
            OverflowError: there have been ten million.
        """
        place = len(self._due)
        if place >= _NUMBERS:
            raise OverflowError(f"expected up to {_NUMBERS:,} published messages, got more")
        self._due.append(due)
        self._left.append(self._subscribers)
        self._open += self._subscribers
        return place, f"{self._base + place:0{DIGITS}d} ".ljust(payload, "x")

    def withdraw(self, place: int) -> None:
        """The server did not take this message: nobody shall wait for it."""
        left = self._left[place]
        if left > 0:
            self._left[place] = _WITHDRAWN
            self._open -= left
            self._complete()

    def give_up(self, before: float) -> None:
        """Wait no longer for messages that were due before that moment: what has not come of them stays missing."""
        while self._oldest < len(self._due):
            left = self._left[self._oldest]
            if left > 0:
                if self._due[self._oldest] >= before:
                    return
                self._left[self._oldest] = 0
                self._open -= left
                self._given_up += left
                self._complete()
            self._oldest += 1

    def arrived(self, subscriber: int, number: int) -> float | None:
        """A message has reached a subscriber: when it was due; None when it is not ours, or came before."""
        place = number - self._base
        if not 0 <= place < len(self._due):
            return None
        last = self._last[subscriber]
        if place == last + 1:
            self._last[subscriber] = place
        elif place > last:
            self._skipped[subscriber].update(range(last + 1, place))
            self._last[subscriber] = place
        elif place in self._skipped[subscriber]:
            self._skipped[subscriber].remove(place)
        else:
            self.duplicates += 1
            return None
        self._count_off(place)
        return self._due[place]

    def _count_off(self, place: int) -> None:
        left = self._left[place]
        if left > 0:
            self._left[place] = left - 1
            self._open -= 1
            if left == 1:
                self._complete()
        elif left == 0:
            self._given_up -= 1  # it came after all

    @property
    def published(self) -> int:
        """How many messages were published."""
        return len(self._due)

    @property
    def missing(self) -> int:
        """How many deliveries have not happened."""
        return self._open + self._given_up
