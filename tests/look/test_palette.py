"""Colours: fixed for known lanes, steady for unknown ones, readable under text."""

import pytest

from course_lib.look import palette


def test_known_lanes_have_the_colours_of_the_house() -> None:
    assert palette.colour("timers") == "#0072B2"
    assert palette.colour("idle/prepare") == palette.PHASE["idle"]
    assert palette.colour("microtasks") == palette.colour("micro") == "#3A8FB7"


def test_an_unknown_lane_always_has_the_same_colour() -> None:
    assert palette.colour("client 3") == palette.colour("client 3")
    assert len({palette.colour(f"client {at}") for at in range(50)}) > 4


def test_lanes_of_one_picture_get_different_colours_in_order() -> None:
    chosen = palette.colours(["a", "timers", "b", "a", "c"])
    assert list(chosen) == ["a", "timers", "b", "c"]
    assert chosen["timers"] == "#0072B2"
    assert len({chosen["a"], chosen["b"], chosen["c"]}) == 3


def test_two_names_of_one_thing_in_one_picture_still_differ() -> None:
    chosen = palette.colours(["select", "I/O", "timers", "run", "ready"])
    assert chosen["select"] == palette.PHASE["poll"]
    assert len(set(chosen.values())) == 5


def test_more_lanes_than_colours_all_get_one() -> None:
    assert len(palette.colours(str(at) for at in range(40))) == 40


def test_series_differ_by_more_than_colour() -> None:
    assert len({one.dash for one in palette.SERIES}) == len(palette.SERIES)
    assert len({one.marker for one in palette.SERIES}) == len(palette.SERIES)
    assert palette.series(7) == palette.SERIES[2]


def test_a_role_is_a_theme_variable_on_the_screen_and_a_colour_in_a_png() -> None:
    assert palette.css("ink") == "var(--jp-ui-font-color1, #1f2328)"
    assert palette.light("ink") == "#1f2328"
    assert palette.css("#123456") == palette.light("#123456") == "#123456"


@pytest.mark.parametrize(("ground", "text"), [("#E69F00", "#1f2328"), ("#0072B2", "#ffffff"), ("#ffffff", "#1f2328")])
def test_text_on_a_colour_is_the_more_readable_one(ground: str, text: str) -> None:
    assert palette.text_on(ground) == text


def _contrast(one: str, other: str) -> float:
    def luminance(paint: str) -> float:
        parts = [int(paint[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("paint", sorted({*palette.PHASE.values(), *(s.colour for s in palette.SERIES)}))
def test_labels_on_every_colour_of_the_course_can_be_read(paint: str) -> None:
    assert _contrast(paint, palette.text_on(paint)) >= 4.0
