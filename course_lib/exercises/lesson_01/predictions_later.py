"""Lesson 01's later predictions: check and close, the complete example, blocking, and a refused connection."""

from __future__ import annotations

from course_lib.lesson import Note, Option, Prediction

__all__ = ["LATER"]

LATER = [
    Prediction(
        "race",
        "`setTimeout(f, 0)` and `setImmediate(g)` in the main program, run 100 times in real Node: how often is `f`"
        " first?",
        "number",
        unit="runs",
        within=0.25,
        measured=True,
        why="There is no right number. 0 ms counts as 1 ms, and the loop begins after a start-up of about that"
        " length: whether the timer is due at the first look depends on the machine, its load and the Node version.",
        notes=[
            Note(
                lambda runs: runs >= 99,
                "In our runs of this pair Node 18.20 had the timer first in 161 of 200, and Node 24.21 in 11.",
            ),
            Note(lambda runs: runs <= 1, "Possible on a quick machine, but one slow start is enough to spoil it."),
        ],
    ),
    Prediction(
        "inside-io",
        "The same two calls, now inside the callback of a finished file read. Who is first?",
        why="In poll the next station is check, whatever the clock says; timers are looked at after check and close.",
        options=[
            Option(
                "the immediate, always",
                "The callback runs in poll. Check is the next station; timers come only after it.",
                key="immediate",
            ),
            Option(
                "the timer, always",
                "The timer is first in a drawing that begins with timers, but we are at poll, and check is next.",
                key="timer",
            ),
            Option(
                "either: it is the same race",
                "In the main program it was a race because nobody knew where the clock stood. Here the place decides.",
                key="either",
            ),
        ],
    ),
    Prediction(
        "closes",
        "Three sockets are destroyed, first, second, third; then an immediate is set. Order of the four lines?",
        "order",
        ["first", "second", "third", "immediate"],
        why="Close callbacks are the last phase, so the immediate is earlier. libuv puts each closing handle at the"
        " head of a linked list and walks it from the head, so the last one closed is reported first.",
        notes=[
            Note(
                lambda order: order == ["immediate", "first", "second", "third"],
                "The phases are right. But the queue of closing handles is a stack: last in, first out.",
            ),
            Note(
                lambda order: order[-1] == "immediate",
                "Close is the last station of the turn, so check comes before it.",
            ),
        ],
    ),
    Prediction(
        "whole",
        "Put the ten lines into the order in which they are printed.",
        "order",
        [
            "1 start",
            "2 microtask",
            "3 tick",
            "4 timer",
            "5 immediate",
            "6 file read",
            "7 timer from poll",
            "8 immediate from poll",
            "9 tick from poll",
            "10 end",
        ],
        why="The main program runs to its end (1, 10), then its tick and its microtask (3, 2). Then the loop: the"
        " timer is due (4), the file is not ready at the first poll, check (5). The file comes some turns later (6),"
        " its tick at once (9), check is the next station (8), timers come last (7).",
        notes=[
            Note(
                lambda order: order.index("10 end") > 1, "Nothing that was scheduled runs before the main program ends."
            ),
            Note(
                lambda order: order.index("7 timer from poll") < order.index("8 immediate from poll"),
                "From poll the next station is check; timers come after it, however long overdue.",
            ),
            Note(
                lambda order: order.index("6 file read") < order.index("5 immediate"),
                "Poll is before check, but a file needs four visits to poll, and the immediate only one to check.",
            ),
        ],
    ),
    Prediction(
        "complete",
        "Node 26.8 and later read a small file in one trip to the thread pool instead of four. What may change in"
        " the output?",
        why="With one trip the file can be ready at the first visit to poll, and poll is before check. With four it"
        " never is.",
        options=[
            Option(
                "nothing: the phases are the same",
                "The phases are the same, but the turn in which the file is ready is not.",
                key="nothing",
            ),
            Option(
                "6 (file read) may come before 5 (immediate)",
                "Poll comes before check. If the file is ready at the first visit to poll, its callback wins.",
                key="6 before 5",
            ),
            Option(
                "6 (file read) may come before 2 (microtask)",
                "Ticks and microtasks queued by the main program run before the loop begins, whatever the file does.",
                key="6 before 2",
            ),
        ],
    ),
    Prediction(
        "block",
        "A server answers in well under 1 ms. Every 300 ms one callback computes for 100 ms. How long does the"
        " unluckiest of 150 requests wait?",
        why="A request that comes while the computation runs waits for the rest of it; the unluckiest comes just"
        " after its beginning.",
        options=[
            Option(
                "as long as ever: the computation is another callback",
                "Another callback, the same thread. While one runs, no other does.",
                key="below 20 ms",
            ),
            Option(
                "about half as long as the computation",
                "That is the average of those that are hit. The unluckiest arrives when the computation has just"
                " begun.",
                key="about 50 ms",
            ),
            Option(
                "about as long as the computation",
                "The request that arrives when the computation has just begun waits for all of it.",
                key="about 100 ms",
            ),
        ],
    ),
    Prediction(
        "refused",
        "Nothing listens on a TCP port. A callback in poll connects to it. In which phase does `ECONNREFUSED` arrive?",
        why="On Linux the refusal arrives while the loop polls, like any other news from a socket. Only a system"
        " that refuses while `connect` is being called makes it a case for pending.",
        options=[
            Option(
                "pending: that is what the phase is for",
                "This is the usual description. It holds where the system refuses while `connect` is still being"
                " called.",
                key="pending",
            ),
            Option(
                "poll: the refusal arrives like any other news from a socket",
                'On Linux `connect` on a non-blocking socket answers "in progress"; the refusal is noticed by polling.',
                key="poll",
            ),
            Option(
                "at once: connect raises it",
                "Nothing is raised. An asynchronous call reports its failure through a callback.",
                key="main",
            ),
        ],
    ),
]
