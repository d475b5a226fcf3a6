from __future__ import annotations

from dataclasses import dataclass

import pytest

from course_lib.lesson.source import plain_source, without_annotations


def plain(given: list[str], limit: int = 3, *rest: int, key: str = "ü", **more: object) -> dict[str, list[int]]:
    # a comment stays: list[str]
    found: dict[str, list[int]] = {}
    for one in given:
        number: int = len(one)
        if number < limit:
            found[one]: list[int] = [number]
    return found


@dataclass
class Kept:
    name: str
    size: int = 0


def test_annotations_are_cut_and_all_else_stays() -> None:
    assert plain_source(plain).splitlines() == [
        'def plain(given, limit=3, *rest, key="ü", **more):',
        "    # a comment stays: list[str]",
        "    found = {}",
        "    for one in given:",
        "        number = len(one)",
        "        if number < limit:",
        "            found[one] = [number]",
        "    return found",
    ]


def test_fields_of_a_class_keep_their_annotations() -> None:
    assert "name: str" in plain_source(Kept)
    assert "size: int = 0" in plain_source(Kept)


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("def f(\n    a: int,\n    b: str,\n) -> None:\n    pass", "def f(\n    a,\n    b,\n):\n    pass"),
        ("async def f(a: 'x->y') -> 'int':\n    pass", "async def f(a):\n    pass"),
        ("def f(a: int, /, *, b: int) -> int: ...", "def f(a, /, *, b): ..."),
        ("def f():\n    x: int\n    x = 1", "def f():\n    x: int\n    x = 1"),
        (
            "def f():\n  try:\n    a: int = 1\n  except E:\n    b: int = 2\n  finally:\n    c: int = 3",
            "def f():\n  try:\n    a = 1\n  except E:\n    b = 2\n  finally:\n    c = 3",
        ),
        ("class A:\n    x: int = 1\n    def f(self) -> int:\n        self.y: int = 2", None),
    ],
)
def test_the_result_still_compiles(source: str, wanted: str | None) -> None:
    cut = without_annotations(source)
    compile(cut, "cut", "exec")
    assert cut == (wanted or "class A:\n    x: int = 1\n    def f(self):\n        self.y = 2")
