"""``lab``: JupyterLab on the first lesson. Standard library only."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from course_lib.commands.places import ROOT

__all__ = ["FIRST", "command"]

FIRST = "notebooks/00_start_here.ipynb"


def command(python: Path, extra: Sequence[str] = ()) -> list[str]:
    """The command that starts JupyterLab; `extra` comes last, so that a learner's own options win.

    JupyterLab listens on the loopback interface only. Its address is ``localhost``, not 127.0.0.1: the pages that
    lessons show inside it are at ``localhost``, and a browser gives them their cookies only when both have one site.
    """
    options = [
        f"--ServerApp.root_dir={ROOT}",
        "--ServerApp.ip=localhost",
        f"--LabApp.default_url=/lab/tree/{FIRST}",
        "--LabApp.extension_manager=readonly",  # the lock says what is installed; nothing asks the network
        "--KernelManager.transport_encryption=auto",  # without it every kernel prints a warning
    ]
    if getattr(os, "geteuid", lambda: 1)() == 0:
        options.append("--allow-root")  # containers and course machines; JupyterLab refuses to start otherwise
    return [str(python), "-m", "jupyterlab", *options, *extra]
