"""Who sent what to whom."""

from collections.abc import Callable

import pytest

from course_lib.look.scene import Path, Scene, Text
from course_lib.record import Event, Record
from course_lib.show import sequence

Check = Callable[[Scene], None]

CHAT = Record(
    (
        Event(0.000, "browser", "message", "GET /chat", 0, {"to": "server", "arrived": 0.002}),
        Event(0.003, "server", "message", "101", 0, {"to": "browser"}),
        Event(0.006, "browser", "open", "open"),
        Event(0.010, "server", "message", "ping", 0, {"to": "browser", "lost": True}),
        Event(0.020, "server", "message", "tidy up", 0, {"to": "server"}),
    ),
    "a chat",
)


def words(scene: Scene) -> list[str]:
    return [shape.text for shape in scene.shapes if isinstance(shape, Text)]


def test_messages_notes_and_losses_are_in_picture_table_and_sentence(well_drawn: Check) -> None:
    picture = sequence(CHAT, caption="two parties")
    well_drawn(picture.scene)
    assert {"browser", "server", "GET /chat", "101", "open", "ping (lost)", "tidy up"} <= set(words(picture.scene))
    assert picture.table.rows == (
        ("0 ms", "browser", "server", "GET /chat", "2 ms"),
        ("3 ms", "server", "browser", "101", ""),
        ("6 ms", "browser", "", "open", ""),
        ("10 ms", "server", "browser", "ping", "lost"),
        ("20 ms", "server", "server", "tidy up", ""),
    )
    assert picture.alt.startswith("a chat: 4 messages between 2 parties, 1 of them lost; first browser to server: GET")


def test_a_message_that_took_time_slopes_down_and_an_instant_one_is_level() -> None:
    arrows = [s for s in sequence(CHAT).scene.shapes if isinstance(s, Path) and s.width == 1.8 and len(s.points) == 2]
    (_, sent), (_, arrived) = arrows[0].points
    assert arrived > sent
    (_, sent), (_, arrived) = arrows[1].points
    assert arrived == sent


def test_a_lost_message_does_not_reach_the_other_lifeline() -> None:
    arrows = [s for s in sequence(CHAT).scene.shapes if isinstance(s, Path) and s.dash and s.width == 1.8]
    (start, end) = arrows[0].points
    lifelines = [s.points[0][0] for s in sequence(CHAT).scene.shapes if isinstance(s, Path) and s.width == 1.5]
    assert min(lifelines) < end[0] < start[0]


def test_lanes_can_be_chosen_and_ordered() -> None:
    shown = words(sequence(CHAT, lanes=["server", "browser"]).scene)
    assert shown.index("server") < shown.index("browser")
    assert "no messages" in words(sequence(CHAT, lanes=["elsewhere"]).scene)


@pytest.mark.parametrize("count", [0, 1, 200])
@pytest.mark.parametrize("parties", [1, 2, 12])
def test_any_number_of_messages_and_parties(count: int, parties: int) -> None:
    events = (
        Event(
            at * 0.01,
            f"a party with a long name {at % parties}",
            "message",
            f"a long message number {at}",
            0,
            {"to": f"a party with a long name {(at * 5 + 1) % parties}", "arrived": at * 0.01 + 0.05},
        )
        for at in range(count)
    )
    picture = sequence(Record(tuple(events)))
    assert len(picture.table.rows) == count
    for shape in picture.scene.shapes:
        left, top, right, bottom = shape.box
        assert left >= 0
        assert top >= 0
        assert right <= picture.scene.width
        assert bottom <= picture.scene.height
    assert ("more moments, in the table" in " ".join(words(picture.scene))) == (count == 200)
