"""Exercise 07-1: the open chat, mended, and attacked over real connections."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Any

import tornado.web
from tornado.websocket import WebSocketHandler

from course_lib.exercises.lesson_07 import answers_chat as answers
from course_lib.exercises.lesson_07.peer import Peer, Scene
from course_lib.exercises.served import Served, serve
from course_lib.lesson import Exercise, Trial, WrongAnswer
from course_lib.realtime.websocket import Opcode
from course_lib.realtime.websocket.frames import head

__all__ = ["CHAT"]

_KEY = bytes(4)
_LIMIT = 65_536
_SILENCE = 2.0  # seconds after which a client that answers no ping must be gone


class _Bench:
    """The learner's handler behind a real port, for one trial."""

    def __init__(self, served: Served) -> None:
        self.scene = Scene(served.server)
        self._log = served.log
        self._errors = served.errors

    @property
    def raised(self) -> str:
        """What the handler raised first; empty when it raised nothing."""
        error = next((error.partition("): ")[2] for error in self._errors if error.startswith("Uncaught")), "")
        kind, _, words = error.removesuffix(")").partition("(")  # from AttributeError("…")
        if words[:1] in ("'", '"'):
            words = words[1:-1]
        return f"{kind}: {words}" if error else ""

    async def join(self, who: str, headers: Sequence[tuple[str, str]] = ()) -> Peer:
        """A client in the room; what the handler raised is raised here, or said."""
        peer = await self.scene.join(who, "/chat", headers=headers)
        error = next((line.error for line in self._log if line.error), "")
        if error.startswith("NotImplementedError"):
            raise NotImplementedError
        return peer

    async def hears(self, peer: Peer) -> str:
        """The next message, or why there is none."""
        try:
            return await asyncio.wait_for(peer.text(), 1.0)
        except TimeoutError:
            return "nothing"


def _served(chat: Any, trial: Callable[[_Bench], Awaitable[object]]) -> object:
    """Serve the handler, and do the trial."""

    async def on_bench(served: Served) -> object:
        bench = _Bench(served)
        try:
            return await trial(bench)
        finally:
            bench.scene.close()

    def app() -> tornado.web.Application:
        return tornado.web.Application([("/chat", chat)])

    return serve(chat, WebSocketHandler, app, on_bench)


async def _talk(bench: _Bench) -> object:
    ana, bob = await bench.join("ana"), await bench.join("bob")
    if 0 in (ana.status, bob.status):
        return "no handshake"
    await ana.send("hello")
    heard = [await bench.hears(ana), await bench.hears(bob)]
    if "close 1006" in heard and bench.raised:
        return f"the handler raised {bench.raised}"
    return heard


async def _leaves(bench: _Bench) -> object:
    ana, bob = await bench.join("ana"), await bench.join("bob")
    bob.close()
    await bob.end()
    await asyncio.sleep(0.02)
    await ana.send("still here")
    await bench.hears(ana)
    await ana.send("and now?")
    return await bench.hears(ana)


def _from(origin: str | None) -> Callable[[_Bench], Awaitable[object]]:
    async def trial(bench: _Bench) -> object:
        here = f"localhost:{bench.scene.port}"
        headers = [] if origin is None else [("Origin", origin.format(here=here))]
        return (await bench.join("page", headers)).status

    return trial


async def _announces(bench: _Bench) -> object:
    giant, bob = await bench.join("giant"), await bench.join("bob")
    giant.send_bytes(head(Opcode.TEXT, 1 << 24, key=_KEY) + _KEY)
    try:
        ended = await asyncio.wait_for(giant.end(), 1.0)
    except TimeoutError:
        return "the server waits for the rest"
    await bob.send("unharmed")
    return [ended, await bench.hears(bob)]


async def _large(bench: _Bench) -> object:
    ana = await bench.join("ana")
    await ana.send("x" * _LIMIT)
    return len(await bench.hears(ana))


async def _silent(bench: _Bench) -> object:
    """A client that has shaken hands and then says nothing more: it answers no ping."""
    ghost = await bench.join("ghost")
    ghost.mute = True
    try:
        await asyncio.wait_for(ghost.end(), _SILENCE)
    except TimeoutError:
        return "still there"
    return "gone"


def _judge_chat(chat: Any) -> Iterator[Trial]:
    yield Trial(
        "ana and bob are in the chat, ana says `hello`: what ana hears, and what bob hears",
        ["hello", "hello"],
        lambda: _served(chat, _talk),
        lambda got: (
            "The handshake failed: a client that is no browser sends no `Origin`, and may come in."
            if got == "no handshake"
            else "Tornado closes a connection whose handler raises."
            if isinstance(got, str)
            else "A chat goes to everybody who is there, the speaker included."
        ),
    )
    yield Trial(
        "bob leaves; ana says two things: what ana hears of the second",
        "and now?",
        lambda: _served(chat, _leaves),
        "Bob is still in the list of members, and writing to him raises: `on_close` has to take him out.",
    )
    for origin, expected, because in (
        ("http://{here}", 101, "This is the server's own page."),
        ("https://evil.example", 403, "A page of another site: `check_origin` has to say no."),
        ("http://localhost:1", 403, "The same machine, another port: that is another origin."),
        ("http://{here}.evil.example", 403, "Our name stands in it, and the site is another: compare the whole host."),
    ):
        yield Trial(
            f"the attack: a handshake with Origin {origin.format(here='OUR_HOST:PORT')}",
            expected,
            lambda origin=origin: _served(chat, _from(origin)),  # type: ignore[misc]
            because,
        )
    yield Trial(
        "ana says 65,536 letters: how many ana hears",
        _LIMIT,
        lambda: _served(chat, _large),
        "65,536 bytes are allowed.",
    )
    yield Trial(
        "the attack: a frame announces 16 MiB, and its bytes do not come; how it ends, and what bob hears afterwards",
        [1009, "unharmed"],
        lambda: _served(chat, _announces),
        "The head has said that it is too much. `max_message_size` is what tornado compares it with.",
    )
    yield Trial(
        f"the attack: a client shakes hands, and then answers nothing, for {_SILENCE:g} s",
        "gone",
        lambda: _served(chat, _silent),
        "It holds its place for ever. Ask whether it is there: `ping_interval`, and a `ping_timeout` for the answer.",
    )


CHAT = Exercise(
    "07-1",
    "The open chat, mended",
    "Write the handler `MendedChat(WebSocketHandler)` for one room: what anybody says, everybody hears. It lets in our"
    " own pages and clients without an `Origin`, nobody else. A message has at most 65,536 bytes, and what is larger"
    " is refused when it is announced. A client that answers no ping within half a second is gone; ping every 0.2 s."
    " The check serves it on a real port and attacks it as above.",
    _judge_chat,
    [
        "Tornado's own `check_origin` refuses other sites: write none, or one that compares. It is asked only when"
        " there is an `Origin`. `self.request.host` is our host, with its port; `urlsplit(origin).netloc` is theirs.",
        "`max_message_size`, `ping_interval` and `ping_timeout` are attributes of the class: set them there.",
        "Keep the members in a set of the class; add in `open`, write to each in `on_message`, discard in `on_close`.",
    ],
    answers.MendedChat,
    [
        WrongAnswer("the browser checks that", answers.ChecksNothing, "A page of another site"),
        WrongAnswer("our name stands in it", answers.LooksForItsName, "the site is another"),
        WrongAnswer("this machine is ours", answers.OnlyAsksBrowsers, "another port"),
        WrongAnswer("look at the size when it is there", answers.ReadsItAllFirst, "too much"),
        WrongAnswer("cut it off", answers.CutsTheMessage, "too much"),
        WrongAnswer("a broken connection is noticed", answers.PingsNobody, "for ever"),
        WrongAnswer("answer whoever speaks", answers.TalksToItself, "everybody who is there"),
        WrongAnswer("who has gone does no harm", answers.ForgetsWhoLeft, "still in the list"),
    ],
    seconds=15.0,
)
