"""Lesson 02: ticks, microtasks, promises, async and await."""

from __future__ import annotations

from course_lib.exercises.lesson_02.make import EXERCISES
from course_lib.exercises.lesson_02.questions import PREDICTIONS, QUIZZES, RECALL
from course_lib.lesson import Lesson

__all__ = ["lesson"]

lesson = Lesson(
    number=2,
    title="Ticks, microtasks, promises, async/await",
    minutes=45,
    needs=["Lesson 01: the six phases of the event loop", "Python functions, `lambda`, `async def`; no JavaScript"],
    goals=[
        "state the drain rule and order any mixture of ticks and microtasks by it",
        "say in which places a promise comes before a tick, and why",
        "recognise starvation, and cut work so that it does not happen",
        "count what an `await` costs, and choose between all, allSettled, race and any",
        "say when an unhandled rejection is reported, and what it does to the process",
    ],
    runs=[
        "the course's own event loop, inside this notebook",
        "real Node.js 24, one short process for each program",
    ],
    recall=RECALL,
    predictions=PREDICTIONS,
    quizzes=QUIZZES,
    exercises=EXERCISES,
    points=[
        "After every callback: all ticks, then all microtasks, again until both queues are empty.",
        "No fixed priority: a queue that is being emptied is emptied to its end. Inside a microtask promises come "
        "first, and an ES module's main program is one.",
        "Ticks and microtasks that queue each other starve the loop; `setImmediate` lets everybody else have a turn.",
        "JavaScript's await costs 1 microtask, on a thenable 2; an async function that returns a promise costs its "
        "caller 3. Python's await runs a coroutine inside its caller and costs none.",
        "An unhandled rejection is reported when both queues are empty; without a listener it ends the process, with "
        "exit code 1.",
        "A function answers always at once or always later, never now one and now the other.",
    ],
    next="Lesson 03: asyncio, Python's own loop. It has one queue where Node has six phases and two queues more.",
)
