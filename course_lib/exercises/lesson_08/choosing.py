"""Exercises 08-5 and 08-6: what a message weighs on each transport, and which of them to take."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final

from course_lib.exercises.lesson_08 import answers_choosing as answers
from course_lib.lesson import Exercise, Trial, WrongAnswer

__all__ = ["CHOOSE", "WIRE"]

_SIZES: Final = {
    ("hello", 7): {"poll": 375, "event": 25, "frame down": 7, "frame up": 11},
    ("é" * 5, 7): {"poll": 400, "event": 30, "frame down": 12, "frame up": 16},
    ("x" * 125, 12): {"poll": 497, "event": 146, "frame down": 127, "frame up": 131},
    ("x" * 126, 12): {"poll": 498, "event": 147, "frame down": 130, "frame up": 134},
    ("x" * 65_536, 12): {"poll": 65908, "event": 65560, "frame down": 65546, "frame up": 65550},
}


def _judge_wire(on_the_wire: Callable[..., Any]) -> Iterator[Trial]:
    def shown(text: str) -> str:
        return repr(text) if len(text) < 10 else f"{text[0]!r} * {len(text):_}"

    def because(text: str) -> Callable[[Any], str]:
        def why(got: Any) -> str:
            expected = _SIZES[text, 7 if len(text) < 10 else 12]
            wrong = [name for name in expected if not isinstance(got, dict) or got.get(name) != expected[name]]
            if text[0] == "é" and len(wrong) > 1:
                return "Count bytes, not characters: `é` is two in UTF-8, and six, `\\u00e9`, in this server's JSON."
            if len(text) >= 126 and wrong and all("frame" in name for name in wrong):
                return "A length of 126 or more does not fit into the head's seven bits: two bytes more, or eight."
            return _WHY[wrong[0]] if wrong else "Give these four, and nothing else."

        return why

    for (text, number), expected in _SIZES.items():
        given = f"on_the_wire({shown(text)}, {number}, heads=300)"
        yield Trial(given, expected, partial(on_the_wire, text, number, 300), because(text))


_WHY: Final = {
    "poll": "A long poll costs a request and the head of an answer, for each message: `heads`, and the body.",
    "event": "The stream is sent in chunks: the length in hexadecimal, CR LF, the event, CR LF.",
    "frame down": "A server's frame is the head, 2 bytes for a short text, and the text. A server never masks.",
    "frame up": "A client's frame carries its masking key: 4 bytes more than the server's.",
}


WIRE = Exercise(
    "08-5",
    "What a message weighs",
    "One message, a text of one line with the number `number`. Write `on_the_wire(text, number, heads)`: a dict with"
    " the"
    " bytes that it costs as `'poll'`, `'event'`, `'frame down'` (from the server) and `'frame up'` (from a client). A"
    " poll costs `heads` bytes for the request and the answer's head, and the body, which is `json.dumps` of"
    " `{'messages': [{'id': number, 'message': text}], 'cursor': number, 'missed': False}`. An event is"
    " `id: 7`, `data: …` and the empty line, in a chunk of its own. Frames are as in lesson 07.",
    _judge_wire,
    [
        "`size = len(text.encode())` is the text in bytes. A frame's head has 2, from 126 bytes on 4, from 65,536 on"
        " 10.",
        "The chunk: `f'{event:x}'` is its length in hexadecimal, and there are two CR LF.",
        "A client's frame has four bytes more, its masking key.",
    ],
    answers.on_the_wire,
    [
        WrongAnswer("characters for bytes", answers.characters, "Count bytes, not characters"),
        WrongAnswer("nobody masks", answers.never_masked, "carries its masking key"),
        WrongAnswer("everybody masks", answers.masked_both_ways, "never masks"),
        WrongAnswer("a head of two bytes", answers.always_two_bytes, "does not fit"),
        WrongAnswer("an event without its chunk", answers.no_chunks, "sent in chunks"),
        WrongAnswer("bodies only", answers.no_heads, "head of an answer"),
    ],
)


def _judge_choose(choose: Callable[..., Any]) -> Iterator[Trial]:
    def trial(case: str, up: float, binary: bool, upgrade: bool, streaming: bool, expected: str, because: Any) -> Trial:
        given = f"choose(up={up:g}, binary={binary}, upgrade={upgrade}, streaming={streaming})"
        return Trial(f"{given} ({case})", expected, lambda: choose(up, binary, upgrade, streaming), because)

    yield trial(
        "a news page",
        0,
        False,
        True,
        True,
        "sse",
        "Nobody asks for a second direction, and the browser of an EventSource reconnects and resumes by itself. A few"
        " bytes saved on each message do not pay for writing that anew.",
    )
    yield trial(
        "a chat",
        0.1,
        False,
        True,
        True,
        "sse",
        "Six messages a minute are six POST requests. A client that speaks now and then does not need a second"
        " protocol.",
    )
    yield trial(
        "a shared drawing", 20, False, True, True, "websocket", "Twenty requests a second are 20 heads too many."
    )
    yield trial("live sound", 0, True, True, True, "websocket", "An event stream is text: bytes would grow by a third.")
    yield trial(
        "a shared drawing in a company",
        20,
        False,
        False,
        True,
        "sse",
        "The handshake does not get through, so there is no WebSocket. Events down and POST requests up are what is"
        " left: dearer, and they work.",
    )
    yield trial(
        "a chat behind a proxy that collects",
        0.1,
        False,
        True,
        False,
        "websocket",
        "A stream waits in that proxy until it is full. After an Upgrade a proxy passes every byte on at once.",
    )
    yield trial(
        "a chat where nothing passes",
        0.1,
        False,
        False,
        False,
        "long polling",
        "Neither a stream nor an Upgrade gets through. A long poll is an ordinary request with an ordinary answer.",
    )
    yield trial(
        "live sound where nothing passes", 0, True, False, False, "long polling", "An HTTP answer carries bytes."
    )


CHOOSE = Exercise(
    "08-6",
    "Choose a transport",
    "Write `choose(up, binary, upgrade, streaming)`: `'long polling'`, `'sse'` or `'websocket'`. `up`: messages a"
    " second"
    " that each client sends; `binary`: whether messages are bytes; `upgrade`: whether everything on the way lets an"
    " Upgrade pass; `streaming`: whether everything on the way passes an answer on piece by piece. Take a WebSocket"
    " where"
    " it pays, for more than one message a second up, or for bytes, and where it gets through. Otherwise take the"
    " simplest that works: events first, then a WebSocket, then what always passes.",
    _judge_choose,
    [
        "First the case where a WebSocket pays *and* passes.",
        "Then `streaming`, then `upgrade`. What is left when neither passes?",
    ],
    answers.choose,
    [
        WrongAnswer("always the fastest", answers.the_fastest, "do not pay"),
        WrongAnswer("a word up is a WebSocket", answers.any_word_is_a_websocket, "POST requests"),
        WrongAnswer("the way is clear", answers.the_way_is_clear, "does not get through"),
        WrongAnswer("long polling when in doubt", answers.polls_when_in_doubt, "Events down and POST requests up"),
    ],
)
