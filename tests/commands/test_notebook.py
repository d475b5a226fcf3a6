"""`notebook`: executing without a screen, and the committed form."""

from __future__ import annotations

import nbformat
import pytest
from nbformat import v4

from course_lib.commands import notebook as module
from course_lib.commands.notebook import CellError, execute, figures, normalise, problems, read, text_of
from tests.notebooks.build import code, notebook, prose, result, stream, write


def test_execute_runs_in_order_in_the_folder_and_tells_of_each_cell(tmp_path):
    (tmp_path / "beside.txt").write_text("here")
    made = notebook(prose("# Title"), code("x = open('beside.txt').read()"), code("print(x)"), code("x * 2"))
    told = []
    run = execute(made, tmp_path, on_cell=lambda done, cell: told.append((done, cell)))
    assert run.cells == 3
    assert run.seconds > 0
    assert [done for done, _ in told] == [0, 1, 2]
    assert made.cells[2].outputs[0].text == "here\n"
    assert made.cells[3].outputs[0].data["text/plain"] == "'herehere'"


def test_execute_uses_this_interpreter(tmp_path):
    import sys

    made = notebook(code("import sys; print(sys.executable)"))
    execute(made, tmp_path)
    assert made.cells[0].outputs[0].text.strip() == sys.executable


def test_a_failing_cell_says_where_and_what(tmp_path):
    made = notebook(
        prose("a"),
        code("1 + 1", id="sum"),
        code("def inner():\n    return 1 / 0\ninner()", id="divide"),
        code("2", id="two"),
    )
    with pytest.raises(CellError) as caught:
        execute(made, tmp_path)
    error = caught.value
    assert (error.index, error.cell) == (2, "divide")
    assert str(error) == "cell 2 (divide): ZeroDivisionError: division by zero"
    assert "return 1 / 0" in error.traceback
    assert "\x1b" not in error.traceback
    assert made.cells[3].outputs == []


def test_a_cell_that_is_meant_to_fail_may(tmp_path):
    made = notebook(code("1 / 0", tags=("raises-exception",)), code("print('on')"))
    execute(made, tmp_path)
    assert made.cells[1].outputs[0].text == "on\n"


def test_a_cell_that_never_ends_is_stopped(tmp_path):
    made = notebook(code("import threading; threading.Event().wait()", id="wait"))
    with pytest.raises(CellError, match=r"cell 0 \(wait\): it took too long"):
        execute(made, tmp_path, timeout=1)


def test_a_kernel_that_dies_is_told(tmp_path):
    with pytest.raises(CellError, match="the kernel died"):
        execute(notebook(code("import os; os._exit(3)")), tmp_path)


def test_figures_come_from_output_metadata():
    made = v4.new_notebook(cells=[code("x", result({"course": {"figures": [["p99", 1.5, "ms"], ["n", 3, ""]]}}))])
    assert figures(made) == [("p99", 1.5, "ms"), ("n", 3, "")]
    assert figures(normalise(made)) == []


def test_normalise_keeps_what_is_written_and_drops_what_happened():
    raw = v4.new_notebook(metadata={"widgets": {"state": {}}, "language_info": {"name": "python", "version": "3.11.7"}})
    cell = code("x\n", id="x", tags=("nbval-skip",))
    cell.execution_count = 17
    cell.metadata.update({"execution": {"iopub.execute_input": "2026"}, "scrolled": True, "jupyter": {}})
    png = {"image/png": {"alt": "a curve", "width": 300, "needs_background": "light"}, "course": {"figures": []}}
    view = {"application/vnd.jupyter.widget-view+json": {"model_id": "ab"}, "text/plain": "Panel", "image/png": "AAAA"}
    cell.outputs = [
        v4.new_output("execute_result", data=view, metadata=png, execution_count=17),
        v4.new_output("error", ename="E", evalue="v", traceback=["/home/" + "me"]),
        stream("printed\n"),
    ]
    raw.cells = [prose("# T", id="title"), cell]
    made = normalise(raw)
    assert made.metadata == {
        "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    kept = made.cells[1]
    assert (kept.id, kept.source, kept.execution_count, kept.metadata) == ("x", "x", 1, {"tags": ["nbval-skip"]})
    assert kept.outputs[0].data == {"text/plain": "Panel", "image/png": "AAAA"}
    assert kept.outputs[0].metadata == {"image/png": {"alt": "a curve", "width": 300}}
    assert kept.outputs[0].execution_count == 1
    assert kept.outputs[1].traceback == []
    assert kept.outputs[2].text == "printed\n"
    nbformat.validate(made)


def test_normalise_twice_is_normalise_once():
    made = notebook(prose("# T"), code("print(1)", stream("1\n")), code("x", result(text__plain="1")))
    assert text_of(normalise(made)) == text_of(made)
    assert problems(made, text_of(made)) == []


def test_normalise_leaves_the_original_alone():
    raw = v4.new_notebook(cells=[code("print(1)", stream("1\n"))])
    raw.cells[0].execution_count = 5
    normalise(raw)
    assert raw.cells[0].execution_count == 5


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ([code("x", id="0a1b2c3d")], "an id written by hand"),
        ([code("x", id="same"), code("y", id="same")], "'same' twice"),
        ([code(" ", id="empty")], "got an empty cell"),
        ([code("x", v4.new_output("error", ename="ValueError", evalue="no"))], "expected no error, got ValueError: no"),
        ([code("x", stream("in /tmp/" + "abc/d.py"))], "nothing of this machine in an output"),
        ([code("x", stream("<object at 0x7f0012345678>"))], "'0x7f0012345678'"),
        ([code("x", result(text__html="<a href='/home/" + "me/x'>"))], "nothing of this machine in an output"),
    ],
)
def test_problems_are_sentences(cells, words):
    found = problems(notebook(*cells))
    assert len(found) == 1
    assert words in found[0]


def test_problems_of_the_form():
    made = notebook(code("x", id="x"))
    made.cells[0].execution_count = None
    assert [line for line in problems(made, text_of(made)) if "normalised form" in line]
    assert [line for line in problems(made) if "without one nbval compares nothing" in line]
    assert "normalised form" in problems(notebook(code("x")), text_of(notebook(code("x"))).rstrip())[0]


def test_problems_of_size(monkeypatch):
    monkeypatch.setattr(module, "LIMIT", 100)
    made = notebook(code("x"))
    assert problems(made, text_of(made))[0].startswith("expected at most 100 bytes, got ")


def test_a_picture_inside_html_is_no_path():
    assert (
        problems(notebook(code("x", result(text__html='<img alt="a" src="data:image/png;base64,/tmp/aa0x123456">'))))
        == []
    )


def test_read_says_what_is_no_notebook(tmp_path):
    (tmp_path / "x.ipynb").write_text("not JSON")
    with pytest.raises(ValueError, match=r"expected a Jupyter notebook in x\.ipynb"):
        read(tmp_path / "x.ipynb")
    assert read(write(tmp_path / "y.ipynb", code("1"))).cells[0].source == "1"
