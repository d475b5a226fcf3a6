"""The command line: which command, with which arguments, on which interpreter. Standard library only."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence

from course_lib.commands import doctor, install, lab, suite, words
from course_lib.commands.places import ROOT, in_venv

__all__ = ["main"]


def main(arguments: Sequence[str]) -> int:
    """Do what the command line says, and return the exit code; some commands take this process's place instead."""
    name, *rest = arguments or ["--help"]
    if name in ("-h", "--help", "help"):
        print(words.every())
        return 0
    if name not in words.COMMANDS:
        known = ", ".join(words.COMMANDS)
        print(f"expected one of {known}, got {name!r}; python3 -m course_lib --help explains them", file=sys.stderr)
        return 2
    if rest[:1] in (["-h"], ["--help"]):
        print(words.one(name))
        return 0
    try:
        return _do(name, rest)
    except install.InstallError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted; nothing is left half done: the next start takes up from here.", file=sys.stderr)
        return 1


def _do(name: str, rest: Sequence[str]) -> int:
    if name == "doctor" and not install.ready():
        return doctor.main()
    python = install.ensure(tests=name == "test")
    if not in_venv():
        return _become([str(python), "-m", "course_lib", name, *rest])
    if name == "lab":
        if lacks := [finding for finding in doctor.check() if not finding.ok and not finding.optional]:
            print(doctor.table(lacks), file=sys.stderr)
        return _become(lab.command(python, rest))
    if name == "test":
        os.chdir(ROOT)
        return _become(suite.command(python, rest))
    if name == "doctor":
        return doctor.main()
    if name == "run":
        from course_lib.commands import run  # needs the environment, which is there only now

        return run.main(rest)
    from course_lib.commands import refresh

    return refresh.main(rest)


def _become(command: Sequence[str]) -> int:
    """Let `command` take this process's place; where a system cannot do that, wait for it and return its exit code.

    Taking the place matters: who stops the command they started stops JupyterLab itself, not a parent that leaves it
    running.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    if os.name != "nt":
        os.execv(command[0], list(command))
    try:
        return subprocess.run(command).returncode
    except KeyboardInterrupt:
        return 1
