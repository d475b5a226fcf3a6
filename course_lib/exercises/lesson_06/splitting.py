"""Exercises 06-3 and 06-4: chunks into lines, lines into events."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from course_lib.exercises.lesson_06 import answers_stream as answers
from course_lib.lesson import Exercise, Trial, WrongAnswer

__all__ = ["LINES", "READ"]


def _fed(lines_class: Callable[..., Any], chunks: Sequence[bytes]) -> list[str]:
    """All lines that come out when the chunks go in, one after the other."""
    lines = lines_class()
    return [line for chunk in chunks for line in lines.feed(chunk)]


def _at_every_place(lines_class: Callable[..., Any], stream: bytes) -> list[list[str]]:
    """What comes out of the stream when it is cut in two, at each place; equal results once."""
    found: list[list[str]] = []
    for place in range(len(stream) + 1):
        try:
            lines = _fed(lines_class, [stream[:place], stream[place:]])
        except UnicodeDecodeError as error:
            lines = [f"UnicodeDecodeError: {error}"]
        if lines not in found:
            found.append(lines)
    return found


def _border(got: Any) -> str | None:
    lines = [line for cut in got for line in cut] if isinstance(got, list) else []
    if any("\ufffd" in line or line.startswith("UnicodeDecodeError") for line in lines):
        return "A character was cut in two. Keep its first bytes until the others come: an incremental decoder does."
    if any(line == "" for line in lines):
        return (
            "A CR at the end of one chunk and a LF at the beginning of the next are one line end, not two: the empty"
            " line between them would end the event too early."
        )
    return "A line goes on in the next chunk: keep what has begun, and hand out what has ended."


def _judge_lines(lines_class: Callable[..., Any]) -> Iterator[Trial]:
    def feed(chunks: Sequence[bytes], expected: list[str], because: Any) -> Trial:
        given = "the lines from " + " and ".join(f"feed({chunk!r})" for chunk in chunks)
        return Trial(given, expected, lambda: _fed(lines_class, chunks), because)

    yield feed([b"data: a\n\n"], ["data: a", ""], "Two line ends: one line, and the empty one.")
    yield feed(
        [b"data: a\rdata: b\r\ndata: c\n"],
        ["data: a", "data: b", "data: c"],
        "Three ways to end a line: CR, CR LF, LF.",
    )
    yield feed(
        ["data: one\u2028two\n".encode()],
        ["data: one\u2028two"],
        "`str.splitlines` splits at U+2028, the format does not.",
    )
    yield feed(
        [b"dat", b"a: a", b"\n"],
        ["data: a"],
        "A chunk ends where the network likes. Keep the line that has begun, and hand out what has ended.",
    )
    yield feed(
        [b"data: a\r\r"],
        ["data: a", ""],
        "A CR has ended the line already. Who waits to see whether a LF follows holds the event back until the next"
        " one comes.",
    )
    yield Trial(
        'the lines from b"data: caf\\xc3\\xa9\\r\\nid: 7\\r\\n", cut in two at each place',
        [["data: caf\u00e9", "id: 7"]],
        lambda: _at_every_place(lines_class, "data: caf\u00e9\r\nid: 7\r\n".encode()),
        _border,
    )
    yield feed(
        [b"a\r", b"\n\nb\n"],
        ["a", "", "b"],
        "After a CR one LF belongs to it, not more: the second ends an empty line.",
    )
    yield feed(
        [b"a\r", b"\xc3", b"\xa9\n", b"\n", b"b\r", b"", b"\n", b"c\n"],
        ["a", "\u00e9", "", "b", "c"],
        "A chunk that gives no character changes nothing: whether the last character was a CR has to be kept over it.",
    )


LINES = Exercise(
    "06-3",
    "Lines from any chunks",
    "`Lines().feed(chunk)` takes the next bytes of the stream and returns the lines that have ended, without their"
    " ends. A chunk may be cut anywhere: in a line, in a character, between CR and LF. Fill the three blanks. The check"
    " cuts a stream at every place.",
    _judge_lines,
    [
        "`self.decoder.decode(chunk)` gives the characters that are complete, and keeps the bytes of one that is not.",
        "After a CR, a LF at the beginning of the next chunk belongs to the same line end: take it away.",
        '`re.split("\\r\\n|\\r|\\n", self.begun + text)` gives the lines, and as its last item what has begun.',
    ],
    answers.Lines,
    [
        WrongAnswer("splitlines", answers.UnicodeLines, "the format does not"),
        WrongAnswer("split at LF, take CR off", answers.NewlineOnly, "Three ways to end a line"),
        WrongAnswer("each chunk decoded by itself", answers.BytesAsTheyCome, "A character was cut in two"),
        WrongAnswer("a chunk is whole lines", answers.ChunkIsLines, "where the network likes"),
        WrongAnswer("CR and LF in two chunks are two ends", answers.EagerLines, "are one line end, not two"),
        WrongAnswer("after CR, wait for LF", answers.PatientLines, "holds the event back"),
    ],
)


def _or_error(read: Callable[..., Any], lines: list[str]) -> object:
    """What it returns, or the ValueError's words: so that the reason can be told."""
    try:
        return read([*lines])
    except ValueError as error:
        return f"ValueError: {error}"


def _judge_read(read: Callable[..., Any]) -> Iterator[Trial]:
    def trial(lines: list[str], expected: object, because: Any) -> Trial:
        return Trial(f"read({lines})", expected, lambda: read([*lines]), because)

    yield trial(
        ["event: price", "id: 7", "data: 42", ""],
        ([("price", "42", "7")], None),
        "Three fields, then the empty line that makes an event of them.",
    )
    yield trial(
        ["data: one", "data: two", ""],
        ([("message", "one\ntwo", "")], None),
        "Two data lines are one text of two lines. An event without a name is a `message`.",
    )
    yield trial(
        ["id: 7", "", ": a comment", "", ""],
        ([], None),
        "Nothing was said, so nothing is dispatched: an event needs data. (The id is remembered all the same.)",
    )
    yield trial(
        ["id: 7", "data: a", "", "data: b", ""],
        ([("message", "a", "7"), ("message", "b", "7")], None),
        "The last id stays until another one comes. It is the place in the stream, not a property of one event.",
    )
    yield trial(
        ["event: price", "data: a", "", "data: b", ""],
        ([("price", "a", ""), ("message", "b", "")], None),
        "The name goes with its event; the next one is a `message` again.",
    )
    yield trial(
        ["data:   x", "data:y", "data", ""],
        ([("message", "  x\ny\n", "")], None),
        "One space behind the colon is taken away, and only one: the others are data.",
    )
    for value, said in (("2000", 2000), ("\u0661", None), ("\u00b2", None), ("1.5", None), ("-1", None), ("", None)):
        lines = [f"retry: {value}"]
        yield Trial(
            f"read({lines})",
            ([], said),
            lambda lines=lines: _or_error(read, lines),  # type: ignore[misc]
            "`retry` takes the digits 0 to 9 and nothing else. `isdigit` says yes to \u0661 and to \u00b2 as well,"
            " and `int`"
            " refuses the second.",
        )
    yield trial(
        ["data: whole", "", "data: begun"],
        ([("message", "whole", "")], None),
        "The stream ended before the empty line, so the rest may be half of something. It is discarded.",
    )
    yield trial(["id: 7", "id: 8\0", "data: a", ""], ([("message", "a", "7")], None), "An id with NUL is ignored.")


READ = Exercise(
    "06-4",
    "Events from lines",
    "`read(lines)` takes the lines of a stream and returns a pair: the events, each `(type, data, last event id)`, and"
    " the reconnection time in ms (None if the stream sets none). Fill the four blanks.",
    _judge_read,
    [
        "An event needs data: an empty data buffer means that there is nothing to dispatch.",
        "After an event the data and the type are empty again. The last id is not: it is a place in the stream.",
        '`value.removeprefix(" ")` takes one space. `value.isascii() and value.isdigit()` is true for 0 to 9 only.',
    ],
    answers.read,
    [
        WrongAnswer("every empty line is an event", answers.dispatch_always, "an event needs data"),
        WrongAnswer("the id goes with its event", answers.forget_the_id, "The last id stays"),
        WrongAnswer("the type stays", answers.keep_the_type, "goes with its event"),
        WrongAnswer("all spaces taken away", answers.strip_everything, "the others are data"),
        WrongAnswer("isdigit", answers.any_digits, "0 to 9 and nothing else"),
        WrongAnswer("the end of the stream ends the event", answers.flush_at_the_end, "It is discarded"),
    ],
)
