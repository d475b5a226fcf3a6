"""What is committed: nothing of the machine it was written on, and modules that a reader can take in."""

from __future__ import annotations

import ast
import io
import re
import shutil
import subprocess
import tokenize
from pathlib import Path

import pytest

from course_lib.commands.places import ROOT

MODULES = sorted((ROOT / "course_lib").rglob("*.py"))
LONGEST = 260
"""Lines of code, docstrings and comments not counted. House rule: about 200 with them."""

MACHINE = re.compile(r"/(?:home|root|Users|work)/[\w.]+|[A-Z]:\\\\?Users")


def name(path):
    return path.relative_to(ROOT).as_posix()


def committed() -> list[Path]:
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("no git repository here: the course was copied without its history")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / one for one in listed.split("\0") if one and (ROOT / one).is_file()]


def code_lines(source: str) -> int:
    """Lines that hold code: no docstring, comment or empty line."""
    holds: set[int] = set()
    skipped = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in skipped:
            holds.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            holds.difference_update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return len(holds)


def undocumented(source: str) -> list[str]:
    """Public modules, classes and functions without a docstring, as ``Class.method``."""
    tree = ast.parse(source)
    found = [] if ast.get_docstring(tree) else ["the module"]

    def look(body, prefix):
        for node in body:
            if not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) or node.name.startswith("_"):
                continue
            overload = any(
                "overload" in ast.unparse(one) or "setter" in ast.unparse(one) for one in node.decorator_list
            )
            if not ast.get_docstring(node) and not overload:
                found.append(prefix + node.name)
            if isinstance(node, ast.ClassDef):
                look(node.body, f"{prefix}{node.name}.")

    look(tree.body, "")
    return found


def exported(source: str) -> list[str] | None:
    """The names in ``__all__``; None where there is none."""
    for node in ast.parse(source).body:
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        if isinstance(target, ast.Name) and target.id == "__all__":
            return list(ast.literal_eval(node.value))
    return None


def test_nothing_of_this_machine_is_committed():
    found = []
    for path in committed():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture
        text = re.sub(r'"image/[a-z+]+": "[^"]*"', "", text)
        found += [f"{name(path)}: {hit}" for hit in MACHINE.findall(text) if path.name != Path(__file__).name]
    assert found == []


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_module_can_be_taken_in(path):
    source = path.read_text(encoding="utf-8")
    if not path.name.startswith("answers"):  # solutions and wrong answers look as a learner would write them
        assert undocumented(source) == []
    if not path.parent.name.startswith("lesson_"):  # a lesson's questions and tasks are data: as long as the lesson
        assert code_lines(source) <= LONGEST
    if path.name != "__main__.py" and path.parent != ROOT / "course_lib":
        names = exported(source)
        assert names is not None, "expected an explicit __all__"
        assert len(set(names)) == len(names)


def test_the_checks_see_what_they_look_for():
    assert undocumented("def f():\n    pass") == ["the module", "f"]
    assert undocumented('"""m"""\nclass A:\n    """a"""\n    def f(self): pass\n    def _g(self): pass') == ["A.f"]
    assert code_lines('"""doc\nmore"""\n\n# no\nx = 1\ny = (\n    2\n)\n') == 4
    assert exported("__all__ = ['a']") == ["a"]
    assert exported("a = 1") is None
    assert MACHINE.search("open('/home/" + "anna/x')")
