"""Widths are upper bounds, and what is elided or wrapped fits."""

import pytest
from matplotlib.font_manager import FontProperties, findfont
from PIL import ImageFont

from course_lib.look import text

SAMPLES = ["", "i", "Hello, World", "setTimeout 0 ms", "WWWW mmmm", "Grüße · ✓ ✗ → \u00d7 …", "µs"]


@pytest.mark.parametrize("sample", SAMPLES)
@pytest.mark.parametrize("family", ["DejaVu Sans", "DejaVu Sans Mono"])
@pytest.mark.parametrize("weight", ["normal", "bold"])
def test_a_width_is_never_too_small(sample: str, family: str, weight: str) -> None:
    font = ImageFont.truetype(findfont(FontProperties(family=family, weight=weight)), 1000)
    given = text.width(sample, 1000, bold=weight == "bold", mono=family.endswith("Mono"))
    real = font.getlength(sample)
    assert real * 0.98 <= given <= real * 1.25 + 400


def test_a_text_that_fits_is_left_alone() -> None:
    assert text.elide("short", 100, 12) == "short"


@pytest.mark.parametrize("room", [1, 10, 40, 75.5, 200])
def test_an_elided_text_fits_and_is_a_beginning(room: float) -> None:
    whole = "a rather long label for a small place"
    got = text.elide(whole, room, 12)
    assert got == whole or (got.endswith("…") and whole.startswith(got[:-1]))
    assert text.width(got, 12) <= room or got == "…"


def test_lines_are_broken_at_spaces_and_fit() -> None:
    lines = text.wrap("one two three four five six seven eight nine ten", 80, 12)
    assert all(text.width(line, 12) <= 80 for line in lines)
    assert len(lines) == 4
    assert lines[-1].endswith("…")
    assert text.wrap("one two", 500, 12) == ["one two"]
    assert text.wrap("", 500, 12) == []


def test_letters_of_other_scripts_have_a_width() -> None:
    assert text.width("日本", 10) >= 20
    assert text.width("e\N{COMBINING ACUTE ACCENT}", 10) == text.width("e", 10)
    assert text.width("🙂", 10) > 10


def test_what_cannot_be_printed_is_replaced() -> None:
    assert text.printable("a\x00b\x1b\ud800\n\tü🎉") == "a\ufffdb\ufffd\ufffd\n\tü🎉"
