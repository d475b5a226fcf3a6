"""Lesson 03's questions: three that look back, and two quizzes. The predictions are in `predictions`."""

from __future__ import annotations

from course_lib.lesson import Option, Quiz

__all__ = ["QUIZZES", "RECALL"]

RECALL = [
    Quiz(
        "recall-immediates",
        "From lesson 01: an immediate calls `set_immediate` again. When does the new one run?",
        [
            Option(
                "In the next turn of the loop: the check phase takes the whole queue first, and runs what it took",
                "Keep this in mind: today you meet the same rule under another name.",
                right=True,
            ),
            Option(
                "In the same check phase, after those that wait",
                "Then a callback that re-queues itself would hold the loop for ever. It does not: it takes turns.",
            ),
            Option("At once, before the callback goes on", "A callback is never interrupted; it can only be followed."),
        ],
    ),
    Quiz(
        "recall-ticks",
        "From lesson 02: a callback queues a promise handler, and a file's callback is ready too. Which of them"
        " runs first?",
        [
            Option(
                "The promise handler: microtasks are emptied after every callback",
                "Two queues that overtake everything else. Today's loop has none.",
                right=True,
            ),
            Option(
                "The file's callback: it was ready first",
                "The loop does not go on before the microtask queue is empty.",
            ),
            Option("It depends on the machine", "This one is certain: the drain comes before the next callback."),
        ],
    ),
    Quiz(
        "recall-await",
        "From lesson 02: in JavaScript, what does `await` on a value that is there already cost?",
        [
            Option(
                "One microtask: JavaScript's await always lets others run first",
                "Always, by the language's specification. Python decided otherwise.",
                right=True,
            ),
            Option(
                "Nothing: there is nothing to wait for",
                "This is Python's answer, and one of today's ideas. Not JavaScript's.",
            ),
            Option("One turn of the loop", "That would be an immediate. Microtasks run within the turn."),
        ],
    ),
]

QUIZZES = [
    Quiz(
        "cpu-in-a-thread",
        "The call that blocks is pure Python arithmetic instead of a sleep. What does `to_thread` do for the"
        " server now?",
        [
            Option(
                "The same: other clients do not notice it.",
                "The thread holds the interpreter lock while it computes, so the loop has to ask for it again"
                " and again.",
            ),
            Option(
                "Other clients get answers, a little later each; the arithmetic itself is not faster.",
                "The interpreter lock changes hands every 5 ms (sys.getswitchinterval). For more, use"
                " processes: later lessons do.",
                right=True,
            ),
            Option(
                "Nothing: one thread computes, so the loop stands still.",
                "The lock is taken away from the computing thread every few milliseconds. Late, but not still.",
            ),
        ],
    ),
    Quiz(
        "uvloop-or-not",
        "A team's server sometimes stands still for 300 ms because a template engine is slow. Will uvloop help?",
        [
            Option(
                "Yes: it makes the loop faster.",
                "It makes the loop's own work faster. Here the loop waits for somebody else's work.",
            ),
            Option(
                "No: the loop waits for the callback, whoever wrote the loop.",
                "Move the blocking call off the loop first. A faster loop is for servers whose time goes into"
                " the loop.",
                right=True,
            ),
            Option(
                "Yes: libuv has a thread pool.",
                "It uses it for a few of its own calls. Your callback still runs on the loop's thread.",
            ),
        ],
    ),
]
