"""A picture of the event parser at work: which bytes each chunk brought, and what is kept from chunk to chunk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from course_lib.look.palette import INK, LINE, SERIES, SHADE, SOFT, text_on
from course_lib.look.scene import Scene
from course_lib.realtime import sse
from course_lib.show.picture import Picture, Table, begin, finish

__all__ = ["picture"]

_TITLE: Final = "What the parser keeps from chunk to chunk"
_HEADERS: Final = ("chunk", "line begun", "data", "last id", "fires")
_BYTE: Final = 25.0
_ROW: Final = 27.0
_NAMES: Final = {0x0A: "LF", 0x0D: "CR", 0x20: "\u2423"}


@dataclass(frozen=True)
class _Step:
    """The parser after a chunk: where the chunk began, its bytes, and what is kept."""

    start: int
    chunk: bytes
    begun: bytes
    data: str
    last_id: str
    fires: str

    @property
    def end(self) -> int:
        return self.start + len(self.chunk)

    def cells(self) -> tuple[str, ...]:
        return str(self.chunk), str(self.begun), repr(self.data), self.last_id, self.fires


def _steps(stream: bytes, size: int) -> Iterator[_Step]:
    parser = sse.Parser()
    for start in range(0, len(stream), size):
        chunk = stream[start : start + size]
        fires = ", ".join(repr(event.data) for event in parser.feed(chunk))
        yield _Step(start, chunk, parser.begun, parser.data, parser.last_event_id, fires)


def _cut_character(begun: bytes) -> bool:
    """Whether what has begun ends in the middle of a character."""
    try:
        begun.decode()
    except UnicodeDecodeError:
        return True
    return False


def _draw_byte(scene: Scene, at: int, y: float, byte: int, *, fresh: bool, kept: bool) -> None:
    x = 16 + at * _BYTE
    colour = SERIES[0].colour if kept else SHADE
    ink = text_on(colour) if kept else INK
    scene.rect(
        x, y, _BYTE - 2, _ROW - 6, fill=colour, stroke=SOFT if fresh else LINE, radius=3, dash="" if fresh else "3 2"
    )
    name = _NAMES.get(byte) or (chr(byte) if 0x20 < byte < 0x7F else f"{byte:02X}")
    scene.text(x + (_BYTE - 2) / 2, y + 14, name, size=10, anchor="middle", mono=True, fill=ink)


def _draw_step(scene: Scene, step: _Step, y: float, stream: bytes, right: float) -> None:
    kept_from = step.end - len(step.begun)
    for at in range(min(kept_from, step.start), step.end):
        _draw_byte(scene, at, y, stream[at], fresh=at >= step.start, kept=at >= kept_from)
    for x, words in ((right, repr(step.data)), (right + 90, step.last_id), (right + 150, step.fires)):
        scene.text(x, y + 15, words, size=11, bold=bool(step.fires))


def picture(stream: bytes, size: int) -> Picture:
    """The parser fed with a stream of one event, `size` bytes at a time: a row for each chunk.

    A byte with a solid frame came with this chunk. A dark one is kept, because its line has not ended; with a broken
    frame it came with an earlier chunk. Beside it stand the data so far, the last event id, and what fires.

    Args:
        stream: bytes, at most 24.
        size: bytes in a chunk, 1 at least.

    Raises:
        ValueError: `size` is below 1, or the stream is too long to be drawn.
    """
    if size < 1 or len(stream) > 24:
        raise ValueError(f"expected a size of 1 or more and at most 24 bytes, got {size} and {len(stream)}")
    steps = list(_steps(stream, size))
    right = 16 + len(stream) * _BYTE + 14
    scene = begin(_TITLE, 100)
    for x, head in (
        (16.0, "bytes of the stream; dark: kept"),
        (right, "data"),
        (right + 90, "last id"),
        (right + 150, "fires"),
    ):
        scene.text(x, 52, head, size=12, bold=True, fill=SOFT)
    y = 62.0
    for step in steps:
        _draw_step(scene, step, y, stream, right)
        y += _ROW
    finish(scene, "Solid frame: came with this chunk. Broken frame: came earlier, and its line has not ended.", y)
    return Picture(_TITLE, scene, _finding(steps), Table.of(_HEADERS, [step.cells() for step in steps]))


def _finding(steps: list[_Step]) -> str:
    fired = [number for number, step in enumerate(steps, 1) if step.fires]
    halves = [number for number, step in enumerate(steps, 1) if _cut_character(step.begun)]
    count = f"{len(steps)} {'chunk' if len(steps) == 1 else 'chunks'}"
    fires = f"the event fires with chunk {fired[0]}" if fired else "no event fires"
    cut = f"after chunk {halves[0]} half a character is kept" if halves else "no character is cut in two"
    return f"{count}; {fires}; {cut}"
