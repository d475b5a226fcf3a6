"""Python's own import system, as an object of study: modules that come, are looked at, and go without a trace.

Python imports as CommonJS requires: at the line, once, with the half-filled module in the cache (`sys.modules`) before
its code runs, and out of it again when that fails. `importing` lets a notebook try this on small files and leaves
`sys.modules`, `sys.path` and `sys.meta_path` as they were.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from .loader import Files, folder_of

__all__ = ["has_lazy_imports", "importing", "lazy"]


@contextlib.contextmanager
def importing(files: Files) -> Iterator[Path]:
    """Inside the block, ``import`` finds these files first; afterwards everything is as before.

    Modules that were imported from the folder, finders that were added, and the path itself are taken out again.
    """
    with folder_of(files) as folder:
        modules, path, finders = set(sys.modules), list(sys.path), list(sys.meta_path)
        written = sys.dont_write_bytecode
        sys.path.insert(0, str(folder))
        sys.dont_write_bytecode = True  # files change between two cells faster than the clock of a file system ticks
        importlib.invalidate_caches()
        try:
            yield folder
        finally:
            sys.dont_write_bytecode = written
            sys.path[:], sys.meta_path[:] = path, finders
            for name in set(sys.modules) - modules:
                if _is_from(sys.modules[name], folder):
                    del sys.modules[name]
            for place in [one for one in sys.path_importer_cache if Path(one).is_relative_to(folder)]:
                del sys.path_importer_cache[place]


def _is_from(module: object, folder: Path) -> bool:
    """Whether a module came from the folder, or from a finder that is gone: whatever has no other home."""
    spec = getattr(module, "__spec__", None)
    origin = getattr(spec, "origin", None)
    if origin is None or origin in ("built-in", "frozen"):
        return origin is None
    return not Path(origin).is_absolute() or Path(origin).is_relative_to(folder)


def lazy(name: str) -> ModuleType:
    """A module whose code runs when one of its attributes is first read.

    Raises:
        ModuleNotFoundError: there is no such module; it is looked for at once.

    Source: https://docs.python.org/3/library/importlib.html#implementing-lazy-imports
    """
    spec = importlib.util.find_spec(name)
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)
    loader = importlib.util.LazyLoader(spec.loader)
    spec.loader = loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    loader.exec_module(module)
    return module


def has_lazy_imports() -> bool:
    """Whether this Python understands ``lazy import json`` (PEP 810, Python 3.15)."""
    try:
        compile("lazy import json", "test", "exec")
    except SyntaxError:
        return False
    return True
