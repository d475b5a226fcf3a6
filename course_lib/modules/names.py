"""The two places where CPython does not ask `scope.Scope`, and how the syntax tree is changed so that it does.

- ``global n; n = 1`` in a function is stored without asking. Where `n` is an import, the store becomes
  ``__scope__["n"] = 1``, which is refused.
- The body of a ``class`` looks global names up without ``__missing__`` (Python 3.11 and 3.12). There a name of another
  module, or one that may be in the dead zone, becomes ``__scope__["n"]``.
"""

from __future__ import annotations

import ast
import symtable
from typing import Any

from .errors import ModuleSyntaxError

__all__ = ["SCOPE", "GuardedNames", "class_names"]

SCOPE = "__scope__"
"""The name by which a module's code reaches its own scope."""


def class_names(table: symtable.SymbolTable) -> dict[tuple[str, int], frozenset[str]]:
    """For each class, by name and line: the names its body looks up outside, first in itself or not."""
    found: dict[tuple[str, int], frozenset[str]] = {}
    for child in table.get_children():
        if child.get_type() == "class":
            names = {one.get_name() for one in child.get_symbols() if one.is_global() or one.is_local()}
            found[child.get_name(), child.get_lineno()] = frozenset(names)
        found.update(class_names(child))
    return found


class GuardedNames(ast.NodeTransformer):
    """Makes every use of a guarded name go through the scope.

    Args:
        imports: the names that stand for other modules' variables.
        declared: the module's own.
        classes: what `class_names` found.
        file: its name, for errors.
    """

    def __init__(
        self,
        imports: frozenset[str],
        declared: frozenset[str],
        classes: dict[tuple[str, int], frozenset[str]],
        file: str,
    ) -> None:
        self._imports = imports
        self._guarded = imports | declared
        self._classes = classes
        self._file = file
        self._stored: frozenset[str] = frozenset()
        self._loaded: frozenset[str] = frozenset()

    def _inside(self, node: Any, stored: frozenset[str], loaded: frozenset[str], parts: tuple[str, ...]) -> None:
        """Visit some parts of a node under other rules than what surrounds it."""
        before = self._stored, self._loaded
        self._stored, self._loaded = stored, loaded
        for part in parts:
            value = getattr(node, part)
            setattr(node, part, [self.visit(one) for one in value] if isinstance(value, list) else self.visit(value))
        self._stored, self._loaded = before

    def _function(self, node: Any) -> Any:
        here = ast.walk(ast.Module(node.body, []))
        names = {name for one in here if isinstance(one, ast.Global) for name in one.names}
        node.decorator_list = [self.visit(one) for one in node.decorator_list]
        node.args = self.visit(node.args)
        self._inside(node, frozenset(names) & self._imports, frozenset(), ("body",))
        return node

    visit_FunctionDef = visit_AsyncFunctionDef = _function  # noqa: N815

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        """Its defaults belong to what surrounds it, its body is a function's."""
        node.args = self.visit(node.args)
        self._inside(node, frozenset(), frozenset(), ("body",))
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        """Its bases belong to what surrounds it."""
        for part in ("decorator_list", "bases", "keywords"):
            setattr(node, part, [self.visit(one) for one in getattr(node, part)])
        looked_up = self._classes.get((node.name, node.lineno), frozenset())
        self._inside(node, frozenset(), looked_up & self._guarded, ("body",))
        return node

    def _comprehension(self, node: Any) -> Any:
        node.generators[0].iter = self.visit(node.generators[0].iter)
        return node  # the rest is a function of its own, which asks the scope by itself

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _comprehension  # noqa: N815

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """The change itself."""
        if node.id not in (self._loaded if isinstance(node.ctx, ast.Load) else self._stored):
            return node
        text = f"{SCOPE}[{node.id!r}]"
        if isinstance(node.ctx, ast.Load):
            text = f"(locals()[{node.id!r}] if {node.id!r} in locals() else {text})"
        made = ast.parse(text, mode="eval").body
        if isinstance(made, ast.Subscript):
            made.ctx = node.ctx
        for one in ast.walk(made):
            ast.copy_location(one, node)
        return made

    def visit_NamedExpr(self, node: ast.NamedExpr) -> ast.expr:
        """Has no room for anything but a name."""
        if node.target.id in self._stored:
            raise ModuleSyntaxError(f"cannot assign to the import '{node.target.id}' here", self._file, node.lineno)
        node.value = self.visit(node.value)
        return node
