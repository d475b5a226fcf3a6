"""The stepper shows the step it is told to, and says so."""

import ipywidgets
import pytest

from course_lib.record import Record
from course_lib.show import stepper
from course_lib.show.runs import sentence
from course_lib.show.steppers import Stepper


@pytest.fixture
def shown(program: Record) -> Stepper:
    return stepper(program, predicted=["a", "c"])


def spoken(shown: Stepper) -> str:
    return shown.picture.value.split('aria-label="')[1].split('"')[0]


def test_it_begins_before_anything_ran(shown: Stepper) -> None:
    assert shown.value == 0
    assert spoken(shown) == sentence(shown.run, 0)
    assert (shown.back.disabled, shown.step.disabled) == (True, False)


def test_buttons_go_one_step_and_stop_at_the_ends(shown: Stepper) -> None:
    seen = []
    for _ in range(8):
        shown.step.click()
        seen.append(shown.value)
    assert seen == [1, 2, 3, 4, 5, 5, 5, 5]
    assert shown.step.disabled
    assert spoken(shown) == sentence(shown.run, 5)
    shown.back.click()
    assert shown.value == 4
    assert not shown.step.disabled


def test_the_slider_and_play_reach_from_the_first_to_the_last_step(shown: Stepper) -> None:
    assert (shown.slider.min, shown.slider.max) == (shown.play.min, shown.play.max) == (0, 5)
    shown.slider.value = 3
    assert spoken(shown) == sentence(shown.run, 3)


def test_its_value_can_be_set_and_is_clipped(shown: Stepper) -> None:
    shown.value = 99
    assert shown.value == 5
    shown.value = -1
    assert shown.value == 0


def test_the_prediction_stands_beside_the_output(shown: Stepper) -> None:
    shown.value = 2
    assert "line 2 differs: you said c, it printed b" in shown.picture.value


def test_its_text_is_its_title_and_its_still_picture_the_busiest_step(shown: Stepper) -> None:
    data, metadata = shown._repr_mimebundle_()
    assert data["text/plain"] == repr(shown) == "Stepper: a small program"
    assert metadata["image/png"]["alt"] == sentence(shown.run, 1)


def test_every_callback_is_in_a_folded_table(shown: Stepper) -> None:
    assert isinstance(shown.children[-1], ipywidgets.HTML)
    assert "<details>" in shown.children[-1].value
    assert "tick queue" in shown.children[-1].value


def test_buttons_say_what_they_do(shown: Stepper) -> None:
    assert (shown.back.tooltip, shown.step.tooltip) == ("back", "step")


def test_an_empty_record(program: Record) -> None:
    empty = stepper(Record(), title="nothing")
    empty.step.click()
    assert empty.value == 0
    assert (empty.back.disabled, empty.step.disabled) == (True, True)
    assert repr(empty) == "Stepper: nothing"
