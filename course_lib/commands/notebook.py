"""Executing a notebook without a screen, and the one form in which notebooks are committed.

A committed notebook shows its outputs where nothing runs (a repository's web page, a reader without Python), and
strict nbval compares them with fresh ones. So their form is fixed: whatever one more execution would change for no
reason (times, versions, widget models, tracebacks with paths) is not kept. `normalise` makes that form, `problems` says
what is not in it.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import sys
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

__all__ = ["CellError", "Run", "ThisPython", "execute", "figures", "normalise", "problems", "read", "text_of"]

Notebook = Any
"""An `nbformat.NotebookNode` in format 4."""

LIMIT = 3_000_000
"""Bytes a committed notebook may have; a page that loads slowly is not read."""

_CELL_METADATA = ("jupyter", "slideshow", "tags")
_IMAGE_METADATA = ("alt", "height", "width")
_WIDGETS = ("application/vnd.jupyter.widget-view+json", "application/vnd.jupyter.widget-state+json")
_MACHINE = re.compile(r"/(?:home|root|tmp|Users)/\S*|\b[A-Z]:\\\S*|ipykernel_\d+|\b0x[0-9a-f]{6,}")
_RANDOM_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){0,4}.*|\d+")


class ThisPython(KernelSpecManager):
    """Knows one kernel: this interpreter, whatever else the machine's user has installed under the name."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """The kernel that runs on `sys.executable`."""
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        metadata = {"supported_encryption": ["curve"]}
        return KernelSpec(argv=argv, display_name="Python 3 (ipykernel)", language="python", metadata=metadata)


class _Manager(AsyncKernelManager):
    """Starts this interpreter, and talks to it in cipher where it can: the kernel warns about plain text otherwise."""

    def __init__(self, **options: Any) -> None:
        super().__init__(kernel_spec_manager=ThisPython(), transport_encryption="auto", **options)


class CellError(Exception):
    """A cell raised, took too long, or took the kernel with it.

    Attributes:
        index: the cell's place in the notebook, from 0, prose included.
        cell: its id.
        source: its code.
        error: the exception's name and message, or what else went wrong.
        traceback: the end of the traceback, without colours.
    """

    def __init__(self, index: int, cell: str, source: str, error: str, traceback: str = "") -> None:
        super().__init__(f"cell {index} ({cell}): {error}")
        self.index, self.cell, self.source, self.error, self.traceback = index, cell, source, error, traceback


@dataclass(frozen=True)
class Run:
    """A notebook after execution: the notebook with fresh outputs, its number of code cells, the seconds it took."""

    notebook: Notebook
    cells: int
    seconds: float


def read(path: Path) -> Notebook:
    """The notebook in a file.

    Raises:
        ValueError: the file is no notebook in format 4.
    """
    try:
        return nbformat.read(path, as_version=4)
    except Exception as error:  # nbformat raises whatever its JSON reader and validator raise
        raise ValueError(f"expected a Jupyter notebook in {path.name}, got {type(error).__name__}: {error}") from error


def text_of(notebook: Notebook) -> str:
    """The notebook as it is written to a file."""
    return str(nbformat.writes(notebook)) + "\n"


def execute(
    notebook: Notebook,
    folder: Path,
    *,
    timeout: float = 60,
    on_cell: Callable[[int, str], None] = lambda done, cell: None,
) -> Run:
    """Execute every code cell in order, in a fresh kernel on this interpreter, with `folder` as working directory.

    Args:
        notebook: changed in place: its cells get fresh outputs.
        folder: where the kernel runs; a learner's kernel runs in the notebook's own folder.
        timeout: seconds one cell may take.
        on_cell: called before each code cell with the number already done and the cell's id.

    Raises:
        CellError: a cell raised (without the tag ``raises-exception``), or took longer than `timeout`.
    """
    codes = [index for index, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
    now = [0]

    def on_start(cell: Notebook, cell_index: int) -> None:
        now[0] = cell_index
        if cell_index in codes:
            on_cell(codes.index(cell_index), cell.get("id", ""))

    client = _Client(
        notebook,
        timeout=timeout,
        kernel_name="python3",
        kernel_manager_class=_Manager,
        record_timing=False,
        skip_cells_with_tag="nbval-skip",
        resources={"metadata": {"path": str(folder)}},
        on_cell_start=on_start,
    )
    start = time.perf_counter()
    try:
        asyncio.run(client.whole())
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        raise _failure(notebook, now[0], error) from None
    return Run(notebook, len(codes), time.perf_counter() - start)


class _Client(NotebookClient):
    """nbclient, without its signal handlers: they end the kernel, and the stop key then looks like a failing cell.

    Without them asyncio does what a learner expects: it cancels what runs, nbclient puts its kernel away, and
    KeyboardInterrupt comes out.
    """

    async def whole(self) -> None:
        """Execute the notebook; nbclient takes any cancellation for a dead kernel, this one knows the stop key."""
        try:
            await self.async_execute()
        except DeadKernelError:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise asyncio.CancelledError from None
            raise

    @contextlib.asynccontextmanager
    async def async_setup_kernel(self, **options: Any) -> AsyncIterator[None]:
        """Start the kernel, and put it away at the end of the block."""
        self.km = self.create_kernel_manager()
        try:
            await self.async_start_new_kernel(**options)
            await self.async_start_new_kernel_client()
            yield
        finally:
            await self._async_cleanup_kernel()


def _failure(notebook: Notebook, index: int, error: Exception) -> CellError:
    cell = notebook.cells[index]
    if isinstance(error, CellExecutionError):
        words = f"{error.ename}: {error.evalue}"
        raised = [output for output in cell.outputs if output.output_type == "error"]
        trace = "\n".join(raised[-1].traceback) if raised else ""
    else:
        words = "it took too long" if isinstance(error, CellTimeoutError) else "the kernel died"
        trace = ""
    lines = re.sub(r"\x1b\[[0-9;]*m", "", trace).splitlines()
    return CellError(index, cell.get("id", ""), cell.source, words, "\n".join(lines[-12:]))


def figures(notebook: Notebook) -> list[tuple[str, Any, str]]:
    """The key figures that a lesson's outputs carry in their metadata: (label, value, unit), in order."""
    found = []
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            for label, value, unit in output.get("metadata", {}).get("course", {}).get("figures", ()):
                found.append((label, value, unit))
    return found


def normalise(notebook: Notebook) -> Notebook:
    """A copy in the form in which notebooks are committed; the same notebook gives the same text on every machine."""
    copy = nbformat.from_dict(notebook)
    copy.nbformat, copy.nbformat_minor = 4, 5
    copy.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
    )
    count = 0
    cells = []
    for cell in copy.cells:
        kept: dict[str, Any] = {
            "cell_type": cell.cell_type,
            "id": cell.get("id", ""),
            "metadata": {key: cell.metadata[key] for key in _CELL_METADATA if cell.metadata.get(key)},
            "source": cell.source.strip("\n"),
        }
        if cell.cell_type == "code":
            count += 1
            kept["execution_count"] = count
            kept["outputs"] = [_output(output, count) for output in cell.outputs]
        if cell.get("attachments"):
            kept["attachments"] = cell.attachments
        cells.append(nbformat.from_dict(kept))
    copy.cells = cells
    return copy


def _output(output: Notebook, count: int) -> dict[str, Any]:
    kind = output.output_type
    if kind == "stream":
        return {"output_type": kind, "name": output.name, "text": output.text}
    if kind == "error":
        return {"output_type": kind, "ename": output.ename, "evalue": output.evalue, "traceback": []}
    metadata = {
        mime: {key: value[key] for key in _IMAGE_METADATA if key in value}
        for mime, value in output.metadata.items()
        if mime.startswith("image/") and isinstance(value, dict)
    }
    data = {mime: value for mime, value in output.data.items() if mime not in _WIDGETS}
    kept = {"output_type": kind, "metadata": metadata, "data": data}
    return {**kept, "execution_count": count} if kind == "execute_result" else kept


def problems(notebook: Notebook, text: str | None = None) -> list[str]:
    """What keeps a notebook from being committed, in sentences; empty when nothing does.

    Args:
        notebook: the notebook as read.
        text: the file's text, to be compared with the normalised form; None leaves that comparison out.
    """
    found = []
    if text is not None and text != text_of(normalise(notebook)):
        found.append("expected the normalised form; run: python3 -m course_lib refresh")
    if text is not None and len(text.encode()) > LIMIT:
        found.append(f"expected at most {LIMIT} bytes, got {len(text.encode())}")
    ids = [cell.get("id", "") for cell in notebook.cells]
    twice = sorted({name for name in ids if ids.count(name) > 1})
    found += [f"expected an id for one cell only, got {name!r} twice" for name in twice]
    for index, cell in enumerate(notebook.cells):
        where = f"cell {index} ({ids[index] or 'no id'})"
        if not ids[index] or _RANDOM_ID.fullmatch(ids[index]):
            found.append(f"{where}: expected an id written by hand that says what the cell is")
        if not cell.source.strip():
            found.append(f"{where}: expected a source, got an empty cell")
        if cell.cell_type == "code":
            found += [f"{where}: {words}" for words in _code_problems(cell)]
    return found


def _code_problems(cell: Notebook) -> list[str]:
    found = []
    if cell.execution_count is None:
        found.append("expected an execution count; without one nbval compares nothing")
    for output in cell.outputs:
        if output.output_type == "error" and "raises-exception" not in cell.metadata.get("tags", ()):
            found.append(f"expected no error, got {output.ename}: {output.evalue}")
        shown = [output.get("text", ""), output.get("evalue", "")]
        shown += [str(value) for mime, value in output.get("data", {}).items() if mime.startswith("text/")]
        hits = _MACHINE.findall(re.sub(r"data:image/[^\"']*", "", "\n".join(shown)))
        found += [f"expected nothing of this machine in an output, got {hit!r}" for hit in dict.fromkeys(hits)]
    return found
