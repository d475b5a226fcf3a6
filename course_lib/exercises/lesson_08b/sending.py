"""Exercise 08b-5: one message to many, encoded once, and nobody waits for the slow."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from course_lib.exercises.lesson_08b import answers
from course_lib.lesson import Exercise, Trial, WrongAnswer

__all__ = ["BROADCASTER"]


class _Transport:
    """A connection that takes bytes; one that sleeps keeps them all."""

    def __init__(self, name: str, *, asleep: bool = False) -> None:
        self.name = name
        self.got: list[bytes] = []
        self.aborted = False
        self._asleep = asleep
        self._waiting = 0

    def __repr__(self) -> str:
        return f"<{self.name}>"

    def write(self, data: bytes) -> None:
        self.got.append(data)
        if self._asleep:
            self._waiting += len(data)

    def get_write_buffer_size(self) -> int:
        return self._waiting

    def abort(self) -> None:
        self.aborted = True


def _encoder(log: list[str]) -> Callable[[str], bytes]:
    def encode(text: str) -> bytes:
        log.append(text)
        return text.encode()

    return encode


def _heard(
    maker: Callable[..., Any], names: str, texts: list[str], asleep: str = ""
) -> tuple[dict[str, int], list[str]]:
    """How many messages each member got, and the texts that were encoded."""
    log: list[str] = []
    room = maker(_encoder(log), 25)
    members = [_Transport(name, asleep=name in asleep) for name in names]
    for member in members:
        room.join(member)
    for text in texts:
        room.publish(text)
    return {member.name: len(member.got) for member in members}, log


def _gone(maker: Callable[..., Any]) -> object:
    room = maker(_encoder([]), 25)
    awake, asleep = _Transport("a"), _Transport("z", asleep=True)
    for member in (awake, asleep):
        room.join(member)
    try:
        for _ in range(10):
            room.publish("x" * 10)
    except RuntimeError as error:
        return f"RuntimeError: {error}"
    return awake.aborted, asleep.aborted


def _left(maker: Callable[..., Any]) -> dict[str, int]:
    room = maker(_encoder([]), 25)
    members = [_Transport(name) for name in "abc"]
    for member in members:
        room.join(member)
    room.publish("one")
    room.leave(members[1])
    room.leave(members[1])
    room.publish("two")
    return {member.name: len(member.got) for member in members}


def _judge(maker: Callable[..., Any]) -> Iterator[Trial]:
    yield Trial(
        "messages that each of three members gets, when two are published",
        {"a": 2, "b": 2, "c": 2},
        lambda: _heard(maker, "abc", ["one", "two"])[0],
        "Write every message to every member.",
    )
    yield Trial(
        "texts encoded, when two are published to three members",
        ["one", "two"],
        lambda: _heard(maker, "abc", ["one", "two"])[1],
        "The bytes are the same for all of them: encode before the loop, not in it.",
    )
    yield Trial(
        "messages that each gets when b has left after the first",
        {"a": 2, "b": 1, "c": 2},
        lambda: _left(maker),
        "Who has left gets nothing more; leaving twice is no error.",
    )
    yield Trial(
        "(a aborted, z aborted), when z sleeps, the bound is 25 bytes and ten messages of 10 bytes are published",
        (False, True),
        lambda: _gone(maker),
        lambda got: (
            "`write` never waits: what z does not read grows in the server's memory. Look at"
            " `transport.get_write_buffer_size()`, and abort whoever is over the bound."
            if isinstance(got, tuple)
            else "A set must not change while you walk over it, and `leave` changes it. Walk over a copy."
        ),
    )
    yield Trial(
        "messages that each gets when two of five sleep: the bound is 25 bytes, the messages have 10",
        {"a": 6, "b": 6, "c": 6, "y": 3, "z": 3},
        lambda: _heard(maker, "aybzc", ["x" * 10] * 6, asleep="yz")[0],
        lambda got: (
            "One sleeper is no reason for the others to miss a message: go on with the next member."
            if got.get("a", 6) < 6
            else "After three messages 30 bytes wait: that is more than 25, so the fourth is not written to a sleeper."
        ),
    )


BROADCASTER = Exercise(
    "08b-5",
    "Encode once, send to all, wait for nobody",
    "Write the class `Broadcaster(encode, most)` with `join(transport)`, `leave(transport)` and `publish(text)`."
    " `encode(text)` gives the bytes to be sent. A transport has `write(data)`, `get_write_buffer_size()` (bytes that"
    " wait for a client that does not read) and `abort()`, as asyncio's have. When more than `most` bytes wait for a"
    " member already, it gets nothing more, is aborted and has left. The others must not notice.",
    _judge,
    [
        "A set of transports, and in `publish` one loop over it.",
        "Call `encode` once, before the loop.",
        "Whoever leaves in the loop changes the set: walk over `list(self.members)`.",
    ],
    answers.Broadcaster,
    [
        WrongAnswer("encoded for each member", answers.EncodesForEach, "encode before the loop"),
        WrongAnswer("`write` waits", answers.Patient, "`write` never waits"),
        WrongAnswer("the slow one ends the message", answers.StopsAtTheSlowOne, "no reason for the others"),
        WrongAnswer("the set changes under the loop", answers.LoopsOverTheLiving, "must not change while"),
    ],
)
