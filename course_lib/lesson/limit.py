"""Run somebody's code for at most so many seconds, and hear about everything it did.

A learner's function may loop for ever, call `exit()`, recurse without end or print a million lines. The check must end
all the same, on every platform, inside a kernel whose main thread already runs an event loop. Three ways were weighed:

- an alarm signal works in the main thread only, and not on Windows;
- `sys.settrace` makes the code many times slower, and takes the place of a debugger and of coverage;
- a thread of its own works everywhere, may use `asyncio.run` inside a notebook, and leaves the main thread waiting in
  short slices, so that the stop button still works.

So: a thread. When time is up, an exception is set in it (`PyThreadState_SetAsyncExc`,
https://docs.python.org/3/c-api/init.html); it arrives at the next call or turn of a loop and passes every ``except
Exception``. A bare ``except:`` in a loop catches it; therefore each such exception, as it is made, sets the next one,
which arrives while the first is being handled, outside the ``try``. Two weaknesses are left. A single long call into C,
such as ``time.sleep(1000)``, cannot be ended from outside; and on Python 3.12, which raises what was set only after the
jump back, neither can a ``while`` loop whose whole body is such a ``try``. They are left behind in a daemon thread, and
`stuck` says so.
"""

from __future__ import annotations

import contextlib
import contextvars
import functools
import io
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from course_lib.live.interrupting import hidden, set_in_thread

__all__ = ["Outcome", "Stop", "run_within"]

_SLICE = 0.05
_PATIENCE = 20


@dataclass(frozen=True)
class Outcome:
    """How it ended.

    Attributes:
        value: what the call returned, or None.
        error: the exception that ended it, or None.
        late: whether it was stopped because its time was up.
        stuck: whether it could not even be stopped.
        printed: the beginning of what it printed meanwhile.
    """

    value: Any = None
    error: BaseException | None = None
    late: bool = False
    stuck: bool = False
    printed: str = ""


class Stop(BaseException):
    """Time is up. Not an `Exception`, so that ``except Exception`` in a learner's loop lets it pass."""


def _insistent(ident: int) -> type[Stop]:
    """A kind of `Stop` that, whenever one is made, sets the next one in the thread.

    Its ``__init__`` is a call into C: a Python function would be interrupted by the very exception it sets.
    """
    kind = type("Stop", (Stop,), {})
    kind.__init__ = staticmethod(functools.partial(set_in_thread, ident, kind))  # type: ignore[misc]
    return kind


def _nothing() -> None:
    """A call, and so a place where a stop that is on its way arrives."""


class _Worker(threading.Thread):
    def __init__(self, call: Callable[[], object]) -> None:
        super().__init__(name="course-check", daemon=True)
        self._call = call
        self._context = contextvars.copy_context()
        self._kind: type[Stop] | None = None
        self.value: Any = None
        self.error: BaseException | None = None
        self.over = threading.Event()  # not join: on Python 3.11, interrupted, it calls a running thread ended

    def run(self) -> None:
        self._kind = kind = _insistent(threading.get_ident())
        try:
            try:
                self.value = self._context.run(self._call)
            except BaseException as error:
                kind.__init__ = Stop.__init__  # type: ignore[method-assign]  # before any jump: there the next arrives
                self.error = error
            kind.__init__ = Stop.__init__  # type: ignore[method-assign]
            _nothing()
        except BaseException:
            pass
        while not self.over.is_set():
            with contextlib.suppress(Stop):
                self.over.set()

    def stop(self) -> bool:
        """Ask the thread to end, again and again for a second: an ``except:`` that returns may swallow a request."""
        with hidden(Stop):
            for _ in range(_PATIENCE):
                if self.over.is_set():
                    break
                if self.ident is not None and self._kind is not None:
                    set_in_thread(self.ident, self._kind)
                self.over.wait(_SLICE)
        return self.over.is_set()


class _Beginning(io.TextIOBase):
    """A text stream that keeps its first characters and forgets the rest."""

    def __init__(self, keep: int) -> None:
        self._keep = keep
        self._parts: list[str] = []

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if self._keep > 0:
            self._parts.append(text[: self._keep])
            self._keep -= len(text)
        return len(text)

    def text(self) -> str:
        return "".join(self._parts)


def run_within(
    seconds: float, call: Callable[[], object], *, clock: Callable[[], float] = time.monotonic, keep: int = 2000
) -> Outcome:
    """Call it in a thread of its own and wait at most so long.

    Args:
        seconds: after this it is stopped.
        call: what to run; it takes no arguments.
        clock: seconds from any fixed point.
        keep: how many characters of its output to keep.

    Raises:
        KeyboardInterrupt: the stop button was pressed meanwhile; the call has been stopped first.
    """
    worker = _Worker(call)
    output = _Beginning(keep)
    deadline = clock() + seconds
    with contextlib.redirect_stdout(output):
        try:
            worker.start()
            while not worker.over.wait(_SLICE) and clock() < deadline:
                pass
        except BaseException:
            worker.stop()
            raise
        late = not worker.over.is_set()
        stuck = late and not worker.stop()
    error = None if late else worker.error
    return Outcome(worker.value, error, late, stuck, output.text())
