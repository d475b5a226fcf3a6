"""CommonJS: a module is the body of a function, `require` calls it once and keeps what it left in ``module.exports``.

    (def)(exports, require, module, __filename, __dirname):
        …the file…

That is nearly all. The rest follows:

- The entry goes into the cache *before* the body runs. So a cycle ends: who comes second gets the exports as far as
  they have come, and cannot tell what is missing from what will never exist.
- `require` returns the object, or whatever replaced it. ``const {n} = require(…)`` copies a value out of it once.
- `require` is an ordinary call: it may stand in an ``if``, its path may be computed, and it returns when the other has
  run to its end. Nobody can list a program's modules without running it.
- A body that raises takes its entry out of the cache again: the next `require` runs the file anew.

The names a file assigns at its top level are the function's own: other functions in the file change them with
``nonlocal``, and ``return`` ends the module.

Source: Node ``lib/internal/modules/cjs/loader.js``, ``doc/api/modules.md``.
"""

from __future__ import annotations
import __future__

import ast
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .context import Context
from .errors import LoadError, ModuleSyntaxError
from .guard import gated
from .syntax import is_module_syntax, parse
from .values import Exports

__all__ = ["CommonJS", "Module", "Require"]

_FLAGS = __future__.annotations.compiler_flag
NAMES = ("exports", "require", "module", "__filename", "__dirname")


class Module:
    """What a CommonJS module knows about itself.

    Attributes:
        id: its real path, ``"."`` for the program's first file.
        filename: its real path.
        loaded: whether its body has run to the end.
        parent: who required it first.
        children: what it was the first to require.
    """

    def __init__(self, path: Path, parent: Module | None) -> None:
        self.id = str(path) if parent is not None else "."
        self.filename = str(path)
        self.path = str(path.parent)
        self._exports: Any = Exports()
        self.loaded = False
        self.parent = parent
        self.children: list[Module] = []
        self.require: Require | None = None

    @property
    def exports(self) -> Any:
        """What `require` returns. A dict put here becomes an object, as JavaScript's ``{…}`` is one."""
        return self._exports

    @exports.setter
    def exports(self, value: Any) -> None:
        self._exports = Exports(**{str(key): one for key, one in value.items()}) if type(value) is dict else value

    def __repr__(self) -> str:
        return f"<Module {Path(self.filename).name}: {'loaded' if self.loaded else 'loading'}>"


class Require:
    """The `require` of one module: relative paths start from its folder.

    Attributes:
        cache: the modules by real path, the same for everybody; ``del require.cache[require.resolve("./a")]`` lets the
            file run again.
        main: the program's first module.
    """

    def __init__(self, commonjs: CommonJS, module: Module) -> None:
        self._commonjs = commonjs
        self._module = module
        self.cache = commonjs.cache

    def __call__(self, specifier: str) -> Any:
        return self._commonjs.require(specifier, self._module)

    def __repr__(self) -> str:
        return f"<require of {Path(self._module.filename).name}>"

    @property
    def main(self) -> Module | None:
        """The program's first module."""
        return self._commonjs.main

    def resolve(self, specifier: str) -> str:
        """The real path `require` would load, without loading it."""
        return str(self._commonjs.resolve(specifier, self._module).path)


class CommonJS:
    """The loader of CommonJS modules.

    Args:
        context: the program's.
        require_esm: called with the path of an ES module that is required, and who requires it.
        import_: makes the ``import_`` of a module, from its path.

    Attributes:
        cache: modules by real path.
        main: the first module that was run as a program.
    """

    def __init__(
        self,
        context: Context,
        require_esm: Callable[[Path, Module], Any],
        import_: Callable[[Path], Callable[[str], Any]],
    ) -> None:
        self.cache: dict[str, Module] = {}
        self.main: Module | None = None
        self._context = context
        self._require_esm = require_esm
        self._import = import_

    def __repr__(self) -> str:
        return f"<CommonJS: {len(self.cache)} modules in the cache>"

    def run(self, path: Path) -> Any:
        """Run a file as the program's first; returns its exports."""
        return self.load(path, None).exports

    def resolve(self, specifier: str, module: Module) -> Any:
        """What a specifier means in a module, as a `Resolution`."""
        path = Path(module.filename)
        found = self._context.resolver.require(specifier, path.parent, self._context.chain(path))
        tried = [[one.name, one.found] for one in found.tried]
        name = self._context.name(path)
        self._context.journal.note("resolve", self._context.name(found.path), specifier, by=name, tried=tried)
        return found

    def require(self, specifier: str, module: Module) -> Any:
        """``require(specifier)`` in the given module.

        Raises:
            LoadError: the file cannot be found or read.
            Exception: whatever its code raised.
        """
        path: Path = self.resolve(specifier, module).path
        self._context.asked(path, Path(module.filename))
        cached = self.cache.get(str(path))
        if cached is not None:
            return self._again(cached, module)
        if self._context.kind(path) == "esm":
            return self._require_esm(path, module)
        return self.load(path, module).exports

    def load(self, path: Path, parent: Module | None) -> Module:
        """The module of a file: from the cache, or run now."""
        if str(path) in self.cache:
            return self.cache[str(path)]
        module = Module(path, parent)
        module.require = Require(self, module)
        if parent is None and self.main is None:
            self.main = module
        self.cache[str(path)] = module
        if parent is not None:
            parent.children.append(module)
        try:
            self._fill(module, path)
        except BaseException:
            if self.cache.get(str(path)) is module:
                del self.cache[str(path)]
            if parent is not None:
                parent.children.remove(module)
            raise
        finally:
            if isinstance(module.exports, Exports):
                module.exports._tell_of_missing(None)
        module.loaded = True
        return module

    def _again(self, cached: Module, module: Module) -> Any:
        name, by = self._context.name(Path(cached.filename)), self._context.name(Path(module.filename))
        self._context.journal.note("cached", name, by=by, partial=not cached.loaded)
        exports = cached.exports
        if not cached.loaded and isinstance(exports, Exports) and cached is not module:
            exports._tell_of_missing(lambda missing: self._missing(missing, name))
        return exports

    def _missing(self, missing: str, name: str) -> None:
        words = f"Accessing non-existent property '{missing}' of module exports inside circular dependency"
        self._context.warnings.append(words)
        self._context.journal.note("warning", name, words)

    def _fill(self, module: Module, path: Path) -> None:
        context, name = self._context, self._context.name(path)
        with context.journal.step("load", name):
            if path.suffix == ".json":
                module.exports = self._json(path)
                return
            function = self._function(path)
        with context.journal.step("run", name), context.running(path):
            try:
                function(module.exports, module.require, module, str(path), str(path.parent))
            except Exception as error:
                context.journal.note("failed", name, f"{type(error).__name__}: {error}")
                raise

    def _json(self, path: Path) -> Any:
        try:
            return json.loads(self._context.read(path), object_hook=lambda values: Exports(**values))
        except ValueError as error:
            chain = self._context.chain(path, itself=False)
            raise ModuleSyntaxError(str(error), self._context.name(path), getattr(error, "lineno", 1), chain) from None

    def _function(self, path: Path) -> Callable[..., object]:
        name = self._context.name(path)
        try:
            tree = parse(self._context.read(path), name)
            if is_module_syntax(tree):
                words = "Cannot use import, export or await at the top level outside an ES module"
                raise ModuleSyntaxError(words, name, _line_of_syntax(tree))
            code = _wrapped(tree, name)
        except LoadError as error:
            raise error.asked_by(self._context.chain(path, itself=False)) from None
        made: dict[str, Callable[..., object]] = {}
        shared = {"__builtins__": self._context.builtins, "__name__": name, "import_": self._import(path)}
        exec(code, shared, made)
        return made["module"]


def _wrapped(tree: ast.Module, name: str) -> Any:
    """The code that defines the file as a function of five names."""
    shell = ast.parse(f"def module({', '.join(NAMES)}): pass")
    function = shell.body[0]
    assert isinstance(function, ast.FunctionDef)
    function.body = gated(tree).body or function.body
    try:
        return compile(ast.fix_missing_locations(shell), name, "exec", flags=_FLAGS, dont_inherit=True)
    except SyntaxError as error:
        raise ModuleSyntaxError(error.msg, name, error.lineno or 1) from None


def _line_of_syntax(tree: ast.Module) -> int:
    return next((node.lineno for node in tree.body if is_module_syntax(ast.Module([node], []))), 1)
