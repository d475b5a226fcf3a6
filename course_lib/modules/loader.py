"""One program's modules of both kinds, and `run`: a folder of files from its first line until nothing is left to do.

The two loaders are tied together here, because programs mix them: an ES module may import a CommonJS file, and CommonJS
may `require` an ES module that does not await.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from ..live.leftovers import temporary_prefix
from ..record import Record
from .commonjs import CommonJS, Module, Require
from .context import Context, Loop
from .errors import LoadError, NeverFinished
from .esm import ESM
from .journal import spans
from .linking import SourceRecord
from .values import Namespace

__all__ = ["Files", "Loaded", "Loader", "folder_of", "run"]

Files: TypeAlias = "Mapping[str, str] | Path | str"
"""A program: its files' texts by name, or the folder they are in."""


@contextlib.contextmanager
def folder_of(files: Files) -> Iterator[Path]:
    """The folder of a program; texts are written into a fresh one that is removed at the end.

    Raises:
        ValueError: a file's name leads out of the folder.
    """
    if not isinstance(files, Mapping):
        yield Path(files)
        return
    with tempfile.TemporaryDirectory(prefix=temporary_prefix("modules"), ignore_cleanup_errors=True) as name:
        folder = Path(os.path.realpath(name))
        for relative, text in files.items():
            path = folder / relative
            if not Path(os.path.normpath(path)).is_relative_to(folder):
                raise ValueError(f"expected a file name inside the program's folder, got {relative!r}")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        yield folder


class Loader:
    """Both module systems over one folder.

    Args:
        folder: the program's; nothing outside it is read.
        on: the event loop's room, ``course_lib.eventloop``; needed for ``await`` and ``import_()``.
        limit: seconds after which a module's body is stopped; None for never.
        clock: seconds from any fixed point.
        title: of the record.

    Attributes:
        commonjs: the CommonJS half, with its `cache`.
        esm: the ES module half, with its `registry`.
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
        self.context = Context(folder, on=on, limit=limit, clock=clock, title=title)
        self.esm = ESM(self.context, self._run_commonjs)
        self.commonjs = CommonJS(self.context, self._require_esm, self.esm.importer)
        self.require = Require(self.commonjs, Module(self.context.resolver.folder / "[outside]", None))

    def __repr__(self) -> str:
        return f"<Loader of {self.context.resolver.folder.name}: {len(self.cache)} + {len(self.esm.registry)} modules>"

    @property
    def cache(self) -> dict[str, Module]:
        """The CommonJS modules by real path: ``require.cache``."""
        return self.commonjs.cache

    @property
    def output(self) -> list[str]:
        """The lines logged so far."""
        return self.context.output

    @property
    def record(self) -> Record:
        """What happened so far, for `show.stepper`."""
        return self.context.journal.record()

    def load(self, main: str) -> Any:
        """Run a file as a program without waiting for anything: its exports, or its namespace.

        Raises:
            LoadError: a file or a name is missing, or cannot be read.
            Exception: whatever the code raised.
        """
        path = self.context.resolver.entry(main)
        if self.context.kind(path) != "esm":
            return self.commonjs.run(path)
        record = self.esm.prepare(path)
        capability = self.esm.evaluate(record)
        if capability.error is not None:
            raise capability.error
        return record.namespace

    def run(self, main: str, **options: Any) -> Loaded:
        """Run a program to its end, on the loop when there is one; errors are kept, not raised.

        Args:
            main: the first file, by its name from the folder.
            loop: options for the loop's ``run``, for example ``{"clock": "virtual"}``.
        """
        loop = self.context.loop
        error: BaseException | None = None
        run: Any = None
        kind = "commonjs"
        try:
            path = self.context.resolver.entry(main)
            kind = "esm" if self.context.kind(path) == "esm" else "commonjs"
            if loop is None:
                self.load(main)
            else:
                run = self._on_loop(loop, main, path, kind, options)
        except Exception as caught:
            error = caught
        if error is None:
            error = self._unfinished()
        return Loaded(list(self.output), error, list(self.context.warnings), self, kind, run)

    def _on_loop(self, loop: Loop, main: str, path: Path, kind: str, options: dict[str, Any]) -> Any:
        def program() -> None:
            if kind == "commonjs":
                self.load(main)
                return
            record = self.esm.prepare(path)
            self.esm.evaluate(record).then(_raise)

        program.__name__ = main
        self.context.looping = True
        try:
            return loop.run(program, module=kind, **options)
        finally:
            self.context.looping = False

    def _unfinished(self) -> LoadError | None:
        """The error of a program whose loop has nothing left to do while a module still awaits."""
        waits = [
            r for r in self.esm.registry.values() if isinstance(r, SourceRecord) and r.status == "evaluating-async"
        ]
        stuck = [one for one in waits if one.asynchronous and not one.pending]
        if not stuck:
            return None
        names = " and ".join(one.name for one in stuck)
        words = f"unsettled top-level await in {names}: nothing is left to do, and what it awaits has not come"
        asks = [f"import_({what!r})" for by, what in self.esm.asking if by in {one.path for one in stuck}]
        if asks:
            words += f": {', '.join(asks)} is not settled"
        return NeverFinished(words, self.context.chain(stuck[0].path, itself=False))

    def _run_commonjs(self, path: Path) -> Any:
        return self.commonjs.load(path, None).exports

    def _require_esm(self, path: Path, module: Module) -> Any:
        return self.esm.require(path, Path(module.filename))


def _raise(error: BaseException | None) -> None:
    if error is not None:
        raise error


@dataclass(frozen=True)
class Loaded:
    """What a program of modules did.

    Attributes:
        output: the lines it logged.
        error: what ended it, or None.
        warnings: what Node would have warned of.
        loader: both loaders as the program left them.
        kind: ``"commonjs"`` or ``"esm"``: the kind of its first file.
        run: what the loop says about the run (`eventloop.Run`), or None.
    """

    output: list[str]
    error: BaseException | None
    warnings: list[str]
    loader: Loader = field(repr=False)
    kind: str = "commonjs"
    run: Any = field(repr=False, default=None)

    @property
    def record(self) -> Record:
        """The modules' record: `show.stepper` walks through it."""
        return self.loader.record

    @property
    def timeline(self) -> Record:
        """The same as bars, one lane per module: `show.gantt` draws the load order."""
        return spans(self.record)

    @property
    def ran(self) -> list[str]:
        """The modules in the order in which their code began."""
        return list(dict.fromkeys(self.record.labels(lane="run", kind="start")))

    def exports(self, name: str) -> Any:
        """What a file exports: its ``module.exports``, or its `Namespace`.

        Raises:
            KeyError: no such module is loaded.
        """
        path = self.loader.context.resolver.folder / name
        if str(path) in self.loader.cache:
            return self.loader.cache[str(path)].exports
        found: Namespace = self.loader.esm.registry[path].namespace
        return found


def run(
    files: Files,
    main: str = "main.py",
    *,
    on: Loop | None = None,
    limit: float | None = 10.0,
    clock: Callable[[], float] = time.perf_counter,
    check: bool = False,
    title: str = "",
    loop: Mapping[str, Any] | None = None,
) -> Loaded:
    """Run a program of modules with Python's syntax.

        run({"main.py": 'log(require("./a").n)', "a.py": "exports.n = 1"}).output      # ["1"]

    Args:
        files: the files' texts by name, or the folder they are in.
        main: the first file.
        on: the event loop's room, ``course_lib.eventloop``; needed for ``await``, ``import_()``, timers.
        limit: seconds after which a module's body is stopped; None for never.
        clock: seconds from any fixed point, for the record and the limit.
        check: raise the error that ended the program, instead of keeping it.
        title: of the record; by default `main`.
        loop: options for the loop's ``run``, for example ``{"clock": "virtual"}``.
    """
    with folder_of(files) as folder:
        done = Loader(folder, on=on, limit=limit, clock=clock, title=title or main).run(main, **(loop or {}))
    if check and done.error is not None:
        raise done.error
    return done
