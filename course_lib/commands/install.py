"""Make the environment: once, on a machine that has nothing but Python. Standard library only.

``.venv`` is ready when its stamp says so, and the stamp is written last. So an installation that was interrupted starts
over, and one that is complete costs a start nothing but reading two files. Two starts at once share one installation:
the second waits for the first. Everything that can go wrong on a learner's machine ends in one sentence that says what
to do.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import time
import venv as venv_module
from collections.abc import Iterator
from pathlib import Path

from course_lib.commands import pip
from course_lib.commands.places import ROOT, in_venv, shown, venv, venv_python
from course_lib.commands.progress import Progress

__all__ = ["InstallError", "ensure", "lock_file", "ready", "site_packages"]

SPACE = 900_000_000
"""Bytes an installation takes, with what pip needs on the way."""

LAB_DEFAULTS = {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False}}
"""JupyterLab's settings in the environment: no question about news before the first lesson."""


class InstallError(Exception):
    """The environment could not be made; the message is one sentence that says what to do."""


def ensure(*, tests: bool = False) -> Path:
    """Make or complete the environment where that is needed.

    Args:
        tests: also what the tests need.

    Returns:
        The environment's interpreter.

    Raises:
        InstallError: it cannot be made.
    """
    if ready(tests=tests):
        return venv_python()
    try:
        with _alone():
            if not ready(tests=tests):  # another start may have made it while this one waited
                _install(tests)
    except OSError as error:
        raise InstallError(pip.advice(f"{type(error).__name__}: {error}", venv())) from error
    return venv_python()


def ready(*, tests: bool = False) -> bool:
    """Whether the environment was completed by this Python, for this folder, from the lock as it is now."""
    stamp = _read_stamp()
    return venv_python().exists() and all(stamp.get(key) == value for key, value in _stamp(tests=tests).items())


def lock_file(*, tests: bool = False) -> Path:
    """The lock to install from."""
    return ROOT / "tests" / "requirements.txt" if tests else ROOT / "requirements.txt"


def site_packages() -> Path:
    """Where the environment keeps its packages."""
    base = str(venv())
    return Path(sysconfig.get_path("purelib", "venv", {"base": base, "platbase": base}))


def _stamp(*, tests: bool) -> dict[str, str]:
    stamp = {
        "place": hashlib.sha256(f"{sys.version}\n{ROOT}".encode()).hexdigest(),
        "lock": hashlib.sha256(lock_file().read_bytes()).hexdigest(),
    }
    if tests:
        stamp["tests"] = hashlib.sha256(lock_file(tests=True).read_bytes()).hexdigest()
    return stamp


def _read_stamp() -> dict[str, str]:
    try:
        stamp = json.loads((venv() / "course-ok").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def _install(tests: bool) -> None:
    _check_machine()
    stamp = _read_stamp()
    if stamp.get("place") != _stamp(tests=False)["place"] or not venv_python().exists():
        if os.name == "nt" and in_venv():
            raise InstallError("The environment must be made anew: start again with `py -m course_lib`, outside of it.")
        stamp = {}
        _make_venv()
    (venv() / "course-ok").unlink(missing_ok=True)
    # Once the tests' packages are there they stay complete, whichever command notices that the lock has changed.
    tests = tests or "tests" in stamp
    try:
        pip.install(venv_python(), lock_file(tests=tests), site_packages())
    except pip.PipError as error:
        raise InstallError(pip.advice(str(error), venv())) from error
    (site_packages() / "course.pth").write_text(f"{ROOT}\n", encoding="utf-8")
    settings = venv() / "etc" / "jupyter" / "labconfig"
    settings.mkdir(parents=True, exist_ok=True)
    (settings / "default_setting_overrides.json").write_text(json.dumps(LAB_DEFAULTS), encoding="utf-8")
    (venv() / "course-ok").write_text(json.dumps(_stamp(tests=tests)), encoding="utf-8")


def _check_machine() -> None:
    if importlib.util.find_spec("ensurepip") is None:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        if shutil.which("apt"):
            raise InstallError(
                f"This Python cannot make environments: run `sudo apt install python{version}-venv`, then start again."
            )
        raise InstallError(
            "This Python cannot make environments (it has no ensurepip module): install one from https://www.python.org"
            " and start again with it."
        )
    free = shutil.disk_usage(ROOT).free
    if free < SPACE:
        raise InstallError(
            f"The installation needs {SPACE // 1_000_000} MB and the disk has {free // 1_000_000} MB left: free some"
            " space, then start again."
        )


def _make_venv() -> None:
    if venv().is_symlink():
        venv().unlink()  # `clear` would empty what the link points to: somebody else's environment
    with Progress(f"Making {shown(venv())}") as progress:
        builder = venv_module.EnvBuilder(clear=True, symlinks=os.name != "nt")
        builder.create(venv())
        progress.step(0, "pip")
        made = subprocess.run(
            [venv_python(), "-m", "ensurepip", "--default-pip"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
    if made.returncode:
        raise InstallError(pip.advice(made.stdout + made.stderr, venv()))


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Hold the installation's lock; the operating system lets go of it when this process dies."""
    path = venv().with_name(venv().name + ".lock")
    with path.open("a+b") as file:
        told = False
        while not _try_lock(file.fileno()):
            if not told:
                print("Another start of the course is installing: waiting for it.", file=sys.stderr, flush=True)
                told = True
            time.sleep(0.2)
        yield


if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> bool:
        try:
            os.lseek(descriptor, 0, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
