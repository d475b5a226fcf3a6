"""Exercise 06-2: an event as bytes that every parser reads back as the same event."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from course_lib.exercises.lesson_06 import answers_stream as answers
from course_lib.lesson import Exercise, Trial, WrongAnswer
from course_lib.realtime import sse

__all__ = ["ENCODE"]


def _read_back(stream: Any) -> list[tuple[str, str]]:
    """The events a parser finds: data and id of each."""
    if not isinstance(stream, (bytes, bytearray)):
        raise TypeError(f"expected bytes from encode, got {stream!r}")
    return [(event.data, event.last_event_id) for event in sse.Parser().feed(bytes(stream))]


def _refused(encode: Callable[..., Any], id: str) -> str:
    try:
        stream = encode("hello", id)
    except ValueError:
        return "ValueError"
    return f"sent as {stream!r}"


def _lines_of_one(got: Any) -> str | None:
    if not got:
        return "No event came out: an event ends with an empty line, so two line ends follow each other."
    if len(got) == 1 and len(got[0][0].split("\n")) < 2:
        return "Only the first line came through: each line of data needs its own `data:`."
    return None


def _carriage_return(got: Any) -> str | None:
    if got and got[0][1] == "99":
        return "The text wrote a field of its own: CR ends a line as well, and what follows it was read as `id: 99`."
    return "CR ends a line as well, alone or before LF. The format cannot carry it: it arrives as a line end."


def _judge(encode: Callable[..., Any]) -> Iterator[Trial]:
    def trial(data: str, because: Any, *, id: str = "", arrives: str | None = None) -> Trial:
        given = f"what a parser reads from encode({data!r}{f', {id!r}' if id else ''})"
        expected = [(data if arrives is None else arrives, id)]
        return Trial(given, expected, lambda: _read_back(encode(data, id) if id else encode(data)), because)

    def same(got: Any) -> str | None:
        if got and got[0][0] == '"hello"':
            return "The quotes are part of the text now. The format carries text; JSON is the caller's choice."
        return _lines_of_one(got)

    yield trial("hello", same)
    yield trial("hello", "The id is a field of its own, in the same block of lines.", id="7")
    yield trial("one\ntwo", _lines_of_one)
    yield trial("one\rid: 99", _carriage_return, arrives="one\nid: 99")
    yield trial("one\r\ntwo", "CR LF is one line end, not two.", arrives="one\ntwo")
    yield trial(
        "one\u2028two",
        "The text was changed: `str.splitlines` splits at eight characters more than the format, U+2028 among them.",
    )
    yield trial("one\n\ntwo", "An empty line in the text is a line, too: `data:` with nothing behind it.")
    yield trial("one\n", "The last line is empty, and it is a line: `data:` once more, with nothing behind it.")
    yield trial("", "Data may be empty: one `data:` line with nothing behind it. With none there is no event.")
    yield trial("  indented", "Only one space behind the colon is taken away, so write exactly one.")
    yield trial("caf\u00e9", "The stream is UTF-8, always.")
    for id in ("7\nevent: admin", "7\r", "7\0"):
        yield Trial(
            f'encode("hello", {id!r})',
            "ValueError",
            lambda id=id: _refused(encode, id),  # type: ignore[misc]
            "An id that holds a line end writes fields of its own, and a browser drops one with NUL. Refuse it: an id"
            " that is repaired in silence is another id.",
        )


ENCODE = Exercise(
    "06-2",
    "An event as bytes",
    "`encode(data, id)` gives the bytes of one event, whatever the text holds; `id` may be left out. Fill the three"
    " blanks. The check gives your bytes to a parser: the event that comes out must be the one that went in (a CR"
    " arrives as a line end, because the format has no other way to say it).",
    _judge,
    [
        "What ends a line in this format: CR LF, CR alone, LF alone. Nothing else does.",
        're.split("\\r\\n|\\r|\\n", data) splits there, and keeps an empty last line.',
        "The fields are joined by line ends; one more ends the last field, and another is the empty line.",
    ],
    answers.encode,
    [
        WrongAnswer("one data line, whatever is in it", answers.first_line_only, "its own `data:`"),
        WrongAnswer("only LF ends a line", answers.newline_only, "wrote a field of its own"),
        WrongAnswer("splitlines", answers.unicode_lines, "`str.splitlines` splits"),
        WrongAnswer("no empty line", answers.one_newline, "ends with an empty line"),
        WrongAnswer("the id as it comes", answers.id_as_it_comes, "writes fields of its own"),
        WrongAnswer("the id repaired in silence", answers.id_made_harmless, "is another id"),
        WrongAnswer("JSON around it", answers.as_json, "The quotes are part of the text"),
    ],
)
