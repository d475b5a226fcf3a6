"""What can go wrong between two files: each error says which file, which one asked for it, and who asked for that one.

`LoadError` and its kinds are about the *loading*: a file that is not there, a name that nobody exports. What a module's
own code raises passes through as it is. `DeadZoneError` and `ReadOnlyError` are in between: the code touched a binding
that the module system guards.
"""

from __future__ import annotations

from collections.abc import Iterable

__all__ = [
    "AmbiguousModule",
    "DeadZoneError",
    "LinkError",
    "LoadError",
    "ModuleNotFound",
    "ModuleSyntaxError",
    "NeverFinished",
    "OutsideFolder",
    "ReadOnlyError",
    "RequireAsyncModule",
    "RequireCycle",
]


class LoadError(ImportError):
    """A module could not be loaded.

    Attributes:
        text: what is wrong, without the chain.
        code: the name Node gives to this kind of error, for example ``"MODULE_NOT_FOUND"``.
        chain: who asked: the file that named the module first, the program's first file last.
    """

    code = "ERR_MODULE"

    def __init__(self, text: str, chain: Iterable[str] = (), *, code: str | None = None) -> None:
        self.text = text
        self.chain: tuple[str, ...] = ()
        if code is not None:
            self.code = code
        super().__init__(text)
        self.asked_by(chain)

    def asked_by(self, chain: Iterable[str]) -> LoadError:
        """The same error, with the files that led to it."""
        self.chain = tuple(chain)
        self.msg = "\n".join([self.text, *(f"  imported by {name}" for name in self.chain)])
        self.args = (self.msg,)
        return self


class ModuleNotFound(LoadError):  # noqa: N818 -- Python's own is ModuleNotFoundError; this one is about files
    """No file answers to the specifier, or a directory has no entry."""

    code = "MODULE_NOT_FOUND"


class OutsideFolder(LoadError):  # noqa: N818
    """The specifier leads out of the program's folder; Node would follow it, the course does not."""

    code = "ERR_OUTSIDE_FOLDER"


class ModuleSyntaxError(LoadError):
    """A file cannot be read as the kind of module it is.

    Attributes:
        file: its name.
        line: where, counted from 1.
    """

    code = "ERR_SYNTAX"

    def __init__(self, text: str, file: str, line: int, chain: Iterable[str] = ()) -> None:
        self.file = file
        self.line = line
        self.reason = text
        super().__init__(f"{file}, line {line}: {text}", chain)


class LinkError(LoadError):
    """A name is imported that the other module does not export. Nothing has run yet."""

    code = "ERR_LINK"


class AmbiguousModule(LinkError):  # noqa: N818
    """Two ``export_all`` bring the same name from different places, and somebody asks for it."""


class RequireAsyncModule(LoadError):  # noqa: N818
    """``require`` of an ES module that waits at its top level: there is no value to return yet."""

    code = "ERR_REQUIRE_ASYNC_MODULE"


class RequireCycle(LoadError):  # noqa: N818
    """``require`` of an ES module that is being evaluated and waits, directly or not, for the one that requires it."""

    code = "ERR_REQUIRE_CYCLE_MODULE"


class NeverFinished(LoadError):  # noqa: N818
    """A module's code ran on past the limit, or its top-level ``await`` was never answered."""

    code = "ERR_NEVER_FINISHED"


class DeadZoneError(NameError):
    """A binding exists but has no value yet: its ``x = …`` has not run (JavaScript: ReferenceError)."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Cannot access '{name}' before initialization", name=name)


class ReadOnlyError(TypeError):
    """An import was assigned to; only the module that exports a binding may change it."""
