"""Every test of this folder leaves nothing behind, and other processes find this folder's modules."""

from __future__ import annotations

import _thread
import gc
import os
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from course_lib import live

FOLDER = str(Path(__file__).parent)
sys.path.insert(0, FOLDER)  # the modules beside this one are imported by name, here and in child processes


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    yield
    assert live.leftovers() == []


@pytest.fixture(autouse=True)
def folder_on_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, [FOLDER, os.environ.get("PYTHONPATH", "")])))


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
