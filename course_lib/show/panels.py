"""Controls and a picture that follows them.

JupyterLab may deliver a slider's change on another thread than the cell's, even while a cell is busy. So one lock
guards the drawing, nobody waits for it, and whoever draws goes on until the picture shows the newest values.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import ipywidgets

from ..look import html
from ..look.palette import BAD
from ..look.widget import Fallback
from .picture import Picture

__all__ = ["Panel"]


class Panel(Fallback):
    """Controls, a picture drawn from their values, its table, and its finding in words."""

    def __init__(self, draw: Callable[..., Picture], title: str, controls: dict[str, Any]) -> None:
        self._draw = draw
        self._title = title
        self.controls = controls
        self.picture: Picture | None = None
        self.drawn = 0
        self._busy = threading.Lock()
        self._wanted = False
        for name, control in controls.items():
            if not control.description:
                control.description = name.replace("_", " ")
            control.style.description_width = "initial"
            control.observe(lambda _: self.refresh(), "value")
        self.view = ipywidgets.HTML()
        self.words = ipywidgets.HTML()
        self.rows = ipywidgets.HTML(layout=ipywidgets.Layout(margin="0 0 0 14px"))
        # Not a <details>: it would close whenever the picture changes.
        layout = ipywidgets.Layout(width="auto", margin="4px 0 4px 14px", align_self="flex-start")
        self.fold = ipywidgets.ToggleButton(False, description="as a table", icon="caret-right", layout=layout)
        self.fold.observe(lambda _: self._unfold(), "value")
        row = ipywidgets.Layout(flex_flow="row wrap", align_items="center")
        above = ipywidgets.HBox(list(controls.values()), layout=row)
        super().__init__([above, self.view, self.words, self.fold, self.rows])
        self.refresh()

    def refresh(self) -> None:
        """Draw for the controls' present values; when another thread is drawing, let that one do it."""
        self._wanted = True
        while self._wanted and self._busy.acquire(blocking=False):
            try:
                self._wanted = False
                self._show()
            finally:
                self._busy.release()

    def _show(self) -> None:
        values = {name: control.value for name, control in self.controls.items()}
        try:
            picture = self._draw(**values)
            if not isinstance(picture, Picture):
                raise TypeError(f"expected a picture from {_name(self._draw)}, got {picture!r}")
            view, words, rows = html.wrap(picture.svg), html.esc(picture.alt), picture.table.html()
        except Exception as error:
            picture, words, rows = None, "", ""
            given = ", ".join(f"{name} = {value!r}" for name, value in values.items())
            said = f"✗ no picture for {given}: {type(error).__name__}: {error}"
            view = html.box(html.esc(said), accent=BAD)
        self.picture = picture
        self.drawn += 1
        self.view.value, self.rows.value = view, rows
        self.words.value = html.wrap(f'<div style="font-size:12px;margin-left:14px">{words}</div>')
        self.fold.layout.display = "" if picture and picture.table.rows else "none"
        self._unfold()

    def _unfold(self) -> None:
        """Show the table or not, as the button says."""
        self.fold.icon = "caret-down" if self.fold.value else "caret-right"
        self.rows.layout.display = "" if self.fold.value else "none"

    def summary(self) -> str:
        """Its title and its controls."""
        names = ", ".join(control.description for control in self.controls.values())
        return f"Panel: {self._title or _name(self._draw)} (controls: {names})"

    def snapshot(self) -> bytes | None:
        """The picture for the present values."""
        return self.picture.png() if self.picture else None

    def alternative(self) -> str:
        """The picture's finding."""
        return self.picture.alt if self.picture else self.summary()


def _name(function: Callable[..., object]) -> str:
    return str(getattr(function, "__name__", type(function).__name__)).replace("_", " ").strip()
