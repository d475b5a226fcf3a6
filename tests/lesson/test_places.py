from __future__ import annotations

from pathlib import Path

import pytest

from course_lib.lesson.places import data_folder

HOME = Path("home")


@pytest.mark.parametrize(
    ("environ", "platform", "folder"),
    [
        ({"COURSE_DATA_DIR": "here"}, "win32", Path("here")),
        ({"COURSE_DATA_DIR": ""}, "linux", HOME / ".local/share/loop-to-cluster"),
        ({}, "linux", HOME / ".local/share/loop-to-cluster"),
        ({"XDG_DATA_HOME": "xdg"}, "linux", Path("xdg/loop-to-cluster")),
        ({}, "darwin", HOME / "Library/Application Support/loop-to-cluster"),
        ({"LOCALAPPDATA": "local"}, "win32", Path("local/loop-to-cluster")),
        ({}, "win32", HOME / "AppData/Local/loop-to-cluster"),
    ],
)
def test_the_platforms_own_folder_is_used(environ: dict[str, str], platform: str, folder: Path) -> None:
    assert data_folder(environ, platform=platform, home=HOME) == folder
