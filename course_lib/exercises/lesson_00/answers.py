"""Lesson 00's solutions, and wrong answers that are real misconceptions.

A solution's source is shown to the learner, so it uses only names that the notebook's first cell imports.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

__all__ = ["ask_politely", "remember", "replay", "run_anywhere"]
__all__ += ["async_is_enough", "fresh_names", "join_the_thread", "keep_the_first", "on_the_page", "once_each"]
__all__ += ["rebind", "sleep_first", "start_a_task", "the_loop_at_hand", "the_usual_run"]

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
