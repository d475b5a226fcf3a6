"""Which names does a CommonJS file export? A guess, from its text alone.

An ES module must know the names before anything runs, and a CommonJS file makes them while it runs. So Node looks for
the common shapes in the text, and only for those:

    exports.a = …        module.exports.a = …        exports["a"] = …        found
    module.exports = {"a": …, "b": …}                                        found, up to the first computed key
    module.exports = require("./other")                                      the other file's names
    exports[key] = …     for name in names: setattr(exports, name, …)        not found

Names in code that never runs are found, too. Nothing is executed, nothing is guessed beyond the shape.

Source: https://github.com/nodejs/cjs-module-lexer (its grammar, in Python's syntax).
"""

from __future__ import annotations

import ast
from collections.abc import Callable

from .syntax import parse

__all__ = ["calls", "scan"]


def scan(source: str, file: str, reexported: Callable[[str], tuple[str, ...]] | None = None) -> tuple[str, ...]:
    """The export names that can be seen in a CommonJS file's text.

    Args:
        source: the text.
        file: its name, for errors.
        reexported: the names of another file, for ``module.exports = require("./other")``.

    Raises:
        ModuleSyntaxError: it is no Python.
    """
    found: dict[str, None] = {}
    for node in ast.walk(parse(source, file)):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                _assigned(target, node.value, found, reexported)
        elif isinstance(node, ast.Call):
            _set(node, found)
    return tuple(found)


def calls(tree: ast.AST, functions: tuple[str, ...]) -> list[tuple[str, str | None, int]]:
    """Every call of ``require`` or the like: function, path and line; None for a path that is computed."""
    found = [
        (node.func.id, _text(node.args[0]), node.lineno)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in functions and node.args
    ]
    return sorted(found, key=lambda one: one[2])


def _assigned(
    target: ast.expr, value: ast.expr, found: dict[str, None], reexported: Callable[[str], tuple[str, ...]] | None
) -> None:
    name = None
    if isinstance(target, ast.Attribute) and _is_exports(target.value):
        name = target.attr
    elif isinstance(target, ast.Subscript) and _is_exports(target.value):
        name = _text(target.slice)
    elif _is_module_exports(target):
        _replaced(value, found, reexported)
    if name is not None:
        found[name] = None


def _replaced(value: ast.expr, found: dict[str, None], reexported: Callable[[str], tuple[str, ...]] | None) -> None:
    if isinstance(value, ast.Dict):
        for key in value.keys:
            name = None if key is None else _text(key)
            if name is None:
                return
            found[name] = None
    elif isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "require":
        request = _text(value.args[0]) if value.args else None
        if request is not None and reexported is not None:
            found.update(dict.fromkeys(reexported(request)))


def _set(call: ast.Call, found: dict[str, None]) -> None:
    """``setattr(exports, "a", …)``: what ``Object.defineProperty`` is in JavaScript."""
    if isinstance(call.func, ast.Name) and call.func.id == "setattr" and len(call.args) == 3:
        name = _text(call.args[1])
        if name is not None and _is_exports(call.args[0]):
            found[name] = None


def _is_module_exports(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Attribute)
        and node.attr == "exports"
        and isinstance(node.value, ast.Name)
        and node.value.id == "module"
    )


def _is_exports(node: ast.expr) -> bool:
    return (isinstance(node, ast.Name) and node.id == "exports") or _is_module_exports(node)


def _text(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
