"""Module systems: CommonJS and ES modules, reproduced over files with Python's syntax.

    from course_lib import eventloop, modules

    modules.run({
        "main.py": 'from .counter import n, inc\\nlog(n)\\ninc()\\nlog(n)',
        "counter.py": "n = 0\\ndef inc():\\n    global n\\n    n += 1\\nexport(n, inc)",
    }, on=eventloop).output                                                        # ["0", "1"]

A file that requires is CommonJS; a file with relative imports or ``export`` is an ES module; ``.cjs.py``, ``.mjs.py``
and package.json's ``"type"`` say so outright. Begin reading with `commonjs`; then `syntax` (the notation), `linking`,
`scope` (the live binding) and `evaluation`. The event loop is passed in: this room knows promises by their ``then``
only.
"""

from __future__ import annotations

from .commonjs import CommonJS, Module, Require
from .context import Context, Loop
from .errors import (
    AmbiguousModule,
    DeadZoneError,
    LinkError,
    LoadError,
    ModuleNotFound,
    ModuleSyntaxError,
    NeverFinished,
    OutsideFolder,
    ReadOnlyError,
    RequireAsyncModule,
    RequireCycle,
)
from .esm import ESM
from .graph import Edge, Graph, Node, graph
from .loader import Files, Loaded, Loader, folder_of, run
from .python_side import has_lazy_imports, importing, lazy
from .resolve import Candidate, Resolution, Resolver
from .scan import scan
from .unused import Shaken, Use, shake
from .values import Exports, Namespace, undefined

__all__ = [
    "ESM",
    "AmbiguousModule",
    "Candidate",
    "CommonJS",
    "Context",
    "DeadZoneError",
    "Edge",
    "Exports",
    "Files",
    "Graph",
    "LinkError",
    "LoadError",
    "Loaded",
    "Loader",
    "Loop",
    "Module",
    "ModuleNotFound",
    "ModuleSyntaxError",
    "Namespace",
    "NeverFinished",
    "Node",
    "OutsideFolder",
    "ReadOnlyError",
    "Require",
    "RequireAsyncModule",
    "RequireCycle",
    "Resolution",
    "Resolver",
    "Shaken",
    "Use",
    "folder_of",
    "graph",
    "has_lazy_imports",
    "importing",
    "lazy",
    "run",
    "scan",
    "shake",
    "undefined",
]
