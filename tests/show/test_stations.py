"""The picture of a step: complete, steady, and without collisions."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from course_lib.look.palette import PHASE
from course_lib.look.scene import Rect, Scene, Text
from course_lib.record import Event, Record
from course_lib.show import frame
from course_lib.show.runs import Run

Check = Callable[[Scene], None]


def words(scene: Scene) -> list[str]:
    return [shape.text for shape in scene.shapes if isinstance(shape, Text)]


def chip(scene: Scene, label: str) -> Rect:
    """The rounded rectangle under a chip's label: the last one with a radius of 10 drawn before it."""
    at = next(n for n, s in enumerate(scene.shapes) if isinstance(s, Text) and s.text == label and s.anchor == "middle")
    found = [s for s in scene.shapes[:at] if isinstance(s, Rect) and s.radius == 10]
    return found[-1]


@pytest.mark.parametrize("predicted", [None, ["a", "b", "d", "c"], []])
@pytest.mark.parametrize("step", range(6))
def test_every_step_is_well_drawn(program: Record, well_drawn: Check, step: int, predicted: list[str] | None) -> None:
    well_drawn(frame(program, step, predicted))


def test_everything_keeps_its_place(program: Record) -> None:
    frames = [frame(program, step, ["a"]) for step in range(6)]
    assert len({(scene.width, scene.height) for scene in frames}) == 1
    for title in ("timers", "tick queue", "printed so far", "you said", "every callback, in order"):
        places = {
            (shape.x, shape.y)
            for scene in frames
            for shape in scene.shapes
            if isinstance(shape, Text)
            and shape.text == title
            and shape.anchor == "start"
            and (shape.bold or title.startswith(("printed", "you", "every")))
        }
        assert len(places - {(496.0, 108.0)}) == 1, title


def test_what_waits_is_outlined_and_what_runs_is_filled(program: Record) -> None:
    scene = frame(program, 3)
    assert chip(scene, "timer").fill == PHASE["timers"]
    waiting = chip(scene, "immediate")
    assert (waiting.fill, waiting.stroke) == ("card", PHASE["check"])


def test_the_marker_stands_at_the_phase_while_a_tick_runs(program: Record) -> None:
    assert "◂ now" not in words(frame(program, 2))  # main is no station here
    assert "◂ now" in words(frame(program, 3))
    assert "◂ now" not in words(frame(program, 0))
    assert "◂ now" not in words(frame(program, 5))


@pytest.mark.parametrize(
    ("step", "head"),
    [
        (0, "Before anything runs"),
        (1, "The main program"),
        (3, "Iteration 1"),
        (5, "After the last callback"),
        (99, "After the last callback"),
        (-1, "Before anything runs"),
    ],
)
def test_the_head_says_where_we_are(program: Record, step: int, head: str) -> None:
    assert words(frame(program, step))[0] == head


def test_what_runs_is_explained(program: Record) -> None:
    assert "timers · 1 ms · scheduled by main" in words(frame(program, 3))
    assert "500 µs" in words(frame(program, 3))


def test_nothing_ran(well_drawn: Check) -> None:
    scene = frame(Record(), 0)
    well_drawn(scene)
    assert words(scene)[0] == "Nothing ran"


def test_three_hundred_callbacks_with_long_labels(program: Record, well_drawn: Check) -> None:
    label = "a callback whose name is a good deal longer than its place {}"
    events = [Event(0, "check", "wait", label.format(at), 0, {"item": at}) for at in range(300)]
    for at in range(300):
        events.append(
            Event(1 + at, "check", "start", label.format(at), 0, {"item": at, "phase": "check", "iteration": at})
        )
        events.append(Event(1.5 + at, "check", "output", f"line {at} of a program that talks a lot", 0, {"item": at}))
    run = Run(replace(program, events=tuple(events)), [f"line {at} of a program" for at in range(300)])
    for step in (0, 1, 2, 9, 18, 150, 299, 300, 301):
        scene = frame(run, step)
        well_drawn(scene)
        if 0 < step < 298:
            assert f"+{300 - step - 1}" in words(scene)  # the running one and one that waits are shown


def test_a_label_without_room_is_told_in_full_on_hover(program: Record) -> None:
    long = "x" * 200
    events = (Event(0, "poll", "start", long, 0, {"item": 1, "phase": "poll", "iteration": 1}),)
    scene = frame(replace(program, events=events), 1)
    assert any(isinstance(shape, Text) and shape.full == long for shape in scene.shapes)


def test_a_prepared_run_draws_the_same(program: Record) -> None:
    run = Run(program, ["a"])
    assert frame(run, 2).svg("x") == frame(program, 2, ["a"]).svg("x")


def test_the_marker_is_gone_when_the_run_is_over(program: Record) -> None:
    until_check = replace(program, events=program.events[:-1])
    assert "◂ now" in words(frame(until_check, 4))
    assert "◂ now" not in words(frame(until_check, 5))
