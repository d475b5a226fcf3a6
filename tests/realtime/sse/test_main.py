"""``python3 -m course_lib.realtime.sse``: streams to JSON and back."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from course_lib.commands.places import ROOT
from course_lib.realtime.sse import Parser, encode
from course_lib.realtime.sse import __main__ as command

STREAM = (
    b'\xef\xbb\xbfretry: 10\r\nid: 7\r\nevent: caf\xc3\xa9\r\ndata: "a"\r\ndata: b\r\n\r\nid: 8\r\n\r\ndata: cut off'
)
SHOWN = {
    "events": [{"type": "café", "data": '"a"\nb', "lastEventId": "7"}],
    "last_event_id": "8",
    "retry_ms": 10,
}


@pytest.fixture
def stream(tmp_path: Path) -> Path:
    path = tmp_path / "stream"
    path.write_bytes(STREAM)
    return path


@pytest.mark.parametrize("chunk", [[], ["--chunk", "0"], ["--chunk", "1"], ["--chunk", "5"]])
def test_it_prints_a_line_of_json_for_each_file(
    stream: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], chunk: list[str]
) -> None:
    (tmp_path / "empty").touch()
    assert command.main([str(stream), str(tmp_path / "empty"), *chunk]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines == [SHOWN, {"events": [], "last_event_id": "", "retry_ms": None}]


def test_it_runs_from_a_shell_and_back(stream: Path, tmp_path: Path) -> None:
    def run(*arguments: str, given: bytes = b"") -> bytes:
        done = subprocess.run(
            [sys.executable, "-m", "course_lib.realtime.sse", *arguments], input=given, capture_output=True, cwd=ROOT
        )
        assert (done.returncode, done.stderr) == (0, b"")
        return done.stdout

    events = [{"data": "a\nb", "event": "x", "id": "7", "retry": 10}, {"data": "é\u2028", "id": 8}, {"data": ""}]
    written = run("--encode", given="\n".join(map(json.dumps, events)).encode() + b"\n\n")
    assert written == b"".join(encode(**event) for event in events)  # type: ignore[arg-type]
    (tmp_path / "written").write_bytes(written)
    first, second = map(json.loads, run(str(stream), str(tmp_path / "written"), "--chunk", "1").splitlines())
    assert first == SHOWN
    assert [event["data"] for event in second["events"]] == ["a\nb", "é\u2028", ""]
    assert (second["last_event_id"], second["retry_ms"]) == ("8", 10)


@pytest.mark.parametrize(
    "line",
    [
        b"nonsense",
        b"[]",
        b"7",
        b"{}",
        b'{"data": null}',
        b'{"data": 7}',
        b'{"event": "x"}',
        b'{"data": "x", "Event": "y"}',
        b'{"data": "x", "id": "1\\n"}',
        b'{"data": "x", "event": "a\\rb"}',
        b'{"data": "x", "id": "1\\u0000"}',
        b'{"data": "x", "retry": -1}',
        b'{"data": "x", "retry": "1"}',
        b'{"data": "x", "retry": 1.5}',
        b'{"data": "\\ud800"}',
        b'{"data": "\xff"}',
        b"[" * 100_000,
    ],
)
def test_a_bad_line_is_named(line: bytes, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "events"
    path.write_bytes(b'{"data": "good", "id": null}\n\n' + line + b'\n{"data": "not reached"}\n')
    assert command.main(["--encode", str(path)]) == 2
    out, err = capfd.readouterr()
    assert out in ("data: good\n\n", "")
    assert err.startswith(f"{path}, line 3: expected ")
    assert err.count("\n") == 1
    assert len(err) < len(str(path)) + 200


def test_stdin_is_read_without_files(
    capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b'{"data": "x"}\r\n')))
    path = tmp_path / "events"
    path.write_bytes(b'{"data": "y"}')
    assert command.main(["--encode", str(path)]) == 0
    assert command.main(["--encode"]) == 0
    sys.stdout.flush()
    assert capfdbinary.readouterr().out == b"data: y\n\ndata: x\n\n"


def test_a_file_is_read_in_pieces() -> None:
    assert list(command.pieces(io.BytesIO(b"abcde"), 2)) == [b"ab", b"cd", b"e"]
    assert list(command.pieces(io.BytesIO(b"abcde"), 0)) == [b"abcde"]


def test_what_cannot_be_read_is_a_sentence(
    stream: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert command.main([str(stream), str(stream.parent / "nowhere")]) == 2
    out, err = capsys.readouterr()
    assert json.loads(out) == SHOWN
    assert err.startswith("expected a file that can be read: ")
    monkeypatch.setattr(command, "Parser", lambda: Parser(limit=12))
    assert command.main([str(stream)]) == 2
    assert capsys.readouterr() == ("", f"{stream}: expected a line of at most 12 bytes, got more\n")


@pytest.mark.parametrize("arguments", [[], ["--chunk", "-1", "x"], ["--chunk", "x", "y"]])
def test_a_wrong_call_shows_how(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        command.main(arguments)
    assert ended.value.code == 2
    assert "usage:" in capsys.readouterr().err
