"""Pictures of records and of plain numbers; knows no subject.

Every picture is a pure function: the same record gives the same picture, so it can be asserted in a test, drawn where
nothing runs, and read as a table by those who cannot see it. ``from course_lib import show``, then for example
``show.timeline(record)``; what a function returns displays itself when it is a cell's last value.

Importing this room is cheap: ipywidgets is imported when something is displayed, matplotlib when a PNG is drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from ..record import Record
from .distribution import latency
from .graphs import graph
from .lanes import gantt, timeline
from .livecharts import LiveChart
from .messages import sequence
from .pages import page
from .picture import Picture, Table
from .ratios import compare
from .stations import frame
from .tables import table

if TYPE_CHECKING:
    from .panels import Panel
    from .steppers import Stepper

__all__ = ["LiveChart", "Picture", "Table", "compare", "frame", "gantt", "graph", "latency", "page", "panel"]
__all__ += ["sequence", "stepper", "table", "timeline"]


def stepper(record: Record, *, predicted: Sequence[str] | None = None, title: str = "") -> Stepper:
    """Step through a recorded run: stations, queues, the running callback, the output so far.

    Args:
        record: ``meta["lanes"]`` describes the stations and ``meta["queues"]`` the queues, each a list of
            ``{"name", "title", "hint"}`` in drawing order. Events: ``enter`` (the marker moves to a station), ``wait``
            and ``drop`` (an item begins or stops waiting in a lane), ``start`` and ``end`` (it runs), ``output`` (a
            line was printed).
        predicted: the lines the learner expected; shown under the output with ✓ and ✗.
        title: default: the record's.
    """
    from .steppers import Stepper

    return Stepper(record, predicted, title)


def panel(draw: Callable[..., Picture], /, *, title: str = "", **controls: Any) -> Panel:
    """A picture that follows controls.

    Args:
        draw: called with each control's value by name, whenever one changes; returns a `Picture`. It may be called on
            another thread than the cell's. What it raises is shown as a sentence.
        title: what the panel is about; default: the name of `draw`.
        controls: ipywidgets with a ``value``. Give slow drawings controls with ``continuous_update=False``.
    """
    from .panels import Panel

    return Panel(draw, title, controls)
