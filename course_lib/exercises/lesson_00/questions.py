"""What lesson 00 asks before, between and after its runs."""

from __future__ import annotations

from course_lib.lesson import Note, Option, Prediction, Quiz

__all__ = ["GOALS", "NEEDS", "POINTS", "PREDICTIONS", "QUIZZES", "RECALL", "RUNS"]

NEEDS = [
    "Python: functions, lists, dictionaries. You have seen `async def` and `await`, and need not feel at home in them.",
    "To read a little JavaScript. Every line of it that matters is explained.",
]
GOALS = [
    "Find your way in a lesson: predict, run, look, ask why, change, make.",
    "Run real Node.js beside Python.",
    "Say why `asyncio.run` fails in a notebook, and choose between `await`, `live.run` and a thread.",
    "Say what `nest_asyncio` gives and what it takes.",
]
RUNS = [
    "Node.js programs of a few lines.",
    "One background thread with an event loop, and a server on it that answers only this machine.",
    "Three more Jupyter kernels and two Python processes, for experiments that would harm this one. All are ended.",
]
POINTS = [
    "The kernel remembers presses, not pages. When in doubt: **Kernel > Restart Kernel and Run All Cells**.",
    "A cell runs inside the kernel's own event loop. So `await` works, `asyncio.run` does not, and a cell that blocks"
    " stops that loop.",
    "`live.run(coroutine)` goes through another thread's loop: it works everywhere, also while a cell is busy.",
    "Threads, tasks and servers do not print. They write into a log, and a cell shows it.",
    "`nest_asyncio.apply()` does not belong into a notebook's kernel.",
]

RECALL = [
    Quiz(
        "recall-call",
        "`async def f(): return 1`. What does the plain call `f()` give?",
        [
            Option("1", "Not yet: nothing of `f` has run. Calling it only makes a coroutine."),
            Option("A coroutine, of which nothing has run.", "It runs when somebody awaits it.", right=True),
            Option(
                "A task that has begun.", "A task comes from `asyncio.create_task(f())`; the call alone starts nothing."
            ),
        ],
    ),
    Quiz(
        "recall-sleep",
        "One thread calls `time.sleep(1)`. What do the process's other threads do meanwhile?",
        [
            Option("They sleep too.", "It is the calling thread that sleeps; Python lets the others go on."),
            Option("They go on.", "Sleeping blocks one thread.", right=True),
        ],
    ),
    Quiz(
        "recall-localhost",
        "A server listens on `127.0.0.1`. Who can reach it?",
        [
            Option("Everybody in the same network.", "That would be the machine's own address, or `0.0.0.0`."),
            Option("Programs on this machine only.", "Every server of this course listens there.", right=True),
            Option("Only the program that started it.", "Any program of this machine may connect, a browser too."),
        ],
    ),
]

PREDICTIONS = [
    Prediction(
        "presses",
        "Cell A is `total = 10`. Cell B is `total = total + 5`. Somebody presses Run on A, B, B, A, B. What is `total`"
        " then?",
        "number",
        why="The kernel keeps one set of names and runs what is pressed, in the order of the presses. The second A sets"
        " `total` back to 10; the B after it makes 15.",
        notes=[
            Note(lambda answer: answer == 15, "Only the presses count, and the last two decide."),
            Note(lambda answer: answer == 25, "You added up all three Bs. But the second A came before the last B."),
            Note(lambda answer: answer == 10, "The last press was a B."),
            Note(lambda answer: answer == 20, "That was so after the third press. Two more came."),
        ],
    ),
    Prediction(
        "first-order",
        "The Node.js program below prints four lines. In which order?",
        "order",
        ["first line", "timer", "promise", "last line"],
        why="The main program runs to its end before anything that it has scheduled. Then promises come before timers:"
        " lesson 01 shows the timers' place, lesson 02 the promises'.",
        notes=[
            Note(
                lambda order: (
                    order == ["first line", "promise", "last line", "timer"]
                    or order == ["first line", "timer", "promise", "last line"]
                    or order == ["first line", "promise", "timer", "last line"]
                ),
                "A callback never interrupts a running program: both wait until the last line has been printed, however"
                " short their delay.",
            ),
            Note(
                lambda order: order == ["first line", "last line", "timer", "promise"],
                "Main program first: yes. But 0 ms is not at once; the promise's callback has a queue of its own, which"
                " is emptied before the loop looks at timers.",
            ),
        ],
    ),
    Prediction(
        "asyncio-run",
        "The usual snippet ends in `asyncio.run(main())`. What does it do in a cell of this notebook?",
        options=[
            Option(
                "It runs `main()`, as in any Python file.",
                "In a file, yes. Here the thread already runs a loop, the kernel's own, and a thread runs only one.",
                key="runs",
            ),
            Option(
                "It raises an error at once.",
                "The kernel's own loop is running in this thread, and `asyncio.run` refuses to start a second one.",
                key="RuntimeError",
            ),
            Option(
                "It waits for ever.",
                "It could have: starting a second loop in the thread of the first would stop the first. Python refuses"
                " instead.",
                key="waits",
            ),
        ],
        why="`asyncio.run` wants to make a loop, run it and close it. In a thread whose loop is running it must not.",
    ),
    Prediction(
        "ticks-blocked",
        "A task on the kernel's loop adds a tick every 10 ms. The cell then calls `time.sleep(0.2)`. How many ticks"
        " come during those 200 ms?",
        options=[
            Option(
                "About 20: the task runs beside the cell.",
                "It looks as if it ran beside the cell, as long as the cell awaits. A loop has one thread, and"
                " `time.sleep` keeps it.",
                key="about 20",
            ),
            Option("None.", "The loop's only thread was asleep, so nobody could run the task.", key="none"),
            Option(
                "None at first; the 20 are made up for later.",
                "Nothing is made up for: the task sleeps, wakes late, and only then starts its next 10 ms.",
                key="later",
            ),
        ],
        why="The cell's code runs *on* the kernel's loop. Between two `await`s it has the thread for itself.",
    ),
    Prediction(
        "ticks-thread",
        "The same task, now on the course loop, which lives on a thread of its own. The cell calls `time.sleep(0.2)`."
        " How many ticks come?",
        options=[
            Option(
                "None.",
                "That was the kernel's loop. The course loop has its own thread, which nobody put to sleep.",
                key="none",
            ),
            Option("About 20.", "A sleeping thread disturbs no other thread.", key="about 20"),
        ],
        why="Two loops, two threads. A cell can block the kernel's loop; it cannot block the course loop that way.",
    ),
    Prediction(
        "late-print",
        "Cell 1 starts a thread that waits for a signal and then prints. Cell 2 gives the signal. Below which cell does"
        " the line appear?",
        options=[
            Option(
                "Below cell 1, which started the thread.",
                "So it is for an asyncio *task*, which carries its cell's context with it. A plain thread does not.",
                key="cell 1",
            ),
            Option(
                "Below cell 2, which is running at that moment.",
                "A plain thread's output goes to whichever cell runs just now.",
                key="cell 2",
            ),
        ],
        why="Every output is sent with the number of a cell. A task knows the cell that made it; a plain thread asks"
        " which cell is running now.",
    ),
    Prediction(
        "run-all",
        "Four cells are sent to a fresh kernel at once, as **Run All** does. The first one applies `nest_asyncio` and"
        " calls `asyncio.run`; the others print a word. How many of the four are ever finished?",
        options=[
            Option(
                "All four: the patch is there to make this work.",
                "It works when cells are sent one at a time, which is why people recommend it. Run All sends them all"
                " at once.",
                key="4",
            ),
            Option(
                "One.",
                "The nested run takes the waiting cells off the kernel's queue inside the first cell, and there they"
                " break.",
                key="1",
            ),
            Option(
                "None: the first one fails already.",
                "The first cell does what it should, and that is the treacherous part.",
                key="0",
            ),
        ],
        why="The nested loop runs whatever is ready, the kernel's own work too: it starts to handle the next cell"
        " inside the first one, which the kernel's contexts do not allow.",
    ),
    Prediction(
        "node-interval",
        "In Node.js an interval of 10 ms is running, and the main program then computes for 100 ms. How often has the"
        " interval's callback run when the loop's first turn after that is over?",
        "number",
        why="During the computation the callback cannot run; afterwards it runs once. An interval starts its next wait"
        " when its callback runs, so what was missed is not made up for.",
        notes=[
            Note(lambda answer: answer == 1, "Late, once, and nothing is made up for."),
            Note(
                lambda answer: answer >= 9,
                "Missed rounds do not pile up: the interval is one entry in a list, not ten.",
            ),
            Note(
                lambda answer: answer == 0, "It could not run during the computation, but right after it, it was due."
            ),
        ],
    ),
]

QUIZZES = [
    Quiz(
        "why-restart",
        "You delete the cell that defines `total` from the notebook, and go on. Which is true?",
        [
            Option("`total` is gone from the kernel.", "Deleting a cell changes the page. The kernel is not told."),
            Option(
                "`total` is still there, until the kernel is restarted.",
                "And so a notebook can work for you today and for nobody tomorrow. Restart and Run All is the cure.",
                right=True,
            ),
        ],
    ),
    Quiz(
        "why-await",
        "Why does `await` work at the top level of a cell, though not in a `.py` file?",
        [
            Option(
                "Because the kernel runs the cell as a coroutine, on the loop that it runs anyway.",
                "IPython compiles the cell with top-level await allowed, and awaits it.",
                right=True,
            ),
            Option(
                "Because JupyterLab patches asyncio.",
                "asyncio is untouched here. Section 7 shows what patching it does.",
            ),
            Option(
                "Because every cell gets a loop of its own.",
                "All cells share the kernel's one loop: that is why a task of one cell goes on in the next.",
            ),
        ],
    ),
    Quiz(
        "which-door",
        "A cell must talk to a server for up to a minute, and the stop button should work at once. What do you use?",
        [
            Option(
                "`await client()`",
                "It works, but the stop button only helps when the loop wakes up"
                " ([ipykernel issue 881](https://github.com/ipython/ipykernel/issues/881)).",
            ),
            Option(
                "`live.run(client(), timeout=60)`",
                "The cell waits on a lock, which the stop button interrupts; the coroutine is cancelled.",
                right=True,
            ),
            Option("`asyncio.run(client())`", "In a cell it raises an error."),
        ],
    ),
]
