"""A live binding, made of a dictionary.

The globals of an ES module are a dictionary that does not hold its imports. Reading a name it does not hold asks
`__missing__`, which reads the *exporter's* dictionary at that moment: that is a live binding. A variable of the
module's own that has no value yet is in the dead zone. And storing to an import is refused.

This rests on a promise of CPython: code whose globals are a subclass of dict looks names up through ``__missing__``, at
top level and in every function. (A function's ``global n; n = …`` is stored without asking, which is why `syntax`
rewrites it for imports.)
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from .errors import DeadZoneError, ReadOnlyError

__all__ = ["Scope"]


class Scope(dict[str, Any]):
    """The variables of one ES module.

    Args:
        declared: the names its top level assigns to.
    """

    def __init__(self, declared: Collection[str]) -> None:
        super().__init__()
        self.declared = frozenset(declared)
        self.imports: dict[str, Callable[[], Any]] = {}

    def __missing__(self, name: str) -> Any:
        if name in self.imports:
            return self.imports[name]()
        if name in self.declared:
            raise DeadZoneError(name)
        raise KeyError(name)

    def __setitem__(self, name: str, value: object) -> None:
        if name in self.imports:
            raise ReadOnlyError("Assignment to constant variable.")
        super().__setitem__(name, value)

    def __delitem__(self, name: str) -> None:
        if name in self.imports:
            raise ReadOnlyError("Assignment to constant variable.")
        super().__delitem__(name)
