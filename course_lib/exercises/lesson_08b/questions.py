"""Lesson 08b's words: what it needs and gives, three questions that look back, and its quizzes."""

from __future__ import annotations

from course_lib.lesson import Option, Quiz

__all__ = ["GOALS", "NEEDS", "POINTS", "QUIZZES", "RECALL", "RUNS"]

NEEDS = [
    "Lesson 03: callbacks, tasks and awaits in one loop.",
    "Lesson 07: a WebSocket frame, its mask, its close codes.",
]

GOALS = [
    "Say what a message costs in processor time, and why that is a better figure than messages a second.",
    "Read a profile, and compute what a change can be worth before you make it.",
    "Replace a coroutine per message by a protocol, and give a socket away in the middle of a connection.",
    "Name the safeties that a fast server must keep, and attack one that has lost them.",
    "Say when none of this is worth it.",
]

RUNS = [
    "Small servers in processes of their own, closed at the end of their cell.",
    "A load generator in a process of its own, for a fifth of a second at a time.",
    "Real Node.js programs: an HTTP server, and a socket that is fed.",
    "A few hundred idle connections, for a second.",
]

POINTS = [
    "Measure processor time for each operation, side by side, in turns. Rates tell about the machine's other guests.",
    "A profile shows where the time goes; Amdahl's law says what can be gained there. Both come before the change.",
    "tornado's price is not one slow place: it is tasks, futures and turns of the loop for every message.",
    "A protocol gets bytes, not messages. One callback, one read, one write: that is the whole difference.",
    "Give a socket away with what was read from it. Read at most 64 KiB at once on stock asyncio.",
    "Work on many bytes at once in C, and encode what goes to many once.",
    "Limits, UTF-8, origin, back-pressure and fair shares stay. They cost little; without them fast is broken.",
    "Below some thousand messages a second, batteries are enough. Your time is the more expensive one.",
]

RECALL = [
    Quiz(
        "recall-await",
        "From lesson 03: a task waits for a future, and the future gets its result. When does the task go on?",
        [
            Option("at once, inside `set_result`", "`set_result` only puts the task into the queue of what is ready."),
            Option(
                "in a later turn of the loop",
                "Its next step is a callback in the queue. Today you will see what that costs, message by message.",
                right=True,
            ),
            Option("in another thread", "There is one thread."),
        ],
    ),
    Quiz(
        "recall-chunks",
        "From lesson 06: a server writes one event. In how many pieces does the client's program get it?",
        [
            Option("in one", "Mostly, on your own machine. On a train it is three, one of them with half a letter."),
            Option(
                "in any number, cut anywhere",
                "The network cuts bytes, not messages. It holds for frames just as well.",
                right=True,
            ),
            Option("in two: head and data", "The network knows of no such thing."),
        ],
    ),
    Quiz(
        "recall-mask",
        "From lesson 07: what does the mask of a client's frame do?",
        [
            Option("it hides the message from others", "The key stands right before what it masks."),
            Option(
                "it keeps a page from choosing the bytes on the wire",
                "So no proxy can be talked into taking them for HTTP. The server has to undo it for every byte: that"
                " is work.",
                right=True,
            ),
            Option("it says how long the payload is", "That is the length's business."),
        ],
    ),
]

QUIZZES = [
    Quiz(
        "which-figure",
        "Two servers were measured on a laptop, the first before lunch, the second after: 41,000 and 52,000 messages a"
        " second. Is the second one faster?",
        [
            Option("Yes, by a quarter", "Or the browser was closed at lunch."),
            Option("No: the difference is too small", "It may be real. These figures cannot tell."),
            Option(
                "Nobody knows: measure them in turns, and compare processor time for each message",
                "What disturbs both alike drops out of a ratio of neighbours.",
                right=True,
            ),
        ],
    ),
    Quiz(
        "what-to-do",
        "A chat with 200 users, each of whom writes a line a minute, runs on tornado's handler. A colleague wants to"
        " rewrite it with protocols. What do you say?",
        [
            Option("Good: it will be several times as fast", "Several times as fast as what nobody waits for."),
            Option(
                "200 / 60 messages a second, each to 200 clients: let us compute what that costs first",
                "Some 700 deliveries a second, a few per cent of one processor. The rewrite's gain is the idle time.",
                right=True,
            ),
            Option("Never: Python is slow anyway", "You have just seen a Python server beside Node."),
        ],
    ),
]
