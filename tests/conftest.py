"""For all tests: no learner's progress and settings, in or out."""

from __future__ import annotations

import contextlib

import pytest

from course_lib.commands.isolation import isolated


def pytest_configure(config: pytest.Config) -> None:
    """Set the environment of this process and of every process a test starts."""
    stack = contextlib.ExitStack()
    stack.enter_context(isolated())
    config.add_cleanup(stack.close)
