"""A live chart draws at most ten times a second, and its thread ends."""

import itertools
import threading
from collections.abc import Callable

import pytest

from course_lib.look.scene import Scene
from course_lib.show import LiveChart
from course_lib.show.livecharts import Pace, live_picture


class Clock:
    """A clock that stands until it is set."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_the_pace_is_ten_a_second_at_most() -> None:
    pace = Pace()
    drawn = [ms for ms in range(0, 1000, 7) if pace.due(ms / 1000)]
    assert len(drawn) <= 10
    assert all(later - earlier >= 100 for earlier, later in itertools.pairwise(drawn))


def test_a_thousand_values_in_a_second_are_drawn_ten_times() -> None:
    clock = Clock()
    chart = LiveChart("Lag", "ms", clock=clock)
    for _ in range(1000):
        clock.now += 0.001
        chart.add(1.0)
        chart.tick()
    assert 9 <= chart.drawn <= 10


def test_nothing_new_is_not_drawn() -> None:
    clock = Clock()
    chart = LiveChart("Lag", clock=clock)
    assert not chart.tick()
    chart.add(1)
    assert chart.tick()
    clock.now += 5
    assert not chart.tick()


def test_its_thread_ends_with_the_block_and_what_came_last_is_drawn() -> None:
    before = set(threading.enumerate())
    with LiveChart("Lag", "ms", window=5) as chart:
        assert chart.running
        chart.start()
        assert len(set(threading.enumerate()) - before) == 1
        chart.add(2.5)
        chart.add(7, series="load")
    assert not chart.running
    assert set(threading.enumerate()) == before
    assert chart.picture().table.rows == (("values", "1", "2.5 ms", "2.5 ms"), ("load", "1", "7 ms", "7 ms"))
    chart.stop()


def test_it_ends_after_an_error_in_the_block() -> None:
    chart = LiveChart("Lag")
    with pytest.raises(ZeroDivisionError), chart:
        _ = 1 / 0
    assert not chart.running


def test_it_ends_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("course_lib.show.livecharts.LONGEST", 0.0)
    chart = LiveChart("Lag").start()
    assert chart._thread is not None
    chart._thread.join(10)
    assert not chart.running
    chart.stop()


def test_what_it_shows_grows_while_it_is_displayed() -> None:
    clock = Clock()
    chart = LiveChart("Lag", "ms", clock=clock)
    data, _ = chart._repr_mimebundle_()
    assert data["text/plain"] == "Live chart: Lag (ms)"
    assert "image/png" not in data
    view = chart._views[0]
    chart.add(3.25)
    chart.tick()
    assert "3.25 ms" in view.value
    assert "image/png" in chart._repr_mimebundle_()[0]


def test_values_from_many_threads_are_all_kept() -> None:
    chart = LiveChart("Lag", clock=Clock())
    threads = [threading.Thread(target=lambda: [chart.add(1) for _ in range(200)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert chart.picture().table.rows[0][1] == "800"


def test_only_the_window_is_seen() -> None:
    picture = live_picture({"x": [(0.0, 99.0), (9.5, 1.0), (10.0, 2.0)]}, title="t", unit="ms", window=1, now=10)
    assert picture.table.rows == (("x", "2", "2 ms", "2 ms"),)
    assert picture.alt == "t, the last 1 s: x 2 ms"


@pytest.mark.parametrize(
    "samples",
    [
        {},
        {"x": []},
        {"x": [(10.0, 0.0)]},
        {"x": [(9.0, -5.0), (10.0, 5e6)]},
        {f"a series with a name {at}": [(9.9, float(at))] for at in range(9)},
    ],
    ids=["no series", "no values", "zero", "both signs", "many"],
)
def test_odd_samples(samples: dict[str, list[tuple[float, float]]], well_drawn: Callable[[Scene], None]) -> None:
    well_drawn(live_picture(samples, title="t", unit="ms", window=5, now=10).scene)


def test_a_window_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="expected a window of more than 0 seconds, got 0"):
        LiveChart("t", window=0)
