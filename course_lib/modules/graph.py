"""The graph of a program's files, read from their texts: nothing runs.

For ES modules the answer is complete but for computed ``import_(…)`` paths: which files, which names, in which order
they will run. For CommonJS it is a guess: a ``require`` in an ``if`` may never happen, a computed path can be any file.
What could not be read is said (`Graph.unknown`).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .context import Context
from .errors import LoadError
from .loader import Files, folder_of
from .scan import calls, scan
from .syntax import Syntax, parse, read

__all__ = ["Edge", "Graph", "Node", "cycles", "graph"]


@dataclass(frozen=True)
class Node:
    """One file.

    Attributes:
        name: its path from the program's folder; for a file that is missing, the specifier.
        kind: ``"esm"``, ``"commonjs"``, ``"json"`` or ``"missing"``.
        size: bytes.
        exports: the names that can be seen.
    """

    name: str
    kind: str
    size: int
    exports: tuple[str, ...]


@dataclass(frozen=True)
class Edge:
    """One file asks for another.

    Attributes:
        source: who asks.
        target: whom it asks for.
        names: the names taken; ``"*"`` for all of them.
        line: where.
        how: ``"import"``, ``"export_all"``, ``"require"`` or ``"import_"``.
    """

    source: str
    target: str
    names: tuple[str, ...]
    line: int
    how: str


@dataclass(frozen=True)
class Graph:
    """A program's files and who asks for whom.

    Attributes:
        nodes: in the order in which they are reached, the first file first.
        edges: in the order of the lines.
        cycles: the groups of files that depend on themselves, each in the order of `nodes`.
        unknown: ``(file, line)`` of every path that is computed.
    """

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    cycles: tuple[tuple[str, ...], ...]
    unknown: tuple[tuple[str, int], ...]

    @property
    def hints(self) -> dict[str, str]:
        """The nodes with a word about each, as `show.graph` takes them."""
        return {one.name: f"{one.kind}, {one.size:,} bytes" if one.size else one.kind for one in self.nodes}

    @property
    def arrows(self) -> list[tuple[str, str, str]]:
        """The edges, as `show.graph` takes them; each pair once."""
        found: dict[tuple[str, str], list[str]] = {}
        for edge in self.edges:
            found.setdefault((edge.source, edge.target), []).extend(edge.names)
        return [(*pair, ", ".join(dict.fromkeys(names))) for pair, names in found.items()]

    @property
    def circular(self) -> list[tuple[str, str]]:
        """The edges that are part of a cycle."""
        groups = [set(group) for group in self.cycles]
        pairs = dict.fromkeys((edge.source, edge.target) for edge in self.edges)
        return [pair for pair in pairs if any(pair[0] in group and pair[1] in group for group in groups)]

    @property
    def order(self) -> list[str]:
        """Post-order over the static edges: the order in which ES modules run."""
        below: dict[str, list[str]] = {}
        for edge in self.edges:
            if edge.how != "import_":
                below.setdefault(edge.source, []).append(edge.target)
        found: dict[str, None] = {}
        seen: set[str] = set()

        def walk(name: str) -> None:
            seen.add(name)
            for other in below.get(name, ()):
                if other not in seen:
                    walk(other)
            found[name] = None

        walk(self.nodes[0].name)
        return list(found)


def graph(files: Files, main: str = "main.py") -> Graph:
    """Read the graph of a program from its files' texts.

    Raises:
        LoadError: a file cannot be read or parsed. A missing file is no error here but a node of kind ``"missing"``.
    """
    with folder_of(files) as folder:
        reading = _Reading(Context(folder))
        reading.file(reading.context.resolver.entry(main))
    names = [node.name for node in reading.nodes.values()]
    return Graph(
        tuple(reading.nodes.values()),
        tuple(reading.edges),
        cycles(names, [(one.source, one.target) for one in reading.edges]),
        tuple(reading.unknown),
    )


def cycles(names: list[str], pairs: list[tuple[str, str]]) -> tuple[tuple[str, ...], ...]:
    """The strongly connected groups: whoever can reach itself, with all on the way.

    Source: R. Tarjan, "Depth-first search and linear graph algorithms", 1972; here by plain reachability, which is
    enough for graphs of a lesson's size.
    """
    reach: dict[str, set[str]] = {name: set() for name in names}
    for one, two in pairs:
        reach[one].add(two)
    for middle in names:
        for one in names:
            if middle in reach[one]:
                reach[one] |= reach[middle]
    found: list[tuple[str, ...]] = []
    for name in names:
        if name in reach[name] and not any(name in group for group in found):
            found.append(tuple(other for other in names if other in reach[name] and name in reach[other]))
    return tuple(found)


class _Reading:
    def __init__(self, context: Context) -> None:
        self.context = context
        self.nodes: dict[Path | str, Node] = {}
        self.edges: list[Edge] = []
        self.unknown: list[tuple[str, int]] = []

    def file(self, path: Path) -> str:
        """Read a file and everything it asks for; its name."""
        context, name = self.context, self.context.name(path)
        if path in self.nodes:
            return name
        kind, source = context.kind(path), context.read(path)
        size = path.stat().st_size
        if kind == "json":
            self.nodes[path] = Node(name, kind, size, ("default",))
        elif kind == "esm":
            syntax = read(source, name)
            self.nodes[path] = Node(name, kind, size, tuple(syntax.exports))
            for request, names, line, how in _asks(syntax):
                self.ask(path, request, names, line, how)
            self.calls(path, source, ("import_",))
        else:
            self.nodes[path] = Node(name, kind, size, scan(source, name))
            self.calls(path, source, ("require", "import_"))
        return name

    def ask(self, path: Path, request: str, names: tuple[str, ...], line: int, how: str) -> None:
        """Note that a file asks for another, and read that."""
        name, resolver = self.context.name(path), self.context.resolver
        try:
            find = resolver.require if how == "require" else resolver.import_
            target = find(request, path.parent).path
        except LoadError:
            self.nodes.setdefault(request, Node(request, "missing", 0, ()))
            self.edges.append(Edge(name, request, names, line, how))
        else:
            self.edges.append(Edge(name, self.context.name(target), names, line, how))
            self.file(target)

    def calls(self, path: Path, source: str, functions: tuple[str, ...]) -> None:
        """Look for calls of ``require`` and ``import_``."""
        name = self.context.name(path)
        for function, request, line in calls(parse(source, name), functions):
            if request is None:
                self.unknown.append((name, line))
            else:
                self.ask(path, request, taken(parse(source, name), request), line, function)


def _asks(syntax: Syntax) -> Iterator[tuple[str, tuple[str, ...], int, str]]:
    for request in syntax.requests:
        imports = [one for one in syntax.imports.values() if one.request == request]
        names = tuple(dict.fromkeys(one.name for one in imports))
        if names:
            yield request, names, syntax.lines[request], "import"
        if request in syntax.stars:
            yield request, ("*",), syntax.lines[request], "export_all"


def taken(tree: ast.Module, request: str) -> tuple[str, ...]:
    """The names a CommonJS file visibly takes from ``require(request)``; ``("*",)`` when it could be any.

    Seen are ``require("./a").n``, and ``a = require("./a")`` when every later use of `a` is ``a.n``.
    """
    found: dict[str, None] = {}
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and _requires(node, request)):
            continue
        parent = parents.get(node)
        if isinstance(parent, ast.Attribute):
            found[parent.attr] = None
        elif isinstance(parent, ast.Assign) and len(parent.targets) == 1 and isinstance(parent.targets[0], ast.Name):
            local = parent.targets[0].id
            for use in ast.walk(tree):
                if isinstance(use, ast.Name) and use.id == local and use is not parent.targets[0]:
                    around = parents[use]
                    if not isinstance(around, ast.Attribute):
                        return ("*",)
                    found[around.attr] = None
        elif not isinstance(parent, ast.Expr):
            return ("*",)
    return tuple(found)


def _requires(node: ast.Call, request: str) -> bool:
    named = isinstance(node.func, ast.Name) and node.func.id in ("require", "import_") and len(node.args) == 1
    return named and isinstance(node.args[0], ast.Constant) and node.args[0].value == request
