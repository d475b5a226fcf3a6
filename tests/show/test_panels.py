"""A panel follows its controls, from whatever thread they speak."""

import threading

import ipywidgets
import pytest

from course_lib.record import Event, Record
from course_lib.show import Picture, panel, timeline


def picture(n: int) -> Picture:
    return timeline(Record(tuple(Event(at, "a", "x", f"event {at}") for at in range(n)), "t"), title=f"{n} events")


def slider(value: int = 2) -> ipywidgets.IntSlider:
    return ipywidgets.IntSlider(value, 0, 1000)


def test_it_draws_at_once_and_whenever_a_control_changes() -> None:
    control = slider()
    shown = panel(picture, n=control)
    assert shown.picture is not None
    assert shown.picture.title == "2 events"
    control.value = 3
    assert shown.picture.title == "3 events"
    assert shown.picture.svg in shown.view.value
    assert "event 2" in shown.rows.value
    assert shown.picture.alt in shown.words.value
    assert shown.drawn == 2


def test_its_text_names_its_controls_and_no_numbers() -> None:
    shown = panel(picture, title="Events", n=slider())
    data, metadata = shown._repr_mimebundle_()
    assert data["text/plain"] == "Panel: Events (controls: n)"
    assert metadata["image/png"]["alt"].startswith("2 events: 2 events in 1 lane")
    assert repr(panel(picture, n=slider())) == "Panel: picture (controls: n)"


def test_a_control_keeps_its_own_description() -> None:
    control = ipywidgets.IntSlider(1, 0, 9, description="how many")
    assert repr(panel(picture, n=control)) == "Panel: picture (controls: how many)"
    block_ms = slider()
    panel(lambda block_ms: picture(block_ms), block_ms=block_ms)
    assert block_ms.description == "block ms"


def test_an_error_becomes_a_sentence_with_the_values_and_the_next_picture_mends_it() -> None:
    def fussy(n: int) -> Picture:
        if n == 13:
            raise ValueError("expected no 13 <here>, got 13")
        return picture(n)

    control = slider(13)
    shown = panel(fussy, n=control)
    assert "✗ no picture for n = 13: ValueError: expected no 13 &lt;here&gt;, got 13" in shown.view.value
    assert shown.picture is None
    assert shown.snapshot() is None
    assert shown.alternative() == "Panel: fussy (controls: n)"
    assert shown.fold.layout.display == "none"
    control.value = 1
    assert "✗" not in shown.view.value
    assert shown.fold.layout.display == ""


def test_what_is_no_picture_is_said_to_be_none() -> None:
    shown = panel(lambda n: n, n=slider())  # type: ignore[arg-type,return-value]
    assert "TypeError: expected a picture" in shown.view.value


def test_the_table_stays_open_while_the_picture_changes() -> None:
    control = slider()
    shown = panel(picture, n=control)
    assert shown.rows.layout.display == "none"
    shown.fold.value = True
    control.value = 5
    assert shown.rows.layout.display == ""
    assert "event 4" in shown.rows.value


def test_a_change_during_a_drawing_is_drawn_after_it_by_the_same_thread_and_nobody_waits() -> None:
    control, drawing, go_on = slider(1), threading.Event(), threading.Event()
    threads: list[str] = []

    def slow(n: int) -> Picture:
        threads.append(threading.current_thread().name)
        if n == 2:
            drawing.set()
            assert go_on.wait(10)
        return picture(n)

    shown = panel(slow, n=control)
    other = threading.Thread(target=lambda: setattr(control, "value", 2), name="subshell")
    other.start()
    assert drawing.wait(10)
    for value in (3, 4, 5):
        control.value = value  # returns at once: the other thread holds the drawing
    assert shown.picture is not None
    assert shown.picture.title == "1 events"
    go_on.set()
    other.join(10)
    assert shown.picture.title == "5 events"
    assert threads == ["MainThread", "subshell", "subshell"]


def test_changes_from_many_threads_end_with_the_newest_values() -> None:
    control = slider(0)
    running = threading.Lock()

    def alone(n: int) -> Picture:
        assert running.acquire(blocking=False), "two drawings at once"
        try:
            return picture(n % 7)
        finally:
            running.release()

    shown = panel(alone, n=control)

    def change(first: int) -> None:
        for value in range(first, 200, 4):
            control.value = value

    threads = [threading.Thread(target=change, args=(first,)) for first in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert shown.picture is not None
    assert shown.picture.title == f"{control.value % 7} events"
    assert "✗" not in shown.view.value


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit])
def test_the_stop_button_is_no_error_of_the_drawing(kind: type[BaseException]) -> None:
    control = slider(1)

    def stopped(n: int) -> Picture:
        if n == 2:
            raise kind
        return picture(n)

    shown = panel(stopped, n=control)
    with pytest.raises(kind):
        control.value = 2
    control.value = 3
    assert shown.picture is not None
    assert shown.picture.title == "3 events"
