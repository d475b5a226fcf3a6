"""The checks of notebooks can fail: small notebooks, each with one fault."""

from __future__ import annotations

import sys

import pytest

from course_lib.commands.places import ROOT
from tests.notebooks.build import code, notebook, prose, result, stream, write
from tests.notebooks.checks import (
    alt_problems,
    compared,
    exercises,
    link_problems,
    text_link_problems,
    unsolved_problems,
    verdicts,
)
from tests.notebooks.session import Session
from tests.notebooks.test_run_all import study

PNG = "iVBORw0KGgo="


def test_what_nbval_compares_is_counted():
    silent = code("x = 1", id="silent")
    picture = code("p", result(image__png=PNG), id="picture")
    ignored = code("i", stream("1\n"), tags=("nbval-ignore-output",))
    skipped = code("s", stream("1\n"), tags=("nbval-skip",))
    marked = code("# NBVAL_IGNORE_OUTPUT\nm", stream("1\n"))
    uncounted = code("u", stream("1\n"))
    made = notebook(
        silent,
        picture,
        ignored,
        skipped,
        marked,
        uncounted,
        code("a", stream("1\n")),
        code("b", result(text__html="<b>1</b>")),
    )
    made.cells[5].execution_count = None
    assert compared(made) == 2


@pytest.mark.parametrize(
    ("cell", "fault"),
    [
        (prose("![](images/a.png)"), "![](images/a.png)"),
        (prose("![a curve that rises](images/a.png)"), None),
        (prose("`![](in code)`"), None),
        (prose('<img src="a.png">'), "without alt text"),
        (prose('<img src="a.png" alt="a curve">'), None),
        (code("x", result(text__html="<svg><path/></svg>")), "without role=img"),
        (code("x", result(text__html='<svg role="img" aria-label="a curve"></svg>')), None),
        (code("x", result(text__html='<svg aria-hidden="true"></svg>')), None),
        (code("x", result(image__png=PNG, text__plain="<Figure size 640x480 with 1 Axes>")), "with nothing but"),
        (code("x", result(image__png=PNG, text__plain="VBox(children=(IntSlider(value=0),))")), "with nothing but"),
        (code("x", result(image__png=PNG)), "with nothing but"),
        (code("x", result(image__png=PNG, text__plain="Picture: p99 rises with load")), None),
        (code("x", result({"image/png": {"alt": "p99 rises"}}, image__png=PNG)), None),
    ],
)
def test_pictures_without_words_are_seen(cell, fault):
    found = alt_problems(notebook(cell))
    assert (fault is None and found == []) or (len(found) == 1 and fault in found[0])


@pytest.mark.parametrize(
    ("link", "fault"),
    [
        ("01_b.ipynb", None),
        ("01_b.ipynb#The-poll-phase", None),
        ("01_b.ipynb#here", None),
        ("01_b.ipynb#the-poll-phase", "leads to no heading"),
        ("09_c.ipynb", "leads to no file"),
        ("#Own-heading", None),
        ("#Nowhere", "leads to no heading"),
        ("../README.md#two-commands", None),
        ("../README.md#three-commands", "leads to no heading"),
        ("../lib/a.py#L10", None),
        ("../lib/b.py", "leads to no file"),
        ("https://nodejs.org/api/timers.html", None),
        ("https:/nodejs.org", "leads to no file"),
    ],
)
def test_dead_links_are_seen(tmp_path, link, fault):
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "a.py").touch()
    (tmp_path / "README.md").write_text(
        f"# Course\n\n## Two commands\n\n[x](notebooks/{link})\n" if link[0] == "0" else "## Two commands\n"
    )
    write(tmp_path / "notebooks" / "01_b.ipynb", prose('## The `poll` phase\n\n<a id="here"></a>'))
    path = tmp_path / "notebooks" / "00_a.ipynb"
    for cell in (prose(f"# Own heading\n\nsee [it]({link})"), code("x", result(text__html=f'<a href="{link}">it</a>'))):
        made = notebook(prose("# Own heading", id="own"), cell)
        write(path, *made.cells)
        found = link_problems(made, path)
        assert (fault is None and found == []) or (len(found) == 1 and fault in found[0])
    if link[0] == "0":
        assert bool(text_link_problems(tmp_path / "README.md")) == (fault is not None)


def test_links_in_code_are_no_links(tmp_path):
    assert link_problems(notebook(prose("`[x](nowhere)`\n\n```\n[y](nowhere)\n```")), tmp_path / "a.ipynb") == []


def test_a_solved_or_silent_exercise_is_seen():
    task = code("def f(): ...", tags=("exercise-01-1",))
    untried = code("check", result(text__plain="01-1: not attempted yet"))
    solved = code("check", result(text__plain="01-1: correct"))
    assert exercises(notebook(task, untried)) == {"01-1": 0}
    assert unsolved_problems(notebook(task, untried)) == []
    assert unsolved_problems(notebook(task, solved)) == [
        "expected a check that says '01-1: not attempted yet', got 'correct'"
    ]
    assert unsolved_problems(notebook(task)) == ["expected a check that says '01-1: not attempted yet', got ''"]


def test_a_verdict_is_what_was_said_last():
    outputs = [
        [stream("01-1: not yet: no\n")],
        [result(text__plain="01-1: correct\nwell done"), stream("01-10: correct\n")],
    ]
    assert verdicts(["01-1", "01-2"], outputs) == {"01-1": "correct", "01-2": ""}


SETUP = f"import sys; sys.path.insert(0, {str(ROOT)!r})"
LOSES_CELLS = """
import asyncio, nest_asyncio
nest_asyncio.apply()
asyncio.run(asyncio.sleep(0.05))
"""


def test_a_cell_that_loses_the_cells_behind_it_is_seen(tmp_path):
    """What nbval cannot see: a patched loop that runs inside itself breaks the kernel's queue."""
    with Session(tmp_path, tmp_path / "scratch") as session:
        result = session.run_all([LOSES_CELLS, "print(1)", "print(2)"], limit=3)
    assert any("not done after 3 s" in error for error in result.errors)


def test_what_a_notebook_leaves_is_seen(tmp_path):
    (tmp_path / "notebooks").mkdir()
    path = write(
        tmp_path / "notebooks" / "01_leaves.ipynb",
        code(SETUP, id="setup"),
        code("import socket\nserver = socket.create_server(('127.0.0.1', 0))", id="port"),
        code(
            "import subprocess\nchild = subprocess.Popen([sys.executable, '-c', 'input()'], stdin=subprocess.PIPE)",
            id="child",
        ),
        code(
            "import threading\nthreading.Thread(target=threading.Event().wait, name='idle', daemon=True).start()",
            id="thread",
        ),
        code(
            "import tempfile\nopen('made.txt', 'w').close()\nkept = tempfile.NamedTemporaryFile(delete=False)",
            id="files",
        ),
        code("def f(): raise NotImplementedError", tags=("exercise-01-1",), id="task"),
        code(
            "try:\n    print('01-1:', f())\nexcept NotImplementedError:\n    print('01-1: not attempted yet')",
            id="check",
        ),
    )
    studied = study(path, tmp_path / "scratch", {"01-1": "def f(): return 'correct'"}, patience=0)
    assert studied.unsolved.errors == studied.solved.errors == []
    assert verdicts(["01-1"], studied.unsolved.outputs) == {"01-1": "not attempted yet"}
    assert verdicts(["01-1"], studied.solved.outputs) == {"01-1": "correct"}
    left = "\n".join(studied.left)
    for words in (
        "process ",
        "'input()'"[1:-1],
        "listening port ",
        "made.txt",
        "thread idle",
        str(tmp_path / "scratch" / "tmp"),
    ):
        assert words in left
    assert sys.executable in left


def test_an_error_and_a_broken_budget_are_seen(tmp_path):
    path = write(
        tmp_path / "01_slow.ipynb",
        code("1 / 0", id="divide"),
        code("import threading; threading.Event().wait(60)", id="slow"),
    )
    studied = study(path, tmp_path / "scratch", {}, budget=1.5)
    assert studied.unsolved.errors[0] == "code cell 0: ZeroDivisionError: division by zero"
    assert "not done after 2 s: code cells 1" in studied.unsolved.errors[1]
    assert studied.unsolved.seconds > 1.4
