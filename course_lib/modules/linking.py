"""Module records, and the second step of three: binding names before any code runs.

A record answers two questions. *Which variable is behind the name you export?* (`resolve_export`) follows re-exports
through as many modules as it takes and ends at a variable of one module, at nothing, or at a contradiction. *What is in
it now?* (`value`) is asked at every read.

A CommonJS file in a graph of ES modules gets a record, too, but can only answer the first question by looking at the
text (`scan`), and the second by a copy made when the file has run: hence the missing names, and hence no live binding.

Source: ECMA-262, sections 16.2.1.5 to 16.2.1.7 (Cyclic and Source Text Module Records), 16.2.1.8 (Synthetic).
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

from .context import Context
from .errors import AmbiguousModule, LinkError
from .scope import Scope
from .syntax import Import, Syntax
from .values import Namespace, undefined

__all__ = ["AMBIGUOUS", "Binding", "Record", "SourceRecord", "SyntheticRecord", "link"]

AMBIGUOUS: Final = "ambiguous"
WHOLE: Final = "*namespace*"
Binding: TypeAlias = "tuple[Record, str]"
Status: TypeAlias = Literal["new", "linked", "evaluating", "evaluating-async", "evaluated"]


class Record:
    """One module of the graph.

    Attributes:
        path: its real path.
        name: its path from the program's folder.
        status: how far it has come.
        error: what its code, or that of a module it needs, raised.
        required: the records it imports from, by specifier.
    """

    def __init__(self, path: Path, name: str) -> None:
        self.path = path
        self.name = name
        self.status: Status = "new"
        self.error: BaseException | None = None
        self.required: dict[str, Record] = {}
        self._namespace: Namespace | None = None

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}: {'failed' if self.error else self.status}>"

    def exported_names(self, seen: frozenset[Record] = frozenset()) -> list[str]:
        """Every name it exports, those passed on included."""
        raise NotImplementedError

    def resolve_export(self, name: str, seen: frozenset[tuple[Record, str]] = frozenset()) -> Binding | str | None:
        """The variable behind an exported name; None when there is none, `AMBIGUOUS` when there are two."""
        raise NotImplementedError

    def value(self, local: str) -> Any:
        """What is in one of its variables now; raises `DeadZoneError` when it has no value yet."""
        raise NotImplementedError

    @property
    def namespace(self) -> Namespace:
        """The one namespace object of this module."""
        if self._namespace is None:
            bindings = {name: self.resolve_export(name) for name in self.exported_names()}
            known = {name: found for name, found in bindings.items() if isinstance(found, tuple)}
            self._namespace = Namespace(self.name, tuple(known), lambda name: read(known[name]))
        return self._namespace


class SourceRecord(Record):
    """An ES module.

    Attributes:
        syntax: what it says about itself.
        scope: its variables.
        asynchronous: whether it waits at its top level.
        functions: the code that makes the functions which exist before the first line.
        body: the code of the rest.
    """

    def __init__(self, path: Path, name: str, syntax: Syntax) -> None:
        super().__init__(path, name)
        self.syntax = syntax
        self.scope = Scope(syntax.declared)
        self.asynchronous = syntax.asynchronous
        self.functions: Any = None
        self.body: Any = None
        self.index = self.ancestor = -1
        self.cycle_root: SourceRecord | None = None
        self.order: int | None = None
        self.pending = 0
        self.waiting: list[SourceRecord] = []
        self.capability: Any = None

    def exported_names(self, seen: frozenset[Record] = frozenset()) -> list[str]:
        """Every name it exports; a star passes on all but the default."""
        if self in seen:
            return []
        found = list(self.syntax.exports)
        for star in self.syntax.stars:
            found += [n for n in self.required[star].exported_names(seen | {self}) if n != "default"]
        return list(dict.fromkeys(found))

    def resolve_export(self, name: str, seen: frozenset[tuple[Record, str]] = frozenset()) -> Binding | str | None:
        """Follow the name through re-exports; a circle of them leads to None."""
        if (self, name) in seen:
            return None
        seen |= {(self, name)}
        export = self.syntax.exports.get(name)
        if export is not None:
            imported = self.syntax.imports.get(export.local)
            return (self, export.local) if imported is None else self._bound(imported, seen)
        found: Binding | None = None
        for star in self.syntax.stars if name != "default" else ():
            one = self.required[star].resolve_export(name, seen)
            if one == AMBIGUOUS or (one is not None and found is not None and one != found):
                return AMBIGUOUS
            found = found if one is None else one  # type: ignore[assignment]
        return found

    def _bound(self, imported: Import, seen: frozenset[tuple[Record, str]]) -> Binding | str | None:
        other = self.required[imported.request]
        return (other, WHOLE) if imported.name == "*" else other.resolve_export(imported.name, seen)

    def value(self, local: str) -> Any:
        """What is in one of its variables now."""
        return self.scope[local]

    def bind(self, context: Context) -> None:
        """Bind every import to the exporter's variable.

        Raises:
            LinkError: the other module exports no such name.
        """
        for imported in self.syntax.imports.values():
            found = self._bound(imported, frozenset())
            other = self.required[imported.request]
            if not isinstance(found, tuple):
                raise self._no_such_export(imported, other, found, context)
            self.scope.imports[imported.local] = functools.partial(read, found)
            context.journal.note("linked", self.name, imported.local, to=found[0].name, name=imported.name)

    def _no_such_export(self, imported: Import, other: Record, found: str | None, context: Context) -> LinkError:
        where = f"{self.name}, line {imported.line}"
        chain = context.chain(self.path, itself=False)
        if found == AMBIGUOUS:
            words = f"the module '{imported.request}' ({other.name}) has conflicting star exports for '{imported.name}'"
            return AmbiguousModule(f"{where}: {words}", chain)
        if isinstance(other, SyntheticRecord):
            words = (
                f"Named export '{imported.name}' not found: '{imported.request}' ({other.name}) is a CommonJS module"
            )
            words += f", in whose text only these names can be seen: {', '.join(other.exported_names())}"
            return LinkError(f"{where}: {words}", chain)
        words = f"The requested module '{imported.request}' ({other.name})"
        return LinkError(f"{where}: {words} does not provide an export named '{imported.name}'", chain)


class SyntheticRecord(Record):
    """A CommonJS or JSON file that ES modules import.

    Args:
        names: the exports that can be told from its text.
        load: runs the file (once) and returns its ``module.exports``.
    """

    def __init__(self, path: Path, name: str, names: tuple[str, ...], load: Callable[[], Any]) -> None:
        super().__init__(path, name)
        self._names = tuple(dict.fromkeys(("default", *names)))
        self._load = load
        self._values: dict[str, Any] = {}

    def exported_names(self, seen: frozenset[Record] = frozenset()) -> list[str]:
        """``default``, and what the text shows."""
        return list(self._names)

    def resolve_export(self, name: str, seen: frozenset[tuple[Record, str]] = frozenset()) -> Binding | str | None:
        """The name itself, when it could be seen."""
        return (self, name) if name in self._names else None

    def value(self, local: str) -> Any:
        """The copy that was made when the file had run."""
        return self._values.get(local, undefined)

    def evaluate(self) -> None:
        """Run the file and copy what it exports: later changes are not seen."""
        exports = self._load()
        for name in self._names:
            self._values[name] = exports if name in ("default", "module.exports") else _member(exports, name)


def _member(exports: Any, name: str) -> Any:
    return getattr(exports, name, undefined)


def read(binding: Binding) -> Any:
    """What is behind a binding now."""
    record, local = binding
    return record.namespace if local == WHOLE else record.value(local)


def link(record: Record, context: Context) -> None:
    """Bind the names of a module and of all it imports from, dependencies first.

    Raises:
        LinkError: a name is not exported. Everything of this graph that was new is left unlinked.
    """
    done: list[Record] = []
    try:
        _link(record, context, done)
    except LinkError:
        for one in done:
            one.status = "new"
        raise


def _link(record: Record, context: Context, done: list[Record]) -> None:
    if record.status != "new":
        return
    record.status = "linked"
    done.append(record)
    for other in record.required.values():
        _link(other, context, done)
    if isinstance(record, SourceRecord):
        with context.journal.step("link", record.name):
            record.bind(context)
