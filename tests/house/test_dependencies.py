"""What the course stands on: each direct dependency with its reason, and two locks that agree with them."""

from __future__ import annotations

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from course_lib.commands.pip import pins
from course_lib.commands.places import ROOT

PYPROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
PROJECT = tomllib.loads(PYPROJECT)["project"]
LOCKS = {"requirements.txt": ROOT / "requirements.txt", "tests/requirements.txt": ROOT / "tests" / "requirements.txt"}
DIRECT = PROJECT["dependencies"]
TESTS = PROJECT["optional-dependencies"]["test"]


@pytest.mark.parametrize("dependency", DIRECT + TESTS)
def test_has_its_reason_beside_it(dependency):
    assert re.search(rf'^\s*"{re.escape(dependency)}",\s+# \w.{{8,}}', PYPROJECT, re.MULTILINE)


@pytest.mark.parametrize(
    ("lock", "dependency"),
    [("requirements.txt", one) for one in DIRECT] + [("tests/requirements.txt", one) for one in DIRECT + TESTS],
)
def test_is_pinned_as_asked(lock, dependency):
    wanted = Requirement(dependency)
    pinned = {canonicalize_name(name): versions for name, versions in pins(LOCKS[lock]).items()}
    versions = [version for version, _ in pinned[canonicalize_name(wanted.name)]]
    assert versions
    assert all(wanted.specifier.contains(version) for version in versions)


def test_the_tests_run_on_what_learners_have():
    learners, tests = pins(LOCKS["requirements.txt"]), pins(LOCKS["tests/requirements.txt"])
    assert {name: tests.get(name) for name in learners} == learners


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_is_complete_and_names_no_place(lock):
    text = LOCKS[lock].read_text(encoding="utf-8")
    head, body = (
        text.split("\n", 1)[0],
        [line for line in text.splitlines() if line and not line.lstrip().startswith("#")],
    )
    assert "uv" in head
    assert all(re.fullmatch(r"[a-z0-9.-]+==[^\s;]+(?: ; .+)?", line) for line in body)
    assert "://" not in text
    assert not re.search(r"(?:^|\s)/\w|--(?:extra-)?index-url|--find-links", text)


def test_every_marker_of_the_locks_is_understood():
    """`doctor` reads markers without packages; what it does not know it takes as true."""
    known = r"(?:sys_platform|os_name|platform_python_implementation|implementation_name|python_full_version)"
    one = rf"\(?{known} (?:==|!=|<|<=|>|>=) '[^']*'\)?"
    for versions in pins(LOCKS["tests/requirements.txt"]).values():
        for _, marker in versions:
            assert not marker or re.fullmatch(rf"{one}(?: (?:and|or) {one})*", marker), marker
