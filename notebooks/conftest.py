"""For ``pytest --nbval notebooks``: kernels that know nothing of the learner's progress and settings.

A lesson shows progress and remembered predictions. What nbval compares must not depend on who runs it.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from course_lib.commands.isolation import isolated

ROOT = Path(__file__).parents[1]


def pytest_configure(config: pytest.Config) -> None:
    """Set the environment of every kernel, and find the sanitiser from whichever folder pytest was started in."""
    stack = contextlib.ExitStack()
    stack.enter_context(isolated())
    config.add_cleanup(stack.close)
    config.option.nbval_sanitize_with = str(ROOT / "tests" / "nbval.cfg")
    config.option.cov_config = str(ROOT / "pyproject.toml")  # nbval hands it to coverage in the kernels


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:
    """Start nbval's kernels without coverage's own measuring of child processes.

    nbval measures its kernels itself and ends them the hard way, so that what coverage would collect is lost; two at
    once stand in each other's way.
    """
    told = os.environ.pop("COVERAGE_PROCESS_CONFIG", None)
    try:
        return (yield)
    finally:
        if told is not None:
            os.environ["COVERAGE_PROCESS_CONFIG"] = told
