"""Before there is an environment, there is only the standard library."""

from __future__ import annotations

import subprocess
import sys

import pytest

from course_lib.commands.places import ROOT

SHOW = "print(*sorted({name.split('.')[0] for name in sys.modules} - sys.stdlib_module_names))"


@pytest.mark.parametrize("module", ["course_lib", "course_lib.record", "course_lib.commands.cli"])
def test_imports_only_the_standard_library(module):
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import {module}; {SHOW}"
    done = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) <= {"course_lib", "__main__"}


def test_the_door_explains_itself_without_packages(tmp_path):
    done = subprocess.run(
        [sys.executable, "-S", "-m", "course_lib", "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for name in ("lab", "test", "run", "doctor", "refresh"):
        assert f"\n  {name} " in done.stdout


def test_an_old_python_can_read_the_door():
    """The file has nothing that a Python from before 3.11 could not compile: it must get to its sentence."""
    source = (ROOT / "course_lib" / "__main__.py").read_text(encoding="ascii")
    compile(source, "__main__.py", "exec", dont_inherit=True)
    head = source.split("from course_lib")[0]
    assert 'f"' not in head
    assert ":=" not in head
    assert "->" not in head
    assert "from __future__ import annotations" not in (ROOT / "course_lib" / "__init__.py").read_text(encoding="utf-8")
