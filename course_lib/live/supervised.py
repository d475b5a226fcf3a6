"""What every running thing offers: a ``with`` block that stops it, and, when it is a process, what is known of it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Self

    from course_lib.live.process import Process

__all__ = ["Stoppable", "Supervised"]


class Stoppable(ABC):
    """Something that runs until its ``with`` block ends or `stop` is called."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @abstractmethod
    def stop(self) -> None:
        """End it. Twice is fine."""


class Supervised(Stoppable):
    """A `Stoppable` that is a process of ours."""

    _process: Process

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self._process.alive

    @property
    def exit_code(self) -> int | None:
        """None while it runs; minus the signal's number when a signal ended it (not on Windows)."""
        return self._process.exit_code

    @property
    def stderr(self) -> str:
        """What it has printed to stderr so far; only the last megabyte is kept."""
        return self._process.stderr.text
