from __future__ import annotations

import json
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from course_lib.lesson.progress import Progress

NOON = datetime(2025, 1, 2, 12, tzinfo=UTC)


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def progress(tmp_path: Path, said: list[str]) -> Progress:
    return Progress(tmp_path / "data", warn=said.append, now=lambda: NOON)


def test_nothing_is_written_before_there_is_something_to_keep(progress: Progress) -> None:
    assert progress.entries() == {}
    assert progress.get("01/quiz/a") == {}
    assert not progress.path.parent.exists()


def test_an_entry_is_kept_with_its_time(progress: Progress) -> None:
    progress.put("01/quiz/a", first="wrong")
    progress.put("01/quiz/a", right=True)
    assert progress.get("01/quiz/a") == {"first": "wrong", "right": True, "at": "2025-01-02T12:00:00+00:00"}
    assert [path.name for path in progress.path.parent.iterdir() if path.suffix == ".tmp"] == []


def test_another_kernel_sees_it_and_neither_loses_the_others(progress: Progress, said: list[str]) -> None:
    other = Progress(progress.path.parent, warn=said.append)
    progress.put("01/exercise/01-1", state="right")
    other.put("02/exercise/02-1", state="wrong")
    progress.put("01/exercise/01-2", state="right")
    assert sorted(other.entries()) == ["01/exercise/01-1", "01/exercise/01-2", "02/exercise/02-1"]
    assert said == []


def test_many_threads_and_processes_at_once_lose_nothing(progress: Progress) -> None:
    code = (
        "import sys; from pathlib import Path; from course_lib.lesson.progress import Progress\n"
        "p = Progress(Path(sys.argv[1]))\n"
        "[p.put(f'{sys.argv[2]}/quiz/{n}', right=True) for n in range(10)]"
    )
    folder = str(progress.path.parent)
    children = [subprocess.Popen([sys.executable, "-c", code, folder, name]) for name in ("01", "02")]
    threads = [
        threading.Thread(target=lambda name=name: [progress.put(f"{name}/quiz/{n}", right=True) for n in range(10)])
        for name in ("03", "04")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [child.wait(60) for child in children] == [0, 0]
    assert len(progress.entries()) == 40


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'{"progress": 2, "entries": {}}',
        b'{"progress": 1, "entries": {"a": 1}}',
        b"\xff\xfe",
        b'{"progress": 1}',
    ],
)
def test_a_damaged_file_is_set_aside_and_never_lost(progress: Progress, said: list[str], content: bytes) -> None:
    progress.path.parent.mkdir()
    progress.path.write_bytes(content)
    assert progress.entries() == {}
    aside = progress.path.with_name("progress.json.damaged-1")
    assert aside.read_bytes() == content
    assert len(said) == 1
    assert "could not be read" in said[0]
    assert str(aside) in said[0]
    progress.put("01/quiz/a", right=True)
    assert len(progress.entries()) == 1


def test_a_second_damaged_file_does_not_replace_the_first(progress: Progress) -> None:
    progress.path.parent.mkdir()
    for content in ("one", "two"):
        progress.path.write_text(content)
        progress.put("01/quiz/a", right=True)
    names = sorted(path.name for path in progress.path.parent.glob("*.damaged-*"))
    assert [progress.path.with_name(name).read_text() for name in names] == ["one", "two"]


def test_a_folder_that_cannot_be_written_stops_no_lesson(tmp_path: Path, said: list[str]) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    progress = Progress(tmp_path / "data", warn=said.append)
    progress.put("01/quiz/a", right=True)
    progress.put("01/quiz/b", right=True)
    assert len(progress.entries()) == 2
    assert len(said) == 1
    assert "remembered until this kernel stops" in said[0]
    assert repr(progress) == "<Progress in memory only>"


def test_a_write_that_fails_leaves_the_old_file(progress: Progress, said: list[str]) -> None:
    progress.put("01/quiz/a", right=True)
    before = progress.path.read_bytes()
    with pytest.raises(TypeError):
        progress.put("01/quiz/b", right=object())
    assert progress.path.read_bytes() == before
    assert not list(progress.path.parent.glob("*.tmp"))
    progress.put("01/quiz/c", right=True)
    assert sorted(progress.entries()) == ["01/quiz/a", "01/quiz/c"]


def test_forgetting_takes_a_lesson_or_all(progress: Progress) -> None:
    for key in ("01/quiz/a", "01/quiz/b", "02/quiz/a"):
        progress.put(key, right=True)
    progress.drop("01/")
    assert list(progress.entries()) == ["02/quiz/a"]
    progress.drop("")
    assert progress.entries() == {}
    assert json.loads(progress.path.read_text())["entries"] == {}


def test_the_file_is_readable_by_people(progress: Progress) -> None:
    progress.put("01/prediction/a", answer="später")
    assert "später" in progress.path.read_text(encoding="utf-8")


def test_a_file_nested_without_end_is_set_aside(progress: Progress, said: list[str]) -> None:
    progress.path.parent.mkdir()
    progress.path.write_text("[" * 100_000)
    assert progress.entries() == {}
    assert "nested too deeply" in said[0]
    assert progress.path.with_name("progress.json.damaged-1").exists()


def test_a_new_file_is_not_set_aside_for_the_old_ones_damage(
    progress: Progress, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    progress.path.parent.mkdir()
    progress.path.write_text("damaged")
    read = Path.read_bytes

    def read_then_the_other_kernel_repairs(path: Path) -> bytes:
        raw = read(path)
        monkeypatch.undo()
        Progress(progress.path.parent, warn=lambda _: None).put("01/quiz/a", right=True)
        return raw

    monkeypatch.setattr(Path, "read_bytes", read_then_the_other_kernel_repairs)
    assert list(progress.entries()) == ["01/quiz/a"]
    assert list(progress.entries()) == ["01/quiz/a"]
    assert said == []


def test_an_update_starts_from_what_another_kernel_has_just_written(progress: Progress) -> None:
    other = Progress(progress.path.parent)

    def count(times: Progress) -> None:
        for _ in range(25):
            times.update("k", lambda entry: {"n": entry.get("n", 0) + 1})

    threads = [threading.Thread(target=count, args=(one,)) for one in (progress, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert progress.get("k")["n"] == 50
