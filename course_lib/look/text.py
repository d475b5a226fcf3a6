"""How wide a text is, without a screen.

A picture is laid out before anybody knows which font will draw it: the learner's system font on the screen, DejaVu Sans
in the PNG. DejaVu Sans is the widest of the fonts in common use, so a text measured with its widths fits everywhere.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

__all__ = ["elide", "printable", "width", "wrap"]

_UNPRINTABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")

# Advance widths of DejaVu Sans for the characters 32 … 126, in hundredths of the font size.
# fmt: off
_NORMAL: Final = (
    32, 40, 46, 84, 64, 95, 78, 27, 39, 39, 50, 84, 32, 36, 32, 34, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 34, 34,
    84, 84, 84, 53, 100, 68, 69, 70, 77, 63, 58, 77, 75, 29, 29, 66, 56, 86, 75, 79, 60, 79, 69, 63, 61, 73, 68, 99,
    69, 61, 69, 39, 34, 39, 84, 50, 50, 61, 63, 55, 63, 62, 35, 63, 63, 28, 28, 58, 28, 97, 63, 61, 63, 63, 41, 52,
    39, 63, 59, 82, 59, 59, 52, 64, 34, 64, 84,
)
_BOLD: Final = (
    35, 46, 52, 84, 70, 100, 87, 31, 46, 46, 52, 84, 38, 42, 38, 37, 70, 70, 70, 70, 70, 70, 70, 70, 70, 70, 40, 40,
    84, 84, 84, 58, 100, 77, 76, 73, 83, 68, 68, 82, 84, 37, 37, 77, 64, 100, 84, 85, 73, 85, 77, 72, 68, 81, 77,
    110, 77, 72, 73, 46, 37, 46, 84, 50, 50, 67, 72, 59, 72, 68, 44, 72, 71, 34, 34, 67, 34, 104, 71, 69, 72, 72,
    49, 60, 48, 71, 65, 92, 65, 65, 58, 71, 37, 71, 84,
)
# fmt: on
_MONO: Final = 60.2


def _advance(character: str, bold: bool, mono: bool) -> float:
    """Hundredths of the font size that one character takes."""
    code = ord(character)
    if 32 <= code < 127:
        return _MONO if mono else (_BOLD if bold else _NORMAL)[code - 32]
    if unicodedata.combining(character):
        return 0.0
    if code >= 0x1F000:
        return 140.0
    if unicodedata.east_asian_width(character) in "WF":
        return 105.0
    if character in "·…\u2013—→←↑↓≤≥\u00d7✓✗±":
        return 60.2 if mono else 100.0 if character in "…—" else 84.0 if character != "·" else 38.0
    return (76.0 if bold else 70.0) if code < 0x2000 else 90.0


def printable(text: str) -> str:
    """`text` with ``\ufffd`` for what no XML, font or UTF-8 can hold: control characters, halves of surrogates."""
    return _UNPRINTABLE.sub("\ufffd", text)


def width(text: str, size: float, *, bold: bool = False, mono: bool = False) -> float:
    """The width of `text` in px at font size `size` px: an upper bound for the usual fonts."""
    return sum(_advance(character, bold, mono) for character in text) * size / 100


def elide(text: str, room: float, size: float, *, bold: bool = False, mono: bool = False) -> str:
    """`text` if it fits into `room` px, else as much of its beginning as fits, with an ellipsis."""
    if width(text, size, bold=bold, mono=mono) <= room:
        return text
    left = room - width("…", size, bold=bold, mono=mono)
    kept = 0
    for character in text:
        left -= _advance(character, bold, mono) * size / 100
        if left < 0:
            break
        kept += 1
    return text[:kept].rstrip() + "…" if kept else "…"


def wrap(text: str, room: float, size: float, *, bold: bool = False, lines: int = 4) -> list[str]:
    """`text` broken at spaces into lines of at most `room` px; what does not fit into `lines` lines is elided."""
    broken: list[str] = []
    for word in text.split():
        longer = f"{broken[-1]} {word}" if broken else word
        if broken and width(longer, size, bold=bold) <= room:
            broken[-1] = longer
        else:
            broken.append(word)
    if len(broken) > lines:
        broken[lines - 1 :] = [" ".join(broken[lines - 1 :])]
    return [elide(line, room, size, bold=bold) for line in broken]
