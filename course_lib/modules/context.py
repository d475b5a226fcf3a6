"""What the modules of one program share: the folder, the loop they are given, the output, and who asked for whom."""

from __future__ import annotations

import builtins
import time
from collections.abc import Callable, Coroutine
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

from .errors import LoadError, NeverFinished
from .guard import GATE, Guard
from .journal import Journal
from .resolve import Kind, Resolver
from .syntax import is_module_syntax, parse
from .values import undefined

__all__ = ["Context", "Loop", "Thenable"]


class Thenable(Protocol):
    """A promise, as far as modules care."""

    def then(
        self, on_fulfilled: Callable[[Any], object] | None = None, on_rejected: Callable[[Any], object] | None = None
    ) -> Any:
        """Say what to do with the value, or with the reason."""


class Loop(Protocol):
    """The event loop modules run on, passed in: `course_lib.eventloop` itself fits.

    Only promises, ``await`` and ``import_()`` need one; everything else runs without.
    """

    @property
    def Promise(self) -> Callable[..., Any]:  # noqa: N802 -- the loop's own name for it
        """``Promise(executor)``."""

    @property
    def start(self) -> Callable[[Coroutine[Any, Any, Any]], Any]:
        """Run a coroutine up to its first ``await``; its promise."""

    @property
    def queue_microtask(self) -> Callable[..., Any]:
        """Call back in the queue of the promises."""

    @property
    def run(self) -> Callable[..., Any]:
        """Run a program to its end."""

    @property
    def log(self) -> Callable[[object], object]:
        """Add a line to the run's output."""


class Context:
    """One program: its folder and everything its modules have in common.

    Args:
        folder: where its files are; nothing outside is ever read.
        on: the loop, or None.
        limit: seconds after which a module's body is stopped; None for never.
        clock: seconds from any fixed point, for the record and the limit.
        title: of the record.

    Attributes:
        output: the lines logged so far.
        warnings: what Node would have warned of.
    """

    def __init__(
        self,
        folder: Path | str,
        *,
        on: Loop | None = None,
        limit: float | None = 10.0,
        clock: Callable[[], float] = time.perf_counter,
        title: str = "",
    ) -> None:
        self.resolver = Resolver(folder)
        self.loop = on
        self.guard = Guard(limit, clock)
        self.journal = Journal(title, clock)
        self.output: list[str] = []
        self.warnings: list[str] = []
        self.looping = False
        self._importers: dict[Path, Path] = {}
        self.builtins: dict[str, Any] = {**builtins.__dict__, **self._globals()}

    def __repr__(self) -> str:
        return f"<Context: {self.resolver.folder.name}, {len(self.output)} lines logged>"

    def log(self, *values: object) -> None:
        """``console.log``: the values' texts with spaces between; the folder, whose name is random, as /program."""
        line = " ".join(map(str, values))
        folder = self.resolver.folder
        line = line.replace(str(folder), "/program").replace(folder.as_posix(), "/program")
        self.output.append(line)
        self.journal.output(line)
        if self.loop is not None and self.looping:
            self.loop.log(line)

    def name(self, path: Path) -> str:
        """A file's name from the program's folder."""
        return self.resolver.name(path)

    def asked(self, path: Path, importer: Path | None) -> None:
        """Note who named a file first."""
        if importer is not None and path != importer:
            self._importers.setdefault(path, importer)

    def chain(self, path: Path | None, *, itself: bool = True) -> tuple[str, ...]:
        """A file and those that led to it, the program's first file last."""
        found: list[Path] = []
        while path is not None and path not in found:
            found.append(path)
            path = self._importers.get(path)
        return tuple(self.name(one) for one in found)[0 if itself else 1 :]

    def read(self, path: Path) -> str:
        """A file's text.

        Raises:
            LoadError: it is not UTF-8.
        """
        try:
            return path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            raise LoadError(
                f"{self.name(path)}: expected UTF-8 text, {error}", self.chain(path, itself=False)
            ) from None

    def kind(self, path: Path) -> Kind:
        """Which kind of module a file is."""
        if path.suffix == ".json":
            return "json"
        for suffix, kind in ((".mjs.py", "esm"), (".cjs.py", "commonjs")):
            if path.name.endswith(suffix):
                return kind  # type: ignore[return-value]
        declared = self.resolver.package_type(path)
        if declared is not None:
            return "esm" if declared == "module" else "commonjs"
        try:
            return "esm" if is_module_syntax(parse(self.read(path), self.name(path))) else "commonjs"
        except LoadError as error:
            raise error.asked_by(self.chain(path, itself=False)) from None

    def running(self, path: Path) -> AbstractContextManager[None]:
        """The body of a module runs: watch how long."""

        def too_long(limit: float) -> Exception:
            words = f"{self.name(path)} was still running after {limit:g} seconds and has been stopped"
            return NeverFinished(words, self.chain(path, itself=False))

        return self.guard.running(too_long)

    def _globals(self) -> dict[str, Any]:
        names = getattr(self.loop, "__all__", ()) if self.loop is not None else ()
        found = {name: getattr(self.loop, name) for name in names}
        return {**found, "log": self.log, "undefined": undefined, GATE: self.guard.gate}
