"""A function's source as a learner would write it in a cell: read, never executed, and without type annotations.

The library is typed throughout; a cell need not be, and the names in an annotation are not imported there. So the
annotations of parameters, results and local variables are cut out of the text; the fields of classes keep theirs,
because a dataclass is made of them.
"""

from __future__ import annotations

import ast
import inspect
import itertools
import textwrap
from collections.abc import Callable, Iterator

__all__ = ["plain_source", "without_annotations"]


def plain_source(thing: Callable[..., object]) -> str:
    """The source of a function or class, dedented, without annotations."""
    return without_annotations(textwrap.dedent(inspect.getsource(thing)).strip())


def without_annotations(source: str) -> str:
    """The source with the annotations of parameters, results and local variables cut out; all else as it was."""
    text = source.encode()
    starts = list(itertools.accumulate((len(line) for line in text.splitlines(keepends=True)), initial=0))
    tree = ast.parse(source)
    cuts = [cut for node in ast.walk(tree) for cut in _cuts(node, text, starts)]
    for start, end, put in sorted(cuts, reverse=True):
        text = text[:start] + put + text[end:]
    return text.decode()


Cut = tuple[int, int, bytes]
"""From, to (offsets in bytes), and what takes the place."""


def _cuts(node: ast.AST, text: bytes, starts: list[int]) -> Iterator[Cut]:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        yield from _signature(node, text, starts)
    elif isinstance(node, (ast.Module, ast.ClassDef)):
        return
    for statement in _statements(node):
        if isinstance(statement, ast.AnnAssign) and statement.value is not None:
            yield _end(statement.target, starts), _end(statement.annotation, starts), b""


def _statements(node: ast.AST) -> list[ast.stmt]:
    return [one for name in ("body", "orelse", "finalbody") for one in _list(node, name)]


def _list(node: ast.AST, name: str) -> list[ast.stmt]:
    value = getattr(node, name, [])
    return value if isinstance(value, list) else []


def _signature(node: ast.FunctionDef | ast.AsyncFunctionDef, text: bytes, starts: list[int]) -> Iterator[Cut]:
    arguments = node.args
    plain = [*arguments.posonlyargs, *arguments.args]
    defaults: list[ast.expr | None] = [None] * (len(plain) - len(arguments.defaults))
    pairs = [*zip(plain, [*defaults, *arguments.defaults], strict=True)]
    pairs += zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    pairs += [(one, None) for one in (arguments.vararg, arguments.kwarg) if one is not None]
    for argument, default in pairs:
        if argument.annotation is not None:
            start = starts[argument.lineno - 1] + argument.col_offset + len(argument.arg.encode())
            end = _end(argument.annotation, starts) if default is None else _start(default, starts)
            yield start, end, b"" if default is None else b"="
    if node.returns is not None:
        arrow = text.rindex(b"->", 0, _start(node.returns, starts))
        yield len(text[:arrow].rstrip()), _end(node.returns, starts), b""


def _start(node: ast.expr, starts: list[int]) -> int:
    return starts[node.lineno - 1] + node.col_offset


def _end(node: ast.expr, starts: list[int]) -> int:
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    return starts[node.end_lineno - 1] + node.end_col_offset
