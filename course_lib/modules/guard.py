"""A module that never finishes must not take the notebook with it.

While a module's body runs, every round of a loop and every call of a function in it passes a gate that looks at the
clock now and then. The gate is put into the syntax tree, so it works on every platform, in any thread, and costs
nothing once the body is over.
"""

from __future__ import annotations

import ast
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["GATE", "Guard", "gated"]

GATE = "__gate__"
_EVERY = 256


class Guard:
    """Stops bodies that run longer than `limit` seconds without a pause.

    Args:
        limit: seconds; None for no limit.
        clock: seconds from any fixed point.
    """

    def __init__(self, limit: float | None, clock: Callable[[], float] = time.monotonic) -> None:
        self.limit = limit
        self._clock = clock
        self._running: list[tuple[float, Callable[[float], Exception]]] = []
        self._steps = 0

    def __repr__(self) -> str:
        return f"<Guard: {len(self._running)} bodies running, limit {self.limit} s>"

    @contextmanager
    def running(self, too_long: Callable[[float], Exception]) -> Iterator[None]:
        """A body runs; `too_long` makes the error that ends it."""
        self._running.append((self._clock(), too_long))
        try:
            yield
        finally:
            self._running.pop()

    def gate(self) -> None:
        """What the code passes in every round; raises when the body that runs has taken too long."""
        self._steps += 1
        if self._steps % _EVERY or not self._running or self.limit is None:
            return
        began, too_long = self._running[-1]
        if self._clock() - began > self.limit:
            raise too_long(self.limit)


class _Gates(ast.NodeTransformer):
    def _loop(self, node: Any) -> Any:
        self.generic_visit(node)
        node.body.insert(0, _gate(node.body[0]))
        return node

    visit_While = visit_For = visit_AsyncFor = _loop  # noqa: N815 -- the names ast.NodeTransformer looks for

    def _function(self, node: Any) -> Any:
        self.generic_visit(node)
        first = 1 if len(node.body) > 1 and ast.get_docstring(node, clean=False) is not None else 0
        node.body.insert(first, _gate(node.body[first]))
        return node

    visit_FunctionDef = visit_AsyncFunctionDef = _function  # noqa: N815


def _gate(before: ast.stmt) -> ast.stmt:
    call = ast.Expr(ast.Call(ast.Name(GATE, ast.Load()), [], []))
    for node in ast.walk(call):
        ast.copy_location(node, before)
    return call


def gated(tree: ast.Module) -> ast.Module:
    """The same code with a gate in every loop and every function."""
    gates = _Gates()
    tree.body = [gates.visit(node) for node in tree.body]
    return tree
