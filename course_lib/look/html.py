"""Themed HTML snippets: strings with inline style whose colours are JupyterLab's variables.

Inline, because a stylesheet in an output would reach the whole page and would be dropped from an untrusted one.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from typing import Final

from .palette import CARD, INK, LINE, SHADE, SOFT, css
from .text import printable

__all__ = ["box", "chip", "details", "esc", "pre", "swatch", "table", "wrap"]

_FONT: Final = "font-family:var(--jp-ui-font-family, system-ui, sans-serif);font-size:13px;line-height:1.45"
_NUMBER: Final = re.compile(r"[-+\u2212]?[\d,. ]*\d(\s?(%|\u00d7|[a-zµ/]{1,5}))?")


def esc(value: object) -> str:
    """The value's text, safe inside an element and inside a quoted attribute, of HTML and of XML."""
    return html.escape(printable(str(value)), quote=True)


def wrap(inner: str) -> str:
    """`inner` in the font and ink of the course. `inner` is HTML."""
    return f'<div style="{_FONT};color:{css(INK)};white-space:normal">{inner}</div>'


def box(inner: str, *, accent: str = "", title: str = "", shade: bool = False) -> str:
    """A card around `inner` (HTML), with an optional coloured edge (#rrggbb) and an optional title (text)."""
    edge = f"border-left:5px solid {accent};" if accent else ""
    head = f'<div style="font-weight:600;margin-bottom:4px">{esc(title)}</div>' if title else ""
    style = f"background:{css(SHADE if shade else CARD)};border:1px solid {css(LINE)};{edge}border-radius:6px;"
    return wrap(f'<div style="{style}padding:10px 14px;margin:4px 0;max-width:852px">{head}{inner}</div>')


def details(summary: str, inner: str, *, shown: bool = False) -> str:
    """A folded part that opens on click, also where no kernel runs. `summary` is text, `inner` is HTML."""
    head = f'<summary style="cursor:pointer;color:{css(SOFT)};font-size:12px">{esc(summary)}</summary>'
    return wrap(f"<details{' open' if shown else ''}>{head}{inner}</details>")


def chip(text: str, colour: str, *, filled: bool = False) -> str:
    """A small rounded label: outlined, or filled with `colour` (#rrggbb)."""
    from .palette import text_on

    paint = f"background:{colour};color:{text_on(colour)};" if filled else ""
    style = f"display:inline-block;border:1.5px solid {colour};border-radius:10px;padding:0 8px;margin:1px 3px;{paint}"
    return f'<span style="{style}font-family:var(--jp-code-font-family, monospace);font-size:12px">{esc(text)}</span>'


def swatch(colour: str) -> str:
    """A small square of a colour, to stand before a word."""
    style = f"display:inline-block;width:10px;height:10px;border-radius:2px;background:{colour};margin-right:6px"
    return f'<span style="{style}"></span>'


def pre(text: str) -> str:
    """Preformatted text: program output, source."""
    style = f"margin:4px 0;padding:8px 12px;background:{css(SHADE)};color:{css(INK)};border-radius:4px;overflow-x:auto;"
    font = "font-family:var(--jp-code-font-family, monospace);font-size:13px;line-height:1.4;white-space:pre"
    return f'<pre style="{style}{font}">{esc(text)}</pre>'


def table(
    headers: Sequence[object], rows: Sequence[Sequence[object]], *, caption: str = "", limit: int | None = None
) -> str:
    """A table of texts; columns of numbers stand right. More than `limit` rows end in a line that says how many."""
    shown = rows if limit is None else rows[:limit]
    right = [bool(shown) and all(_NUMBER.fullmatch(str(row[at])) for row in shown) for at in range(len(headers))]
    edge = f"border:0;border-bottom:1px solid {css(LINE)};padding:3px 10px;"

    def cell(tag: str, value: object, at: int) -> str:
        align = "right" if right[at] else "left"
        font = "font-variant-numeric:tabular-nums;" if right[at] else ""
        weight = f"font-weight:600;color:{css(SOFT)};" if tag == "th" else ""
        scope = ' scope="col"' if tag == "th" else ""
        return f'<{tag}{scope} style="{edge}{font}{weight}text-align:{align};vertical-align:top">{esc(value)}</{tag}>'

    head = "".join(cell("th", value, at) for at, value in enumerate(headers))
    body = "".join(f"<tr>{''.join(cell('td', v, at) for at, v in enumerate(row))}</tr>" for row in shown)
    if len(shown) < len(rows):
        more = f"… and {len(rows) - len(shown):,} more rows"
        body += f'<tr><td colspan="{len(headers)}" style="{edge}color:{css(SOFT)}">{more}</td></tr>'
    words = f'<caption style="text-align:left;font-weight:600;padding:4px 10px">{esc(caption)}</caption>'
    style = f"border-collapse:collapse;margin:4px 0;font-size:12.5px;color:{css(INK)};background:{css(CARD)}"
    open_table = f'<table style="{style}">{words if caption else ""}'
    inner = f"{open_table}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return wrap(f'<div style="overflow-x:auto;max-width:880px">{inner}</div>')
