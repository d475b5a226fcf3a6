"""Lesson 00's solutions, and wrong answers that are real misconceptions.

A solution's source is shown to the learner, so it uses only names that the notebook's first cell imports.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Coroutine, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from course_lib import live

__all__ = ["ask_politely", "remember", "replay", "run_anywhere"]
__all__ += ["append_and_rebind", "async_is_enough", "forget_await", "fresh_names", "join_the_thread", "keep_the_first"]
__all__ += ["lose_the_error", "on_the_page", "once_each", "one_too_few", "only_submit", "rebind", "sleep_first"]
__all__ += ["start_a_task", "the_loop_at_hand", "the_usual_run"]

# 00-1: what a kernel remembers


def replay(cells: Mapping[str, str], pressed: Sequence[str]) -> object:
    names: dict[str, Any] = {}
    for cell in pressed:
        exec(cells[cell], names)
    return names["total"]


def fresh_names(cells: Mapping[str, str], pressed: Sequence[str]) -> object:
    """Believes that every cell starts with a clean slate."""
    for cell in pressed:
        names: dict[str, Any] = {}
        exec(cells[cell], names)
    return names["total"]


def on_the_page(cells: Mapping[str, str], pressed: Sequence[str]) -> object:
    """Believes that cells run in the order in which they stand in the notebook."""
    names: dict[str, Any] = {}
    for cell in cells:
        for _ in range(list(pressed).count(cell)):
            exec(cells[cell], names)
    return names["total"]


def once_each(cells: Mapping[str, str], pressed: Sequence[str]) -> object:
    """Believes that running a cell again changes nothing."""
    names: dict[str, Any] = {}
    for cell in dict.fromkeys(pressed):
        exec(cells[cell], names)
    return names["total"]


# 00-2: a door into async code that opens everywhere


def run_anywhere(coroutine: Coroutine[Any, Any, Any]) -> Any:
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


def the_usual_run(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Believes that `asyncio.run` works everywhere."""
    return asyncio.run(coroutine)


def the_loop_at_hand(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Believes that a running loop can be asked to run until something is done."""
    return asyncio.get_event_loop().run_until_complete(coroutine)


def start_a_task(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Believes that a task is its result."""
    return asyncio.create_task(coroutine)


def only_submit(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Believes that starting something gives its result."""
    return live.submit(coroutine)


def lose_the_error(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Believes that what fails in a thread fails in its caller."""
    results: list[Any] = []

    async def work() -> None:
        with contextlib.suppress(ValueError):  # or Python would print it on the page; the caller learns as little
            results.append(await coroutine)

    thread = threading.Thread(target=lambda: asyncio.run(work()))
    thread.start()
    thread.join()
    return results[0]


# 00-3: a blocking call beside a server on the same loop


async def ask_politely(ask: Callable[[int], str], port: int) -> str:
    return await asyncio.to_thread(ask, port)


async def async_is_enough(ask: Callable[[int], str], port: int) -> str:
    """Believes that `async def` makes what is inside it asynchronous."""
    return ask(port)


async def sleep_first(ask: Callable[[int], str], port: int) -> str:
    """Believes that giving the loop one turn is enough."""
    await asyncio.sleep(0)
    return ask(port)


async def join_the_thread(ask: Callable[[int], str], port: int) -> str:
    """Believes that a thread helps, whoever waits for it, and however."""
    answers: list[str] = []
    thread = threading.Thread(target=lambda: answers.append(ask(port)))
    thread.start()
    thread.join()
    return answers[0]


async def forget_await(ask: Callable[[int], str], port: int) -> Any:
    """Believes that the call of a coroutine function is its result."""
    return asyncio.to_thread(ask, port)


# 00-4: a log that threads may write to


def remember(log: list[str], line: str, limit: int) -> None:
    log.append(line)
    del log[:-limit]


def rebind(log: list[str], line: str, limit: int) -> None:
    """Believes that assigning to a parameter changes the caller's list."""
    log = [*log, line][-limit:]


def keep_the_first(log: list[str], line: str, limit: int) -> None:
    """Believes that the beginning of a log is what one needs."""
    if len(log) < limit:
        log.append(line)


def append_and_rebind(log: list[str], line: str, limit: int) -> None:
    """Believes that a list follows its parameter, wherever that is made to point."""
    log.append(line)
    log = log[-limit:]


def one_too_few(log: list[str], line: str, limit: int) -> None:
    """Believes that a full list has to lose one."""
    log.append(line)
    if len(log) >= limit:
        del log[0]
