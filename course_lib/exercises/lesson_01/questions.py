"""Lesson 01's words: its card and key points, three questions on lesson 00, and its quizzes."""

from __future__ import annotations

from course_lib.lesson import Option, Quiz

__all__ = ["GOALS", "NEEDS", "POINTS", "QUIZZES", "RECALL", "RUNS"]

NEEDS = [
    "Lesson 00.",
    "Python functions and lambdas. No JavaScript: every program is shown in Python first.",
]
GOALS = [
    "Name the six phases, and say which of them a callback belongs to.",
    "Predict the order of timers, immediates, file and socket callbacks, and say where there is none to predict.",
    "Say what a delay promises, and what it does not.",
    "Find out what keeps a program alive, and what keeps a loop from answering.",
]
RUNS = [
    "An event loop in Python with real files and sockets, on this machine only.",
    "Real Node.js programs, most of them a few milliseconds long.",
    "Small servers on free local ports, each closed at the end of its cell.",
]
POINTS = [
    "A turn passes timers, pending, idle/prepare, poll, check, close. The phase says where a callback runs; what it"
    " waits for says in which turn.",
    "A delay is a lower bound. Timers live in one list per duration; a loop that is late empties a due list before"
    " the next.",
    "Pending holds failures known during the call, such as a missing Unix socket. On Linux a refused TCP connection"
    " arrives in poll.",
    "Poll waits: not at all if an immediate is set, else until the next timer, else without limit.",
    "`setTimeout(0)` against `setImmediate` is a race in the main program and certain inside a poll callback.",
    "Handles closed together are reported in reverse.",
    "While a callback runs, nobody else is served: the worst delay of the others is as long as your longest callback.",
]

RECALL = [
    Quiz(
        "recall-node",
        "What runs the JavaScript of a `%%node` cell?",
        [
            Option(
                "It is translated to Python, and the kernel runs that.",
                "Nothing is translated. The cell's text goes to a real Node.js program, which is why it can serve as"
                " the judge of our Python loop.",
            ),
            Option(
                "Real Node.js, in a process of its own.",
                "Each cell starts a fresh process, so no timer or server of one cell is left for the next.",
                right=True,
            ),
            Option(
                "The browser, since JavaScript is a browser language.",
                "The browser only shows the page. The cell runs where the kernel runs, in Node.js.",
            ),
        ],
    ),
    Quiz(
        "recall-kernel",
        "Why does `asyncio.run(…)` in a notebook cell raise an error?",
        [
            Option(
                "The kernel itself already runs an asyncio loop in that thread.",
                "One thread can run one loop at a time. The course's loops get a thread or a loop of their own.",
                right=True,
            ),
            Option(
                "asyncio does not work in notebooks.",
                "It does: a cell may use `await` directly, on the loop that the kernel already runs.",
            ),
            Option(
                "The previous cell's loop was not closed.",
                "A closed loop would not help: the running one belongs to the kernel and serves every cell.",
            ),
        ],
    ),
    Quiz(
        "recall-predict",
        "Why does this course ask for a prediction before each run?",
        [
            Option(
                "To give marks.",
                "Nothing is marked or sent anywhere. The prediction is for you.",
            ),
            Option(
                "Whoever has said what they expect notices what really happens.",
                "Watching without predicting teaches little: in one study about one observation in five was"
                " misremembered, and predicting first made a correct one likelier.",
                right=True,
            ),
            Option(
                "The program needs the answer as its input.",
                "The program does not know it. It runs the same whatever you said, or if you said nothing.",
            ),
        ],
    ),
]

QUIZZES = [
    Quiz(
        "alive",
        "A program has started a server and has nothing else to do. Why does it not end?",
        [
            Option(
                "The server's callback may still be in a queue.",
                "No callback waits in any queue. The loop sleeps in poll.",
            ),
            Option(
                "The listening socket is an open handle, and the loop lives as long as one is open.",
                "A loop ends when no timer, no immediate, no request and no open handle is left that counts.",
                right=True,
            ),
            Option(
                "A loop never ends by itself.",
                "It does: every program of this lesson so far has ended without being told to.",
            ),
        ],
    ),
    Quiz(
        "promise-of-a-timer",
        "What does `set_timeout(f, 10)` promise?",
        [
            Option(
                "`f` runs after exactly 10 ms.",
                "Something else may be running at that moment, and it is not interrupted.",
            ),
            Option(
                "`f` runs not before 10 ms have passed, by the loop's clock of whole milliseconds.",
                "A lower bound, and no upper one: how late it is depends on what else the thread does.",
                right=True,
            ),
            Option(
                "`f` runs at most 10 ms from now.",
                "The other way round: it is not run earlier, and it may well be later.",
            ),
        ],
    ),
    Quiz(
        "which-holds",
        "Four printed outputs. Which one holds in every run, on every machine and Node version?",
        [
            Option(
                "`readFile` and an HTTP request started together: file first, then response.",
                "A thread pool against a network: whoever is ready first. In our runs the HTTP response was first on"
                " Node 24 and the file on Node 26.",
            ),
            Option(
                "`setTimeout(f, 0)` and `setImmediate(g)` in the main program: timer first.",
                "You have just counted this race.",
            ),
            Option(
                "`setImmediate(g)` and `setTimeout(f, 0)` inside a file callback: immediate first.",
                "The callback is in poll, check is next, and timers come after it.",
                right=True,
            ),
            Option(
                "`setTimeout(f, 2)` and then `setTimeout(g, 1)`: g first.",
                "Nearly always. But if a millisecond passes between the two calls, both are due at the same moment,"
                " and f's list is the older one.",
            ),
        ],
    ),
]
