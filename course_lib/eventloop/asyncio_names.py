"""What a learner calls a callback of asyncio's loop: a task by its name, asyncio's own functions by what they mean."""

from __future__ import annotations

import asyncio
import re
import weakref
from collections import Counter
from typing import Any

from .naming import name_of

__all__ = ["TaskNames", "label_of", "task_of"]

_WORDS = {
    "_set_result_unless_cancelled": "sleep is over",
    "_read_ready": "socket can be read",
    "_write_ready": "socket can be written",
    "_accept_connection": "a client connects",
    "_set_state": "a thread is done",
    "_done_callback": "gather: one is done",
    "_on_completion": "wait: one is done",
    "_on_timeout": "timeout is over",
}


def task_of(handle: asyncio.Handle) -> asyncio.Task[Any] | None:
    """The task of which the handle is a step, if it is one: a step is a bound method of its task."""
    owner = getattr(_callback(handle), "__self__", None)
    return owner if isinstance(owner, asyncio.Task) else None


def label_of(handle: asyncio.Handle) -> str:
    """The handle's callback in a word; empty when it has no name. For a task's step: its coroutine function's."""
    if (task := task_of(handle)) is not None:
        return str(getattr(task.get_coro(), "__name__", ""))
    name = name_of(_callback(handle))
    if name == "log" and (args := getattr(handle, "_args", None)):
        return str(args[0])
    return _WORDS.get(name, name)


def _callback(handle: asyncio.Handle) -> Any:
    return handle._callback  # type: ignore[attr-defined]


class TaskNames:
    """Names for tasks that are the same in every run; no task is kept alive for its name."""

    def __init__(self) -> None:
        self._names: weakref.WeakKeyDictionary[asyncio.Task[Any], str] = weakref.WeakKeyDictionary()
        self._namesakes: Counter[str] = Counter()

    def of(self, task: asyncio.Task[Any]) -> str:
        """Its own name; in place of the default one, a counter of the whole process, its coroutine's.

        The second task of a name is called ``name (2)``.
        """
        if task not in self._names:
            name = task.get_name()
            if re.fullmatch(r"Task-\d+", name):
                name = str(getattr(task.get_coro(), "__name__", name))
            self._namesakes[name] += 1
            count = self._namesakes[name]
            self._names[task] = f"{name} ({count})" if count > 1 else name
        return self._names[task]
