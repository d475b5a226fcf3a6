"""The code of ES modules, run: at once, or as a coroutine the event loop drives when it awaits at its top level."""

from __future__ import annotations
import __future__

import ast
from collections.abc import Callable, Coroutine, Generator
from pathlib import Path
from typing import Any

from .context import Context
from .errors import ModuleSyntaxError
from .guard import gated
from .linking import SourceRecord
from .names import SCOPE
from .values import Exports

__all__ = ["Bodies", "compiled"]

_FLAGS = __future__.annotations.compiler_flag | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT


class Bodies:
    """Runs the code of one program's ES modules.

    Args:
        context: the program's.
        importer: makes the ``import_`` of a module, from its path.
    """

    def __init__(self, context: Context, importer: Callable[[Path], Callable[[str], Any]]) -> None:
        self._context = context
        self._importer = importer

    def run(self, record: SourceRecord) -> None:
        """Run a body that does not await."""
        with self._context.journal.step("run", record.name), self._context.running(record.path):
            try:
                exec(record.body, record.scope)
            except Exception as error:
                self._context.journal.note("failed", record.name, f"{type(error).__name__}: {error}")
                raise

    def start(self, record: SourceRecord) -> Any:
        """Run a body up to its first ``await``; the promise of its end."""
        loop = self._context.loop
        if loop is None:
            raise RuntimeError(f"{record.name} awaits at its top level: that needs an event loop, run(…, on=eventloop)")
        coroutine = eval(record.body, record.scope)
        return loop.start(_Body(coroutine, record, self._context))

    def instantiate(self, record: SourceRecord) -> None:
        """Give a module its functions, ``import_`` and ``import_meta``, which exist before any code runs."""
        scope, path = record.scope, record.path
        meta = Exports(url=path.as_uri(), filename=str(path), dirname=str(path.parent))
        given = {"__name__": record.name, "import_": self._importer(path), "import_meta": meta, SCOPE: scope}
        scope.update({"__builtins__": self._context.builtins, **given})
        exec(record.functions, scope)


def compiled(body: list[ast.stmt], name: str) -> Any:
    """The code of a piece of a module; its top level may await.

    Raises:
        ModuleSyntaxError: it breaks a rule that only shows when it is compiled.
    """
    tree = gated(ast.Module(body, []))
    try:
        return compile(ast.fix_missing_locations(tree), name, "exec", flags=_FLAGS, dont_inherit=True)
    except SyntaxError as error:
        raise ModuleSyntaxError(error.msg, name, error.lineno or 1) from None


class _Body(Coroutine[Any, Any, Any]):
    """The body of a module that awaits: says when it stops and when it goes on."""

    def __init__(self, body: Coroutine[Any, Any, Any], record: SourceRecord, context: Context) -> None:
        self._body = body
        self._record = record
        self._context = context
        self.__name__ = record.name

    def _step(self, go_on: Callable[[], Any], why: str) -> Any:
        journal, name = self._context.journal, self._record.name
        journal.resume(name)
        with journal.step("run", name, why), self._context.running(self._record.path):
            try:
                awaited = go_on()
            except Exception as error:
                if not isinstance(error, StopIteration):
                    journal.note("failed", name, f"{type(error).__name__}: {error}")
                raise
        journal.pause(name, "awaits at its top level")
        return awaited

    def send(self, value: Any) -> Any:
        """Go on with a value."""
        return self._step(lambda: self._body.send(value), "" if value is None else "goes on after await")

    def throw(self, *error: Any) -> Any:
        """Go on with an exception."""
        return self._step(lambda: self._body.throw(*error), "goes on after await")

    def close(self) -> None:
        """Give up."""
        self._body.close()

    def __await__(self) -> Generator[Any, Any, Any]:
        return self._body.__await__()
