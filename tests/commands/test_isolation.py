"""`isolation`: nothing of a learner in, nothing out."""

from __future__ import annotations

import os

import pytest

from course_lib.commands.isolation import isolated, isolation
from course_lib.commands.places import ROOT, in_venv, shown, venv


def test_everything_goes_into_the_folder(tmp_path):
    assert {"COURSE_DATA_DIR", "IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR"} <= isolation(tmp_path).keys()
    assert all(value.startswith(str(tmp_path)) for value in isolation(tmp_path).values())


def test_the_environment_comes_back_and_the_folder_goes(monkeypatch):
    monkeypatch.setenv("COURSE_DATA_DIR", "mine")
    monkeypatch.delenv("IPYTHONDIR", raising=False)
    with isolated() as folder:
        assert os.environ["COURSE_DATA_DIR"].startswith(str(folder))
    assert os.environ["COURSE_DATA_DIR"] == "mine"
    assert "IPYTHONDIR" not in os.environ
    assert not folder.exists()


def test_the_environment_comes_back_after_an_error_too(monkeypatch):
    monkeypatch.setenv("COURSE_DATA_DIR", "mine")
    with pytest.raises(RuntimeError, match="no"), isolated():
        raise RuntimeError("no")
    assert os.environ["COURSE_DATA_DIR"] == "mine"


def test_the_environment_may_lie_elsewhere(monkeypatch, tmp_path):
    monkeypatch.delenv("COURSE_VENV", raising=False)
    assert venv() == ROOT / ".venv"
    monkeypatch.setenv("COURSE_VENV", ".venv-3.12")
    assert venv() == ROOT / ".venv-3.12"
    assert shown(venv()) == ".venv-3.12"
    monkeypatch.setenv("COURSE_VENV", str(tmp_path))
    assert venv() == tmp_path
    assert not in_venv()
    assert shown(tmp_path) == str(tmp_path)
