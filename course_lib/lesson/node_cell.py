"""The ``%%node`` cell: a whole cell of JavaScript, run in real Node.js, its output below.

    %%node --module esm --timeout 5 --as run
    console.log(await Promise.resolve("hello"))

Options: ``--module commonjs|esm`` (commonjs when left out, as in a plain ``.js`` file), ``--timeout SECONDS`` (10), and
``--as NAME``, which puts the `NodeRun` into a variable for the next cell. An error in the program does not stop the
notebook: the program's own message and exit code are printed, as a terminal would.
"""

from __future__ import annotations

import argparse
import keyword
import re
import shlex
import sys
from typing import Any, NoReturn

from course_lib import node

__all__ = ["node_cell", "register", "register_here"]


_INSIDES = re.compile(r"\s+at .*\(?node:internal/|Node\.js v\d")


class _Options(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise ValueError(f"%%node: {message}. Usage: %%node [--module commonjs|esm] [--timeout SECONDS] [--as NAME]")


def _parse(line: str) -> argparse.Namespace:
    parser = _Options(prog="%%node", add_help=False)
    parser.add_argument("--module", choices=["commonjs", "esm"], default="commonjs")
    parser.add_argument("--timeout", type=float, default=10.0)
    parser.add_argument("--as", dest="name", default="")
    options = parser.parse_args(shlex.split(line))
    if options.name and (not options.name.isidentifier() or keyword.iskeyword(options.name)):
        raise ValueError(f"%%node: expected a variable's name after --as, got {options.name!r}")
    return options


def node_cell(line: str, source: str) -> tuple[str, node.NodeRun | None]:
    """Run a cell's JavaScript and print what it printed; returns the variable's name ("" for none) and the run.

    Whatever goes wrong is printed as a sentence. A run that did not come to its end is None, so that the next cell
    does not go on with an earlier run's result.
    """
    try:
        options = _parse(line)
    except ValueError as error:
        print(error)
        return "", None
    try:
        run = node.run(source, module=options.module, timeout=options.timeout)
    except (ValueError, node.NodeMissing, node.NodeTimeout) as error:
        print(error)
        return options.name, None
    sys.stdout.write(run.stdout)
    if complaint := _readable(run.stderr):
        print(f"[stderr]\n{complaint}")
    if run.exit_code != 0:
        print(f"[Node.js ended with exit code {run.exit_code}]")
    return options.name, run


def _readable(stderr: str) -> str:
    """What Node.js complained of, without the frames of its own insides and its version."""
    lines = [line for line in stderr.splitlines() if not _INSIDES.match(line)]
    return "\n".join(lines).strip("\n")


def register(shell: Any) -> None:
    """Give this IPython shell the ``%%node`` cell; twice is fine."""

    def cell(line: str, source: str) -> None:
        name, run = node_cell(line, source)
        if name:
            shell.user_ns[name] = run

    shell.register_magic_function(cell, magic_kind="cell", magic_name="node")


def register_here() -> bool:
    """The same for the running IPython, if there is one: what importing a lesson does in a notebook."""
    if "IPython" not in sys.modules:
        return False
    from IPython import get_ipython

    shell = get_ipython()
    if shell is None:
        return False
    register(shell)
    return True
