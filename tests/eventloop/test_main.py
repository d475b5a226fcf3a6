"""The command ``python -m course_lib.eventloop``."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def command(*args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "course_lib.eventloop", *args],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=ROOT,
        timeout=60,
        check=False,
    )


def write(folder: Path, data: object) -> str:
    path = folder / "programs.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    return str(path)


GOOD = {"id": "good", "mode": "cjs", "body": [["log", "a"], ["tick", [["log", "b"]]]]}
ROWS = {"id": "good", "rows": [["a", "main", "cb"], ["b", "main", "tick"]]}


@pytest.mark.parametrize("data", [{"programs": [GOOD]}, [GOOD], GOOD], ids=["object", "list", "one"])
def test_one_line_per_program(tmp_path: Path, data: object) -> None:
    done = command(write(tmp_path, data))
    assert [json.loads(line) for line in done.stdout.splitlines()] == [ROWS]
    assert (done.returncode, done.stderr) == (0, "")


def test_what_fails_or_hangs_does_not_stop_the_rest(tmp_path: Path) -> None:
    bad = [
        {"id": "unknown", "body": [["jump"]]},
        {"id": "never ends", "body": [["interval", 5, -1, []]]},
        {"id": "never returns", "body": [["busy", 1e9]]},
        7,
    ]
    done = command(write(tmp_path, [*bad, GOOD]), "--timeout", "0.2")
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["id"] for answer in answers] == ["unknown", "never ends", "never returns", None, "good"]
    errors = [answer.get("error", "") for answer in answers]
    assert errors[0].startswith("ProgramError: expected a statement")
    assert errors[1].startswith("LoopLimit: the program did not end within 0.2 s")
    assert errors[2] == "no result within 0.2 s: a callback did not return"
    assert errors[3].startswith("ProgramError: expected a program")
    assert answers[4] == ROWS
    assert done.returncode == 1


def test_what_is_no_file_of_programs(tmp_path: Path) -> None:
    missing = command(str(tmp_path / "none.json"))
    assert missing.returncode == 2
    assert missing.stderr.startswith("expected a JSON file of programs in ")
    (tmp_path / "bad.json").write_text("{", encoding="utf-8")
    assert command(str(tmp_path / "bad.json")).returncode == 2
    assert "expected a file of programs" in command().stderr
