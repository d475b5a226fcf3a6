"""Output beside prediction, and the strip of callbacks."""

from collections.abc import Callable

import pytest

from course_lib.look.palette import BAD, GOOD
from course_lib.look.scene import Path, Rect, Scene, Text
from course_lib.show.strips import Mark, output, strip, verdict, window


@pytest.mark.parametrize(
    ("printed", "predicted", "ended", "mark", "words"),
    [
        ("", "ab", False, "", "nothing printed yet"),
        ("a", "ab", False, "✓", "as you said, so far"),
        ("ab", "ab", True, "✓", "as you said, line for line"),
        ("ac", "ab", False, "✗", "line 2 differs: you said b, it printed c"),
        ("abc", "ab", False, "✗", "you said 2 lines, it printed 3"),
        ("a", "ab", True, "✗", "you said 2 lines, it printed only 1"),
        ("", "", True, "✓", "as you said, line for line"),
    ],
)
def test_the_verdict_in_words(printed: str, predicted: str, ended: bool, mark: str, words: str) -> None:
    assert verdict(printed, predicted, ended=ended) == (mark, words)


def test_each_printed_line_gets_a_mark_under_it_and_a_later_one_none() -> None:
    scene = Scene(880, 200)
    output(scene, 10, ["a", "b"], ["a", "x", "y"], ended=False)
    marks = [(s.text, s.fill) for s in scene.shapes if isinstance(s, Text) and s.text in "✓✗"]
    assert marks == [("✓", GOOD), ("✗", BAD)]


@pytest.mark.parametrize("count", [0, 1, 12, 60, 300])
@pytest.mark.parametrize("said", [None, 0, 12, 400])
def test_output_of_any_length_fits_and_the_newest_line_is_seen(
    count: int, said: int | None, well_drawn: Callable[[Scene], None]
) -> None:
    scene = Scene(880, 120)
    printed = [f"line {at}" for at in range(count)]
    output(scene, 10, printed, None if said is None else [f"line {at}" for at in range(said)], ended=False)
    well_drawn(scene)
    if count:
        assert [s for s in scene.shapes if isinstance(s, Text) and s.mono and s.text == printed[-1]]


def test_a_short_strip_is_shown_whole() -> None:
    assert window(18, 5) == (0, 18)
    assert window(0, 0) == (0, 0)


@pytest.mark.parametrize("step", range(302))
def test_a_long_strip_shows_the_running_callback_with_neighbours(step: int) -> None:
    first, end = window(300, step)
    assert 0 <= first < end <= 300
    assert end - first == 18
    running = min(max(step - 1, 0), 299)
    assert first <= running < end
    assert running - first >= 4 or first == 0
    assert end - running > 4 or end == 300


def test_the_window_moves_rarely() -> None:
    assert len({window(300, step) for step in range(302)}) < 40


def test_done_boxes_are_filled_later_ones_outlined_and_an_arrow_points_to_the_running_one() -> None:
    scene = Scene(880, 200)
    strip(scene, 20, [Mark(lane, lane, "#0072B2") for lane in ("one", "two", "three")], 2)
    boxes = [s for s in scene.shapes if isinstance(s, Rect)]
    assert [box.fill for box in boxes] == ["#0072B2", "#0072B2", "card"]
    assert [s.text for s in scene.shapes if isinstance(s, Text)][1:] == ["one", "two", "three"]
    (arrow,) = [s for s in scene.shapes if isinstance(s, Path)]
    assert boxes[1].x < arrow.box[0] < arrow.box[2] < boxes[1].x + boxes[1].w
