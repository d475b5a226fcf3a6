"""Boxes and arrows: rows, cycles, words, and that nothing runs into anything else."""

from __future__ import annotations

from itertools import pairwise

import pytest

from course_lib import show
from course_lib.look.scene import Rect, Text
from course_lib.show.graphs import _Layout

CHAIN = [("main", "a", "f"), ("a", "b"), ("main", "b", "g"), ("b", "a")]


def boxes(picture):
    """Where each box stands, by its name."""
    texts = {one.text: one for one in picture.scene.shapes if isinstance(one, Text) and one.bold}
    rects = [one for one in picture.scene.shapes if isinstance(one, Rect) and one.stroke != "none"]
    return {name: rect for rect in rects for name, text in texts.items()
            if rect.x <= text.x <= rect.x + rect.w and rect.y <= text.y <= rect.y + rect.h}  # fmt: skip


def test_who_is_pointed_at_stands_below():
    at = boxes(show.graph(["main", "a", "b", "c"], [("main", "a"), ("a", "b"), ("main", "c"), ("main", "b")]))
    assert at["main"].y < at["a"].y < at["b"].y
    assert at["a"].y == at["c"].y


def test_a_cycle_does_not_push_anything_down_for_ever():
    layout = _Layout(["a", "b", "c"], [("a", "b"), ("b", "c"), ("c", "a"), ("c", "c")])
    assert layout.level == {"a": 0, "b": 1, "c": 2}
    assert len(layout.rows) == 3


def test_an_arrow_that_passes_a_row_has_its_own_place_there():
    layout = _Layout(["a", "b", "c"], [("a", "b"), ("b", "c"), ("a", "c")])
    assert (2, 1) in layout.rows[1]
    assert layout.ways[2] == ["a", (2, 1), "c"]


@pytest.mark.parametrize("count", [1, 2, 7, 12])
def test_boxes_keep_apart_and_inside(count):
    names = [f"some/folder/module_{at}.py" for at in range(count)]
    picture = show.graph(["main", *names], [("main", name) for name in names])
    rects = sorted((one for name, one in boxes(picture).items() if name != "main"), key=lambda one: one.x)
    for one, two in pairwise(rects):
        assert one.x + one.w < two.x
    assert all(one.x >= 0 and one.x + one.w <= picture.scene.width for one in rects)
    assert all(one.y + one.h <= picture.scene.height for one in rects)


def test_it_says_the_same_in_words():
    picture = show.graph({"main": "first", "a": "", "b": ""}, CHAIN, marked=[("a", "b"), ("b", "a")], order=["b", "a"],
                         done=["b"], now="a", title="Modules", caption="seen")  # fmt: skip
    assert repr(picture) == "Picture: Modules"
    assert picture.alt == (
        "Modules: 3 boxes, 4 arrows; in a cycle: a to b, b to a; order: b, a; now a"
    )  # fmt: skip
    assert picture.table.rows == (
        ("main", "a", "f", ""), ("a", "b", "", "in a cycle"), ("main", "b", "g", ""), ("b", "a", "", "in a cycle"),
    )  # fmt: skip
    said = [one.text for one in picture.scene.shapes if isinstance(one, Text)]
    assert {"first", "f", "g", "1", "2", "✓", "▶", "dashed: in a cycle. seen"} <= set(said)
    assert 'stroke-dasharray="6 3"' in picture.svg
    assert picture.png(50).startswith(b"\x89PNG")


def test_what_is_not_marked_is_not_said_to_be():
    picture = show.graph(["a"], [("a", "b"), ("a", "a")], marked=[("x", "y")])
    assert "in a cycle" not in picture.alt
    assert "stroke-dasharray" not in picture.svg
    assert [row[3] for row in picture.table.rows] == ["", ""]


def test_an_empty_graph_says_so():
    assert show.graph([], []).alt == "Graph: no boxes"
