"""Exercises 06-5, 06-6 and 06-7: resume, a client that does not read, and the answers that end an EventSource."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

from course_lib.exercises.lesson_06 import answers_server as answers
from course_lib.lesson import Exercise, Trial, WrongAnswer

__all__ = ["ANSWER", "OUTBOX", "RESUME"]


def _judge_resume(resume: Callable[..., Any]) -> Iterator[Trial]:
    log = [(5, "e"), (6, "f"), (7, "g")]

    def trial(last: int | None, expected: object, because: Any, kept: list[tuple[int, str]] = log) -> Trial:
        return Trial(f"resume({kept}, {last})", expected, lambda: resume([*kept], last), because)

    def after_six(got: Any) -> str | None:
        if isinstance(got, tuple) and len(got) == 2 and got[1] == [(6, "f"), (7, "g")]:
            return "Last-Event-ID names the last one *seen*. Sent again, it is there twice."
        return "Compare the ids. Where a message stands in the log says nothing: the log forgets."

    yield trial(6, (False, [(7, "g")]), after_six)
    yield trial(7, (False, []), "The client has seen everything.")
    yield trial(
        None,
        (False, []),
        "A client without Last-Event-ID is new. It has missed nothing, and it starts with what comes next.",
    )
    yield trial(2, (True, log), "3 and 4 are forgotten. Send what is kept, and say that something is missing.")
    yield trial(
        4,
        (False, log),
        "4 is no longer kept, but the client has seen it; 5 comes next, and 5 is there. Nothing is missing.",
    )
    yield trial(
        99,
        (True, log),
        "An id that was never given: the server has started again since, and counts from 1. If it waits for 100, the"
        " client hears nothing for a long time.",
    )
    yield trial(0, (False, []), "Nothing was published and nothing was seen.", [])
    yield trial(3, (True, []), "The log is empty, and yet the client has seen 3: the server has started again.", [])


RESUME = Exercise(
    "06-5",
    "Resume",
    "A server keeps the last messages in `log`, a list of `(id, text)`, the oldest first; ids count 1, 2, 3 … `last` is"
    " the number from Last-Event-ID, None when there was none. Return `(missed, messages)`: whether there is a gap"
    " between what the client has seen and what can be sent, and what to send. Fill the two blanks.",
    _judge_resume,
    [
        "Which ids has the client not seen? Those greater than `last`.",
        "There is a gap when the oldest that is kept is not the next one: `last < log[0][0] - 1`.",
        "And when `last` is greater than the newest: then the numbers are those of another life of the server.",
    ],
    answers.resume,
    [
        WrongAnswer("the last one seen, again", answers.includes_the_last, "it is there twice"),
        WrongAnswer("the id as a place in the list", answers.id_is_a_place, "Compare the ids"),
        WrongAnswer("never missed", answers.never_missed, "say that something is missing"),
        WrongAnswer("missed one too early", answers.one_too_early, "Nothing is missing"),
        WrongAnswer("an id from the future is waited for", answers.newest_is_enough, "has started again"),
    ],
)


_MISSED = b"event: missed\ndata: {}\n\n"


def _put(outbox: Any, frames: range) -> Any:
    for frame in frames:
        came = outbox.put(b"%d" % frame)
        if inspect.iscoroutine(came):
            came.close()
            raise TypeError("expected put(frame) to return None, got a coroutine; nobody may wait for a slow client")
    return outbox


def _frames(*numbers: int) -> list[bytes]:
    return [b"%d" % number for number in numbers]


def _judge_outbox(outbox_class: Callable[..., Any]) -> Iterator[Trial]:
    yield Trial(
        "Outbox(3): put 1, 2, take()",
        _frames(1, 2),
        lambda: _put(outbox_class(3), range(1, 3)).take(),
        "Nothing is full: everything comes, in order, and nothing else.",
    )

    def overflow(got: Any) -> str | None:
        kept = [frame for frame in got if frame != _MISSED] if isinstance(got, list) else []
        if len(kept) > 3:
            return "A limit that is not kept: one client that sleeps makes the server's memory grow without end."
        if kept == _frames(1, 2, 3):
            return "The newest is gone, and the oldest are kept: late news is worth less. Let the oldest go."
        if len(kept) < 3:
            return "There was room for three. Let one go for each that comes, not all of them."
        if kept != _frames(3, 4, 5):
            return "The oldest goes each time, so the three that are left are the newest: 3, 4, 5."
        if _MISSED not in got:
            return "The client is not told that something is missing. It cannot know, and shows half the truth."
        return "The word that something is missing stands where the gap is: before what came after it."

    yield Trial(
        "Outbox(3): put 1, 2, 3, 4, 5, take()",
        [_MISSED, *_frames(3, 4, 5)],
        lambda: _put(outbox_class(3), range(1, 6)).take(),
        overflow,
    )

    def twice() -> object:
        outbox = _put(outbox_class(2), range(1, 4))
        outbox.take()
        return _put(outbox, range(4, 6)).take()

    yield Trial(
        "Outbox(2): put 1, 2, 3, take(), put 4, 5, take()",
        _frames(4, 5),
        twice,
        "The gap was told at the first take(); the second has none.",
    )
    yield Trial(
        "Outbox(8): how many frames come after 10,000 puts?",
        8 + 1,
        lambda: len(_put(outbox_class(8), range(10_000)).take()),
        "Eight, and the word that some are missing.",
    )


OUTBOX = Exercise(
    "06-6",
    "A client that does not read",
    "An `Outbox` stands between the publisher, who calls `put(frame)` for every client and may not wait, and the"
    " connection, which calls `take()` when it has room and gets the list of frames to write. At most `limit` frames"
    " wait. When it is full, the oldest goes, and the next `take()` begins with"
    " `b'event: missed\\ndata: {}\\n\\n'`. Fill the two blanks.",
    _judge_outbox,
    [
        "`len(self.waiting) == self.limit` says that it is full; `self.waiting.popleft()` takes the oldest.",
        "Remember in `self.missed` that something went. `take()` says it once, first, and forgets it.",
    ],
    answers.Outbox,
    [
        WrongAnswer("no bound", answers.Unbounded, "A limit that is not kept"),
        WrongAnswer("the newest goes", answers.DropsTheNewest, "Let the oldest go"),
        WrongAnswer("nobody is told", answers.NeverTells, "not told"),
        WrongAnswer("all of them go", answers.EmptiesItself, "not all of them"),
    ],
)


def _judge_answer(after_answer: Callable[..., Any]) -> Iterator[Trial]:
    stream = "text/event-stream"

    def trial(status: int | None, content_type: str, expected: str, because: str) -> Trial:
        given = f"after_answer({status}, {content_type!r})"
        return Trial(given, expected, lambda: after_answer(status, content_type), because)

    yield trial(200, stream, "open", "This is the answer it waits for.")
    yield trial(
        None, "", "connecting", "The network failed, or the stream ended: that is what reconnecting is made for."
    )
    yield trial(204, "", "closed", "204 is how a server says: do not come back.")
    yield trial(
        503,
        stream,
        "closed",
        "Any status but 200 ends it for good, 503 too; EventSource does not read Retry-After. A server that is full has"
        " to say so some other way, or the page has to make a new EventSource.",
    )
    yield trial(404, "text/html", "closed", "Any status but 200 ends it for good.")
    yield trial(201, stream, "closed", "200 and nothing else: not every 2xx will do.")
    yield trial(
        200, "text/html; charset=UTF-8", "closed", "A page is no stream: the wrong content type ends it for good."
    )
    yield trial(
        200,
        "text/event-stream; charset=utf-8",
        "open",
        "What stands behind the semicolon are parameters. The type is what stands before it.",
    )
    yield trial(200, "Text/Event-Stream", "open", "Media types are compared without regard to case.")
    yield trial(500, "text/plain", "closed", "Any status but 200 ends it for good.")
    yield trial(200, "text/event-streams", "closed", "Another type that begins alike. Compare the whole of it.")


ANSWER = Exercise(
    "06-7",
    "Which answers end it",
    "Write `after_answer(status, content_type)`: the readyState of an EventSource when the answer's head has come,"
    " `'open'`, `'connecting'` (it will try again) or `'closed'` (never again). `status` is None, and `content_type` an"
    " empty text, when the network failed before or the stream has ended.",
    _judge_answer,
    [
        "Two outcomes for whatever answered, one for a network that failed.",
        "Only 200 with the type `text/event-stream` opens it.",
        '`content_type.partition(";")[0].strip().lower()` is the type without parameters.',
    ],
    answers.after_answer,
    [
        WrongAnswer("it comes back after 503", answers.patient_with_503, "503 too"),
        WrongAnswer("every 2xx will do", answers.any_success, "not every 2xx"),
        WrongAnswer("the content type is one word", answers.exact_type, "parameters"),
        WrongAnswer("the content type does not matter", answers.type_does_not_matter, "A page is no stream"),
        WrongAnswer("it never gives up", answers.never_gives_up, "do not come back"),
    ],
)
