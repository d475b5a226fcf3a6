"""What one module sees of another: `undefined`, the exports object of CommonJS, the namespace of an ES module.

The two objects look alike and are not. `Exports` is an ordinary object that the module fills while it runs: what is
not there *yet* reads as `undefined`, and nobody can tell it from what will never be there. A `Namespace` is a window:
its names are known before any code runs, and reading one reads the exporter's variable at that moment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final, NoReturn

from .errors import ReadOnlyError

__all__ = ["Exports", "Namespace", "Undefined", "undefined"]


class Undefined:
    """The type of `undefined`, JavaScript's value for what is not there. It is false; calling it is a TypeError."""

    def __repr__(self) -> str:
        return "undefined"

    def __bool__(self) -> bool:
        return False

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("_"):  # what Python and IPython ask of every object
            raise AttributeError(name)
        raise TypeError(f"Cannot read properties of undefined (reading '{name}')")


undefined: Final = Undefined()


class Exports:
    """A JavaScript object: attributes and keys are the same thing, and what is missing is `undefined`."""

    __slots__ = ("__dict__", "__missing")

    def __init__(self, /, **values: object) -> None:
        self.__missing: Callable[[str], object] | None = None
        self.__dict__.update(values)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name != "__esModule":
            raise AttributeError(name)
        if self.__missing is not None:
            self.__missing(name)
        return undefined

    def _tell_of_missing(self, tell: Callable[[str], object] | None) -> None:
        """While a module is half loaded, somebody wants to know who reads what is not there yet."""
        self.__missing = tell

    def __getitem__(self, name: str) -> Any:
        return self.__dict__[name] if name in self.__dict__ else self.__getattr__(name)

    def __setitem__(self, name: str, value: object) -> None:
        self.__dict__[name] = value

    def __delitem__(self, name: str) -> None:
        self.__dict__.pop(name, None)

    def __contains__(self, name: object) -> bool:
        return name in self.__dict__

    def __iter__(self) -> Iterator[str]:
        return iter(self.__dict__)

    def __len__(self) -> int:
        return len(self.__dict__)

    def __bool__(self) -> bool:
        return True  # an object is true in JavaScript, an empty one too

    def __repr__(self) -> str:
        inside = ", ".join(f"{name}: {_brief(value)}" for name, value in self.__dict__.items())
        return f"{{ {inside} }}" if inside else "{}"


class Namespace:
    """An ES module seen from outside: ``from . import counter`` or ``await import_("./counter.py")``.

    Every read goes to the exporting module; nothing can be written; what is not exported is `undefined`.
    """

    __slots__ = ("_module", "_names", "_read")

    def __init__(self, module: str, names: tuple[str, ...], read: Callable[[str], Any]) -> None:
        for name, value in (("_module", module), ("_names", tuple(sorted(names))), ("_read", read)):
            object.__setattr__(self, name, value)

    def __getattr__(self, name: str) -> Any:
        if name in self._names:
            return self._read(name)
        if name.startswith("__"):
            raise AttributeError(name)
        return undefined

    def __getitem__(self, name: str) -> Any:
        return getattr(self, name)

    def __setattr__(self, name: str, value: object) -> None:
        if name in self._names:
            raise ReadOnlyError(f"Cannot assign to read only property '{name}' of object '[object Module]'")
        raise ReadOnlyError(f"Cannot add property {name}, object is not extensible")

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __dir__(self) -> list[str]:
        return list(self._names)

    def __repr__(self) -> str:
        return (
            f"[Module: {self._module}] {{ {', '.join(self._names)} }}" if self._names else f"[Module: {self._module}]"
        )


def _brief(value: object) -> str:
    if callable(value) and not isinstance(value, Undefined):
        return f"[Function: {getattr(value, '__name__', 'anonymous')}]"
    return "{…}" if isinstance(value, Exports) else repr(value)
