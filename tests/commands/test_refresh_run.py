"""`refresh` and `run`: the same execution, once to be kept and once to be looked at."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import pytest

from course_lib.commands import lessons, places, refresh, run
from tests.notebooks.build import code, prose, stream, write

MEASURED = (
    "from IPython.display import publish_display_data as show\n"
    "show({'text/plain': 'Summary'}, {'course': {'figures': [['p99 lag', 3.25, 'ms']]}})"
)


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course of two lessons; the second fails when it is asked to."""
    folder = tmp_path / "notebooks"
    folder.mkdir()
    write(folder / "00_start_here.ipynb", prose("# Start"), code("print('hello')", stream("old\n")), code(MEASURED))
    write(folder / "01_loop.ipynb", code("import os\nif os.path.exists('../fail'):\n    raise ValueError('asked to')"))
    monkeypatch.setattr(places, "NOTEBOOKS", folder)
    monkeypatch.setattr(places, "ROOT", tmp_path)
    return tmp_path


def test_refresh_writes_what_comes_out_now(course):
    path = course / "notebooks" / "00_start_here.ipynb"
    assert refresh.main(["00"]) == 0
    first = path.read_bytes()
    assert "hello" in json.dumps(json.loads(first)["cells"][1]["outputs"])
    assert b"figures" not in first.split(b'"outputs"')[-1].split(b'"source"')[0]
    assert b"\r" not in first
    assert refresh.main(["00"]) == 0
    assert path.read_bytes() == first


def test_refresh_leaves_a_failing_notebook_as_it_was_and_does_the_rest(course, capsys):
    (course / "fail").touch()
    before = (course / "notebooks" / "01_loop.ipynb").read_bytes()
    assert refresh.main(["01", "00"]) == 1
    assert (course / "notebooks" / "01_loop.ipynb").read_bytes() == before
    assert b"hello" in (course / "notebooks" / "00_start_here.ipynb").read_bytes()
    said = capsys.readouterr().err
    assert "not written; cell 0" in said
    assert "ValueError: asked to" in said


def test_refresh_says_what_must_not_be_committed(course, capsys):
    write(course / "notebooks" / "02_more.ipynb", code("print(object())"))
    assert refresh.main(["2"]) == 1
    assert "nothing of this machine in an output" in capsys.readouterr().err


def test_a_learners_progress_stays_out(course, monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_DATA_DIR", "mine")
    path = write(
        course / "notebooks" / "02_more.ipynb", code("import os\nprint(os.environ['COURSE_DATA_DIR'] == 'mine')")
    )
    assert refresh.main([str(path)]) == 0
    assert "False\\n" in path.read_text()
    assert os.environ["COURSE_DATA_DIR"] == "mine"


def test_run_prints_cells_seconds_and_figures(course, capsys):
    assert run.main([]) == 0
    out, err = capsys.readouterr()
    first, figure, second = out.splitlines()
    assert first.startswith("00_start_here: 2 cells in ")
    assert figure == "    p99 lag: 3.25 ms"
    assert second.startswith("01_loop: 1 cells in ")
    assert "notebooks/00_start_here.ipynb [########################] 2/2" in err


def test_run_shows_the_failing_cell_goes_on_and_exits_1(course, capsys):
    (course / "fail").touch()
    (course / "notebooks" / "03_broken.ipynb").write_text("{")
    assert run.main(["01", "03", "00"]) == 1
    out, err = capsys.readouterr()
    assert "01_loop: FAILED in cell 0" in out
    assert "    ValueError: asked to" in out
    assert "00_start_here: 2 cells" in out
    assert "expected a Jupyter notebook in 03_broken.ipynb" in err
    assert err.endswith("2 of 3 lessons failed\n")


def test_finds_the_lesson_beside_another(course):
    write(course / "notebooks" / "01b_beside.ipynb", code("1"))
    assert [path.stem for path in lessons.find(["1b", "1"])] == ["01b_beside", "01_loop"]


@pytest.mark.parametrize("name", ["1", "01", "01_loop", "01_loop.ipynb", "notebooks/01_loop.ipynb"])
def test_a_lesson_has_many_names(course, name):
    assert lessons.find([name]) == [course / "notebooks" / "01_loop.ipynb"]


def test_no_name_is_every_lesson_in_order(course):
    assert [path.stem for path in lessons.find([])] == ["00_start_here", "01_loop"]


def test_an_unknown_lesson_is_a_sentence(course):
    with pytest.raises(SystemExit, match="got '07'; the lessons are: 00_start_here, 01_loop"):
        lessons.find(["07"])


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for one process")
def test_the_stop_key_ends_it_with_a_sentence(tmp_path):
    waits = "import threading\nprint('waiting', flush=True)\nthreading.Event().wait()"
    path = write(tmp_path / "07_waits.ipynb", code("print(1)", id="first"), code(waits, id="waits"))
    process = subprocess.Popen(
        [sys.executable, "-m", "course_lib", "run", str(path)],
        cwd=places.ROOT,
        env={**os.environ, "COURSE_VENV": sys.prefix},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    said = []
    for line in process.stderr:
        said.append(line)
        if "1/2" in line:  # the second cell is on its way
            process.send_signal(signal.SIGINT)
            break
    out, rest = process.communicate(timeout=60)
    assert process.returncode == 1
    assert rest.splitlines()[-1].startswith("Interrupted"), said
    assert "FAILED" not in out
