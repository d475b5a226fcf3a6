"""Format, lint and types of everything, notebooks too."""

from __future__ import annotations

import subprocess
import sys

import pytest

from course_lib.commands.places import ROOT


@pytest.mark.parametrize(
    "command",
    [["ruff", "format", "--check", "--quiet", "."], ["ruff", "check", "--quiet", "."], ["mypy"]],
    ids=["ruff format", "ruff check", "mypy"],
)
def test_is_clean(command):
    done = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
