"""Exercise 03-1: a background task that is kept, looked at, and waited for."""

from __future__ import annotations

import asyncio
import gc
import inspect
import weakref
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from course_lib.exercises.lesson_03 import answers_tasks as answers
from course_lib.exercises.lesson_03.bench import drive, until
from course_lib.lesson import Exercise, Trial, WrongAnswer

__all__ = ["AUDIT"]


class _Line(str):
    """A line that can be watched: plain strings take no weak references."""


def _notes(audit_class: Callable[..., Any], lines: Sequence[str], *, collect: bool = False) -> dict[str, list[str]]:
    """Note the lines and close. With `collect`, each write waits for a reply while the garbage collector passes."""
    written: list[str] = []
    replies: list[weakref.ref[asyncio.Future[None]]] = []

    async def write(line: str) -> None:
        if collect:
            reply = asyncio.get_running_loop().create_future()
            replies.append(weakref.ref(reply))
            await reply
        else:
            await asyncio.sleep(0)
            await asyncio.sleep(0)
        if line == "bad":
            raise ConnectionError("the disk is full")
        written.append(line)

    async def main() -> dict[str, list[str]]:
        audit = audit_class(write)
        for line in lines:
            _note(audit, line)
        if collect:
            await until(lambda: len(replies) == len(lines))
            gc.collect()
            for reply in replies:
                if (waiting := reply()) is not None:
                    waiting.set_result(None)
        found = {"written": written, "failed": audit.failed}
        try:
            await audit.close()
        except Exception as error:
            found["close raised"] = [str(error)]
        return {name: sorted(lines) for name, lines in found.items()}

    return drive(main, limit=3.0 if collect else 1.0)  # a collection takes long where much is loaded


def _note(audit: Any, line: str) -> None:
    """Note a line as a caller without `await` does."""
    came = audit.note(line)
    if inspect.iscoroutine(came):
        came.close()
        raise TypeError("expected note(line) to return None, got a coroutine; it stays a plain `def`")


def _still_kept(audit_class: Callable[..., Any]) -> int:
    written: list[int] = []

    async def write(line: str) -> None:
        await asyncio.sleep(0)
        written.append(1)

    async def main() -> int:
        audit = audit_class(write)
        lines = [_Line(f"order {number}") for number in range(100)]
        watched: list[weakref.ref[Any]] = [weakref.ref(line) for line in lines]
        tasks = asyncio.all_tasks()
        while lines:
            audit.note(lines.pop())
        new: list[weakref.ref[Any]] = [weakref.ref(task) for task in asyncio.all_tasks() - tasks]
        await until(lambda: len(written) == 100)
        await until(lambda: False, turns=5)
        gc.collect()
        kept = sum(ref() is not None for ref in (*watched, *new))
        await audit.close()
        return kept

    return drive(main)


def _judge_audit(audit_class: Callable[..., Any]) -> Iterator[Trial]:
    lines = ["a", "b", "c"]
    yield Trial(
        "three notes, then close()",
        {"written": lines, "failed": []},
        lambda: _notes(audit_class, lines),
        "`close()` has to wait for the writes that are still under way: the loop ends right after it.",
    )
    yield Trial(
        "three notes, the garbage collector passes while they wait, then close()",
        {"written": lines, "failed": []},
        lambda: _notes(audit_class, lines, collect=True),
        "The tasks vanished: the loop holds them weakly, so somebody else has to hold them until they are done.",
    )
    yield Trial(
        "three notes, one of which cannot be written, then close()",
        {"written": ["a", "c"], "failed": ["bad"]},
        lambda: _notes(audit_class, ["a", "bad", "c"]),
        "A failed write has to end up in `failed`: an exception that nobody looks at is lost.",
    )
    yield Trial(
        "what is still kept of 100 notes that were written long ago",
        0,
        lambda: _still_kept(audit_class),
        "The finished tasks are kept for ever: in a server that is a leak. Let each one remove itself when it is done.",
    )


AUDIT = Exercise(
    "03-1",
    "The fault, mended",
    "Write the class `Audit` so that no line is lost: `note(line)` returns at once (it stays a plain `def`) and"
    " has the line written in"
    " the background; a line whose write raises is put into the list `audit.failed`; `await audit.close()`"
    " returns when all writes"
    " have ended; and what is finished is not kept. The check attacks it: it runs the garbage collector while"
    " writes wait, makes"
    " one fail, and closes early.",
    _judge_audit,
    [
        "Keep each task in a set: `self.tasks.add(task)`, and `task.add_done_callback(self.tasks.discard)`.",
        "Wrap the write in a small coroutine with `try … except Exception: self.failed.append(line)`, and make"
        " that the task.",
        "In `close`: `while self.tasks: await asyncio.wait(self.tasks)`.",
    ],
    answers.Audit,
    [
        WrongAnswer("closes without waiting", answers.ForgetfulAudit, "has to wait"),
        WrongAnswer("the loop keeps its tasks", answers.WeakAudit, "vanished"),
        WrongAnswer("waits, and looks at nothing", answers.SilentAudit, "is lost"),
        WrongAnswer("keeps every task for ever", answers.HoardingAudit, "kept for ever"),
    ],
)
