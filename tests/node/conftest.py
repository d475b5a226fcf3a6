"""Every test of this folder leaves nothing behind."""

from __future__ import annotations

import _thread
import gc
import threading
from collections.abc import Callable, Iterator

import pytest

from course_lib import live


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    yield
    assert live.leftovers() == []


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
