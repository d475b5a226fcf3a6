"""How times are spread."""

import itertools
import math
from collections.abc import Callable
from typing import Literal

import pytest

from course_lib.look.scene import Path, Rect, Scene, Text
from course_lib.show import latency
from course_lib.show.distribution import spread

Check = Callable[[Scene], None]


def words(scene: Scene) -> list[str]:
    return [shape.text for shape in scene.shapes if isinstance(shape, Text)]


HUNDRED = [at / 1000 for at in range(100, 0, -1)]


def test_percentiles_are_nearest_ranks() -> None:
    one = spread("x", HUNDRED, "ms", 0)
    assert [one.at(share) for share in (0.01, 0.5, 0.9, 0.99, 1.0)] == pytest.approx([1, 50, 90, 99, 100])
    assert spread("x", [0.005], "ms", 0).at(0.5) == pytest.approx(5)
    assert spread("x", [0.001, 0.002, 0.003], "ms", 0).at(0.5) == pytest.approx(2)


@pytest.mark.parametrize("kind", ["ecdf", "histogram"])
def test_table_sentence_and_picture_say_the_same(kind: str, well_drawn: Check) -> None:
    picture = latency({"poll": HUNDRED, "push": [0.001] * 3}, title="Delivery", kind=kind, caption="n = 100")  # type: ignore[arg-type]
    well_drawn(picture.scene)
    assert picture.table.headers == ("series", "n", "min (ms)", "p50 (ms)", "p90 (ms)", "p99 (ms)", "max (ms)")
    assert picture.table.rows == (("poll", "100", "1", "50", "90", "99", "100"), ("push", "3", "1", "1", "1", "1", "1"))
    assert picture.alt == "Delivery: poll median 50, p99 99 ms; push median 1, p99 1 ms"
    assert "p50 50 · p99 99 ms" in words(picture.scene)
    assert repr(picture) == "Picture: Delivery"


@pytest.mark.parametrize("kind", ["ecdf", "histogram"])
@pytest.mark.parametrize(
    "series",
    [
        {},
        {"none": []},
        {"one": [0.2]},
        {"equal": [0.001] * 50},
        {"zeros": [0.0] * 5},
        {"zeros and more": [0, 0, 0.001, 5]},
        {"six decades": [10.0**at for at in range(-6, 1)]},
        {"endless": [1.0, math.inf], "not a number": [math.nan, 1.0]},
        {f"a series with a long name {at}": [0.001 * at, 0.01] for at in range(14)},
    ],
    ids=["no series", "no values", "one", "equal", "zeros", "some zeros", "decades", "odd floats", "many"],
)
@pytest.mark.parametrize("log", [None, True, False])
def test_odd_series(kind: str, series: dict[str, list[float]], log: bool | None, well_drawn: Check) -> None:
    picture = latency(series, title="Odd", kind=kind, log=log)  # type: ignore[arg-type]
    well_drawn(picture.scene)
    assert len(picture.table.rows) == len(series) or not any(series.values())


def test_the_scale_is_logarithmic_where_values_span_decades_and_says_so() -> None:
    assert "log scale" in " ".join(words(latency({"x": [0.001, 1]}, title="wide").scene))
    assert "log scale" not in " ".join(words(latency({"x": [0.001, 0.002]}, title="narrow").scene))


def test_the_curve_starts_at_0_and_ends_at_100_percent_and_never_falls() -> None:
    scene = latency({"x": HUNDRED}, title="t").scene
    curve = next(s for s in scene.shapes if isinstance(s, Path) and s.width == 2.2)
    ys = [y for _, y in curve.points]
    assert all(later <= earlier for earlier, later in itertools.pairwise(ys))
    assert (ys[0], ys[-1]) == (268.0, 48.0)


def test_many_values_make_no_longer_a_curve() -> None:
    short = latency({"x": [at / 1e6 for at in range(300)]}, title="t").svg
    assert len(latency({"x": [at / 1e6 for at in range(100_000)]}, title="t").svg) < 2 * len(short)


def test_a_histogram_counts_every_value() -> None:
    scene = latency({"x": HUNDRED}, title="t", kind="histogram").scene
    counts = [int(s.title.split()[0]) for s in scene.shapes if isinstance(s, Rect) and s.title]
    assert sum(counts) == 100


def test_series_differ_in_dash_and_marker() -> None:
    scene = latency({"a": HUNDRED, "b": HUNDRED}, title="t").scene
    curves = [s for s in scene.shapes if isinstance(s, Path) and s.width == 2.2]
    assert len({curve.dash for curve in curves}) == 2


def test_a_wrong_kind_or_unit_is_refused() -> None:
    with pytest.raises(ValueError, match='expected kind "ecdf" or "histogram", got \'pie\''):
        latency({}, title="t", kind="pie")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"expected a unit of .*, got 'h'"):
        latency({}, title="t", unit="h")


@pytest.mark.parametrize("kind", ["ecdf", "histogram"])
@pytest.mark.parametrize("values", [[math.inf], [-math.inf, math.inf], [math.inf, math.nan]])
def test_values_without_end_alone_are_said_in_words(kind: Literal["ecdf", "histogram"], values: list[float]) -> None:
    for log in (None, True, False):
        assert "no finite values" in latency({"a": values}, title="t", kind=kind, log=log).alt
