from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from course_lib import node
from course_lib.lesson import load_ipython_extension, node_cell


class Shell:
    """As much of IPython as the magic needs."""

    def __init__(self) -> None:
        self.user_ns: dict[str, Any] = {}
        self.magics: dict[str, Callable[[str, str], None]] = {}

    def register_magic_function(self, function: Callable[[str, str], None], magic_kind: str, magic_name: str) -> None:
        self.magics[f"{magic_kind} {magic_name}"] = function


def test_output_is_printed_and_the_run_kept(capsys: pytest.CaptureFixture[str]) -> None:
    shell = Shell()
    load_ipython_extension(shell)
    load_ipython_extension(shell)
    shell.magics["cell node"]("--as run", "console.log('one');\nconsole.log('two');")
    assert capsys.readouterr().out == "one\ntwo\n"
    assert shell.user_ns["run"].lines == ["one", "two"]


def test_an_es_module_may_await(capsys: pytest.CaptureFixture[str]) -> None:
    name, run = node_cell.node_cell("--module esm", "console.log(await Promise.resolve('awaited'));")
    assert name == ""
    assert run is not None
    assert capsys.readouterr().out == "awaited\n"


def test_an_error_is_printed_with_the_exit_code_and_does_not_raise(capsys: pytest.CaptureFixture[str]) -> None:
    name, run = node_cell.node_cell("--as run", "console.log('before');\nthrow new Error('boom');")
    out = capsys.readouterr().out
    assert out.startswith("before\n[stderr]\n")
    assert "Error: boom" in out
    assert "/program/main" in out
    assert "node:internal" not in out
    assert "Node.js v" not in out
    assert out.endswith("[Node.js ended with exit code 1]\n")
    assert name == "run"
    assert run is not None
    assert run.exit_code == 1


def test_a_program_without_end_is_ended_with_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    shell = Shell()
    shell.user_ns["run"] = "of an earlier cell"
    node_cell.register(shell)
    shell.magics["cell node"]("--timeout 0.5 --as run", "setInterval(() => {}, 1000);")
    assert "expected the Node.js program to end within 0.5 seconds" in capsys.readouterr().out
    assert shell.user_ns["run"] is None


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("--module amd", "invalid choice: 'amd'"),
        ("--timeout soon", "invalid float value: 'soon'"),
        ("--as 1st", "expected a variable's name after --as, got '1st'"),
        ("--as class", "expected a variable's name after --as, got 'class'"),
        ("--what", "unrecognized arguments: --what"),
        ("--as 'open", "No closing quotation"),
    ],
)
def test_a_wrong_option_is_a_sentence(capsys: pytest.CaptureFixture[str], line: str, words: str) -> None:
    assert node_cell.node_cell(line, "1")[1] is None
    assert words in capsys.readouterr().out


def test_without_node_the_cell_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def missing() -> None:
        raise node.NodeMissing("expected Node.js 22.18 or newer, found none. Install it with: pip")

    monkeypatch.setattr("course_lib.node.program.find", missing)
    node_cell.node_cell("", "1")
    assert capsys.readouterr().out == "expected Node.js 22.18 or newer, found none. Install it with: pip\n"


def test_outside_ipython_nothing_is_registered() -> None:
    assert node_cell.register_here() is False
