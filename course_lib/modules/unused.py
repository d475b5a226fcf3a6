"""Which exports does nobody use? What a bundler may drop ("tree shaking"), and why it seldom dares with CommonJS.

For ES modules it is a walk: whatever the top level of a reached module does must stay; a function, a class without
bases or a constant stays only when something that stays mentions it. Imports say which variable a name is, so the walk
crosses from file to file without guessing.

For CommonJS every step of that is a guess. The object that `require` returns may be passed on whole, its keys may be
computed, the path may be computed; each of these keeps everything. Only when all who require a file visibly take single
names can the rest go. (Node itself drops nothing: shaking is the bundler's job.)
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from .context import Context
from .errors import LoadError
from .graph import taken
from .loader import Files, folder_of
from .scan import calls, scan
from .syntax import DEFAULT, Syntax, parse, read

__all__ = ["Shaken", "Use", "shake"]


@dataclass(frozen=True)
class Use:
    """One export.

    Attributes:
        module: the file.
        name: as others see it.
        size: bytes of its definition.
        kept: whether a bundler must keep it.
        why: the reason, in words.
    """

    module: str
    name: str
    size: int
    kept: bool
    why: str


@dataclass(frozen=True)
class Shaken:
    """All exports of a program.

    Attributes:
        uses: module by module, in the order in which they are reached.
        total: bytes of all files.
    """

    uses: tuple[Use, ...]
    total: int

    @property
    def unused(self) -> list[str]:
        """``"file: name"`` of everything that may go."""
        return [f"{one.module}: {one.name}" for one in self.uses if not one.kept]

    @property
    def dropped(self) -> int:
        """Bytes of everything that may go."""
        return sum(one.size for one in self.uses if not one.kept)


def shake(files: Files, main: str = "main.py") -> Shaken:
    """Find the exports nobody uses.

    Raises:
        LoadError: a file cannot be read, or a static import leads nowhere.
    """
    with folder_of(files) as folder:
        walk = _Walk(Context(folder))
        entry = walk.context.resolver.entry(main)
        walk.reach(entry)
        walk.entry(entry)
        return Shaken(tuple(walk.uses()), sum(one.size for one in walk.files.values()))


@dataclass
class _File:
    """One file while the walk goes on."""

    path: Path
    name: str
    source: str
    tree: ast.Module
    syntax: Syntax | None
    size: int
    names: tuple[str, ...]
    targets: dict[str, Path] = field(default_factory=dict)
    pure: dict[str, ast.stmt] = field(default_factory=dict)
    used: dict[str, str] = field(default_factory=dict)
    whole: str = ""


class _Walk:
    def __init__(self, context: Context) -> None:
        self.context = context
        self.files: dict[Path, _File] = {}
        self.computed = ""

    def reach(self, path: Path) -> None:
        """Read a file and all it asks for."""
        if path in self.files:
            return
        context, name = self.context, self.context.name(path)
        kind, source = context.kind(path), context.read(path)
        syntax = read(source, name) if kind == "esm" else None
        tree = parse(source if kind != "json" else "", name)
        names = () if kind == "json" else tuple(syntax.exports) if syntax else scan(source, name)
        file = self.files[path] = _File(path, name, source, tree, syntax, path.stat().st_size, names)
        for request in syntax.requests if syntax else ():
            file.targets[request] = context.resolver.import_(request, path.parent, (name,)).path
        for function, found, line in calls(tree, ("import_",) if syntax else ("require", "import_")):
            if found is None:
                self.computed = self.computed or f"{name}, line {line}, computes a path"
            else:
                self._called(file, function, found)
        for target in file.targets.values():
            self.reach(target)

    def _called(self, file: _File, function: str, request: str) -> None:
        resolver = self.context.resolver
        find = resolver.require if function == "require" else resolver.import_
        try:
            file.targets[request] = find(request, file.path.parent).path
        except LoadError:
            return  # it may stand in a branch that never runs

    def entry(self, path: Path) -> None:
        """Begin at the program's first file: what it exports is its result."""
        for file in self.files.values():
            if file.syntax is not None:
                file.pure = {name: node for node in _body(file.syntax) for name in _defines(node)}
        for file in self.files.values():
            if file.syntax is None:
                self._requires(file)
            else:
                for node in file.syntax.body:
                    if not any(name in file.pure for name in _defines(node)):
                        self._mentions(file, node)
        first = self.files[path]
        for name in first.names if first.syntax else ():
            self._export(first, name, "the program's own export")

    def _requires(self, file: _File) -> None:
        for request, target in file.targets.items():
            for name in taken(file.tree, request):
                self._export(self.files[target], name, file.name)

    def _mentions(self, file: _File, node: ast.AST) -> None:
        """Whatever a piece of code that stays mentions, stays."""
        assert file.syntax is not None
        spaces = {}
        for one in ast.walk(node):
            if isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name):
                spaces[one.value] = one.attr
        for one in ast.walk(node):
            if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load):
                imported = file.syntax.imports.get(one.id)
                if imported is None:
                    self._variable(file, one.id, file.name)
                    continue
                name = spaces.get(one, "*") if imported.name == "*" else imported.name
                self._export(self.files[file.targets[imported.request]], name, file.name)
        for _, request, _ in calls(node, ("import_",)):
            if request in file.targets:
                self._export(self.files[file.targets[request]], "*", f"import_() in {file.name}")

    def _variable(self, file: _File, local: str, by: str) -> None:
        if local in file.pure and local not in file.used:
            file.used[local] = by
            self._mentions(file, file.pure[local])

    def _export(self, file: _File, name: str, by: str, seen: frozenset[tuple[Path, str]] = frozenset()) -> None:
        if (file.path, name) in seen:
            return
        seen |= {(file.path, name)}
        if name == "*":
            file.whole = file.whole or f"{by} takes the whole"
            for one in file.names:
                self._export(file, one, by, seen)
            for star in file.syntax.stars if file.syntax else ():
                self._export(self.files[file.targets[star]], "*", by, seen)
        elif file.syntax is None:
            file.used.setdefault(name, by)
            if name in ("default", "module.exports"):
                file.whole = file.whole or f"{by} takes the whole"
        elif name in file.syntax.exports:
            local = file.syntax.exports[name].local
            imported = file.syntax.imports.get(local)
            file.used.setdefault(f"export {name}", by)
            if imported is None:
                self._variable(file, local, by)
            else:
                self._export(self.files[file.targets[imported.request]], imported.name, by, seen)
        else:
            for star in file.syntax.stars:
                self._export(self.files[file.targets[star]], name, by, seen)

    def uses(self) -> Iterator[Use]:
        """What became of every export."""
        for file in self.files.values():
            for name in file.names:
                if file.syntax is None:
                    yield self._commonjs(file, name)
                else:
                    yield self._esm(file, file.syntax, name)

    def _esm(self, file: _File, syntax: Syntax, name: str) -> Use:
        local = syntax.exports[name].local
        node = file.pure.get(local)
        size = _size(file.source, [node] if node else [])
        if by := file.used.get(f"export {name}"):
            return Use(file.name, name, size, True, f"used by {by}")
        if local in syntax.imports:
            return Use(file.name, name, 0, False, "passed on, and nobody takes it")
        if node is None:
            return Use(file.name, name, size, True, "its definition runs code")
        if local in file.used:
            return Use(file.name, name, size, True, "used in its own module")
        return Use(file.name, name, size, False, "nobody imports it")

    def _commonjs(self, file: _File, name: str) -> Use:
        size = _size(file.source, _assignments(file.tree, name))
        for reason in (self.computed, file.whole):
            if reason:
                return Use(file.name, name, size, True, f"cannot tell: {reason}")
        by = file.used.get(name)
        return Use(file.name, name, size, by is not None, f"used by {by}" if by else "nobody visibly takes it")


def _body(syntax: Syntax) -> Iterable[ast.stmt]:
    return [*syntax.hoisted, *syntax.body]


def _defines(node: ast.stmt) -> tuple[str, ...]:
    """The name that a definition without side effects gives; none for any other statement."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return () if node.decorator_list else (node.name,)
    if isinstance(node, ast.ClassDef):
        plain = all(
            isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Pass)) or _constant(one) for one in node.body
        )
        return (node.name,) if plain and not (node.decorator_list or node.bases or node.keywords) else ()
    if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
        quiet = isinstance(node.value, (ast.Constant, ast.Lambda))
        return (node.targets[0].id,) if quiet and node.targets[0].id != DEFAULT else ()
    return ()


def _constant(node: ast.stmt) -> bool:
    if isinstance(node, ast.Assign):
        return isinstance(node.value, ast.Constant)
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _assignments(tree: ast.Module, name: str) -> list[ast.stmt]:
    """``exports.name = …``, and the top-level function that is put there."""
    found: list[ast.stmt] = []
    for node in tree.body:
        if not isinstance(node, ast.Assign):
            continue
        target = node.targets[0]
        if isinstance(target, ast.Attribute) and target.attr == name:
            found.append(node)
            value = node.value.id if isinstance(node.value, ast.Name) else ""
            found += [one for one in tree.body if isinstance(one, ast.FunctionDef) and one.name == value]
    return found


def _size(source: str, nodes: Iterable[ast.stmt]) -> int:
    lines = source.encode().splitlines(keepends=True)
    total = 0
    for node in nodes:
        decorators = getattr(node, "decorator_list", [])
        first = min([node.lineno, *(one.lineno for one in decorators)])
        total += sum(len(line) for line in lines[first - 1 : node.end_lineno])
    return total
