"""An environment for child processes in which nothing of this machine's user leaks in or out.

A notebook that is executed by a command or a test must not read the learner's progress (it would end up in stored
outputs), must not write to it, and must not see the user's Jupyter or IPython settings. Standard library only.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

__all__ = ["isolated", "isolation"]


def isolation(folder: Path) -> dict[str, str]:
    """Environment variables that send progress and settings of every program involved into `folder`."""
    return {
        "COURSE_DATA_DIR": str(folder / "course"),
        "IPYTHONDIR": str(folder / "ipython"),
        "JUPYTER_CONFIG_DIR": str(folder / "config"),
        "JUPYTER_DATA_DIR": str(folder / "data"),
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
    }


@contextlib.contextmanager
def isolated() -> Iterator[Path]:
    """Set those variables in this process for as long as the block runs, over a temporary folder that it yields."""
    with tempfile.TemporaryDirectory(prefix="course-", ignore_cleanup_errors=True) as name:
        values = isolation(Path(name))
        before = {key: os.environ.get(key) for key in values}
        os.environ.update(values)
        try:
            yield Path(name)
        finally:
            for key, value in before.items():
                if value is None:
                    os.environ.pop(key, None)
                else:
                    os.environ[key] = value
