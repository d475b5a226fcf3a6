"""Comparisons as ratios."""

import math
from collections.abc import Callable

import pytest

from course_lib.look.scene import Rect, Scene, Text
from course_lib.show import compare

Check = Callable[[Scene], None]
TIMES = "\N{MULTIPLICATION SIGN}"


def test_medians_and_spread_are_in_picture_table_and_sentence(well_drawn: Check) -> None:
    picture = compare({"ours": [1.0, 1.5, 2.0], "theirs": [0.5]}, title="Speed", baseline="1.0 = Node", caption="n")
    well_drawn(picture.scene)
    assert picture.table.rows == (
        ("ours", "3", f"1.5 {TIMES}", f"1 {TIMES}", f"2 {TIMES}"),
        ("theirs", "1", f"0.5 {TIMES}", f"0.5 {TIMES}", f"0.5 {TIMES}"),
    )
    assert picture.alt == f"Speed (1.0 = Node): ours 1.5 {TIMES}; theirs 0.5 {TIMES}"
    assert "1.0 = Node" in [shape.text for shape in picture.scene.shapes if isinstance(shape, Text)]


def test_a_bar_reaches_from_one_to_the_median() -> None:
    scene = compare({"more": [2.0], "less": [0.5]}, title="t").scene
    more, less = [shape for shape in scene.shapes if isinstance(shape, Rect)]
    assert more.x == pytest.approx(less.x + less.w)
    assert more.w == pytest.approx(2 * less.w)


@pytest.mark.parametrize(
    "ratios",
    [
        {},
        {"none": []},
        {"same": [1.0, 1.0]},
        {"zero": [0.0]},
        {"wide": [0.001, 1000.0]},
        {"odd": [math.nan, -1.0, math.inf, 2.0]},
        {"many": [1 + at / 100 for at in range(500)]},
        {f"a thing with a rather long name, number {at}": [at + 1.0] for at in range(12)},
    ],
    ids=["no rows", "no values", "same", "zero", "wide", "odd", "many", "long names"],
)
def test_odd_ratios(ratios: dict[str, list[float]], well_drawn: Check) -> None:
    well_drawn(compare(ratios, title="t", baseline="1.0 = as fast as something with a name").scene)


def test_ratios_too_small_for_a_power_of_ten_still_have_a_picture() -> None:
    assert compare({"a": [5e-324, 1e-310, 2.0]}, title="t").svg.startswith("<svg")
