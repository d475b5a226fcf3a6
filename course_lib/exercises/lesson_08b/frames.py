"""Exercises 08b-1 and 08b-2: a fast echo that stays safe, and the mask as one number."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from course_lib.exercises.lesson_08b import answers
from course_lib.lesson import Exercise, Trial, WrongAnswer
from course_lib.realtime.websocket import Opcode, decode, encode_frame
from course_lib.realtime.websocket.frames import mask_in_python

__all__ = ["ECHO", "UNMASK"]

_KEY = b"\x37\xfa\x21\x3d"


def text(words: bytes) -> bytes:
    """A client's frame of text."""
    return encode_frame(Opcode.TEXT, words, key=_KEY)


class _Transport:
    """Takes what is written, and says what it means."""

    def __init__(self) -> None:
        self._written = b""
        self.closed = False

    def write(self, data: bytes) -> None:
        if not self.closed:
            self._written += data

    def close(self) -> None:
        self.closed = True

    def said(self) -> list[Any]:
        """Each answer: a text's bytes, or the code of a close frame; what is no frame as it is."""
        found: list[Any] = []
        left = self._written
        while left:
            try:
                one = decode(left)
            except ValueError:
                one = None
            if one is None:
                return [*found, f"no whole frame: {left[:20]!r}"]
            frame, left = one
            code = int.from_bytes(frame.payload[:2], "big")
            found.append(("close", code) if frame.opcode == Opcode.CLOSE else frame.payload)
        if not self.closed and any(isinstance(one, tuple) for one in found):
            found.append("and the connection is still open")
        return found


def _fed(echo_class: Callable[..., Any], chunks: Sequence[bytes], limit: int = 100) -> list[Any]:
    transport = _Transport()
    echo = echo_class(transport, limit)
    for chunk in chunks:
        if not transport.closed:
            echo.data_received(chunk)
    return transport.said()


def _judge_echo(echo_class: Callable[..., Any]) -> Iterator[Trial]:
    def trial(words: str, chunks: Sequence[bytes], expected: list[Any], because: str) -> Trial:
        return Trial(f"the answers to {words}", expected, lambda: _fed(echo_class, chunks), because)

    hello, one, two = text(b"hello"), text(b"one"), text("zw\u00f6lf".encode())
    yield Trial(
        "the answers to one message in one packet",
        [b"hello"],
        lambda: _fed(echo_class, [hello]),
        lambda got: (
            "Five bytes are within the limit, and this is a text. (A blank `...` that is not filled counts as true.)"
            if got in ([("close", 1009)], [("close", 1007)])
            else "Answer the message with the same payload, unmasked."
        ),
    )
    yield trial(
        "a message in two packets",
        [hello[:8], hello[8:]],
        [b"hello"],
        "A packet is not a message: keep what has begun until the rest comes.",
    )
    yield trial(
        "three messages in one packet",
        [hello + one + two],
        [b"hello", b"one", "zw\u00f6lf".encode()],
        "A packet may hold many messages, and each wants its answer: go on while there is a whole one.",
    )
    yield trial(
        "a message and a half, then the other half",
        [hello + two[:7], two[7:]],
        [b"hello", "zw\u00f6lf".encode()],
        "What stands behind a message is the beginning of the next one: cut off what is answered, and no more.",
    )
    yield Trial(
        "the answers to three messages, cut in two at every place",
        [[b"hello", b"one", "zw\u00f6lf".encode()]],
        lambda: _at_every_place(echo_class, hello + one + two),
        "Wherever the network cuts, the answers are the same.",
    )
    yield trial(
        "the first ten bytes of a message of 1 MB, with a limit of 100 bytes",
        [encode_frame(Opcode.TEXT, b"x" * 1_000_000, key=_KEY)[:10] + b"abcd"],
        [("close", 1009)],
        "The length stands in the head. Who waits until the message has come has filled the memory by then: refuse at"
        " once.",
    )
    yield trial("a message of just 100 bytes", [text(b"x" * 100)], [b"x" * 100], "100 is not more than the limit.")
    yield trial(
        "a text that is no UTF-8",
        [hello + text(b"caf\xc3")],
        [b"hello", ("close", 1007)],
        "Text must be valid UTF-8, and the server has to look (RFC 6455, 8.1): else it hands the broken bytes to"
        " others.",
    )
    yield trial(
        "bytes that are no UTF-8, in a binary message",
        [encode_frame(Opcode.BINARY, b"\xff\xfe", key=_KEY)],
        [b"\xff\xfe"],
        "Only text has to be UTF-8: look at the opcode.",
    )


def _at_every_place(echo_class: Callable[..., Any], stream: bytes) -> list[list[Any]]:
    found: list[list[Any]] = []
    for place in range(1, len(stream)):
        answers_here = _fed(echo_class, [stream[:place], stream[place:]])
        if answers_here not in found:
            found.append(answers_here)
    return found


ECHO = Exercise(
    "08b-1",
    "Fast and safe",
    "`Echo(transport, limit).data_received(data)` gets the bytes of a WebSocket client as they come, and answers each"
    " whole message through `transport.write`. Fill the four blanks, so that it takes packets for what they are,"
    " refuses (1009) what is longer than `limit` before it has come, and refuses (1007) a text that is no UTF-8."
    " `read_head` gives `.size` (of the head), `.length` (of the payload), `.opcode` and `.key`, or None when the head"
    " is not whole yet. Fragments, pings and goodbyes are left out.",
    _judge_echo,
    [
        "The frame ends at `head.size + head.length`. When fewer bytes are there, return and wait for the rest.",
        "`is_text(payload)` says whether it is valid UTF-8.",
        "`self.begun[end:]` is what stands behind the message: the beginning of the next.",
    ],
    answers.Echo,
    [
        WrongAnswer("a packet is a message", answers.PacketIsMessage, "A packet is not a message"),
        WrongAnswer("one message in a packet at most", answers.FirstOfThePacket, "each wants its answer"),
        WrongAnswer("after a message the buffer is empty", answers.ForgetsTheRest, "the beginning of the next one"),
        WrongAnswer("the limit is checked when all has come", answers.LateLimit, "refuse at once"),
        WrongAnswer("an echo need not look at it", answers.BrokenText, "the server has to look"),
    ],
)


def _judge_unmask(unmask: Callable[..., Any]) -> Iterator[Trial]:
    def trial(data: bytes, because: str, key: bytes = _KEY) -> Trial:
        masked = mask_in_python(key, data)
        return Trial(f"unmask({key!r}, {masked!r})", data, lambda: unmask(key, masked), because)

    yield trial(b"abcd", "Byte i is XORed with byte i of the key.")
    yield trial(
        b"Hello",
        "Five bytes: the key begins again with the fifth, and byte i always meets byte i mod 4 of the key. Repeat it"
        " often enough, and cut it to the length of the data.",
    )
    yield trial(b"\0\0abc", "Zeros at the beginning are bytes too: a number does not know how many bytes it was.")
    yield trial(b"abc\0\0", "Zeros at the end are bytes too: a number does not know how many bytes it was.")
    yield trial(b"", "Nothing masked is nothing.")
    yield Trial(
        "whether 64 KiB take less than a third of the time of a loop over the bytes",
        True,
        lambda: _is_fast(unmask),
        "The bytes are right, and each takes a turn of Python's own loop: 65,536 turns. As one number they take one.",
    )


def _is_fast(unmask: Callable[..., Any]) -> bool:
    data = bytes(range(256)) * 256

    def seconds(work: Callable[..., Any], times: int) -> float:
        found = []
        for _ in range(times):
            begun = time.perf_counter()
            work(_KEY, data)
            found.append(time.perf_counter() - begun)
        return min(found)

    return seconds(unmask, 5) * 3 < seconds(answers.byte_by_byte, 5)


UNMASK = Exercise(
    "08b-2",
    "The mask as one number",
    "`unmask(key, data)` returns `data` with byte i XORed with byte `i % 4` of `key` (4 bytes), without a loop over the"
    " bytes. Fill the two blanks. The check compares it with the loop.",
    _judge_unmask,
    [
        "For five bytes the key is needed twice: `size // 4` is one too few, and what is too much is cut off.",
        "`to_bytes` must be told how many bytes: a number does not know how many zeros stood in front of it.",
    ],
    answers.unmask,
    [
        WrongAnswer("a loop over the bytes", answers.byte_by_byte, "65,536 turns"),
        WrongAnswer("payloads come in fours", answers.as_bytes, "Five bytes"),
        WrongAnswer("a key that is too long", answers.key_too_long, "Repeat it"),
        WrongAnswer("as many bytes as the number needs", answers.no_zeros, "Zeros at the beginning"),
    ],
)
