"""What a process printed, line by line, with times, and never more than a bound.

Sans-I/O: bytes are fed in with the moment they came; lines come out. A program that prints for ever costs memory up
to the limit and no further: either its first lines are kept (a run whose beginning matters) or its last ones (a server
whose latest words matter). What was let go is counted.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import Literal, NamedTuple

from course_lib.live.waiting import wait_in_slices

__all__ = ["Line", "Output"]

_LONGEST = 300  # characters of a line that an error message shows
_COST_OF_A_LINE = 64  # bytes one kept line costs beside its text: a million empty lines must also reach the limit


class Line(NamedTuple):
    """One printed line: the seconds at which its end came, and its text without the line break."""

    at: float
    text: str


class Output:
    """The lines of one stream.

    Args:
        limit: how many bytes are kept.
        keep: ``"first"`` keeps the beginning, ``"last"`` the end.
    """

    def __init__(self, limit: int = 1 << 20, keep: Literal["first", "last"] = "first") -> None:
        self._limit = limit
        self._keep = keep
        self._lines: deque[Line] = deque()
        self._partial = b""
        self._size = 0
        self._dropped = 0
        self._changed = threading.Condition()
        self._closed = False

    def __repr__(self) -> str:
        state = "ended" if self._closed else "open"
        return f"<Output: {len(self._lines)} lines, {self._dropped} dropped, {state}>"

    def feed(self, data: bytes, at: float) -> None:
        """Take the bytes that came at `at`; the last line may still be incomplete."""
        with self._changed:
            *complete, self._partial = (self._partial + data).split(b"\n")
            if (
                len(self._partial) > self._limit - _COST_OF_A_LINE
            ):  # a line that never ends may not grow for ever either
                room = max(self._limit - _COST_OF_A_LINE, 0)
                complete, self._partial = [*complete, self._partial[:room]], b""
            for line in complete:
                self._add(Line(at, line.decode("utf-8", "replace").removesuffix("\r")))
            self._changed.notify_all()

    def close(self, at: float) -> None:
        """The stream has ended; a last line without a line break counts as a line."""
        with self._changed:
            if self._partial:
                self._add(Line(at, self._partial.decode("utf-8", "replace")))
                self._partial = b""
            self._closed = True
            self._changed.notify_all()

    def _add(self, line: Line) -> None:
        cost = len(line.text) + _COST_OF_A_LINE
        if self._keep == "first" and self._size + cost > self._limit:
            self._dropped += 1
            self._size = self._limit  # one dropped line closes the door: no hole in the middle
            return
        self._lines.append(line)
        self._size += cost
        while self._size > self._limit:
            gone = self._lines.popleft()
            self._size -= len(gone.text) + _COST_OF_A_LINE
            self._dropped += 1

    @property
    def lines(self) -> list[Line]:
        """The lines that were kept, in order."""
        with self._changed:
            return list(self._lines)

    @property
    def dropped(self) -> int:
        """How many lines were let go because of the limit."""
        return self._dropped

    @property
    def closed(self) -> bool:
        """Whether the stream has ended."""
        return self._closed

    @property
    def text(self) -> str:
        """The lines that were kept, as one text; each ends in a line break."""
        return "".join(f"{line.text}\n" for line in self.lines)

    def tail(self, count: int = 10) -> str:
        """The last lines, and how many came before them: what an error message shows."""
        lines = [line.text for line in self.lines]
        before = len(lines) - count
        shown = "\n".join(f"    {text if len(text) <= _LONGEST else text[:_LONGEST] + '…'}" for text in lines[-count:])
        return f"    … {before} earlier lines …\n{shown}" if before > 0 else shown

    def wait_for(self, wanted: Callable[[str], bool], timeout: float) -> Line | None:
        """The first kept line for which `wanted` holds; None when the stream ended or `timeout` seconds passed."""
        found: list[Line] = []

        def done() -> bool:
            found[:] = [line for line in self._lines if wanted(line.text)][:1]
            return bool(found) or self._closed

        def wait(seconds: float) -> bool:
            with self._changed:
                return self._changed.wait_for(done, seconds)

        wait_in_slices(wait, timeout)
        return found[0] if found else None
