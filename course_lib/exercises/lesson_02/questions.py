"""Lesson 02: what is asked before a program runs, and the questions with a written answer.

Every order below was seen in real Node.js 24; the notebook runs each program in both runtimes.
"""

from __future__ import annotations

from course_lib.lesson import Note, Option, Prediction, Quiz

__all__ = ["PREDICTIONS", "QUIZZES", "RECALL"]

RECALL = [
    Quiz(
        "recall-io-order",
        "From lesson 01: a file callback calls `set_timeout(f, 0)` and then `set_immediate(g)`. Which runs first?",
        [
            Option(
                "`g`, always: the check phase comes right after the poll phase",
                "Yes. A file callback runs in poll; check is the next station, timers come after it.",
                right=True,
            ),
            Option(
                "`f`: it was asked for first",
                "Order of asking counts inside one queue only. `f` and `g` wait at different stations.",
            ),
            Option(
                "Either: it is a race",
                "It is a race from the main program. From inside poll the way round the loop is fixed.",
            ),
        ],
    ),
    Quiz(
        "recall-blocking",
        "From lesson 01: a callback computes for 100 ms. What happens to a timer that falls due 10 ms after it began?",
        [
            Option(
                "It waits: it runs when the callback has returned and the loop comes to timers again",
                "Yes. One thread, one callback at a time: nothing interrupts a callback.",
                right=True,
            ),
            Option(
                "It interrupts the callback, runs, and the callback goes on",
                "Nothing in the loop can interrupt JavaScript code. The timer is about 90 ms late.",
            ),
            Option(
                "It is lost, because its moment has passed",
                "A timer means `not before`. It runs late, but it runs.",
            ),
        ],
    ),
    Quiz(
        "recall-immediates",
        "From lesson 01: an immediate queues another immediate. When does the second one run?",
        [
            Option(
                "In the next iteration: the check phase takes the whole queue first",
                "Yes: so immediates cannot keep the loop from going round. This lesson shows what can.",
                right=True,
            ),
            Option(
                "In the same check phase, right after the first",
                "The check phase takes all that wait and runs those. What is added meanwhile waits for the next round.",
            ),
            Option(
                "In the timers phase",
                "Immediates run in check only; timers have their own phase.",
            ),
        ],
    ),
]

_TICK = "tick"
_PROMISE = "promise"


def _who(name: str, place: str, tick: str, promise: str, why: str) -> Prediction:
    """A prediction of which of the two runs first when both are queued in one place."""
    return Prediction(
        name,
        f"Queued {place}: which runs first?",
        "choice",
        [Option("the tick", tick, key=_TICK), Option("the promise's handler", promise, key=_PROMISE)],
        why,
    )


PREDICTIONS = [
    Prediction(
        "two-queues",
        "In which order are these seven lines printed?",
        "order",
        [
            "micro 1",
            "tick 1",
            "main ends",
            "micro 2",
            "tick 2",
            "micro 3",
            "tick 3",
        ],
        "All ticks until none is left, then all microtasks until none is left, then look again.",
        [
            Note(
                lambda lines: lines[0] != "main ends",
                "The main program is a callback like any other: it runs to its end before a queue is looked at.",
            ),
            Note(
                lambda lines: lines.index("micro 1") < lines.index("tick 1"),
                "In a CommonJS main program the tick queue is emptied first.",
            ),
            Note(
                lambda lines: lines.index("micro 1") < lines.index("tick 2"),
                "You let a microtask cut in between two ticks. Ticks added by ticks belong to the same round.",
            ),
            Note(
                lambda lines: lines.index("tick 3") < lines.index("micro 3"),
                "You let a tick cut in between two microtasks. Node looks at the ticks only when no microtask is left.",
            ),
        ],
    ),
    _who(
        "who-esm",
        "in the main program of an **ES module**",
        "That is the rule from CommonJS. An ES module's body is itself run by a promise job.",
        "Right, and many printed orders overlook it.",
        "An ES module's body runs inside a microtask, so the microtask queue is being emptied already.",
    ),
    _who(
        "who-then",
        "inside a **then handler**",
        "The tick has to wait: the microtask queue is emptied to the end first.",
        "Right: the handler is a microtask, and the new microtask joins the queue being emptied.",
        "No tick runs between two microtasks.",
    ),
    _who(
        "who-before-await",
        "in an `async` function called by a timer, **before its first await**",
        "Right: up to the first await it is an ordinary call, part of the timer's callback.",
        "The word `async` alone moves nothing: up to the first await the body runs as part of its caller.",
        "Until its first await an async function runs inside its caller, here a timer.",
    ),
    _who(
        "who-after-await",
        "in the same `async` function, **after its first await**",
        "After an await the rest of the function is a microtask, and there promises come first.",
        "Right: after the await the function's rest runs as a microtask.",
        "An await turns the rest of the function into a microtask.",
    ),
    Prediction(
        "io-order",
        "A file has been read; its callback queues these four and prints `file`. In which order are the lines printed?",
        "order",
        ["timer", "immediate", "tick", "promise", "file"],
        "The drain comes right after the callback; check is the next station; timers come at the end of the way round.",
        [
            Note(
                lambda lines: lines.index("tick") > lines.index("immediate"),
                "The tick is not put off to a later iteration: the drain follows the callback at once.",
            ),
            Note(
                lambda lines: lines.index("timer") < lines.index("immediate"),
                "From inside poll, check comes before timers, however short the timer.",
            ),
        ],
    ),
    Prediction(
        "starving",
        "A timer is due after 1 ms. 100,000 ticks run one after another, each queueing the next; together they take "
        "far longer than 1 ms. How many of them run before the timer?",
        "choice",
        [
            Option(
                "as many as fit into 1 ms, then the timer, then the others",
                "Nothing looks at the clock during a drain. Being due does not get the timer in.",
                key="some",
            ),
            Option(
                "all 100,000",
                "The drain ends when the queue is empty, not when time is up.",
                key="all",
            ),
            Option(
                "one: each tick gives the phases a turn",
                "That is how immediates behave. A tick queued by a tick belongs to the same drain.",
                key="one",
            ),
        ],
        "The loop moves on only when both queues are empty, and each tick puts one more in.",
    ),
    Prediction(
        "await-cost",
        "`await 1` lets 1 other microtask run before the function goes on. How many does "
        "`await f()` let run, when `f` is an async function that does `return Promise.resolve(1)`?",
        "number",
        why="One to call the inner promise's then, one for its handler, one for the awaiting function.",
        notes=[
            Note(
                lambda n: n == 1,
                "1 is the price of awaiting a promise directly. Here an async function's own promise stands between.",
            ),
            Note(
                lambda n: n == 2,
                "2 counts the two promises. Adopting the inner one costs a microtask of its own on top.",
            ),
            Note(lambda n: n == 0, "In JavaScript an await always lets go, even when the value is there."),
        ],
        unit="microtasks",
    ),
    Prediction(
        "all-rejects",
        "`Promise.all` waits for three jobs. One fails after 5 ms, so `all` is rejected after 5 ms. Another would "
        "write a line after 60 ms. Does it?",
        "choice",
        [
            Option(
                "no: `all` cancels the others when one fails",
                "A promise is a result, not a job: it has no way to stop the work behind it.",
                key="False",
            ),
            Option(
                "yes: the others go on, only nobody listens any more",
                "Yes. `all` stops waiting; it stops nothing else.",
                key="True",
            ),
        ],
        "Promises cannot be cancelled. To stop work, hand the job a signal of its own (AbortController in JavaScript).",
    ),
    Prediction(
        "late-catch",
        "A promise is rejected in the main program, and a `catch` is added later. How late is in time?",
        "choice",
        [
            Option(
                "it must be on the same line, or at least in the same callback",
                "Too strict: nothing is reported before both queues are empty.",
                key="none",
            ),
            Option(
                "in a microtask is in time, in a tick is too late",
                "The report waits for both queues, so a tick is in time as well.",
                key="microtask",
            ),
            Option(
                "in a microtask or a tick is in time, in an immediate is too late",
                "Yes: the report comes at the end of the drain, before the next callback.",
                key="microtask and tick",
            ),
            Option(
                "any time before the program ends",
                "The report does not wait for the program's end; by default it is the program's end.",
                key="all",
            ),
        ],
        "Unhandled rejections are reported when ticks and microtasks are both empty, in the same drain.",
    ),
    Prediction(
        "error-order",
        "Two timers are due together. The first queues a tick, prints `timer 1` and raises; an `uncaughtException` "
        "handler prints `caught: boom`. The second prints `timer 2`. In which order?",
        "order",
        ["timer 1", "tick", "caught: boom", "timer 2"],
        "After an exception Node goes on with the next timer at once; the tick left behind is drained after that.",
        [
            Note(
                lambda lines: lines.index("tick") < lines.index("caught: boom"),
                "The exception goes to its handler at once. Nothing drains in between.",
            ),
            Note(
                lambda lines: lines.index("tick") < lines.index("timer 2"),
                "That would be the order without an exception. The raising callback skips its drain.",
            ),
        ],
    ),
]

QUIZZES = [
    Quiz(
        "the-rule",
        "Which sentence is true in every place?",
        [
            Option(
                "`nextTick` has a higher priority than promises",
                "Not inside a microtask, and an ES module's main program is one.",
            ),
            Option(
                "Whichever queue is being emptied is emptied to its end before the other gets a turn",
                "Yes. The drain starts with the ticks, so outside a microtask the tick is first.",
                right=True,
            ),
            Option(
                "`queueMicrotask` comes before promise handlers",
                "They share one queue, first in, first out.",
            ),
            Option(
                "Ticks and microtasks take turns",
                "No tick runs between two microtasks, and no microtask between two ticks.",
            ),
        ],
    ),
    Quiz(
        "which-combinator",
        "A page needs the first of three mirrors that answers **successfully**. Which one?",
        [
            Option("`Promise.race`", "It takes the first to settle: a mirror that refuses at once would win."),
            Option("`Promise.any`", "Yes: errors are ignored unless all three fail.", right=True),
            Option("`Promise.all`", "It waits for all three, and fails when one fails."),
            Option("`Promise.allSettled`", "It never fails, but waits for the slowest of the three."),
        ],
    ),
]
