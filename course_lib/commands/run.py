"""``run``: execute lessons without a browser, and print what each of them measured."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from course_lib.commands.isolation import isolated
from course_lib.commands.lessons import find
from course_lib.commands.notebook import CellError, Run, execute, figures, read
from course_lib.commands.places import shown
from course_lib.commands.progress import Progress

__all__ = ["main"]


def main(names: Sequence[str] = ()) -> int:
    """Execute the named lessons, or all, in order; 1 when a cell of any of them failed."""
    paths = find(names)
    failed = 0
    for path in paths:
        try:
            run = _one(path)
        except CellError as error:
            failed += 1
            print(f"{path.stem}: FAILED in {error}")
            print(_indented(f"{error.source}\n\n{error.traceback or error.error}"))
        except ValueError as error:
            failed += 1
            print(f"{path.stem}: {error}", file=sys.stderr)
        else:
            print(f"{path.stem}: {run.cells} cells in {run.seconds:.1f} s")
            for label, value, unit in figures(run.notebook):
                print(f"    {label}: {value} {unit}".rstrip())
        sys.stdout.flush()
    if failed:
        print(f"{failed} of {len(paths)} lessons failed", file=sys.stderr)
    return 1 if failed else 0


def _one(path: Path) -> Run:
    notebook = read(path)
    codes = sum(cell.cell_type == "code" for cell in notebook.cells)
    with isolated(), Progress(shown(path), codes) as progress:
        run = execute(notebook, path.parent, on_cell=progress.step)
        progress.step(codes)
    return run


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines())
