"""A folder for one Node.js program: its source, its files, its working folder; gone when the program is."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal, TypeAlias

from course_lib.live.leftovers import temporary_prefix

__all__ = ["Module", "environment", "hide_folder", "program_folder"]

Module: TypeAlias = Literal["commonjs", "esm"]
"""How Node reads the main program: ``"commonjs"`` (``require``) or ``"esm"`` (``import``)."""

_MAIN = {"commonjs": "main.cjs", "esm": "main.mjs"}


@contextlib.contextmanager
def program_folder(source: str, module: Module, files: Mapping[str, str]) -> Iterator[Path]:
    """Write a program into a fresh folder; give the main file; remove everything at the end.

    A real file, not ``node -e``: the program then has its ``__filename``, error messages name a line in it, and an ES
    module is read as Node reads every ES module. What the program writes beside itself goes with the folder.

    Raises:
        ValueError: `module` is neither of the two, or a file's name leads out of the folder.
    """
    if module not in _MAIN:
        raise ValueError(f'expected module "commonjs" or "esm", got {module!r}')
    # realpath: on macOS the temporary folder is a link, and Node reports the file it leads to
    with tempfile.TemporaryDirectory(prefix=temporary_prefix("node"), ignore_cleanup_errors=True) as name:
        folder = Path(os.path.realpath(name))
        for relative, text in {**files, _MAIN[module]: source}.items():
            path = folder / relative
            if not Path(os.path.normpath(path)).is_relative_to(folder):
                raise ValueError(f"expected a file name inside the program's folder, got {relative!r}")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        yield folder / _MAIN[module]


def hide_folder(text: str, folder: Path) -> str:
    """`text` with the program's folder, whose name is random, written as ``/program``: the same in every run."""
    return text.replace(folder.as_posix().removeprefix("/"), "program").replace(str(folder), "/program")


def environment() -> dict[str, str]:
    """Our environment without what would change how Node behaves or prints."""
    unwanted = {"NODE_OPTIONS", "NODE_PATH", "NODE_ENV", "NODE_DEBUG", "FORCE_COLOR"}
    return {key: value for key, value in os.environ.items() if key not in unwanted}
