"""From what the code says to a file: resolution, with every candidate that was tried.

``require("./a")`` guesses, and the order of its guesses is part of its contract:

    ./a            the very file
    ./a.py         (in Node ./a.js)
    ./a.json
    ./a/           a directory: package.json's "main", then index.py, index.json
    name           no ./ in front: node_modules/name here, then one folder up, …

``import`` guesses nothing in Node: the specifier is a URL, suffix included, and a directory is an error. Python's
statement has no room for a suffix, so ``from .a import n`` finds ``a.py``, ``a.mjs.py`` or ``a.cjs.py``, in this order;
a string given to ``import_`` may be the whole name.

The suffix says which kind of module a file is, as in Node, with ``.py`` at the end: ``.cjs.py`` is CommonJS,
``.mjs.py`` an ES module; a plain ``.py`` is what the nearest package.json says (``"type"``), and without one what its
syntax shows.

Source: Node ``doc/api/modules.md`` ("All together"), ``doc/api/esm.md`` ("Resolution Algorithm Specification").
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from .errors import LoadError, ModuleNotFound, OutsideFolder

__all__ = ["Candidate", "Kind", "Resolution", "Resolver"]

Kind: TypeAlias = Literal["commonjs", "esm", "json"]


@dataclass(frozen=True)
class Candidate:
    """One place that was looked at.

    Attributes:
        name: the path, from the program's folder.
        found: what is there: ``"file"``, ``"directory"`` or ``""`` for nothing.
    """

    name: str
    found: str


@dataclass(frozen=True)
class Resolution:
    """A specifier and the file it led to.

    Attributes:
        specifier: as the code wrote it.
        path: the real path, links followed.
        tried: every candidate in order; the last is the file.
    """

    specifier: str
    path: Path
    tried: tuple[Candidate, ...]


class Resolver:
    """Finds files inside one folder, and nowhere else.

    Args:
        folder: the program's; it must exist.
    """

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(os.path.realpath(folder))
        if not self.folder.is_dir():
            raise NotADirectoryError(f"expected a folder that exists, got {str(folder)!r}")

    def __repr__(self) -> str:
        return f"<Resolver of {self.folder.name}>"

    def name(self, path: Path) -> str:
        """A path as the course shows it: from the program's folder, with forward slashes."""
        return path.relative_to(self.folder).as_posix() if path.is_relative_to(self.folder) else str(path)

    def require(self, specifier: str, folder: Path, chain: Iterable[str] = ()) -> Resolution:
        """The file that ``require(specifier)`` means in a module of `folder`.

        Raises:
            ModuleNotFound: there is none; the message lists what was tried.
            OutsideFolder: the path leads out of the program's folder.
        """
        return self._first(specifier, folder, chain, _require_file, "MODULE_NOT_FOUND", "Cannot find module")

    def import_(self, specifier: str, folder: Path, chain: Iterable[str] = ()) -> Resolution:
        """The file that an import of `specifier` means in a module of `folder`; raises as `require` does."""
        return self._first(specifier, folder, chain, _import_file, "ERR_MODULE_NOT_FOUND", "Cannot find module")

    def entry(self, main: str) -> Path:
        """The program's first file, by its name from the folder."""
        path = Path(os.path.realpath(self.folder / main))
        if not path.is_relative_to(self.folder):
            raise OutsideFolder(f"{main!r} leads out of the program's folder")
        if not path.is_file():
            raise ModuleNotFound(f"Cannot find module {main!r}: there is no such file in the program's folder")
        return path

    def package_type(self, path: Path) -> str | None:
        """The ``"type"`` of the nearest package.json: ``"module"``, ``"commonjs"`` or None."""
        for folder in self._upward(path.parent):
            if (folder / "package.json").is_file():
                value = self._package(folder).get("type")
                return value if value in ("module", "commonjs") else None
        return None

    def _first(
        self,
        specifier: str,
        folder: Path,
        chain: Iterable[str],
        files: Callable[[_Look, Path], Path | None],
        code: str,
        words: str,
    ) -> Resolution:
        if not isinstance(specifier, str) or not specifier:
            raise TypeError(f"expected a path or a package's name as a text, got {specifier!r}")
        chain = tuple(chain)
        look = _Look(self, specifier, chain)
        for place in self._places(specifier, folder):
            found = files(look, place)
            if found is not None:
                return Resolution(specifier, look.real(found), tuple(look.tried))
        tried = "; tried " + ", ".join(one.name for one in look.tried) if look.tried else ""
        if any(one.found == "directory" for one in look.tried):
            if files is _import_file:
                text = f"Directory import {specifier!r} is not supported: an import names a file{tried}"
                raise ModuleNotFound(text, chain, code="ERR_UNSUPPORTED_DIR_IMPORT")
            tried += '; the directory has no package.json with a "main" that exists, and no index.py'
        raise ModuleNotFound(f"{words} {specifier!r}{tried}", chain, code=code)

    def _places(self, specifier: str, folder: Path) -> Iterator[Path]:
        if specifier in (".", "..") or specifier.startswith(("./", "../")) or Path(specifier).is_absolute():
            yield folder / specifier
        else:
            for one in self._upward(folder):
                yield one / "node_modules" / specifier

    def _upward(self, folder: Path) -> Iterator[Path]:
        while folder.is_relative_to(self.folder):
            yield folder
            folder = folder.parent

    def _package(self, folder: Path) -> dict[str, object]:
        path = folder / "package.json"
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise LoadError(f"{self.name(path)}: {error}", code="ERR_INVALID_PACKAGE_CONFIG") from error
        return data if isinstance(data, dict) else {}


class _Look:
    """One search: remembers what was tried."""

    def __init__(self, resolver: Resolver, specifier: str, chain: tuple[str, ...]) -> None:
        self.resolver, self.specifier, self.chain = resolver, specifier, chain
        self.only_directory = specifier.endswith("/") or specifier.split("/")[-1] in (".", "..")
        self.tried: list[Candidate] = []

    def what(self, path: Path) -> str:
        """What is at a path, noted as tried."""
        path = Path(os.path.normpath(path))
        if not path.is_relative_to(self.resolver.folder):
            raise OutsideFolder(f"{self.specifier!r} leads out of the program's folder", self.chain)
        found = "file" if path.is_file() else "directory" if path.is_dir() else ""
        self.tried.append(Candidate(self.resolver.name(path), found))
        return found

    def real(self, path: Path) -> Path:
        """The file behind links; it must be inside, too."""
        real = Path(os.path.realpath(path))
        if not real.is_relative_to(self.resolver.folder):
            raise OutsideFolder(f"{self.specifier!r} is a link that leads out of the program's folder", self.chain)
        return real

    def file(self, path: Path, suffixes: tuple[str, ...]) -> Path | None:
        """The first of ``path + suffix`` that is a file."""
        for suffix in suffixes:
            one = path.with_name(path.name + suffix) if suffix else path
            if self.what(one) == "file":
                return one
        return None

    def directory(self, path: Path) -> Path | None:
        """A directory's entry."""
        main = self.resolver._package(path).get("main") if self.what(path / "package.json") == "file" else None
        if isinstance(main, str):
            entry = path / main
            found = self.file(entry, ("", ".py", ".json")) or (entry.is_dir() and self.file(entry / "index", (".py",)))
            if found:
                return found
        return self.file(path / "index", (".py", ".json"))


def _require_file(look: _Look, place: Path) -> Path | None:
    place = Path(os.path.normpath(place))
    found = None if look.only_directory else look.file(place, ("", ".py", ".json"))
    if found is None and look.resolver.folder.joinpath(place).is_dir():
        if look.only_directory:
            look.what(place)
        return look.directory(place)
    return found


def _import_file(look: _Look, place: Path) -> Path | None:
    place = Path(os.path.normpath(place))
    if "node_modules" in place.parts and place.is_dir():
        return look.directory(place)
    return look.file(place, ("", ".py", ".mjs.py", ".cjs.py"))
