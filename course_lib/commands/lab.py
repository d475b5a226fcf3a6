"""``lab``: JupyterLab on the first lesson. Standard library only."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from course_lib.commands.places import ROOT

__all__ = ["FIRST", "command"]

FIRST = "notebooks/00_start_here.ipynb"


_ALSO_CALLED = {
    "--ServerApp.ip": ("--ip",),
    "--ServerApp.root_dir": ("--notebook-dir", "--root-dir"),
}


def command(python: Path, extra: Sequence[str] = ()) -> list[str]:
    """The command that starts JupyterLab; an option in `extra` takes the place of ours.

    JupyterLab listens on the loopback interface only. Its address is ``localhost``, not 127.0.0.1: the pages that
    lessons show inside it are at ``localhost``, and a browser gives them their cookies only when both have one site.
    """
    options = {
        "--ServerApp.root_dir": str(ROOT),
        "--ServerApp.ip": "localhost",
        "--LabApp.default_url": f"/lab/tree/{FIRST}",
        "--LabApp.extension_manager": "readonly",  # the lock says what is installed; nothing asks the network
        "--KernelManager.transport_encryption": "auto",  # without it every kernel prints a warning
    }
    given = {option.split("=")[0] for option in extra}
    ours = [
        f"{name}={value}"
        for name, value in options.items()
        if given.isdisjoint((name, *_ALSO_CALLED.get(name, ())))  # JupyterLab refuses an option that it gets twice
    ]
    if getattr(os, "geteuid", lambda: 1)() == 0 and "--allow-root" not in given:
        ours.append("--allow-root")  # containers and course machines; JupyterLab refuses to start otherwise
    return [str(python), "-m", "jupyterlab", *ours, *extra]
