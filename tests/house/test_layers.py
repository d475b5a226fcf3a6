"""An import only ever points down: the rooms of the package stand on each other in one order."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from course_lib.commands.places import ROOT

PACKAGE = ROOT / "course_lib"
LAYERS = {
    "record": 0,
    "look": 0,
    "live": 0,
    "node": 0,
    "eventloop": 1,
    "modules": 1,
    "realtime": 1,
    "measure": 2,
    "show": 3,
    "lesson": 3,
    "exercises": 4,
    "commands": 5,
    "__main__": 6,
}
SIDEWAYS = {("live", "record"), ("node", "record"), ("node", "live")}
"""Imports within a layer that are part of the plan: (from, to)."""


def imported(source: str, package: str) -> Iterator[str]:
    """Every module of ours that a module in `package` (dotted) imports, at its top or inside a function."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names if name.name.split(".")[0] == "course_lib")
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = package.split(".")
                base = ".".join([*parts[: len(parts) - node.level + 1], *([base] if base else [])])
            if base == "course_lib":
                yield from (f"course_lib.{name.name}" for name in node.names)
            elif base.startswith("course_lib."):
                yield base


def upward(room: str, source: str, package: str) -> list[str]:
    """The imports of a module in `room` that break the rule."""
    broken = []
    for name in imported(source, package):
        other = name.split(".")[1] if "." in name else ""
        if not other or other == room or other == "__version__":
            continue
        down = LAYERS[other] < LAYERS[room]
        if not down and (room, other) not in SIDEWAYS:
            broken.append(name)
    return broken


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_imports_point_down(path):
    inside = path.relative_to(PACKAGE)
    if inside.as_posix() == "__init__.py":
        assert list(imported(path.read_text(encoding="utf-8"), "course_lib")) == []
        return
    room = inside.parts[0].removesuffix(".py")
    package = ".".join(["course_lib", *inside.parts[:-1]])
    assert upward(room, path.read_text(encoding="utf-8"), package) == []


@pytest.mark.parametrize(
    ("room", "source"),
    [
        ("look", "from course_lib.show import timeline"),
        ("show", "import course_lib.lesson.card"),
        ("live", "def f():\n    from course_lib import node"),
        ("eventloop", "from ..lesson import quiz"),
        ("exercises", "from course_lib.commands import doctor"),
    ],
)
def test_an_upward_import_is_seen(room, source):
    assert upward(room, source, f"course_lib.{room}")


def test_a_downward_import_is_let_through():
    source = "from course_lib.record import Record\nfrom course_lib import live\nfrom .phases import table\nimport json"
    assert upward("eventloop", source, "course_lib.eventloop") == []


def test_every_room_has_a_layer():
    rooms = {
        path.name.removesuffix(".py") for path in PACKAGE.iterdir() if path.name not in ("__init__.py", "__pycache__")
    }
    assert rooms <= LAYERS.keys()
