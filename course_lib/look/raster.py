"""A scene as PNG, drawn by matplotlib.

Never through pyplot: its figures are global state, and a widget's callback may run on another thread than the cell.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, Literal

from .palette import light
from .scene import Anchor, Circle, Path, Rect, Text

if TYPE_CHECKING:
    from .scene import Scene, Shape

__all__ = ["png"]

_ALIGN: Final[Mapping[Anchor, Literal["left", "center", "right"]]] = {
    "start": "left",
    "middle": "center",
    "end": "right",
}
_POINT: Final = 72 / 96  # a px of the scene in the points that matplotlib counts lines and letters in


def png(scene: Scene, dpi: float) -> bytes:
    """The scene in the light theme, as a PNG of (width, height) times `dpi` / 96 pixels and at most 256 colours."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from PIL import Image

    figure = Figure(figsize=(scene.width / 96, scene.height / 96), dpi=dpi, facecolor="white")
    canvas = FigureCanvasAgg(figure)
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_xlim(0, scene.width)
    axes.set_ylim(scene.height, 0)
    axes.set_axis_off()
    for order, shape in enumerate(scene.shapes):
        axes.add_artist(_artist(shape)).set(zorder=order, clip_on=False)
    picture = Image.fromarray(_pixels(canvas))
    target = io.BytesIO()
    # Maximum coverage keeps the colours that few pixels have: a mark's, a thin line's.
    small = picture.quantize(256, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    small.save(target, "png", optimize=True)
    return target.getvalue()


def _pixels(canvas: Any) -> Any:
    import numpy

    canvas.draw()
    return numpy.asarray(canvas.buffer_rgba())[..., :3].copy()


def _artist(shape: Shape) -> Any:
    from matplotlib import patches

    if isinstance(shape, Text):
        return _text(shape)
    style: dict[str, Any] = {"facecolor": light(shape.fill), "edgecolor": light(shape.stroke)}
    style["linewidth"] = shape.width * _POINT if shape.stroke != "none" else 0.0
    if isinstance(shape, Circle):
        return patches.Circle((shape.x, shape.y), shape.r, **style)
    if shape.dash:
        # matplotlib scales dashes by the line's width; SVG does not.
        style["linestyle"] = (0, tuple(float(part) / shape.width for part in shape.dash.split()))
    if isinstance(shape, Path):
        return patches.Polygon(shape.points, closed=shape.closed, fill=shape.fill != "none", **style)
    radius = min(shape.radius, shape.w / 2, shape.h / 2)
    if isinstance(shape, Rect) and radius > 0:
        corner = f"round,pad=0,rounding_size={radius}"
        return patches.FancyBboxPatch((shape.x, shape.y), shape.w, shape.h, boxstyle=corner, **style)
    return patches.Rectangle((shape.x, shape.y), shape.w, shape.h, **style)


def _text(shape: Text) -> Any:
    from matplotlib.text import Text as Artist

    return Artist(
        shape.x,
        shape.y,
        _drawable(shape.text, shape.mono),
        fontsize=shape.size * _POINT,
        family="DejaVu Sans Mono" if shape.mono else "DejaVu Sans",
        weight="bold" if shape.bold else "normal",
        color=light(shape.fill),
        horizontalalignment=_ALIGN[shape.anchor],
        verticalalignment="baseline",
        parse_math=False,
    )


def _drawable(text: str, mono: bool) -> str:
    """The text with a box for every character that the font lacks; matplotlib would warn about each."""
    from matplotlib.font_manager import findfont, get_font

    known = get_font(findfont("DejaVu Sans Mono" if mono else "DejaVu Sans")).get_charmap()
    return "".join(character if ord(character) in known else "□" for character in text)
