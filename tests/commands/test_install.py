"""`install`: made once, made whole, or explained in a sentence."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from types import SimpleNamespace

import pytest

from course_lib.commands import install, pip, places
from course_lib.commands.places import ROOT

ENSURE = "from course_lib.commands import install; print(install.ensure())"


@pytest.fixture
def course(tmp_path, monkeypatch):
    """The installer over another folder, with pip and venv replaced by what leaves traces."""
    for name in ("requirements.txt", "tests/requirements.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"# {name}\n")
    calls = []

    def make_venv():
        shutil.rmtree(tmp_path / ".venv", ignore_errors=True)
        places.venv_python().parent.mkdir(parents=True)
        places.venv_python().write_text("")
        calls.append("venv")

    def install_lock(python, lock, site_packages):
        assert not (tmp_path / ".venv" / "course-ok").exists(), "the stamp must come last"
        site_packages.mkdir(parents=True, exist_ok=True)
        calls.append(lock.relative_to(tmp_path).as_posix())

    monkeypatch.setattr(places, "ROOT", tmp_path)
    monkeypatch.setattr(install, "ROOT", tmp_path)
    monkeypatch.delenv("COURSE_VENV", raising=False)
    monkeypatch.setattr(install, "_make_venv", make_venv)
    monkeypatch.setattr(pip, "install", install_lock)
    return SimpleNamespace(root=tmp_path, calls=calls, stamp=tmp_path / ".venv" / "course-ok")


def test_made_once(course):
    assert not install.ready()
    assert install.ensure() == places.venv_python()
    assert install.ensure() == places.venv_python()
    assert course.calls == ["venv", "requirements.txt"]
    assert install.ready()


def test_the_environment_finds_the_course_and_asks_nothing_about_news(course):
    install.ensure()
    assert (install.site_packages() / "course.pth").read_text() == f"{course.root}\n"
    defaults = course.root / ".venv" / "etc" / "jupyter" / "labconfig" / "default_setting_overrides.json"
    assert json.loads(defaults.read_text())["@jupyterlab/apputils-extension:notification"]["fetchNews"] == "false"


def test_tests_add_to_what_is_there(course):
    install.ensure()
    install.ensure(tests=True)
    assert course.calls == ["venv", "requirements.txt", "tests/requirements.txt"]
    assert install.ready()
    assert install.ready(tests=True)


def test_a_new_lock_is_installed_into_the_same_environment(course):
    install.ensure(tests=True)
    (course.root / "requirements.txt").write_text("# newer\n")
    assert not install.ready()
    install.ensure()
    assert course.calls == ["venv", "tests/requirements.txt", "tests/requirements.txt"]
    assert install.ready(tests=True)


@pytest.mark.parametrize("stamp", [None, "", "[]", "{not json", '{"place": "elsewhere", "lock": "x"}'])
def test_an_interrupted_or_foreign_environment_starts_over(course, stamp):
    install.ensure()
    junk = course.root / ".venv" / "half-installed"
    junk.write_text("")
    course.stamp.unlink() if stamp is None else course.stamp.write_text(stamp)
    assert not install.ready()
    install.ensure()
    assert course.calls == ["venv", "requirements.txt"] * 2
    assert not junk.exists()


def test_an_environment_without_its_interpreter_starts_over(course):
    install.ensure()
    places.venv_python().unlink()
    install.ensure()
    assert course.calls == ["venv", "requirements.txt"] * 2


@pytest.mark.skipif(os.name == "nt", reason="Windows lets nobody but administrators make links")
def test_a_linked_environment_is_unlinked_and_never_emptied(tmp_path, monkeypatch):
    others = tmp_path / "others"
    others.mkdir()
    (others / "precious.txt").write_text("kept")
    (tmp_path / ".venv").symlink_to(others, target_is_directory=True)
    monkeypatch.setattr(places, "ROOT", tmp_path)
    monkeypatch.delenv("COURSE_VENV", raising=False)
    install._make_venv()
    assert places.venv_python().exists()
    assert [path.name for path in others.iterdir()] == ["precious.txt"]


def test_a_failed_installation_leaves_no_stamp(course, monkeypatch):
    def fail(*_):
        raise pip.PipError("ERROR: No matching distribution found for numpy==9")

    monkeypatch.setattr(pip, "install", fail)
    with pytest.raises(install.InstallError, match="no numpy==9"):
        install.ensure()
    assert not course.stamp.exists()


def test_a_full_disk_is_seen_before_anything_is_made(course, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=100_000_000))
    with pytest.raises(install.InstallError, match="needs 900 MB and the disk has 100 MB left: free some space"):
        install.ensure()
    assert course.calls == []


@pytest.mark.parametrize(("apt", "words"), [("/usr/bin/apt", "sudo apt install python3"), (None, "www.python.org")])
def test_a_python_without_ensurepip_is_told_what_to_install(course, monkeypatch, apt, words):
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "ensurepip" else find(name))
    monkeypatch.setattr(shutil, "which", lambda name: apt)
    with pytest.raises(install.InstallError, match=words):
        install.ensure()
    assert course.calls == []


def test_a_folder_that_cannot_be_written_is_a_sentence(course, monkeypatch):
    def refuse():
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(install, "_make_venv", refuse)
    with pytest.raises(install.InstallError, match="may not write to"):
        install.ensure()


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A copy of the course with empty locks: a real venv and a real pip, and nothing to download."""
    root = tmp_path_factory.mktemp("course with a space")
    shutil.copytree(ROOT / "course_lib", root / "course_lib", ignore=shutil.ignore_patterns("__pycache__"))
    (root / "tests").mkdir()
    for name in ("requirements.txt", "tests/requirements.txt"):
        (root / name).write_text("")
    return root


def start(copy, *arguments, **environment):
    env = {key: value for key, value in os.environ.items() if not key.startswith("COVERAGE_")}
    env.pop("COURSE_VENV", None)
    base = getattr(sys, "_base_executable", sys.executable)
    return subprocess.Popen(
        [base, *arguments],
        cwd=copy,
        env={**env, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_two_first_starts_at_once_share_one_installation(copy, tmp_path):
    both = [start(copy, "-c", ENSURE) for _ in range(2)]
    said = [process.communicate(timeout=120) for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert sorted("Making .venv" in err for _, err in said) == [False, True]
    assert len({out for out, _ in said}) == 1
    python = said[0][0].strip()
    where = subprocess.run(
        [python, "-c", "import course_lib; print(course_lib.__file__)"],
        cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert where.stdout.strip() == str(copy / "course_lib" / "__init__.py")


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"PIP_NO_INDEX": "1"}, "pip's index has no course-nowhere==1.0 for this Python"),
        ({"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_RETRIES": "0"}, "pip"),
    ],
)
def test_no_index_is_one_sentence_and_exit_code_1(copy, environment, words):
    (copy / "requirements.txt").write_text("course-nowhere==1.0\n")
    try:
        process = start(copy, "-m", "course_lib", "lab", **environment)
        out, err = process.communicate(timeout=120)
    finally:
        (copy / "requirements.txt").write_text("")
    assert process.returncode == 1
    assert words in err.splitlines()[-1]
    assert "then start again." in err.splitlines()[-1]
    assert "Traceback" not in err + out
