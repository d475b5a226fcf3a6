"""Running Node.js programs to their end."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from course_lib import node


def test_lines_come_in_order_with_rising_times() -> None:
    result = node.run(
        "console.log('a'); setTimeout(() => console.log('b'), 30); process.nextTick(() => console.log('é'))"
    )
    assert result.lines == ["a", "é", "b"]
    assert result.exit_code == 0
    assert result.record.kinds == ("output",)
    first, second, third = (event.at for event in result.record)
    assert 0 < first <= second < third <= result.duration
    assert third - second > 0.02


def test_stderr_is_kept_apart() -> None:
    result = node.run("console.error('oh'); console.log('ah')")
    assert (result.stdout, result.stderr) == ("ah\n", "oh\n")
    assert result.record.labels(lane="stderr") == ["oh"]


def test_an_uncaught_error_is_a_result_with_its_place() -> None:
    result = node.run("console.log(1)\nnull.x")
    assert result.exit_code == 1
    assert result.lines == ["1"]
    assert "/program/main.cjs:2" in result.stderr
    assert "TypeError" in result.stderr


def test_modules_are_read_as_asked() -> None:
    esm = node.run("import fs from 'node:fs'; console.log(typeof require, import.meta.url, await 1)", "esm")
    assert esm.lines == ["undefined file:///program/main.mjs 1"]
    assert node.run("console.log(typeof require, __filename)").lines == ["function /program/main.cjs"]


def test_the_order_of_ticks_and_promises_shows_which_module_kind_it_was() -> None:
    source = "process.nextTick(() => console.log('tick')); Promise.resolve().then(() => console.log('promise'))"
    assert node.run(source).lines == ["tick", "promise"]
    assert node.run(source, "esm").lines == ["promise", "tick"]


def test_arguments_stdin_flags_and_files_arrive() -> None:
    source = """
    const other = require('./lib/other.cjs');
    process.stdin.on('data', (data) => console.log(process.argv.slice(2).join(), String(data), other.n, typeof gc));
    """
    files = {"lib/other.cjs": "exports.n = 42"}
    result = node.run(source, args=["x y", "é"], stdin="ünd", files=files, flags=["--expose-gc"])
    assert result.lines == ["x y,é ünd 42 function"]


def test_stdin_is_empty_by_default() -> None:
    assert node.run("process.stdin.on('end', () => console.log('end')).resume()").lines == ["end"]


def test_a_program_that_stays_is_ended_and_the_error_says_what_it_printed() -> None:
    with pytest.raises(node.NodeTimeout) as failed:
        node.run("console.log('so far'); console.error('hm'); setInterval(() => {}, 1000)", timeout=0.6)
    words = str(failed.value)
    assert "within 0.6 seconds" in words
    assert "so far" in words
    assert "hm" in words
    assert failed.value.lines == ["so far"]
    assert isinstance(failed.value, TimeoutError)


def test_output_is_bounded_and_what_was_dropped_is_counted() -> None:
    source = "for (let i = 0; i < 400; i++) console.log('x'.repeat(8000))"
    result = node.run(source)
    assert len(result.stdout) < 1.1e6
    assert len(result.lines) + int(str(result.record.meta["dropped"])) == 400


def test_an_interrupt_ends_the_program_at_once(interrupt_after: Callable[[float], None]) -> None:
    node.find()
    interrupt_after(0.3)
    with pytest.raises(KeyboardInterrupt):
        node.run("setInterval(() => {}, 1000)", timeout=30)


def test_an_unknown_module_kind_is_refused() -> None:
    with pytest.raises(ValueError, match='expected module "commonjs" or "esm", got \'amd\''):
        node.run("", "amd")  # type: ignore[arg-type]


def test_a_file_outside_the_folder_is_refused() -> None:
    with pytest.raises(ValueError, match="expected a file name inside the program's folder"):
        node.run("", files={"../escaped.js": ""})


def test_our_environment_does_not_change_how_node_behaves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NODE_OPTIONS", "--no-such-option")
    assert node.run("console.log(1)").lines == ["1"]


def test_repr_is_the_same_in_every_run() -> None:
    assert repr(node.run("console.log(1)")) == "<NodeRun: exit code 0, 1 lines>"
