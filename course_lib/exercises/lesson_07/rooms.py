"""Exercises 07-4 and 07-5: a room with a bound for each reader, and who may come in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from course_lib.exercises.lesson_07 import answers_room as answers
from course_lib.lesson import Exercise, Trial, WrongAnswer

__all__ = ["ORIGIN", "ROOM"]


def _said(room_class: Callable[[int], Any], limit: int, *texts: str) -> Any:
    room = room_class(limit)
    for name in ("ana", "bob"):
        room.join(name)
    for text in texts:
        room.say(text)
    return room


def _everybody(room_class: Callable[[int], Any]) -> list[object]:
    room = _said(room_class, 9, "one", "two")
    return [_listed(room.take("ana")), _listed(room.take("bob")), _listed(room.take("bob"))]


def _later(room_class: Callable[[int], Any]) -> list[object]:
    room = _said(room_class, 9, "one")
    room.join("carla")
    room.say("two")
    return [_listed(room.take("carla")), _listed(room.take("ana"))]


def _slow(room_class: Callable[[int], Any]) -> list[object]:
    """Bob never reads; ana reads after each message."""
    room = _said(room_class, 2)
    told, read = [], []
    for text in "abcd":
        told.append(_listed(room.say(text)))
        read += room.take("ana")
    return [told, "".join(read)]


def _two_slow(room_class: Callable[[int], Any]) -> object:
    room = _said(room_class, 1)
    room.join("carla")
    room.say("a")
    room.take("bob")
    told = _listed(room.say("b"))
    return [sorted(told) if isinstance(told, list) else told, _listed(room.take("bob"))]


def _left(room_class: Callable[[int], Any]) -> object:
    room = _said(room_class, 1, "a")
    room.leave("bob")
    room.leave("bob")
    room.take("ana")
    return _listed(room.say("b"))


def _listed(found: Any) -> Any:
    return list(found) if isinstance(found, (list, tuple, set)) or hasattr(found, "popleft") else found


def _judge_room(room_class: Callable[[int], Any]) -> Iterator[Trial]:
    yield Trial(
        "Room(9) with ana and bob; say('one'), say('two'); take('ana'), take('bob'), and take('bob') again",
        [["one", "two"], ["one", "two"], []],
        lambda: _everybody(room_class),
        _because_everybody,
    )
    yield Trial(
        "say('one'), then carla joins, say('two'); take('carla'), take('ana')",
        [["two"], ["one", "two"]],
        lambda: _later(room_class),
        "Whoever joins gets what is said from then on.",
    )
    yield Trial(
        "Room(2): a, b, c, d are said; ana takes after each, bob never: what each say() returned, and what ana read",
        [[[], [], ["bob"], []], "abcd"],
        lambda: _slow(room_class),
        _because_slow,
    )
    yield Trial(
        "Room(1) with ana, bob and carla: say('a'), only bob takes, say('b'): who was removed, and take('bob')",
        [["ana", "carla"], ["b"]],
        lambda: _two_slow(room_class),
        "Everybody whose queue is full goes, and everybody else gets the message, wherever they stand in the room.",
    )
    yield Trial(
        "bob leaves, twice; then say('b')",
        [],
        lambda: _left(room_class),
        "Leaving twice happens: a connection breaks while it is being closed. It must not be an error.",
    )


def _because_everybody(got: Any) -> str:
    if got == [["one", "two"]] * 3:
        return "What is taken waits no more: the second `take` finds nothing."
    if got == [[], [], []]:
        return "Nothing came. Does `take` empty the very list that it returns? Then return a copy: `list(…)`."
    if isinstance(got, list) and not any(isinstance(found, list) for found in got):
        return "`take` returns all that waits for this reader, as a list; when nothing waits, an empty one."
    return "Each reader has a queue of its own: what one takes, the other still gets, and the speaker is one of them."


def _because_slow(got: Any) -> str | None:
    told = got[0] if isinstance(got, list) and len(got) == 2 else None
    if told == [[], [], [], []]:
        return (
            "Bob's queue is full when c is said. Either it grows without end, or he misses a message and never learns"
            " of it. Remove him, and return his name."
        )
    if told == [[], [], ["bob"], ["bob"]]:
        return "Bob has been told twice: after the first time he has left the room."
    if isinstance(told, list) and any(not isinstance(names, (list, str)) for names in told):
        return "`say` returns a list of names each time; when nobody was removed, an empty one."
    return "When c is said, bob's queue holds 2 already: he is removed, and ana still gets everything."


ROOM = Exercise(
    "07-4",
    "A room that nobody can fill up",
    "Write the class `Room(limit)`, without any network: `join(name)`, `leave(name)`, `say(text)`, and `take(name)`,"
    " which returns the messages that wait for this reader, oldest first, as a list; they wait no more. At most `limit`"
    " messages wait for one reader. If a message comes for a reader whose queue is full, that reader is removed; `say`"
    " returns the list of the names it has removed. A server would close their connections with 1013.",
    _judge_room,
    [
        "A dict from name to deque, filled in `join`.",
        "`say`: first collect the names whose queue is full, then remove them, then append for all who are left. A"
        " dict must not change while you walk through it.",
        "`self.queues.pop(name, None)` removes a name that may be gone already.",
    ],
    answers.Room,
    [
        WrongAnswer("they will read it some day", answers.RoomWithoutBound, "without end"),
        WrongAnswer("what does not fit is left out", answers.DropsTheNewest, "never learns of it"),
        WrongAnswer("a full queue ends the broadcast", answers.RoomThatStops, "wherever they stand"),
        WrongAnswer("told, but still there", answers.RoomForEver, "told twice"),
        WrongAnswer("one queue for the room", answers.RoomOfOneQueue, "a queue of its own"),
        WrongAnswer("the speaker knows it already", answers.RoomWithoutMe, "the speaker is one of them"),
    ],
)


def _judge_origin(may_connect: Callable[[str | None, str], Any]) -> Iterator[Trial]:
    def trial(origin: str | None, host: str, expected: bool, because: str) -> Trial:
        return Trial(f"may_connect({origin!r}, {host!r})", expected, lambda: may_connect(origin, host), because)

    yield trial("https://chat.example", "chat.example", True, "This is the server's own page.")
    yield trial("https://evil.example", "chat.example", False, "A page of another site.")
    yield trial(
        None,
        "chat.example",
        True,
        "Not a browser: there is no other site's page, and no cookie of a visitor. A program could send any Origin.",
    )
    yield trial("http://localhost:8888", "localhost:8888", True, "The port belongs to both.")
    yield trial(
        "http://localhost:9999",
        "localhost:8888",
        False,
        "Another port is another origin: whoever can start a server on your machine is not you.",
    )
    yield trial(
        "https://chat.example.evil.example",
        "chat.example",
        False,
        "Our name stands in it, and the site is another. Compare the whole host.",
    )
    yield trial("https://evilchat.example", "chat.example", False, "It ends with our name, and the site is another.")
    yield trial("https://evil.example/chat.example", "chat.example", False, "That is a path, not the host.")
    yield trial("https://Chat.Example", "chat.example", True, "Names of hosts do not know capital letters.")
    yield trial(
        "null",
        "chat.example",
        False,
        "`null` is what a sandboxed frame or a file sends: a page of nobody's. It is not the same as no Origin.",
    )


ORIGIN = Exercise(
    "07-5",
    "Who may come in",
    "Write `may_connect(origin, host)`: whether a handshake is accepted. `origin` is the header `Origin` as text, or"
    " `None` when the request has none; `host` is the header `Host`, with the port if there is one. Our own pages may,"
    " and programs that are no browser; pages of other sites may not.",
    _judge_origin,
    [
        "`urlsplit(origin).netloc` is the host of a URL, with its port.",
        "Compare the whole, in lower case. `in` and `endswith` compare parts.",
    ],
    answers.may_connect,
    [
        WrongAnswer("our name stands in it", answers.the_host_is_in_it, "Compare the whole host"),
        WrongAnswer("it ends with our name", answers.the_end_fits, "It ends with our name"),
        WrongAnswer("the port is nothing", answers.the_port_is_nothing, "another origin"),
        WrongAnswer("no Origin is suspicious", answers.only_browsers, "Not a browser"),
        WrongAnswer("letter by letter", answers.they_are_one_text, "capital letters"),
    ],
)
