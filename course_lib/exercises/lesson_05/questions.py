"""Lesson 05's words: its card and key points, three questions on earlier lessons, and its quizzes."""

from __future__ import annotations

from course_lib.lesson import Option, Quiz

__all__ = ["GOALS", "NEEDS", "POINTS", "QUIZZES", "RECALL", "RUNS"]

NEEDS = [
    "Lessons 01 and 03: the loop, and asyncio's tasks and cancellation.",
    "What an HTTP request and its answer are: a method, a path, a status, heads and bodies.",
]
GOALS = [
    "Say what plain polling costs, in requests and in waiting, and what long polling changes.",
    "Build a long poll that loses nothing: a log, a cursor for each reader, a wait that is woken.",
    "Say why a long poll has to end with nothing now and then, and how it ends when its reader has gone.",
    "Write a client that survives a restart, and that does not come back in step with all the others.",
    "Find what is wrong with the usual server, show it by an attack, and mend it.",
]
RUNS = [
    "Small HTTP servers on free local ports, closed at the end of their cells; one that stays until the lesson's end,"
    " with its page in a frame.",
    "The same server in real Node.js.",
    "For the measurements, servers and load in processes of their own, a second each.",
]
POINTS = [
    "Polling trades requests for waiting. Long polling holds the request until there is something to say.",
    "Wake the waiter when the message comes. An interval inside the server is polling again, in another place.",
    "Messages stay in a log, the cursor is the client's: several readers see all, and what breaks is asked for again.",
    "A poll ends: with messages, with 204 before a proxy's patience is over, or because its reader has gone.",
    "A bounded log forgets. Whoever has missed something is told.",
    "A client pauses after a failure, longer each time, by a random part of that time.",
    "What a stranger sends is looked at from the outside in: size, type, bytes, JSON, form.",
]

RECALL = [
    Quiz(
        "recall-blocked",
        "From lesson 03: a coroutine of a server calls `time.sleep(0.1)`. Who waits?",
        [
            Option(
                "Only the client it is about",
                "Every client has its own task, but all tasks share one thread, and it sleeps.",
            ),
            Option(
                "Everybody: the loop has one thread",
                "This is why today's servers wait with `await`, hundreds of them at once, on one thread.",
                right=True,
            ),
            Option("Nobody: asyncio moves it to a thread", "Only if you ask for it, with `asyncio.to_thread`."),
        ],
    ),
    Quiz(
        "recall-cancel",
        "From lesson 03: what does `task.cancel()` do to a task that waits?",
        [
            Option("It ends it at once", "It is a request: the task runs once more, with an exception at its await."),
            Option(
                "CancelledError is raised in it, at the await where it waits",
                "So `finally` runs, and that is where a wait is cleaned up. You need it today for readers who hang up.",
                right=True,
            ),
            Option("It sets a flag which the task has to look at", "A thread would need such a flag. A task does not."),
        ],
    ),
    Quiz(
        "recall-interval",
        "From lesson 01: a callback of `setInterval` is due every second. A message arrives 10 ms after it ran. When"
        " does"
        " that callback see it?",
        [
            Option(
                "At once: the loop is idle and wakes up",
                "The loop wakes up for the message's own callback. The interval's is due when it is due.",
            ),
            Option(
                "After about 990 ms",
                "A timer knows the clock and nothing else. The usual server of this lesson is built on one.",
                right=True,
            ),
            Option("Never: it saw an empty list", "It looks again at its next turn."),
        ],
    ),
]

QUIZZES = [
    Quiz(
        "fire-and-forget",
        "The server of this lesson has put its answer on the wire, and the connection breaks before it arrives. Is the"
        " message lost for that reader?",
        [
            Option(
                "Yes: it was delivered, as far as the server knows",
                "The server keeps no account of what was delivered. That is why nothing can be wrong in it.",
            ),
            Option(
                "No: the reader still has the old cursor, and asks again",
                "The cursor moves when the reader has the answer. Asking twice with the same one gives the same"
                " messages.",
                right=True,
            ),
            Option(
                "No: TCP sends it again",
                "TCP repeats lost packets of a connection. A broken connection is not continued by another one.",
            ),
        ],
    ),
    Quiz(
        "when-to-use",
        "For which of these would you still build a long poll today?",
        [
            Option(
                "A game with thirty small messages a second in both directions",
                "Each message costs a whole request and answer. That is work for a WebSocket.",
            ),
            Option(
                "A page that waits for one export to be ready, behind proxies nobody controls",
                "One message, an ordinary request, and any proxy lets it through.",
                right=True,
            ),
            Option(
                "A ticker with a message every 100 ms to ten thousand browsers",
                "Ten thousand requests, ten times a second. Server-Sent Events, the next lesson, keep the answer open.",
            ),
        ],
    ),
]
