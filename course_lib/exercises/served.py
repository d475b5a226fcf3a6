"""A learner's tornado handler behind a real port, for as long as one trial takes.

It is served on a loop of the check's own, in the check's own thread: a handler that blocks can hold up nobody else.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import tornado.web

from course_lib.exercises.lesson_03.bench import until
from course_lib.live.web import LogLine, OpenServer, keep_quiet

__all__ = ["Served", "serve"]

_TRIAL = 6.0  # seconds it may take


@dataclass(frozen=True)
class Served:
    """What a trial can look at.

    Attributes:
        server: where it listens.
        log: the requests it has answered.
        errors: what tornado would have printed.
    """

    server: OpenServer
    log: list[LogLine]
    errors: list[str]


def serve(
    answer: Any,
    base: type,
    app: Callable[[], tornado.web.Application],
    trial: Callable[[Served], Awaitable[object]],
    new_loop: Callable[[], asyncio.AbstractEventLoop] = asyncio.SelectorEventLoop,
) -> object:
    """Serve a learner's answer, do the trial, close everything; what the trial returned, or "no answer" in time.

    Args:
        answer: the learner's class.
        base: what it has to inherit from.
        app: makes the application with the class in it, on the loop.
        trial: given the server.
        new_loop: makes the loop; it is closed in the end.

    Raises:
        TypeError: the answer is no such class.
        NotImplementedError: it is the starter.
    """
    wanted = f"a class that inherits from {base.__module__}.{base.__qualname__}"
    if not isinstance(answer, type):
        answer()  # a starter that is a function says by itself that it is one
        raise TypeError(f"expected {wanted}, got {answer!r}")
    if not issubclass(answer, base):
        raise TypeError(f"expected {wanted}")
    errors: list[str] = []
    keep_quiet(errors.append)
    loop = new_loop()
    asyncio.set_event_loop(loop)
    loop.set_exception_handler(lambda _loop, _context: None)

    async def main() -> object:
        log: list[LogLine] = []
        server = OpenServer(app(), 0, log.append)
        try:
            return await asyncio.wait_for(trial(Served(server, log, errors)), _TRIAL)
        except TimeoutError:
            return "no answer"
        finally:
            tasks = asyncio.all_tasks() - {asyncio.current_task()}
            for task in tasks:
                task.cancel()
            await until(lambda: all(task.done() for task in tasks))
            await server.close()
            await until(lambda: False, turns=5)  # what was closed, at both ends, says so in the loop's next turns

    try:
        found = loop.run_until_complete(main())
    finally:
        asyncio.set_event_loop(None)
        loop.close()
    if any("NotImplementedError" in error for error in errors):
        raise NotImplementedError
    return found
