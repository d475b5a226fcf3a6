"""Progress a person can follow: a bar that moves on a terminal, a few lines anywhere else. Standard library only."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import TextIO

__all__ = ["Progress"]

_WIDTH = 24


class Progress:
    """One line that says how far something is and what it is doing now.

    On a terminal the line is redrawn in place. Elsewhere (a log, CI) one line is printed at the start, at each quarter
    and at the end, so that a log stays readable.

    Args:
        title: what is being done.
        total: how many steps there are; None when nobody knows.
        stream: where to write; standard error by default, so that standard output stays clean.
        clock: seconds from any fixed point.
    """

    def __init__(
        self,
        title: str,
        total: int | None = None,
        *,
        stream: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.title, self.total = title, total
        self._stream = stream or sys.stderr
        self._clock, self._start = clock, clock()
        self._live = self._stream.isatty()
        self._done, self._quarter, self._closed = 0, -1, False

    def __repr__(self) -> str:
        return f"<Progress {self.title!r}: {self._done} of {self.total if self.total is not None else '?'}>"

    def __enter__(self) -> Progress:
        self.step(0)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close("" if kind is None else "stopped")

    def step(self, done: int, doing: str = "") -> None:
        """Say that `done` steps are complete and what is being done now."""
        self._done = done
        if self._live:
            self._write(f"\r\033[K{self._line(doing)}"[: shutil.get_terminal_size().columns + 3])
            return
        quarter = 4 * done // self.total if self.total else (0 if self._quarter < 0 else self._quarter + bool(doing))
        if quarter > self._quarter:
            self._quarter = quarter
            self._write(self._line(doing) + "\n")

    def close(self, words: str = "") -> None:
        """End the line, with a last word on how it went. Closing twice is fine."""
        if self._closed:
            return
        self._closed = True
        if self._live:
            self._write(f"\r\033[K{self._line(words)}\n")
        elif words:
            self._write(self._line(words) + "\n")

    def _line(self, doing: str) -> str:
        seconds = f"{self._clock() - self._start:.0f} s"
        if self.total is None:
            return " · ".join(part for part in (self.title, doing, seconds) if part)
        full = _WIDTH * min(self._done, self.total) // max(self.total, 1)
        bar = "#" * full + "-" * (_WIDTH - full)
        return f"{self.title} [{bar}] {self._done}/{self.total} · {seconds}" + (f" · {doing}" if doing else "")

    def _write(self, text: str) -> None:
        encoding = getattr(self._stream, "encoding", None) or "utf-8"
        self._stream.write(text.encode(encoding, "replace").decode(encoding))
        self._stream.flush()
