"""Small programs of several files, each written twice: with Python's syntax for ours, in JavaScript for Node.

A file ``a.js`` in one is ``a.py`` in the other, ``a.cjs`` is ``a.cjs.py``, ``a.mjs`` is ``a.mjs.py``. Both must log the
same lines. Where a program ends with an error, `ours` is the class of our error; `node` is what Node's stderr must
hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import dedent

__all__ = ["GRAPHS", "Graph", "twice"]


@dataclass(frozen=True)
class Graph:
    """One program twice."""

    name: str
    rule: str
    python: dict[str, str]
    javascript: dict[str, str]
    ours: str = ""
    node: str = ""

    @property
    def main(self) -> str:
        return next(iter(self.python))


GRAPHS: list[Graph] = []


def split(text: str) -> dict[str, str]:
    """``--- name`` begins a file."""
    files: dict[str, str] = {}
    name = ""
    for line in dedent(text).strip().splitlines():
        if line.startswith("--- "):
            name = line[4:].strip()
            files[name] = ""
        else:
            files[name] += line + "\n"
    return files


def twice(name: str, rule: str, python: str, javascript: str, *, ours: str = "", node: str = "") -> None:
    """Add a program; the first file is the main one."""
    GRAPHS.append(Graph(name, rule, split(python), split(javascript), ours, node))
