"""`cli`: which command runs where, with what."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from course_lib.commands import cli, doctor, install, words
from course_lib.commands.places import ROOT


@pytest.fixture
def door(monkeypatch, tmp_path):
    """The command line on a machine whose environment is ready; keeps the commands that would be run."""
    became = []
    monkeypatch.setattr(cli, "_become", lambda command: became.append(command) or 0)
    monkeypatch.setattr(install, "ready", lambda tests=False: True)
    monkeypatch.setattr(install, "ensure", lambda tests=False: Path("PYTHON"))
    monkeypatch.setattr(cli, "in_venv", lambda: True)
    monkeypatch.chdir(tmp_path)
    return became


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"], ["help"]])
def test_help_names_every_command(arguments, capsys):
    assert cli.main(arguments) == 0
    shown = capsys.readouterr().out
    for name, explained in words.COMMANDS.items():
        assert f"  {name}" in shown
        assert explained.short in shown


@pytest.mark.parametrize("name", words.COMMANDS)
def test_each_command_explains_itself(name, capsys, door):
    assert cli.main([name, "--help"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith(f"python3 -m course_lib {name}")
    assert len(shown) > 150
    assert door == []


def test_an_unknown_command_is_a_sentence_and_exit_code_2(capsys):
    assert cli.main(["lap"]) == 2
    assert capsys.readouterr().err.startswith("expected one of lab, test, run, doctor, refresh, got 'lap'")


def test_outside_the_environment_the_same_command_starts_again_inside(door, monkeypatch):
    monkeypatch.setattr(cli, "in_venv", lambda: False)
    assert cli.main(["lab", "--port=9000"]) == 0
    assert door == [["PYTHON", "-m", "course_lib", "lab", "--port=9000"]]


def test_lab_hands_its_options_to_jupyterlab(door, monkeypatch):
    monkeypatch.setattr(doctor, "check", list)
    cli.main(["lab", "--port=9000"])
    (command,) = door
    assert command[:3] == ["PYTHON", "-m", "jupyterlab"]
    assert command[-1] == "--port=9000"
    assert f"--ServerApp.root_dir={ROOT}" in command
    assert "--ServerApp.ip=localhost" in command
    assert "--LabApp.default_url=/lab/tree/notebooks/00_start_here.ipynb" in command


@pytest.mark.parametrize("option", ["--ip=0.0.0.0", "--ServerApp.ip=0.0.0.0"])
def test_a_learners_option_takes_the_place_of_ours(door, monkeypatch, option):
    monkeypatch.setattr(doctor, "check", list)
    cli.main(["lab", option])
    (command,) = door
    assert [one for one in command if "ip=" in one] == [option]


def test_lab_says_what_is_missing_and_goes_on(door, monkeypatch, capsys):
    lacking = [
        doctor.Finding("Node.js", False, "found none", "pip install it"),
        doctor.Finding("Redis", False, "x", "y", True),
    ]
    monkeypatch.setattr(doctor, "check", lambda: lacking)
    assert cli.main(["lab"]) == 0
    said = capsys.readouterr().err
    assert "pip install it" in said
    assert "Redis" not in said
    assert len(door) == 1


@pytest.mark.parametrize(("cores", "workers"), [(None, None), (1, None), (2, "2"), (64, "4")])
def test_test_is_everything_with_coverage_or_what_is_asked_for(door, monkeypatch, cores, workers):
    monkeypatch.setattr(os, "cpu_count", lambda: cores)
    cli.main(["test"])
    cli.main(["test", "tests/eventloop", "-q"])
    everything, chosen = door
    alone = ["PYTHON", "-m", "pytest", "--nbval", "--cov=course_lib", "--cov-report=term:skip-covered"]
    assert everything == alone + (["-n", workers, "--dist=loadfile", "--no-loadscope-reorder"] if workers else [])
    assert chosen == ["PYTHON", "-m", "pytest", "--nbval", "tests/eventloop", "-q"]
    assert Path.cwd() == ROOT


def test_only_test_asks_for_the_tests_packages(door, monkeypatch):
    asked = []
    monkeypatch.setattr(install, "ensure", lambda tests=False: asked.append(tests) or Path(sys.executable))
    monkeypatch.setattr(doctor, "check", list)
    cli.main(["lab"])
    cli.main(["test"])
    assert asked == [False, True]


def test_doctor_works_before_there_is_an_environment(door, monkeypatch):
    def refuse(tests=False):
        raise AssertionError("doctor must not install anything")

    monkeypatch.setattr(install, "ready", lambda tests=False: False)
    monkeypatch.setattr(install, "ensure", refuse)
    monkeypatch.setattr(doctor, "main", lambda: 1)
    assert cli.main(["doctor"]) == 1


def test_what_keeps_it_from_installing_is_one_sentence(door, monkeypatch, capsys):
    def fail(tests=False):
        raise install.InstallError("The disk is full: free about 900 MB, then start again.")

    monkeypatch.setattr(install, "ensure", fail)
    assert cli.main(["lab"]) == 1
    assert capsys.readouterr().err == "The disk is full: free about 900 MB, then start again.\n"


def test_an_interrupt_is_no_traceback(door, monkeypatch, capsys):
    def interrupt(tests=False):
        raise KeyboardInterrupt

    monkeypatch.setattr(install, "ensure", interrupt)
    assert cli.main(["test"]) == 1
    assert "the next start takes up from here" in capsys.readouterr().err
