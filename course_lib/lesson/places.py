"""Where a learner's progress is kept: the platform's own folder for user data, or ``COURSE_DATA_DIR``."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

__all__ = ["data_folder"]

_NAME = "loop-to-cluster"


def data_folder(environ: Mapping[str, str], *, platform: str = sys.platform, home: Path | None = None) -> Path:
    """The folder for the course's own files; it need not exist yet.

    ``COURSE_DATA_DIR`` wins. Otherwise: ``%LOCALAPPDATA%`` on Windows, ``~/Library/Application Support`` on macOS, and
    ``$XDG_DATA_HOME`` or ``~/.local/share`` elsewhere (https://specifications.freedesktop.org/basedir-spec/latest/).
    """
    if chosen := environ.get("COURSE_DATA_DIR"):
        return Path(chosen)
    home = home or Path.home()
    if platform == "win32":
        return Path(environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / _NAME
    if platform == "darwin":
        return home / "Library" / "Application Support" / _NAME
    return Path(environ.get("XDG_DATA_HOME") or home / ".local" / "share") / _NAME
