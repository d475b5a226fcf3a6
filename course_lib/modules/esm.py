"""ES modules: the whole graph is read, then linked, then run.

    load       read and parse the first file; find the files it imports from; do the same with those
    link       bind every imported name to the exporter's variable; a name that does not exist ends it here
    evaluate   run each module once, those it needs first

Each step is done for the *whole* graph before the next begins. So a missing file or a misspelt name anywhere fails
before a single line has run, an import may stand below the code that uses it, and a cycle is no special case: the names
are bound although the values are not there yet. Reading one too early raises (the *dead zone*) where CommonJS would
give `undefined`.

What fails while it is loaded or linked leaves nothing behind: asked again, it is tried again. What fails while it runs
is kept with its error, and never runs again.

Source: ECMA-262, section 16.2.1.6; Node ``lib/internal/modules/esm/``.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from .bodies import Bodies, compiled
from .context import Context
from .errors import LoadError, RequireAsyncModule, RequireCycle
from .evaluation import Capability, Evaluation
from .linking import Record, SourceRecord, SyntheticRecord, link
from .scan import scan
from .syntax import read

__all__ = ["ESM"]

_KNOWN, _MISSING, _LOADING, _PER_LEVEL, _SETTLING = 2, 4, 5, 2, 5
"""What ``import()`` costs in Node 24, in microtasks: until a known module is found, a missing one is missed, a new one
runs; for each level of the graph below a new one; and from the end of its code until the promise is settled."""


class ESM:
    """The loader of ES modules.

    Args:
        context: the program's.
        run_commonjs: runs a CommonJS file (from its cache if it is there) and returns its exports.

    Attributes:
        registry: the records by real path, failed ones included.
        asking: for each ``import_()`` whose promise is not settled: who asks, and for what.
    """

    def __init__(self, context: Context, run_commonjs: Callable[[Path], Any]) -> None:
        self.registry: dict[Path, Record] = {}
        self.asking: list[tuple[Path, str]] = []
        self._context = context
        self._run_commonjs = run_commonjs
        self._bodies = Bodies(context, self.importer)
        self._evaluation = Evaluation(self._bodies)

    def __repr__(self) -> str:
        return f"<ESM: {len(self.registry)} modules>"

    def prepare(self, path: Path) -> Record:
        """Load and link the graph that begins at a file. Nothing runs.

        Raises:
            LoadError: a file or a name is missing, or a file cannot be read. Nothing new stays in the registry.
        """
        before = dict(self.registry)
        try:
            record = self._load(path)
            link(record, self._context)
        except LoadError:
            self.registry = before
            raise
        for one in _graph(record):
            if isinstance(one, SourceRecord) and one.status == "linked" and "import_" not in one.scope:
                self._bodies.instantiate(one)
        return record

    def evaluate(self, record: Record) -> Capability:
        """Run a prepared module and all it needs."""
        return self._evaluation.evaluate(record)

    def require(self, path: Path, by: Path) -> Any:
        """``require`` of an ES module: its namespace, provided that no module of the graph awaits.

        Raises:
            RequireAsyncModule: one does.
            RequireCycle: it is being evaluated now, and waits for the module that requires it.
        """
        name, chain = self._context.name(path), self._context.chain(by)
        record = self.prepare(path)
        graph = [one for one in _graph(record) if isinstance(one, SourceRecord)]
        if any(one.status == "evaluating" for one in graph):
            raise RequireCycle(f"Cannot require() ES Module {name} in a cycle: it waits for {chain[0]}", chain)
        waits = [one.name for one in graph if one.asynchronous]
        if waits:
            words = f"require() cannot be used on an ESM graph with top-level await: {waits[0]} awaits; use import_()"
            raise RequireAsyncModule(words, chain)
        capability = self.evaluate(record)
        if capability.error is not None:
            raise capability.error
        special = record.resolve_export("module.exports")
        return record.namespace if special is None else record.namespace["module.exports"]

    def importer(self, path: Path) -> Callable[[str], Any]:
        """The ``import_`` of the module at a path."""

        def import_(specifier: str) -> Any:
            """Load a module while the program runs; a promise of its namespace."""
            return self.import_(specifier, path)

        return import_

    def import_(self, specifier: str, by: Path) -> Any:
        """``import_(specifier)`` in the module `by`.

        Always asynchronous: it takes microtasks, as many as in Node 24, where a new module's file is read at once and
        the rest is a chain of promises. (Node 20 read it in later turns of the loop: ticks and immediates came first.)
        """
        loop = self._context.loop
        if loop is None:
            raise RuntimeError("import_() needs an event loop: pass one, for example run(…, on=eventloop)")
        context = self._context

        def executor(resolve: Callable[..., None], reject: Callable[..., None]) -> None:
            def load() -> None:
                try:
                    record = self.prepare(self._resolved(specifier, by))
                except (LoadError, TypeError) as error:
                    failed = error
                    self.asking.remove((by, specifier))
                    _after(context, _MISSING - _KNOWN, lambda: reject(failed))
                else:
                    begun = record.status != "linked"
                    wait = 0 if begun else _LOADING - _KNOWN + _PER_LEVEL * _depth(record)
                    _after(context, wait, lambda: run(record))

            def run(record: Record) -> None:
                self.evaluate(record).then(lambda error: _after(context, _SETTLING, lambda: settle(record, error)))

            def settle(record: Record, error: BaseException | None) -> None:
                self.asking.remove((by, specifier))
                if error is None:
                    resolve(record.namespace)
                else:
                    reject(error)

            self.asking.append((by, specifier))
            _after(context, _KNOWN, load)

        return loop.Promise(executor)

    def _resolved(self, specifier: str, by: Path, line: int | None = None) -> Path:
        context = self._context
        where = f"{context.name(by)}, line {line}" if line else context.name(by)
        found = context.resolver.import_(specifier, by.parent, (where, *context.chain(by, itself=False)))
        context.asked(found.path, by)
        tried = [[one.name, one.found] for one in found.tried]
        context.journal.note("resolve", context.name(found.path), specifier, by=context.name(by), tried=tried)
        return found.path

    def _load(self, path: Path) -> Record:
        if path in self.registry:
            return self.registry[path]
        context, name = self._context, self._context.name(path)
        with context.journal.step("load", name):
            record = self._record(path, name)
        self.registry[path] = record
        if isinstance(record, SourceRecord):
            for request in record.syntax.requests:
                record.required[request] = self._load(self._resolved(request, path, record.syntax.lines[request]))
        return record

    def _record(self, path: Path, name: str) -> Record:
        context = self._context
        kind = context.kind(path)
        if kind == "json":
            return SyntheticRecord(path, name, (), lambda: self._run_commonjs(path))
        try:
            source = context.read(path)
            if kind == "esm":
                record = SourceRecord(path, name, read(source, name))
                record.functions = compiled(record.syntax.hoisted, name)
                record.body = compiled(record.syntax.body, name)
                return record
            names = scan(source, name, lambda request: self._reexported(request, path))
            return SyntheticRecord(path, name, (*names, "module.exports"), lambda: self._run_commonjs(path))
        except LoadError as error:
            raise error.asked_by(error.chain or context.chain(path, itself=False)) from None

    def _reexported(self, request: str, path: Path) -> tuple[str, ...]:
        try:
            found = self._context.resolver.require(request, path.parent).path
        except LoadError:
            return ()
        if self._context.kind(found) != "commonjs" or found == path:
            return ()
        return scan(self._context.read(found), self._context.name(found))


def _after(context: Context, microtasks: int, call: Callable[[], object]) -> None:
    """Call after so many microtasks, at once for 0."""
    if microtasks == 0:
        call()
    else:
        assert context.loop is not None
        context.loop.queue_microtask(lambda: _after(context, microtasks - 1, call), name="import_")


def _depth(record: Record, above: frozenset[Record] = frozenset()) -> int:
    """How many imports lead down from a module at most."""
    below = [one for one in record.required.values() if one not in above]
    return max((1 + _depth(one, above | {record}) for one in below), default=0)


def _graph(record: Record, seen: dict[Record, None] | None = None) -> list[Record]:
    seen = {} if seen is None else seen
    if record not in seen:
        seen[record] = None
        for other in record.required.values():
            _graph(other, seen)
    return list(seen)
