"""Exercises 05-2 and 05-5: a log that many can read, and a message from a stranger."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from course_lib.exercises.lesson_05 import answers_log as answers
from course_lib.lesson import Exercise, Trial, WrongAnswer

__all__ = ["LOG", "RECEIVED"]

_LETTERS = "abcdefgh"


def _read(log_class: Callable[..., Any], keep: int, count: int, *cursors: int) -> list[object]:
    """A log that keeps `keep`, with the first `count` letters appended, asked with each cursor in turn."""
    log = log_class(keep)
    for letter in _LETTERS[:count]:
        log.append(letter)
    return [_plain(log.after(cursor)) for cursor in cursors]


def _plain(found: object) -> object:
    """An answer in one form: a list of texts may come as a tuple or a deque."""
    if isinstance(found, (tuple, list)) and len(found) == 3 and not isinstance(found[0], (str, int)):
        return (list(found[0]), found[1], found[2])
    return found


def _appended(log_class: Callable[..., Any]) -> list[object]:
    log = log_class(2)
    return [log.append(letter) for letter in "abc"]


def _judge_log(log_class: Callable[..., Any]) -> Iterator[Trial]:
    def trial(given: str, keep: int, count: int, cursors: Sequence[int], expected: list[object], because: Any) -> Trial:
        return Trial(given, expected, lambda: _read(log_class, keep, count, *cursors), because)

    yield trial(
        "a, b, c appended to Log(9); after(1), and after(3)",
        9,
        3,
        [1, 3],
        [(["b", "c"], 3, False), ([], 3, False)],
        lambda got: (
            "The cursor is the number of the last message the reader has *seen*: it must not come again."
            if isinstance(got, list) and any(one in ((["c"], 3, False), (["a", "b", "c"], 3, False)) for one in got)
            else None
        ),
    )
    yield Trial(
        "the numbers that append() gives for a, b, c",
        [1, 2, 3],
        lambda: _appended(log_class),
        "Messages are numbered 1, 2, 3 …, whatever has been forgotten, and `append` returns the number.",
    )
    yield trial(
        "a, b appended; two readers, one after the other, ask after(0)",
        9,
        2,
        [0, 0],
        [(["a", "b"], 2, False)] * 2,
        lambda got: (
            "Nothing is forgotten, and the cursor is not ahead of the log: nobody has missed anything."
            if got == [(["a", "b"], 2, True)] * 2
            else "The second reader found less: reading must not take anything out, there are others."
        ),
    )
    yield trial(
        "a, b, c, d appended to Log(2), which keeps the last two; after(3)",
        2,
        4,
        [3],
        [(["d"], 4, False)],
        "The log has forgotten its first two, so number 4 no longer stands at place 3. A cursor is a number, not a"
        " place.",
    )
    yield trial(
        "a, b, c, d appended to Log(2); after(1), which means b was not seen",
        2,
        4,
        [1],
        [(["c", "d"], 4, True)],
        "b is forgotten and was never seen: this reader has missed something, and has to be told.",
    )
    yield trial(
        "a, b, c, d appended to Log(2); after(2), which means b was seen",
        2,
        4,
        [2],
        [(["c", "d"], 4, False)],
        "What was seen may be forgotten: nothing is missed as long as the *next* one, number 3, is kept.",
    )
    yield trial(
        "a, b appended; a reader from before the restart asks after(7)",
        9,
        2,
        [7],
        [(["a", "b"], 2, True)],
        "A cursor ahead of the log comes from another log: the server has restarted. Start again from the oldest, and"
        " say so; otherwise this reader hears nothing until number 8.",
    )
    yield trial("an empty log; after(0)", 9, 0, [0], [([], 0, False)], "Nothing said, nothing missed.")


LOG = Exercise(
    "05-2",
    "A log with cursors",
    "Write the class `Log`. `Log(keep)` keeps the last `keep` messages. `append(text)` numbers them 1, 2, 3 … and"
    " returns"
    " the number. `after(cursor)` is asked by a reader who has seen everything up to number `cursor`, and returns three"
    " things: the list of texts that this reader has not seen, the number of the newest message, and whether the reader"
    " has *missed* something: a message that is forgotten and was not seen, or a cursor ahead of the log. A reader who"
    " has missed something gets all that is kept.",
    _judge_log,
    [
        "Keep pairs of number and text: `deque(maxlen=keep)` drops its oldest by itself.",
        "`self.newest - len(self.kept)` is the number of the newest message that is gone. Whom does that concern?",
        "`missed = cursor < forgotten or cursor > self.newest`; then every kept text whose number is above the cursor,"
        " or all of them.",
    ],
    answers.Log,
    [
        WrongAnswer("a cursor is a place in the list", answers.PlacesAsCursors, "not a place"),
        WrongAnswer("a cursor names the next message", answers.OneTooMany, "must not come again"),
        WrongAnswer("what one reader got is done with", answers.ForgetsWhatItGave, "must not take anything out"),
        WrongAnswer("the oldest that is left is good enough", answers.NeverLooksBack, "has to be told"),
        WrongAnswer("missed when the seen one is gone", answers.SuspiciousLog, "What was seen may be forgotten"),
        WrongAnswer("nobody has seen more than there is", answers.TrustsTheCursor, "has restarted"),
    ],
)


_MOST = 40
_JSON = "application/json"
_POSTS: Sequence[tuple[str, bytes, str, tuple[int, str | None], str]] = [
    ("a message", b'{"message": "hello"}', _JSON, (201, "hello"), "Parse the body, and give its text."),
    (
        "a message, its type with a parameter",
        b'{"message": "hello"}',
        "Application/JSON; charset=utf-8",
        (201, "hello"),
        "A content type is a name in any case, and parameters may follow a semicolon (RFC 9110, 8.3.1).",
    ),
    (
        "JSON that says it is plain text",
        b'{"message": "hello"}',
        "text/plain",
        (415, None),
        "A form on a stranger's page can send text/plain without being asked by the browser; it cannot send JSON.",
    ),
    (
        "31 characters in 47 bytes, and at most 40 are allowed",
        '{"message": "ääääääääääääääää"}'.encode(),
        _JSON,
        (413, None),
        "Memory is filled by bytes: the limit counts them, not characters.",
    ),
    (
        "half a message",
        b'{"message": "he',
        _JSON,
        (400, None),
        "Not JSON: the sender is to hear 400, not to get a 500.",
    ),
    (
        "bytes that are not UTF-8",
        b'{"message": "\xff"}',
        _JSON,
        (400, None),
        "`decode` raises UnicodeDecodeError, which is a ValueError and no JSONDecodeError. Uncaught it is a 500.",
    ),
    (
        "a number as message",
        b'{"message": 5}',
        _JSON,
        (400, None),
        "It is JSON, and has not the form that was agreed on. Whoever reads the message later expects text.",
    ),
    (
        "a list",
        b'["hello"]',
        _JSON,
        (400, None),
        'It is JSON, and has not the form that was agreed on: a list has no "message".',
    ),
    ("nothing under the name", b'{"text": "hello"}', _JSON, (400, None), 'There is no "message" in it.'),
]


def _call(received: Callable[..., Any], body: bytes, content_type: str, most: int) -> object:
    try:
        got = received(body, content_type, most)
    except NotImplementedError:
        raise
    except Exception as error:
        return f"{type(error).__name__}: {error}"[:120]
    return tuple(got) if isinstance(got, list) else got


def _judge_received(received: Callable[..., Any]) -> Iterator[Trial]:
    for given, body, content_type, expected, because in _POSTS:
        yield Trial(
            f"received({_bytes(body)}, {content_type!r}, {_MOST}): {given}",
            expected,
            lambda body=body, content_type=content_type: _call(received, body, content_type, _MOST),  # type: ignore[misc]
            because,
        )
    yield Trial(
        "received(100,000 opening brackets, 'application/json', 200000)",
        (400, None),
        lambda: _call(received, b"[" * 100_000, _JSON, 200_000),
        "A parser that calls itself for every bracket comes to its limit: RecursionError is no ValueError.",
    )


def _bytes(body: bytes) -> str:
    """As a learner would write them, where that is short enough."""
    if body.isascii() or len(body) < 30:
        return ascii(body)
    return f"{body.decode()!r}.encode()"


RECEIVED = Exercise(
    "05-5",
    "A message from a stranger",
    "Write `received(body, content_type, most)` for `POST /messages`: `body` is bytes, `content_type` the header,"
    " `most`"
    " the largest body in bytes. It returns a status and the text: `(201, text)` for JSON like"
    ' `{"message": "hello"}`; `(413, None)` if the body is too large; `(415, None)` if the type is not'
    " application/json; `(400, None)` for everything else. It never raises.",
    _judge_received,
    [
        "In this order: the size, the type, the bytes, the JSON, its form. Each step may rely on those before it.",
        "`content_type.partition(';')[0].strip().lower()` is the type without its parameters.",
        "`except (ValueError, RecursionError)` around `json.loads(body.decode('utf-8'))`, then two `isinstance`.",
    ],
    answers.received,
    [
        WrongAnswer("characters are bytes", answers.counts_characters, "filled by bytes"),
        WrongAnswer("a type is one fixed string", answers.exact_type, "parameters may follow"),
        WrongAnswer("JSON has the form it should have", answers.any_json, "that was agreed on"),
        WrongAnswer("bad JSON is the only bad body", answers.catches_what_it_knows, "UnicodeDecodeError"),
        WrongAnswer("the type does not matter", answers.type_in_a_header_only, "a stranger's page"),
    ],
)
