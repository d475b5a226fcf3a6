"""Every test of this folder leaves nothing behind, and other processes find this folder's modules."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
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
