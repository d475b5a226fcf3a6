"""What lesson 00 asks the learner to make."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import socket
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping, Sequence
from typing import Any

from course_lib import live
from course_lib.exercises.lesson_00 import answers
from course_lib.lesson import Exercise, Trial, WrongAnswer

__all__ = ["EXERCISES", "ask"]

# 00-1

_SAVINGS = {"A": "total = 10", "B": "total = total + 5"}
_STEPS = {"A": "total = 0", "B": "total = total + step", "C": "step = 3", "D": "step = step * 2"}


def _judge_replay(replay: Callable[[Mapping[str, str], Sequence[str]], object]) -> Iterator[Trial]:
    for cells, pressed, expected in (
        (_SAVINGS, "AB", 15),
        (_SAVINGS, "ABB", 20),
        (_SAVINGS, "ABBA", 10),
        (_STEPS, "ACBDB", 9),
    ):
        keys = list(pressed)
        yield Trial(
            f"replay({cells}, {keys})",
            expected,
            lambda cells=cells, keys=keys: _without_builtins(replay(dict(cells), list(keys))),  # type: ignore[misc]
            _replay_reason(cells, keys),
        )


def _without_builtins(got: object) -> object:
    """What `exec` adds to a dictionary of names would fill the page."""
    return {name: value for name, value in got.items() if name != "__builtins__"} if isinstance(got, dict) else got


def _replay_reason(cells: Mapping[str, str], pressed: Sequence[str]) -> Callable[[object], str | None]:
    def reason(got: object) -> str | None:
        if got == answers.once_each(cells, pressed):
            return "Every press counts: running a cell again runs it again."
        if got == answers.on_the_page(cells, pressed):
            return "That is the order on the page; the kernel only knows the order of the presses."
        if isinstance(got, dict):
            return "That is the kernel's whole memory. The task asks for the value of `total`."
        return None

    return reason


# 00-2


async def _double(number: int) -> int:
    await asyncio.sleep(0)
    return 2 * number


async def _fail() -> int:
    await asyncio.sleep(0)
    raise ValueError("boom")


def _in_a_loop(run_anywhere: Callable[[Coroutine[Any, Any, Any]], Any]) -> object:
    """Call it where a notebook's cell stands: in a thread whose event loop is running."""

    async def cell() -> object:
        return run_anywhere(coroutine)

    coroutine = _double(21)
    try:
        return asyncio.run(cell())
    finally:
        coroutine.close()  # one that was never started would complain


def _caught(run_anywhere: Callable[[Coroutine[Any, Any, Any]], Any]) -> str:
    coroutine = _fail()
    try:
        return f"no error, but {run_anywhere(coroutine)!r}"
    except NotImplementedError:
        raise
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    finally:
        coroutine.close()


def _judge_run(run_anywhere: Callable[[Coroutine[Any, Any, Any]], Any]) -> Iterator[Trial]:
    yield Trial("run_anywhere(double(21))  # in a cell", 42, lambda: _in_a_loop(run_anywhere), _run_reason)
    yield Trial("run_anywhere(double(21))  # in a plain thread", 42, lambda: run_anywhere(_double(21)), _run_reason)
    yield Trial(
        'run_anywhere(fail())  # fail() raises ValueError("boom")',
        "ValueError: boom",
        lambda: _caught(run_anywhere),
        "The caller must hear of the coroutine's own error. In a thread it stays there, unless somebody carries it"
        " over: a future's `result()` does.",
    )


def _run_reason(got: object) -> str | None:
    if isinstance(got, asyncio.Future):
        return "A task is a promise that there will be a result; the caller wanted the result."
    if isinstance(got, live.Handle):
        return "`live.submit` starts the coroutine and goes on. Which of the two doors waits for the result?"
    return None


# 00-3


def ask(port: int, timeout: float = 1.0) -> str:
    """A blocking client, as most libraries have one: sends a line, waits for the answer; "no answer" after a while."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=timeout) as connection:
            connection.sendall(b"hello\n")
            return connection.recv(100).decode().strip()
    except TimeoutError:
        return "no answer"


class _Shouting:
    """A server on the loop that is running: it answers each line in capitals, and knows how many it has served."""

    def __init__(self) -> None:
        self.served = asyncio.Semaphore(0)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            writer.write((await reader.readline()).upper())
            writer.close()
            await writer.wait_closed()
        except ConnectionError:  # the client has lost patience
            writer.close()
        finally:
            self.served.release()


Politely = Callable[[Callable[[int], str], int], Awaitable[str]]


async def _attack(ask_politely: Politely, clients: int) -> list[str]:
    """A server and its clients on one loop; even clients that gave up are served before it closes."""
    shouting = _Shouting()
    server = await asyncio.start_server(shouting.answer, "127.0.0.1", 0)
    try:
        port = server.sockets[0].getsockname()[1]
        return list(await asyncio.gather(*(ask_politely(ask, port) for _ in range(clients))))
    finally:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1):
                for _ in range(clients):
                    await shouting.served.acquire()
        server.close()


def _judge_ask(ask_politely: Politely) -> Iterator[Trial]:
    for clients in (1, 3):
        yield Trial(
            f"await ask_politely(ask, port)  # {clients} at once",
            ["HELLO"] * clients,
            lambda clients=clients: asyncio.run(_attack(ask_politely, clients)),  # type: ignore[misc]
            _ask_reason,
        )


def _ask_reason(got: list[Any]) -> str | None:
    if any(inspect.isawaitable(one) for one in got):
        for one in filter(inspect.iscoroutine, got):
            one.close()  # or Python would complain on the page, too
        return "That is something to be awaited, and nobody did: is an `await` missing after `return`?"
    if "no answer" in got:
        return "The loop's own thread was waiting for the answer, so the server on that loop could never give it."
    return None


# 00-4


def _remembered(remember: Callable[[list[str], str, int], object], lines: str, limit: int) -> list[str]:
    log: list[str] = []
    for line in lines:
        remember(log, line, limit)
    return log


def _judge_remember(remember: Callable[[list[str], str, int], object]) -> Iterator[Trial]:
    for lines, limit in (("ab", 3), ("abcde", 3), ("abc", 1)):
        yield Trial(
            f"log = []; [remember(log, line, {limit}) for line in {list(lines)}]; log",
            list(lines)[-limit:],
            lambda lines=lines, limit=limit: _remembered(remember, lines, limit),  # type: ignore[misc]
            _remember_reason(list(lines), limit),
        )


def _remember_reason(lines: list[str], limit: int) -> Callable[[list[str]], str | None]:
    def reason(got: list[str]) -> str | None:
        if got == []:
            return "The caller's list has not changed: `log = …` gives a new list to a name nobody else can see."
        if got == lines:
            return (
                "The caller's list has lost nothing: a server that runs for a month would fill the memory. `log = …`"
                " and `return …` leave the caller's list as it was."
            )
        if got == lines[:limit]:
            return "Those are the oldest lines; after a fault one wants the newest."
        if got == lines[::-1][:limit]:
            return "The newest line belongs at the end."
        if len(got) < min(limit, len(lines)):
            return f"`limit` lines are allowed, {limit} here; so many have to be there."
        return None

    return reason


EXERCISES = [
    Exercise(
        "00-1",
        "What a kernel remembers",
        "Write the toy kernel yourself. `replay(cells, pressed)` gets the cells (a dictionary from a cell's name to its"
        " source) and the names of the cells in the order in which somebody pressed Run. It returns what `total` is at"
        ' the end. With `{"A": "total = 10", "B": "total = total + 5"}` and `["A", "B", "B"]` that is 20.',
        _judge_replay,
        hints=[
            "One dictionary of names lives as long as the kernel does. When is it made?",
            "`exec(source, names)` runs a cell's source with those names, and keeps what the cell defines in them.",
            'Make `names = {}` first, then `exec(cells[cell], names)` for each press, then return `names["total"]`.',
        ],
        solution=answers.replay,
        wrong=[
            WrongAnswer("every cell starts afresh", answers.fresh_names, "NameError"),
            WrongAnswer("the order on the page", answers.on_the_page, "the kernel only knows the order of the presses"),
            WrongAnswer("a second press changes nothing", answers.once_each, "Every press counts"),
        ],
    ),
    Exercise(
        "00-2",
        "A door that opens everywhere",
        "`asyncio.run` fails in a cell, and `await` fails in a plain function. Write `run_anywhere(coroutine)`: it"
        " returns the coroutine's result, whether or not an event loop is running in the calling thread. An error in"
        " the coroutine reaches the caller.",
        _judge_run,
        hints=[
            "One thread can run one loop at a time. Whose loop is in the way, and where is there none?",
            "In a new thread nothing runs yet, so `asyncio.run` works there.",
            "`pool.submit(asyncio.run, coroutine).result()` waits for the result and raises what was raised.",
        ],
        solution=answers.run_anywhere,
        wrong=[
            WrongAnswer("asyncio.run works anywhere", answers.the_usual_run, "from a running event loop"),
            WrongAnswer("the running loop can run more", answers.the_loop_at_hand, "already running"),
            WrongAnswer("a task is its result", answers.start_a_task, "A task is a promise"),
            WrongAnswer("started is done", answers.only_submit, "Which of the two doors waits"),
            WrongAnswer("a thread passes on errors", answers.lose_the_error, "the coroutine's own error"),
        ],
    ),
    Exercise(
        "00-3",
        "Mend the client that waits for itself",
        "`ask(port)` is the blocking client from above, and the server runs on the loop that calls you. Write"
        " `async def ask_politely(ask, port)`, which returns the answer and lets the loop go on while it waits. The"
        " check starts a real server on its own loop and attacks your function with one client, then with three at"
        " once.",
        _judge_ask,
        hints=[
            "`async def` alone changes nothing: between two `await`s the function has the thread for itself.",
            "The waiting has to happen on another thread, and the coroutine has to *await* that thread.",
            "`await asyncio.to_thread(function, argument)` does both.",
        ],
        solution=answers.ask_politely,
        wrong=[
            WrongAnswer("async def makes it asynchronous", answers.async_is_enough, "could never give it"),
            WrongAnswer("one turn of the loop is enough", answers.sleep_first, "could never give it"),
            WrongAnswer("a thread, and then join", answers.join_the_thread, "could never give it"),
            WrongAnswer("the await forgotten", answers.forget_await, "is an `await` missing"),
        ],
    ),
    Exercise(
        "00-4",
        "A log instead of print",
        "Servers and threads of this course never print; they write into a log that keeps its newest lines. Write"
        " `remember(log, line, limit)`: it puts the line at the end of the list `log` and sees to it that the list"
        " never holds more than `limit` lines. It changes the caller's list; it returns nothing.",
        _judge_remember,
        hints=[
            "The caller looks at their own list afterwards. Which operations change a list, and which make a new one?",
            "`log.append(line)` changes it. So does `del log[…]`.",
            "After appending, `del log[:-limit]` drops everything before the last `limit` lines.",
        ],
        solution=answers.remember,
        wrong=[
            WrongAnswer("assigning changes the caller's list", answers.rebind, "The caller's list has not changed"),
            WrongAnswer("appending, then assigning", answers.append_and_rebind, "leave the caller's list as it was"),
            WrongAnswer("the oldest lines", answers.keep_the_first, "the oldest lines"),
            WrongAnswer("one line too few", answers.one_too_few, "so many have to be there"),
        ],
    ),
]
