"""Lesson 04's checks take other right answers, and name the mistake that was made."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from course_lib.exercises.lesson_04 import answers, lesson, programs
from course_lib.lesson import judge

AT_THE_CALL = """
def show():
    return "the secret" if require("./session").role == "admin" else "please log in"
exports.show = show
"""

LATE_IN_USER = """
class User:
    def __init__(self, name):
        self.name = name
    def welcome(self):
        return require("./mail").greet(self.name)
module.exports = User
"""


class Require:
    """A class in place of a closure."""

    def __init__(self, files: Any) -> None:
        self.files, self.cache = files, {}

    def __call__(self, path: str) -> Any:
        if path not in self.cache:
            module = self.cache[path] = SimpleNamespace(exports=SimpleNamespace())
            try:
                self.files[path](module.exports, self, module)
            except Exception:
                self.cache.pop(path)
                raise
        return self.cache[path].exports


def swallows(files: Any) -> Any:
    inside = answers.make_require(files)

    def require(path: str) -> Any:
        try:
            return inside(path)
        except ValueError:
            return None

    require.cache = inside.cache
    return require


def with_a_stack(graph: Any, entry: str) -> list[str]:
    order: list[str] = []
    seen, stack = {entry}, [(entry, iter(graph[entry]))]
    while stack:
        name, others = stack[-1]
        for other in others:
            if other not in seen:
                seen.add(other)
                stack.append((other, iter(graph[other])))
                break
        else:
            order.append(name)
            stack.pop()
    return order


def exercise(id: str) -> Any:
    return next(one for one in lesson.exercises if one.id == id)


@pytest.mark.parametrize(
    ("id", "answer"),
    [
        ("04-1", AT_THE_CALL),
        ("04-2", Require),
        ("04-3", {**programs.WAYS, "late": {"user.py": LATE_IN_USER}}),
        ("04-5", with_a_stack),
    ],
)
def test_another_right_answer_is_right(id, answer):
    assert str(judge(exercise(id), answer)) == f"{id}: correct"


@pytest.mark.parametrize(
    ("id", "answer", "says"),
    [
        ("04-1", "def show(:", "ModuleSyntaxError"),
        ("04-2", swallows, "let its error through"),
        ("04-3", {"late": programs.WAYS["late"]}, "under 'early'"),
        ("04-3", {**programs.WAYS, "late": {"mail.py": "def greet(:"}}, "line 1"),
        ("04-3", "three ways", "no dictionary"),
        ("04-6", lambda modules, entry: answers.unused(modules, entry)[::-1], "has to be sorted"),
        ("04-6", lambda modules, entry: [name for _, name in answers.unused(modules, entry)], "pairs"),
    ],
)
def test_the_mistake_that_was_made_is_named(id, answer, says):
    verdict = judge(exercise(id), answer)
    assert verdict.state == "wrong", str(verdict)
    assert says in verdict.sentence
