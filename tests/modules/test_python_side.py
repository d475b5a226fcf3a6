"""Python's own imports come and go without a trace."""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.util
import sys

import pytest

from course_lib.modules import has_lazy_imports, importing, lazy


def test_imports_leave_nothing_behind():
    before = set(sys.modules), list(sys.path), list(sys.meta_path), sys.dont_write_bytecode
    with importing({"course_probe.py": "n = 1", "course_pack/__init__.py": "", "course_pack/inner.py": "m = 2"}):
        assert importlib.import_module("course_probe").n == 1
        assert importlib.import_module("course_pack.inner").m == 2
    assert (set(sys.modules), list(sys.path), list(sys.meta_path), sys.dont_write_bytecode) == before
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("course_probe")


def test_a_standard_module_that_was_first_imported_inside_stays():
    sys.modules.pop("this_is_not_loaded", None)
    loaded = "colorsys" in sys.modules
    with importing({"course_probe.py": "import colorsys"}):
        importlib.import_module("course_probe")
    assert "colorsys" in sys.modules
    if not loaded:
        del sys.modules["colorsys"]


def test_a_cycle_shows_a_partially_initialised_module():
    files = {
        "course_a.py": "import course_b\nlate = 1",
        "course_b.py": "import course_a\nseen = course_a.late",
    }
    with importing(files), pytest.raises(AttributeError, match="partially initialized module 'course_a'"):
        importlib.import_module("course_a")
    assert "course_a" not in sys.modules


def test_a_finder_of_ones_own_and_its_modules_go():
    class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
        def find_spec(self, name, path=None, target=None):
            return importlib.util.spec_from_loader(name, self) if name == "course_made_up" else None

        def exec_module(self, module):
            module.n = 42

    with importing({}):
        sys.meta_path.insert(0, Finder())
        assert importlib.import_module("course_made_up").n == 42
    assert "course_made_up" not in sys.modules


def test_a_lazy_module_runs_at_the_first_read():
    ran = []
    sys.course_ran = ran
    try:
        with importing({"course_slow.py": "import sys\nsys.course_ran.append('ran')\nn = 1"}):
            module = lazy("course_slow")
            assert ran == []
            assert module.n == 1
            assert ran == ["ran"]
            with pytest.raises(ModuleNotFoundError):
                lazy("course_nowhere")
    finally:
        del sys.course_ran


def test_lazy_imports_are_looked_for_in_the_interpreter():
    assert has_lazy_imports() == (sys.version_info >= (3, 15))
