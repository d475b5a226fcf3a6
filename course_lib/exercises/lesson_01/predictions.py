"""What lesson 01 asks before each run, and what it says to each answer: here the walk, timers, pending and poll."""

from __future__ import annotations

from course_lib.exercises.lesson_01.predictions_later import LATER
from course_lib.lesson import Note, Option, Prediction

__all__ = ["PREDICTIONS"]

PREDICTIONS = [
    Prediction(
        "tour",
        "Put the five lines into the order in which they will be printed after the main program has ended.",
        "order",
        ["file read", "immediate", "socket closed", "no such socket", "timer"],
        why="The order of the phases decides, not the order of the calls: timers, pending, poll, check, close. The"
        " file is late because a helper thread has to open, measure, read and close it first: four visits to poll.",
        notes=[
            Note(
                lambda order: order[0] == "immediate",
                '"Immediate" does not mean "at once": it means in the check phase, which comes right after poll.',
            ),
            Note(
                lambda order: order[0] == "file read",
                "The call came first, but its callback belongs to poll, and reading takes real time.",
            ),
            Note(
                lambda order: order.index("file read") < order.index("immediate"),
                "Poll comes before check, true, but at the first visit to poll the file is not ready yet.",
            ),
            Note(
                lambda order: order.index("socket closed") < order.index("immediate"),
                "The socket is destroyed at once, but its close event waits for the last phase of the turn.",
            ),
        ],
    ),
    Prediction(
        "delay",
        "`set_timeout(f, 1)`, many times over: how many milliseconds after the call does `f` run, at the median?",
        "number",
        unit="ms",
        within=0.25,
        measured=True,
        why="The delay you give is a lower bound that the loop rounds to whole milliseconds; the operating system"
        " adds the time it takes to wake the thread up. The longer the delay, the less this matters.",
        notes=[
            Note(
                lambda ms: ms < 0.9,
                "A timer does not run before it is due (save for the rounding to whole milliseconds).",
            ),
            Note(lambda ms: ms > 4, "An idle loop is woken up quickly. Only a busy one is late by much: see idea 8."),
        ],
    ),
    Prediction(
        "lists",
        "`early` is due at 20 ms, `short` at 22 ms, `late` at 25 ms. The thread is busy until all three are overdue. In"
        " which order do they run?",
        why="The 20 ms list is due earliest and is emptied as far as it is due before the 17 ms list gets its turn."
        " A loop that comes by on time finds one due timer at a time, and then nobody can tell lists from a heap.",
        options=[
            Option(
                "early, short, late: in the order in which they are due",
                "This is what a heap of timers would do, and what most descriptions say. Node keeps no heap of timers.",
                key="early short late",
            ),
            Option(
                "early, late, short: the two 20 ms timers together",
                "Timers of the same duration share a list, and a list that is due is emptied as far as it is due.",
                key="early late short",
            ),
            Option(
                "short, early, late: the shortest delay first",
                "The list whose first timer is due earliest goes first. How long its delay is does not matter.",
                key="short early late",
            ),
        ],
    ),
    Prediction(
        "pending",
        "A callback in poll connects to a Unix socket that does not exist, and sets an immediate. Which is first?",
        why="libuv runs the pending queue at its own station and again right after poll, so a failure noted in poll"
        " is told before check.",
        options=[
            Option(
                "the immediate: pending lies before poll, so the error waits for the next turn",
                "The drawing says so, but libuv looks at the pending queue a second time, right after poll.",
                key="immediate",
            ),
            Option(
                "the error: pending is looked at once more after poll",
                "What fails in poll is reported before check, in the same turn.",
                key="error",
            ),
            Option(
                "neither: connect raises at once",
                "An asynchronous call reports its failure through a callback, so that there is one place to handle it.",
                key="raised",
            ),
        ],
    ),
    Prediction(
        "turns",
        "The program has one timer of 50 ms and nothing else. How many turns does the loop make until it has run?",
        why="Poll sleeps until the next timer is due, so one turn is nearly enough.",
        options=[
            Option(
                "a handful",
                "Poll asks the system to wake it when the timer is due. Until then the thread sleeps.",
                key="a handful",
            ),
            Option(
                "about 50, one each millisecond",
                "Timers count in milliseconds, but nobody ticks: the loop knows when the next timer is due.",
                key="about 50",
            ),
            Option(
                "thousands: it goes round as fast as it can",
                "This would use a whole processor for waiting. It does happen, in the next program.",
                key="thousands",
            ),
        ],
    ),
    *LATER,
]
