"""Records to draw, and what must hold of every drawing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from course_lib.look.scene import Rect, Scene, Text
from course_lib.record import Event, Record

STATIONS = ("timers", "poll", "check")


def _overlap(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] - 0.5 and other[0] < one[2] - 0.5 and one[1] < other[3] - 0.5 and other[1] < one[3] - 0.5


def _check(scene: Scene) -> None:
    texts = [shape for shape in scene.shapes if isinstance(shape, Text) and shape.text]
    for shape in scene.shapes:
        left, top, right, bottom = shape.box
        assert left >= -0.5, shape
        assert top >= -0.5, shape
        assert right <= scene.width + 0.5, shape
        assert bottom <= scene.height + 0.5, shape
    for text in texts:
        assert text.size >= 11, text
    for at, text in enumerate(texts):
        for other in texts[at + 1 :]:
            assert not _overlap(text.box, other.box), (text, other)


@pytest.fixture
def well_drawn() -> Callable[[Scene], None]:
    """Everything inside the scene, no text smaller than 11 px, no text on another."""
    return _check


@pytest.fixture
def rects() -> Callable[[Scene], list[Rect]]:
    """The rectangles of a scene."""
    return lambda scene: [shape for shape in scene.shapes if isinstance(shape, Rect)]


@pytest.fixture
def program() -> Record:
    """main prints a, schedules a timer, an immediate and a tick; the immediate clears a second timer."""
    rows: list[tuple[str, str, str, dict[str, object]]] = [
        ("start", "main", "main", {"item": 0, "queue": "cb", "phase": "main", "iteration": 0, "why": "main program"}),
        ("output", "main", "a", {"item": 0}),
        ("wait", "timers", "timer", {"item": 1}),
        ("wait", "check", "immediate", {"item": 2}),
        ("wait", "timers", "late timer", {"item": 3}),
        ("wait", "tick", "tick", {"item": 4}),
        ("end", "main", "", {"item": 0}),
        ("start", "tick", "tick", {"item": 4, "queue": "tick", "phase": "main", "iteration": 0, "by": 0}),
        ("output", "tick", "b", {"item": 4}),
        ("end", "tick", "", {"item": 4}),
        ("enter", "timers", "", {"iteration": 1}),
        (
            "start",
            "timers",
            "timer",
            {"item": 1, "queue": "cb", "phase": "timers", "iteration": 1, "by": 0, "why": "1 ms"},
        ),
        ("output", "timers", "c", {"item": 1}),
        ("end", "timers", "", {"item": 1}),
        ("enter", "poll", "", {"iteration": 1}),
        ("enter", "check", "", {"iteration": 1}),
        ("start", "check", "immediate", {"item": 2, "queue": "cb", "phase": "check", "iteration": 1, "by": 0}),
        ("drop", "timers", "late timer", {"item": 3}),
        ("output", "check", "d", {"item": 2}),
        ("end", "check", "", {"item": 2}),
        ("enter", "close", "", {"iteration": 1}),
    ]
    events = [
        Event(at / 1000, lane, kind, label, 0.0005 if kind == "start" else 0.0, detail)  # type: ignore[arg-type]
        for at, (kind, lane, label, detail) in enumerate(rows)
    ]
    lanes = [{"name": name, "title": name, "hint": f"the {name}"} for name in STATIONS]
    queues = [{"name": "tick", "title": "tick queue", "hint": "drained first"}]
    return Record(tuple(events), "a small program", {"lanes": lanes, "queues": queues})


@pytest.fixture
def crowd() -> Record:
    """Two thousand events in six lanes."""
    return Record(
        tuple(
            Event(at * 0.0015, f"worker {at % 6}", "work", f"request {at}", (at * 7 % 11) * 0.0004)
            for at in range(2000)
        ),
        "a crowd",
    )
