"""A widget that also says what to show where no widget can live.

A committed notebook is read on a web page, in a pull request, in a fresh clone that nobody has run: there a widget is
nothing. `Fallback` therefore publishes, beside the live view, a picture and one line of text. The text is compared by
the notebook tests, so it holds nothing that depends on the machine or its speed; measured numbers belong in the widget,
in the picture, or in the picture's alternative text.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import ipywidgets

__all__ = ["Fallback"]


class Fallback(ipywidgets.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """A column of widgets with a deterministic text, and optionally a picture or HTML, for where they cannot live.

    Args:
        children: the widgets, top to bottom.
        text: the one line that stands for it; it must be the same on every machine. Or override `summary`.
        png: the picture, or what draws it when it is asked for. Or override `snapshot`.
        html: static HTML; compared by the notebook tests, so as deterministic as `text`.
        alt: what the picture shows, for those who cannot see it; may hold measured numbers.
        metadata: further output metadata, by name.
    """

    def __init__(
        self,
        children: Sequence[Any] = (),
        *,
        text: str = "",
        png: bytes | Callable[[], bytes | None] | None = None,
        html: str | None = None,
        alt: str | Callable[[], str] = "",
        metadata: Mapping[str, Any] | None = None,
        **traits: Any,
    ) -> None:
        self._text = text
        self._png = png
        self._html = html
        self._alt = alt
        self._metadata = dict(metadata or {})
        traits.setdefault("layout", ipywidgets.Layout(width="100%", max_width="900px", overflow="visible"))
        super().__init__(children=tuple(children), **traits)

    def __repr__(self) -> str:
        return self.summary()

    def summary(self) -> str:
        """The one line that stands for it, the same on every machine."""
        return self._text or type(self).__name__

    def snapshot(self) -> bytes | None:
        """A PNG of what it shows, or None."""
        return self._png() if callable(self._png) else self._png

    def alternative(self) -> str:
        """What the snapshot shows, in a sentence."""
        return (self._alt() if callable(self._alt) else self._alt) or self.summary()

    def output_metadata(self) -> dict[str, Any]:
        """Metadata of the output, besides the picture's own."""
        return dict(self._metadata)

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        data: dict[str, Any] = super()._repr_mimebundle_(**kwargs)
        data["text/plain"] = self.summary()
        metadata = self.output_metadata()
        if self._html is not None:
            data["text/html"] = self._html
        if picture := self.snapshot():
            data["image/png"] = base64.b64encode(picture).decode("ascii")
            metadata["image/png"] = {"alt": self.alternative(), "width": _displayed_width(picture)}
        return data, metadata


def _displayed_width(png: bytes) -> int:
    """How wide to show a PNG, in px: pictures are drawn at 1.5 times their size, for sharp screens."""
    return round(int.from_bytes(png[16:20], "big") / 1.5)
