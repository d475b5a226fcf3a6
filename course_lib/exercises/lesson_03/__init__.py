"""Lesson 03, "asyncio, Python's loop": its card, questions and exercises."""

from course_lib.exercises.lesson_03.make import EXERCISES
from course_lib.exercises.lesson_03.predictions import PREDICTIONS
from course_lib.exercises.lesson_03.questions import QUIZZES, RECALL
from course_lib.lesson import Lesson

__all__ = ["lesson"]

lesson = Lesson(
    3,
    "asyncio, Python's loop",
    minutes=45,
    needs=["Lessons 01 and 02.", "Python's `async def` and `await`, if only by sight."],
    goals=[
        "Say in which order asyncio runs what is ready, and why nothing overtakes.",
        "Find for each of Node's calls its nearest relative in asyncio, and name those that have none.",
        "Tell an `await` that yields from one that does not.",
        "Cancel a task, and write one that can be cancelled without losing anything.",
        "Find the call that blocks a loop, measure what it costs the others, and move it off the loop.",
    ],
    runs=[
        "Stock asyncio loops, each fresh, in a thread of its own.",
        "Real Node.js programs of a few milliseconds each.",
        "A small server on a free local port and its load, in their own processes, closed at the end of their cell.",
    ],
    recall=RECALL,
    predictions=PREDICTIONS,
    quizzes=QUIZZES,
    exercises=EXERCISES,
    points=[
        "asyncio has one queue, first in, first out. A turn is: select, append I/O, append due timers, run a snapshot.",
        "`call_soon` is the relative of `setImmediate`. Nothing is like `nextTick` or a microtask.",
        "Awaiting a coroutine or a finished future does not yield; `sleep(0)` does. A task starts later.",
        "`cancel()` is a request, delivered as CancelledError at an await. Clean up, then let it go on.",
        "Keep every task you start, and look at how it ended; a TaskGroup does both.",
        "One blocking call stops every client. `to_thread` moves it off the loop.",
    ],
    next="Lesson 04: module systems, `require` and `import`, live.",
)
