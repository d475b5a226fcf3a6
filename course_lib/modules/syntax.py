"""An ES module in Python's syntax, read without running it.

    from .counter import n, inc          import { n, inc } from "./counter.js"
    from .counter import n as count      import { n as count } from "./counter.js"
    from .counter import default as it   import it from "./counter.js"
    from . import counter                import * as counter from "./counter.js"
    from ..lib.tools import cut          import { cut } from "../lib/tools.js"
    import json; from math import pi     Python's own library, where it stands
    export(n, inc)                       export { n, inc }
    export(count=n)                      export { n as count }
    @export                              export function / export class
    export_default(expression)           export default expression
    @export_default                      export default function / class
    export_all("./counter")              export * from "./counter.js"
    await import_("./counter.py")        await import("./counter.js")

The statement is Python's, the meaning JavaScript's: it is a *declaration*. It may stand at top level only, takes effect
before the first line runs, and binds names to another module's variables, not to their values. To pass a name on,
import and export it.

Functions defined at top level exist before the first line runs, as JavaScript's function declarations do, unless they
have decorators or defaults that would have to be computed.
"""

from __future__ import annotations

import ast
import symtable
from dataclasses import dataclass, field
from typing import NoReturn

from .errors import ModuleSyntaxError
from .names import GuardedNames, class_names

__all__ = ["DEFAULT", "Export", "Import", "Syntax", "is_module_syntax", "parse", "read"]

DEFAULT = "*default*"
"""The variable behind ``export_default(expression)``, as ECMA-262 calls it."""
_MARKS = ("export", "export_default", "export_all")


@dataclass(frozen=True)
class Import:
    """A name that stands for another module's: `name` is ``"*"`` for the whole namespace."""

    local: str
    request: str
    name: str
    line: int


@dataclass(frozen=True)
class Export:
    """A variable of the module under the name others see it by."""

    name: str
    local: str
    line: int


@dataclass
class Syntax:
    """What an ES module says about itself before it runs.

    Attributes:
        requests: the specifiers it imports from, each once, in order.
        imports: by local name.
        exports: by exported name.
        stars: the specifiers of ``export_all``.
        declared: the variables its top level assigns to.
        lines: where each specifier is first asked for.
        hoisted: the function definitions that exist before the first line.
        body: what runs.
        asynchronous: whether it waits at its top level.
    """

    requests: list[str] = field(default_factory=list)
    imports: dict[str, Import] = field(default_factory=dict)
    exports: dict[str, Export] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)
    declared: frozenset[str] = frozenset()
    lines: dict[str, int] = field(default_factory=dict)
    hoisted: list[ast.stmt] = field(default_factory=list)
    body: list[ast.stmt] = field(default_factory=list)
    asynchronous: bool = False

    def ask(self, request: str, line: int) -> str:
        """Note that the module imports from `request`."""
        if request not in self.lines:
            self.requests.append(request)
            self.lines[request] = line
        return request


def parse(source: str, file: str) -> ast.Module:
    """The syntax tree.

    Raises:
        ModuleSyntaxError: with the file and the line.
    """
    try:
        return ast.parse(source, file)
    except SyntaxError as error:
        raise ModuleSyntaxError(error.msg, file, error.lineno or 1) from None
    except ValueError as error:  # a null byte
        raise ModuleSyntaxError(str(error), file, 1) from None


def is_module_syntax(tree: ast.Module) -> bool:
    """Whether only an ES module can look like this: a relative import, an export, or a top-level ``await``."""
    return any(_relative(node) or _mark(node) for node in tree.body) or _waits(tree.body)


def read(source: str, file: str) -> Syntax:
    """Read an ES module.

    Raises:
        ModuleSyntaxError: it is no Python, or breaks a rule of ES modules.
    """
    tree = parse(source, file)
    declared, classes = _tables(source, file)
    syntax = Syntax(declared=declared)
    for node in tree.body:
        _statement(syntax, node, file)
    syntax.declared -= syntax.imports.keys()
    if DEFAULT in (one.local for one in syntax.exports.values()):
        syntax.declared |= {DEFAULT}
    _no_declarations_inside(tree, file)
    known = syntax.declared | syntax.imports.keys()
    for export in syntax.exports.values():
        if export.local not in known:
            raise ModuleSyntaxError(f"Export '{export.local}' is not defined in module", file, export.line)
    syntax.asynchronous = _waits(syntax.body)
    names = GuardedNames(frozenset(syntax.imports), syntax.declared, classes, file)
    syntax.body = [names.visit(node) for node in syntax.body]
    syntax.hoisted = [names.visit(node) for node in syntax.hoisted]
    return syntax


def _tables(source: str, file: str) -> tuple[frozenset[str], dict[tuple[str, int], frozenset[str]]]:
    """The names the top level assigns to, and what each class body, by name and line, looks up globally."""
    try:
        table = symtable.symtable(source, file, "exec")
    except SyntaxError as error:
        raise ModuleSyntaxError(error.msg, file, error.lineno or 1) from None
    declared = frozenset(
        one.get_name() for one in table.get_symbols() if one.is_assigned() or one.is_imported() or one.is_namespace()
    )
    return declared, class_names(table)


def _statement(syntax: Syntax, node: ast.stmt, file: str) -> None:
    if isinstance(node, ast.ImportFrom) and node.level:
        _import(syntax, node, file)
    elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        _definition(syntax, node, file)
    elif (call := _call(node)) is not None:
        _export(syntax, call, file)
    else:
        syntax.body.append(node)


def _import(syntax: Syntax, node: ast.ImportFrom, file: str) -> None:
    folder = "./" if node.level == 1 else "../" * (node.level - 1)
    for alias in node.names:
        if alias.name == "*":
            words = "import * needs a name: `from . import a` gives the namespace, `export_all` passes everything on"
            raise ModuleSyntaxError(words, file, node.lineno)
        if node.module is None:
            request, name = folder + alias.name, "*"
        else:
            request, name = folder + node.module.replace(".", "/"), alias.name
        local = alias.asname or alias.name
        if local in syntax.imports:
            raise ModuleSyntaxError(f"Identifier '{local}' has already been declared", file, node.lineno)
        syntax.imports[local] = Import(local, syntax.ask(request, node.lineno), name, node.lineno)


def _definition(syntax: Syntax, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, file: str) -> None:
    if node.name in syntax.imports:
        raise ModuleSyntaxError(f"Identifier '{node.name}' has already been declared", file, node.lineno)
    for mark in [one for one in node.decorator_list if isinstance(one, ast.Name) and one.id in _MARKS[:2]]:
        assert isinstance(mark, ast.Name)
        node.decorator_list.remove(mark)
        _add(syntax, "default" if mark.id == "export_default" else node.name, node.name, node.lineno, file)
    if isinstance(node, ast.ClassDef) or node.decorator_list or not _constant_defaults(node.args):
        syntax.body.append(node)
    else:
        syntax.hoisted.append(node)


def _constant_defaults(arguments: ast.arguments) -> bool:
    defaults = [*arguments.defaults, *(one for one in arguments.kw_defaults if one is not None)]
    return all(isinstance(one, ast.Constant) for one in defaults)


def _export(syntax: Syntax, call: ast.Call, file: str) -> None:
    assert isinstance(call.func, ast.Name)
    if call.func.id == "export_all":
        if len(call.args) != 1 or call.keywords or not _is_text(call.args[0]):
            _wrong(call, 'expected export_all("./file")', file)
        request = syntax.ask(ast.literal_eval(call.args[0]), call.lineno)
        if request not in syntax.stars:
            syntax.stars.append(request)
    elif call.func.id == "export_default":
        if len(call.args) != 1 or call.keywords:
            _wrong(call, "expected export_default(one expression)", file)
        _add(syntax, "default", DEFAULT, call.lineno, file)
        assign = ast.Assign([ast.Name(DEFAULT, ast.Store())], call.args[0])
        syntax.body.append(ast.fix_missing_locations(ast.copy_location(assign, call)))
    else:
        for argument in call.args:
            if not isinstance(argument, ast.Name):
                _wrong(call, "expected names, as in export(n, inc); assign first, then export the name", file)
            _add(syntax, argument.id, argument.id, call.lineno, file)
        for keyword in call.keywords:
            if keyword.arg is None or not isinstance(keyword.value, ast.Name):
                _wrong(call, "expected a name, as in export(count=n); assign first, then export the name", file)
            _add(syntax, keyword.arg, keyword.value.id, call.lineno, file)


def _add(syntax: Syntax, name: str, local: str, line: int, file: str) -> None:
    if name in syntax.exports:
        first = syntax.exports[name].line
        raise ModuleSyntaxError(f"Duplicate export of '{name}' (the first is in line {first})", file, line)
    syntax.exports[name] = Export(name, local, line)


def _no_declarations_inside(tree: ast.Module, file: str) -> None:
    top = {id(node) for node in tree.body} | {id(_call(node)) for node in tree.body if _call(node)}
    for node in ast.walk(tree):
        if id(node) in top:
            continue
        if _relative(node):
            words = "an import declaration may only stand at the top level of a module; inside, use import_(…)"
            raise ModuleSyntaxError(words, file, getattr(node, "lineno", 1))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _MARKS:
            raise ModuleSyntaxError(f"{node.func.id} may only stand at the top level of a module", file, node.lineno)


class _Waits(ast.NodeVisitor):
    """Looks for an ``await`` outside functions."""

    def __init__(self) -> None:
        self.found = False

    def visit_FunctionDef(self, node: ast.AST) -> None:
        """Do not look inside."""

    visit_AsyncFunctionDef = visit_Lambda = visit_ClassDef = visit_FunctionDef  # noqa: N815

    def visit_Await(self, node: ast.AST) -> None:
        """Found."""
        self.found = True

    visit_AsyncFor = visit_AsyncWith = visit_Await  # noqa: N815

    def visit_comprehension(self, node: ast.comprehension) -> None:
        """An ``async for`` in a comprehension waits, too."""
        self.found = self.found or bool(node.is_async)
        self.generic_visit(node)


def _waits(body: list[ast.stmt]) -> bool:
    look = _Waits()
    for node in body:
        look.visit(node)
    return look.found


def _relative(node: ast.AST) -> bool:
    return isinstance(node, ast.ImportFrom) and node.level > 0


def _call(node: ast.AST) -> ast.Call | None:
    """The call when a statement is ``export(…)`` or one of its sisters."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Name):
        return node.value if node.value.func.id in _MARKS else None
    return None


def _mark(node: ast.stmt) -> bool:
    decorators = getattr(node, "decorator_list", [])
    return _call(node) is not None or any(isinstance(one, ast.Name) and one.id in _MARKS for one in decorators)


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _wrong(node: ast.Call, words: str, file: str) -> NoReturn:
    raise ModuleSyntaxError(f"{words}, got {ast.unparse(node)}", file, node.lineno)
