"""What lesson 03 asks before each run, and what it says to each answer.

Every order below was seen on CPython 3.11, 3.12 and 3.13, and, where it is about Node, on Node 24.
"""

from __future__ import annotations

from course_lib.lesson import Note, Option, Prediction

__all__ = ["PREDICTIONS"]

PREDICTIONS = [
    Prediction(
        "one-queue",
        "Main asks for A with `call_soon`, finishes a future that has the callback B, starts a task that logs"
        " C, and asks for D with"
        " `call_soon`. In which order are the lines logged?",
        "order",
        ["D: call_soon", "C: a task's first step", "B: a future's callback", "A: call_soon", "main waits"],
        "One queue, first in, first out. A future's callback and a task's step are put into it by `call_soon`"
        " too, so nothing overtakes.",
        [
            Note(
                lambda lines: lines.index("B: a future's callback") < lines.index("A: call_soon"),
                "In Node the promise would overtake. asyncio has no second queue for it to wait in.",
            ),
            Note(
                lambda lines: lines.index("C: a task's first step") < lines.index("main waits"),
                "A JavaScript async function starts at once. A task starts when the queue comes to it.",
            ),
            Note(
                lambda lines: lines[0] != "main waits",
                "Main itself is a callback of the loop, and runs to its first real wait.",
            ),
        ],
    ),
    Prediction(
        "soon-io-timer",
        "Inside one callback: a timer of 5 ms is set, a byte is sent to a socket with a reader, `call_soon` is"
        " called, then the thread"
        " is busy for 20 ms. In which order do the three callbacks run?",
        "order",
        ["timer", "io", "soon"],
        "`soon` stands in the queue already. `select` reports the socket, which is appended; then the due"
        " timers are appended;"
        " then what stands in the queue runs.",
        [
            Note(
                lambda lines: lines == ["timer", "io", "soon"],
                "This is the round of Node's phases: timers, poll, check. asyncio has one queue, and `soon` is"
                " at its head.",
            ),
            Note(
                lambda lines: lines[0] == "io",
                "I/O does come before timers, but both are appended behind what already waits.",
            ),
        ],
    ),
    Prediction(
        "for-ever",
        "A callback does nothing but `call_soon` itself again, without end. A timer of 20 ms is set. Does the"
        " timer run?",
        options=[
            Option(
                "never: the queue is never empty",
                "This is what recursive ticks do in Node. asyncio runs only what stood in the queue when the"
                " turn began.",
                key="never",
            ),
            Option(
                "yes, about on time",
                "Each turn runs a snapshot of the queue; the callback's next call waits for the next turn,"
                " after a look at the clock.",
                key="yes",
            ),
        ],
    ),
    Prediction(
        "does-await-yield",
        "Another task waits in the queue. Main logs 1, awaits a coroutine that logs `child`, logs 2, awaits a"
        " finished future, logs 3,"
        " awaits `sleep(0)`, logs 4. Where does `other` appear?",
        "order",
        ["1", "child", "2", "3", "4", "other"],
        "Awaiting a coroutine is a call; awaiting a finished future returns at once. Only a wait that has"
        " something to wait for, or"
        " `sleep(0)`, goes back to the loop.",
        [
            Note(
                lambda lines: lines.index("other") < lines.index("2"),
                "In JavaScript, yes: there every await lets others run. In Python, awaiting a coroutine is a call.",
            ),
            Note(
                lambda lines: lines.index("other") < lines.index("3"),
                "The future is finished, so there is nothing to wait for, and Python does not pretend there is.",
            ),
            Note(lambda lines: lines[-1] == "other", "`sleep(0)` exists for this: it always yields, once."),
        ],
    ),
    Prediction(
        "the-end",
        "`asyncio.run(main())`: main sets a timer of 20 ms that logs a line, and returns. What becomes of the timer?",
        options=[
            Option(
                "it runs: the loop waits for its timers",
                "Node's loop does. asyncio's runs until one given coroutine has finished.",
                key="runs",
            ),
            Option(
                "it is dropped",
                "`asyncio.run` runs until main is finished, cancels the tasks that are left and closes the"
                " loop. Timers are not asked.",
                key="dropped",
            ),
        ],
    ),
    Prediction(
        "when-cancelled",
        "A task waits in a long `sleep`. Main calls `task.cancel()` and logs `main: cancel() returned`, then"
        " awaits the task. Which order?",
        "order",
        ["task: CancelledError", "main: cancel() returned", "task: cleaned up", "main: task is gone"],
        "`cancel()` is a request. The exception is raised inside the task, at the await where it waits, when"
        " the loop next runs it;"
        " its `except` and `finally` run like any other code.",
        [
            Note(
                lambda lines: lines[0] == "task: CancelledError",
                "`cancel()` cannot run the task: main is running, and there is one thread.",
            ),
        ],
    ),
    Prediction(
        "swallowed",
        "`async with asyncio.timeout(0.02):` around `await stubborn()`, which waits 1 s, catches CancelledError"
        " and returns `'done'`."
        " What does the caller see?",
        options=[
            Option(
                "TimeoutError after 20 ms",
                "The timeout cancels the task and turns the CancelledError that comes out into a TimeoutError."
                " None came out.",
                key="TimeoutError",
            ),
            Option(
                "'done' after 20 ms, and no error",
                "The cancellation was the timeout's only means. Whoever swallows it switches the timeout off.",
                key="done",
            ),
            Option(
                "'done' after 1 s",
                "The wait itself was cancelled, so it did end early. But nobody learns that it did.",
                key="late",
            ),
        ],
    ),
    Prediction(
        "who-waits",
        "A server answers in well under 1 ms. Every 400 ms one coroutine calls `time.sleep(0.1)`. Each other"
        " client has its own task."
        " How long does the unluckiest of their requests wait?",
        options=[
            Option(
                "below 20 ms: every client has its own task",
                "Its own task, but not its own thread. Tasks change places at an await, and `time.sleep` has none.",
                key="below 20 ms",
            ),
            Option(
                "about 100 ms",
                "All tasks share the loop's thread. The request that comes just after the call began waits for"
                " all of it.",
                key="about 100 ms",
            ),
            Option(
                "about 400 ms",
                "That is how often it happens, not how long it takes.",
                key="about 400 ms",
            ),
        ],
        measured=True,
    ),
    Prediction(
        "nobody-looks",
        "`create_task(save(order))`, and nobody keeps or awaits the task. `save` raises. Who hears of it?",
        options=[
            Option(
                "the caller: the exception comes out of it",
                "The caller has gone on. The exception is stored in the task, for whoever awaits it, and nobody does.",
                key="the caller",
            ),
            Option(
                "the log only, when the task object is thrown away",
                "Then the task notes that nobody has fetched its exception. Keep the task without looking: not"
                " even that.",
                key="the log",
            ),
            Option(
                "everybody: the process ends, as with Node's unhandled rejections",
                "Node has done that since version 15. asyncio logs a message, and goes on.",
                key="everybody",
            ),
        ],
    ),
]
