"""Exercise 05-1: the interval server, mended, and attacked over real connections."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import tornado.web

from course_lib.exercises.lesson_03.bench import until
from course_lib.exercises.lesson_05 import answers_fault as answers
from course_lib.exercises.lesson_05.pulse import PulseLoop
from course_lib.exercises.lesson_05.talk import Answer, Talk
from course_lib.exercises.served import Served, serve
from course_lib.lesson import Exercise, Trial, WrongAnswer
from course_lib.live.web import LogLine, OpenServer
from course_lib.realtime import Hub, Limits
from course_lib.realtime.batteries.clients import Clients

__all__ = ["FAULT"]

_SOON = 10.0  # seconds: a timer that goes off earlier than this is an interval; a timeout is far longer
_SLOW = 1.5  # seconds a trial waits for an answer that should come at once


class _Post(tornado.web.RequestHandler):
    def post(self) -> None:
        message = self.settings["hub"].publish(json.loads(self.request.body)["message"])
        self.set_status(201)
        self.write({"id": message.id})


class _Bench:
    """The learner's handler behind a real port, for one trial."""

    def __init__(self, loop: PulseLoop, hub: Hub, server: OpenServer, log: list[LogLine]) -> None:
        self.loop = loop
        self.hub = hub
        self.talk = Talk(server)
        self.log = log

    @property
    def waiting(self) -> int:
        """How many requests the server still works on."""
        return sum(
            getattr(task.get_coro(), "__qualname__", "").endswith("RequestHandler._execute")
            for task in asyncio.all_tasks()
        )

    async def get(self, path: str) -> object:
        """The status and the texts of an answer; what a request that failed raised is raised here, or said."""
        return self.read(await asyncio.wait_for(self.talk.get("reader", path), _SLOW))

    def read(self, answer: Answer) -> object:
        error = next((line.error for line in self.log if line.error), "")
        if error.startswith("NotImplementedError"):
            raise NotImplementedError
        if error:
            return error
        return answer.status, answer.texts if isinstance(answer.json, dict) and "messages" in answer.json else None

    async def readers(self, count: int, path: str) -> list[Any]:
        """Requests that are sent, and that the server works on."""
        sent = [await self.talk.begin(f"reader {number}", path) for number in range(count)]
        await self.settled(lambda: self.waiting >= count)
        return sent

    async def settled(self, fact: Callable[[], bool], seconds: float = 0.5) -> bool:
        """Give real sockets a moment, until `fact()` holds."""
        end = self.loop.time() + seconds
        while not fact() and self.loop.time() < end:
            await asyncio.sleep(0.005)
        return fact()


def _served(poll: Any, trial: Callable[[_Bench], Awaitable[object]], *, history: int = 100) -> object:
    """Serve the handler, and do the trial."""
    hub, limits = Hub(history), Limits(history=history)

    def app() -> tornado.web.Application:
        settings: dict[str, Any] = {
            "hub": hub,
            "limits": limits,
            "clients": Clients(limits.max_clients),
        }  # what the course's own needs
        return tornado.web.Application([("/poll", poll), ("/messages", _Post)], **settings)

    async def on_bench(served: Served) -> object:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, PulseLoop)
        bench = _Bench(loop, hub, served.server, served.log)
        try:
            return await trial(bench)
        finally:
            bench.talk.close()

    return serve(poll, tornado.web.RequestHandler, app, on_bench, PulseLoop)


async def _news(bench: _Bench) -> object:
    [waiting] = await bench.readers(1, "/poll?after=0")
    await bench.talk.post("ana", "hello")
    return bench.read(await asyncio.wait_for(waiting.answer(), _SLOW))


async def _pulse(bench: _Bench) -> int:
    bench.loop.begin()
    await bench.readers(1, "/poll?after=0&timeout=25")
    seen = 0
    for _ in range(5):  # between two turns of an interval, for a moment, none is set
        await until(lambda: False, turns=3)
        seen = max(seen, bench.loop.due(_SOON))
    return seen


async def _two(bench: _Bench) -> object:
    sent = await bench.readers(2, "/poll?after=0")
    await bench.talk.post("ana", "hello")
    ends = []
    for waiting in sent:
        try:
            ends.append(bench.read(await asyncio.wait_for(waiting.answer(), _SLOW)))
        except TimeoutError:
            ends.append("no answer")
    return ends


async def _between(bench: _Bench) -> object:
    for text in ("a", "b"):
        await bench.talk.post("ana", text)
    return await bench.get("/poll?after=0")


async def _nothing(bench: _Bench) -> object:
    return await bench.get("/poll?after=0&timeout=0.05")


async def _left(bench: _Bench) -> object:
    for waiting in await bench.readers(3, "/poll?after=0"):
        waiting.hang_up()
    await bench.settled(lambda: bench.waiting == 0)
    return bench.waiting


async def _attack(bench: _Bench) -> object:
    for waiting in await bench.readers(3, "/poll?after=0"):
        waiting.hang_up()
    for text in "abcd":
        await bench.talk.post("ana", text)
    await asyncio.sleep(0.05)
    return await bench.get("/poll?after=0")


async def _gap(bench: _Bench) -> object:
    for text in "abcd":
        await bench.talk.post("ana", text)
    answer = await bench.talk.get("reader", "/poll?after=1")
    error = bench.read(answer)
    return error if isinstance(error, str) else answer.json


def _because_news(got: Any) -> str | None:
    if got == (204, None):
        return "204 before anything happened: the request has to wait, as long as its `timeout` allows."
    if isinstance(got, str) and "messages" in got:
        return "There is no list of messages any more: `self.settings['hub']` has the log."
    if isinstance(got, str) and got != "no answer":
        return "The handler raised, and the client got a 500."
    if isinstance(got, tuple) and got[1] is None:
        return 'Answer `{"messages": [{"id": 1, "message": "hello"}], "cursor": 1, "missed": false}`.'
    return "The message was published while the request waited: that is the moment to answer."


def _judge_fault(poll: Any) -> Iterator[Trial]:
    yield Trial(
        "a reader waits with after=0, `hello` is posted: its answer",
        (200, ["hello"]),
        lambda: _served(poll, _news),
        _because_news,
    )
    yield Trial(
        f"a reader waits, nobody posts: how many timers of the server go off within {_SOON:g} s?",
        0,
        lambda: _served(poll, _pulse),
        "It wakes up to look, again and again: that is the interval. `hub.watch` calls you when there is news.",
    )
    yield Trial(
        "two readers wait with after=0, one message is posted: both answers",
        [(200, ["hello"])] * 2,
        lambda: _served(poll, _two),
        "Both have asked for what comes after 0, and only the client knows its cursor. Nothing is delivered once for"
        " all.",
    )
    yield Trial(
        "a and b were posted before the reader asks with after=0",
        (200, ["a", "b"]),
        lambda: _served(poll, _between),
        "They came while the reader was between two polls. First look into the log, then wait.",
    )
    yield Trial(
        "nothing is posted, and the reader asks with after=0&timeout=0.05",
        (204, None),
        lambda: _served(poll, _nothing),
        "Nothing in time is no error: answer with status 204 and no body.",
    )
    yield Trial(
        "three readers hang up: how many requests does the server still work on?",
        0,
        lambda: _served(poll, _left),
        "Their coroutines wait on, for nobody. tornado tells you in `on_connection_close`; end the wait there.",
    )
    yield Trial(
        "the attack: three readers hang up, then a, b, c, d are posted, then a reader asks with after=0",
        (200, ["a", "b", "c", "d"]),
        lambda: _served(poll, _attack),
        "Those who hung up have eaten messages.",
    )
    yield Trial(
        "the log keeps 2; a, b, c, d were posted; the reader asks with after=1",
        {"messages": [{"id": 3, "message": "c"}, {"id": 4, "message": "d"}], "cursor": 4, "missed": True},
        lambda: _served(poll, _gap, history=2),
        "b is forgotten, and this reader has not seen it: hand on `batch.missed` as well.",
    )


FAULT = Exercise(
    "05-1",
    "The interval, mended",
    "Write the handler `Poll` anew, on a hub: `self.settings['hub']`. `GET /poll?after=CURSOR&timeout=SECONDS` answers"
    ' with JSON, `{"messages": [{"id": 1, "message": "hello"}], "cursor": 1, "missed": false}`, at once if there is'
    " news"
    " after the cursor, otherwise as soon as there is, and with an empty 204 when the time is over. It has no interval,"
    " and does not go on for a client who has hung up. The check serves it on a real port and attacks it as above.",
    _judge_fault,
    [
        "`hub.after(cursor)` gives `messages`, `cursor` and `missed`. Ask it first; wait only if it has nothing; ask"
        " again.",
        "To wait: `self.over = asyncio.Event()`, `watch = hub.watch('', lambda message: self.over.set())`, and"
        " `async with"
        " asyncio.timeout(seconds): await self.over.wait()`. Close the watch in `finally`.",
        "`def on_connection_close(self): self.over.set()` ends the wait of a client who has hung up.",
    ],
    answers.Poll,
    [
        WrongAnswer("a cursor is all that was missing", answers.StillTheInterval, "that is the interval"),
        WrongAnswer("a shorter interval is none", answers.LooksMoreOften, "that is the interval"),
        WrongAnswer("the server remembers what was delivered", answers.OneCursorForAll, "only the client knows"),
        WrongAnswer("messages count from now on", answers.OnlyFromNowOn, "between two polls"),
        WrongAnswer("a timeout is an error", answers.LetsTheTimeoutOut, "is no error"),
        WrongAnswer("a coroutine ends with its connection", answers.ForgetsThatTheyLeave, "for nobody"),
        WrongAnswer("what is left is all there was", answers.SaysNothingIsMissed, "batch.missed"),
        WrongAnswer("an empty answer at once", answers.AnswersAtOnce, "has to wait"),
    ],
    seconds=12.0,
)
