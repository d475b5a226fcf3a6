"""For all tests: no learner's progress and settings, in or out; and the stop button."""

from __future__ import annotations

import _thread
import contextlib
import gc
import signal
import threading
from collections.abc import Callable, Iterator

import pytest

from course_lib.commands.isolation import isolated


def pytest_configure(config: pytest.Config) -> None:
    """Set the environment of this process and of every process a test starts.

    A shell starts what runs in its background with SIGINT ignored; nothing could then be interrupted.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    stack = contextlib.ExitStack()
    stack.enter_context(isolated())
    config.add_cleanup(stack.close)


@pytest.fixture
def interrupt_after() -> Iterator[Callable[[float], None]]:
    """Press the stop button after some seconds: a KeyboardInterrupt in the main thread.

    No garbage is collected meanwhile: an interrupt that comes during a collection is swallowed by it.
    """
    timers: list[threading.Timer] = []

    def press(seconds: float) -> None:
        timers.append(threading.Timer(seconds, _thread.interrupt_main))
        timers[-1].start()

    gc.disable()
    yield press
    gc.enable()
    for timer in timers:
        timer.join()
