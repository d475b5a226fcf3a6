"""Every test of this folder leaves nothing behind."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from course_lib import live


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    yield
    assert live.leftovers() == []
