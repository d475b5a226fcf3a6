"""A chart that grows while something runs.

Drawing in the kernel disturbs what the kernel measures, so the chart is drawn at most ten times a second, as a string
of SVG (matplotlib would cost twenty times as much), by a thread of its own that ends with the chart.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from ..look import html, palette
from ..look.palette import PAGE, SOFT
from .picture import Picture, Table, begin, finish
from .scales import number, scale

__all__ = ["LiveChart", "Pace", "live_picture"]

INTERVAL: Final = 0.1
"""Seconds between two drawings at least."""
LONGEST: Final = 300.0
"""Seconds after which a chart that nobody stopped stops by itself."""
_KEPT: Final = 5_000


class Pace:
    """Says when it is time to draw again: never sooner than `interval` seconds after the last time."""

    def __init__(self, interval: float = INTERVAL) -> None:
        self.interval = interval
        self._last = float("-inf")

    def due(self, now: float) -> bool:
        """Whether to draw at `now`; a True counts as drawn."""
        if now - self._last < self.interval:
            return False
        self._last = now
        return True


def live_picture(
    samples: Mapping[str, Iterable[tuple[float, float]]], *, title: str, unit: str, window: float, now: float
) -> Picture:
    """The last `window` seconds of each series.

    Args:
        samples: name to (seconds, value), oldest first.
        title, unit: what is shown, in which unit.
        window: seconds.
        now: the time at the right edge, on the samples' clock.
    """
    seen = {name: [(t, v) for t, v in points if t >= now - window] for name, points in samples.items()}
    scene, top, bottom = begin(title, 240, note=f"in {unit}" if unit else ""), 48.0, 200.0
    x = scale([-window, 0.0], 64, 690, exact=True)
    y = scale([value for points in seen.values() for _, value in points], bottom, top, zero=True)
    for tick in y.ticks(36):
        scene.line(64, y(tick), 690, y(tick))
        scene.text(56, y(tick) + 4, number(tick), anchor="end", fill=SOFT)
    for tick in x.ticks(110):
        scene.text(x(tick), bottom + 17, "now" if tick == 0 else f"{number(tick)} s", anchor="middle", fill=SOFT)
    rows, said = [], []
    for at, (name, points) in enumerate(seen.items()):
        style = palette.series(at)
        curve = [(x(t - now), y(value)) for t, value in points]
        scene.path(curve, stroke=style.colour, width=2, dash=style.dash)
        if curve:
            scene.marker(*curve[-1], style.marker, fill=PAGE, stroke=style.colour)
        last = f"{number(points[-1][1])} {unit}" if points else "no value"
        highest = f"{number(max(v for _, v in points))} {unit}" if points else ""
        base = top + 12 + at * 38
        if base < bottom:
            scene.line(706, base - 4, 726, base - 4, stroke=style.colour, width=2.5, dash=style.dash)
            scene.marker(716, base - 4, style.marker, fill=PAGE, stroke=style.colour, r=3.5)
            scene.text(734, base, name or "now", size=12, bold=True)
            scene.text(734, base + 15, last)
        rows.append((name or "values", len(points), last, highest))
        said.append(f"{name or 'now'} {last}")
    finish(scene, "", bottom + 24)
    alt = f"{title}, the last {number(window)} s: {'; '.join(said) or 'no values yet'}"
    return Picture(title, scene, alt, Table.of(("series", "values", "last", "highest"), rows))


class LiveChart:
    """A chart of the last seconds, drawn while values come in, from any thread.

    Show it first, then run: ``display(chart)``, then ``with chart: ... chart.add(3.2)``. Leaving the block ends its
    thread; so does `stop`, and so do 300 seconds. What it showed last stays; `picture` gives it as a still one.

    Args:
        title, unit: what is shown, in which unit.
        window: how many seconds are seen.
        clock: seconds from any fixed point.
    """

    def __init__(
        self, title: str, unit: str = "", window: float = 30.0, *, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        if not window > 0:
            raise ValueError(f"expected a window of more than 0 seconds, got {window!r}")
        self.title, self.unit, self.window = title, unit, window
        self._clock = clock
        self._lock = threading.Lock()
        self._samples: dict[str, deque[tuple[float, float]]] = {}
        self._changed = False
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._views: list[Any] = []
        self.pace = Pace()
        self.drawn = 0

    def __repr__(self) -> str:
        return f"Live chart: {self.title} ({self.unit})" if self.unit else f"Live chart: {self.title}"

    @property
    def running(self) -> bool:
        """Whether its thread draws."""
        return self._thread is not None and self._thread.is_alive()

    def add(self, value: float, series: str = "") -> None:
        """One more value, now."""
        now = self._clock()
        with self._lock:
            self._samples.setdefault(series, deque(maxlen=_KEPT)).append((now, float(value)))
            self._changed = True

    def picture(self) -> Picture:
        """What it shows now, as a still picture."""
        with self._lock:
            samples: dict[str, Sequence[tuple[float, float]]] = {n: list(points) for n, points in self._samples.items()}
        times = [points[-1][0] for points in samples.values() if points]
        now = self._clock() if self.running else max(times, default=0.0)
        return live_picture(samples, title=self.title, unit=self.unit, window=self.window, now=now)

    def tick(self) -> bool:
        """Draw if there is something new and enough time has passed; whether it drew."""
        with self._lock:
            changed = self._changed
        if not changed or not self.pace.due(self._clock()):
            return False
        self._draw()
        return True

    def _draw(self) -> None:
        with self._lock:
            self._changed = False
        content = html.wrap(self.picture().svg)
        self.drawn += 1
        for view in self._views:
            view.value = content

    def start(self) -> LiveChart:
        """Draw from now on, in a thread of its own. Starting twice is starting once."""
        if not self.running:
            self._stopping.clear()
            self._thread = threading.Thread(target=self._run, name=f"live chart {self.title}", daemon=True)
            self._thread.start()
        return self

    def _run(self) -> None:
        ends = time.monotonic() + LONGEST
        while not self._stopping.wait(INTERVAL) and time.monotonic() < ends:
            self.tick()

    def stop(self) -> None:
        """End its thread and draw what came last. Stopping twice is stopping once."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(5)
            self._thread = None
            self._draw()

    def __enter__(self) -> LiveChart:
        return self.start()

    def __exit__(self, *exc: object) -> None:
        self.stop()

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        import ipywidgets

        from ..look.widget import Fallback

        still = self.picture()
        view = ipywidgets.HTML(html.wrap(still.svg))
        self._views.append(view)
        drawn = still.png if still.table.rows else None
        return Fallback([view], text=repr(self), png=drawn, alt=still.alt)._repr_mimebundle_(**kwargs)
