"""What lesson 04 asks before its runs."""

from __future__ import annotations

from course_lib.lesson import Note, Option, Prediction

__all__ = ["PREDICTIONS"]

PREDICTIONS = [
    Prediction(
        "runs",
        "Main requires `counter` twice, deletes its entry from `require.cache`, and requires it a third time. How often"
        " does counter's body run?",
        "number",
        unit="times",
        within=0,
        why="The second call finds the module in the cache. What has been deleted there is not found, so the file runs"
        " again, and the new module is another object than the first.",
        notes=[
            Note(lambda times: times == 3, "The second call does not run the file: it finds the module in the cache."),
            Note(lambda times: times == 1, "The cache is all the memory there is: without the entry the file is new."),
        ],
    ),
    Prediction(
        "cycle",
        "`a` exports `early`, requires `b`, then exports `late`. `b` requires `a` and reads both. What does `b` see?",
        why="`a` is in the cache before its body runs. `b` gets its exports as they are at that moment.",
        options=[
            Option(
                "both: b waits until a is complete",
                "Nobody can wait: `a` is in the middle of its call of `require`, and goes on when `b` is done.",
                key="both",
            ),
            Option(
                "early, and undefined for late",
                "`b` gets the exports object as it is now. `late` will appear in it, too late for this reading.",
                key="early only",
            ),
            Option(
                "an error: the cycle is found",
                "CommonJS looks for no cycles. Node prints a warning when a name is missing, and goes on.",
                key="error",
            ),
            Option(
                "nothing: a and b require each other for ever",
                "So it would be if modules were put into the cache after they have run.",
                key="endless",
            ),
        ],
    ),
    Prediction(
        "first-line",
        "Main logs `main begins`, imports `a`, and logs `main ends`. `a` logs `a` and imports `b`, which logs `b`. All"
        " are ES modules. Put the lines in order.",
        "order",
        ["main begins", "a", "b", "main ends"],
        why="Imports are declarations: the graph is known before any code runs, and a module's body runs when all that"
        " it imports has run.",
        notes=[
            Note(
                lambda order: order[0] == "main begins",
                "This is `require`'s order: a call that runs where it stands. An import stands nowhere; it is a"
                " declaration.",
            ),
            Note(
                lambda order: order.index("a") < order.index("b"),
                "`a` needs `b`, so `b` runs first: the graph is evaluated from its leaves.",
            ),
        ],
    ),
    Prediction(
        "missing-name",
        "Main imports `a`, which logs a line, and then a name that `b` does not export; `b` logs a line as well. What"
        " is logged before the error?",
        why="All names are linked before the first body runs. The error belongs to linking.",
        options=[
            Option(
                "nothing",
                "Linking comes before evaluation, for the whole graph.",
                key="nothing",
            ),
            Option(
                "a",
                "`a` has no fault, but it runs in the third step, and the second has failed.",
                key="a",
            ),
            Option(
                "a and b",
                "So Python does it: the name is looked for when the line runs. An ES module's names are checked first.",
                key="a and b",
            ),
            Option(
                "all of it: the name is undefined",
                "That is `require`, which gives an object; an object may lack a name.",
                key="all",
            ),
        ],
    ),
    Prediction(
        "live",
        "`counter` exports `n = 0` and `inc`, which adds 1. Main takes both, calls `inc()` and reads its own `n`. What"
        " does it read, with `const { n, inc } = require(…)` and with `import { n, inc } from …`?",
        why="`require` gives an object and the braces copy a value out of it. `import` binds a name to the exporter's"
        " variable.",
        options=[
            Option("0 and 0", "With `import` there is no copy to go stale.", key="0 and 0"),
            Option("0 and 1", "A copied value, and a live binding.", key="0 and 1"),
            Option("1 and 1", "The braces look alike. In `require`'s case they are an assignment.", key="1 and 1"),
            Option("1 and 0", "The other way round.", key="1 and 0"),
        ],
    ),
    Prediction(
        "dead-zone",
        "The same cycle as ES modules: `a` imports `b`, `b` imports from `a` the constant `late`, which `a` sets at its"
        " end. `b` runs first and reads it. What happens?",
        why="The binding exists since linking, the value does not yet. The time between is the dead zone, and reading"
        " there is an error of its own.",
        options=[
            Option(
                "it is undefined, as in CommonJS",
                "There a name that is missing and a name that comes later look the same. Here they do not.",
                key="undefined",
            ),
            Option(
                "an error at linking: cycles are not allowed",
                "Cycles are allowed. Functions of the other module can be called as soon as its graph is linked.",
                key="link error",
            ),
            Option(
                "ReferenceError when the line runs",
                "Cannot access 'late' before initialization.",
                key="dead zone",
            ),
        ],
    ),
    Prediction(
        "siblings",
        "Main imports `slow`, `quick` and `plain` and then logs `main`. `slow` waits 40 ms at its top level, `quick`"
        " 10 ms. Put the lines in order.",
        "order",
        ["slow begins", "slow ends", "quick begins", "quick ends", "plain", "main"],
        why="The three do not import each other, so none waits for another. Main waits for all of them.",
        notes=[
            Note(
                lambda order: order.index("slow ends") < order.index("quick begins"),
                "Siblings do not wait for each other: only who imports a module waits for it.",
            ),
            Note(
                lambda order: order[-1] != "main",
                "Main imports all three, so its body is the last to run.",
            ),
            Note(
                lambda order: order.index("plain") > order.index("quick ends"),
                "`plain` waits for nobody: its body runs as soon as `slow` and `quick` have paused.",
            ),
        ],
    ),
    Prediction(
        "fails-twice",
        "`bad` logs a line and throws. Somebody asks for it twice and catches the error each time. How often is the"
        " line logged with `require`, and how often with `import()`?",
        why="A CommonJS module that fails leaves the cache. An ES module keeps its error, as a rejected promise keeps"
        " its reason.",
        options=[
            Option("once and once", "`require` removes a module that failed, so it runs again.", key="1 and 1"),
            Option("twice and twice", "An ES module is evaluated once, and failing counts.", key="2 and 2"),
            Option("twice and once", "`require` tries again; `import()` gives the same error again.", key="2 and 1"),
            Option("once and twice", "The other way round.", key="1 and 2"),
        ],
    ),
    Prediction(
        "require-esm",
        "A CommonJS file calls `require` with an ES module that has no top-level await. What does it get in Node 24?",
        why="Without a top-level await the whole graph can be evaluated synchronously, so `require` can return its"
        " namespace (Node 20.19, 22.12 and later).",
        options=[
            Option(
                "the error ERR_REQUIRE_ESM",
                "That was true up to Node 18, and without a flag up to 20.18 and 22.11. Many pages still say it.",
                key="error",
            ),
            Option(
                "a promise of the namespace",
                "That is `import()`. `require` never returns anything but what the module exports.",
                key="promise",
            ),
            Option(
                "the namespace, at once",
                "Evaluating an ES module is synchronous as long as nothing in its graph awaits at top level.",
                key="namespace",
            ),
        ],
    ),
    Prediction(
        "python-name",
        "Python, now: a module prints a line, and its next line is `from other import nope`. `other` prints a line and"
        " defines no `nope`. What is printed before the ImportError?",
        why="Python has no linking. An import is a statement that runs where it stands, as `require` is.",
        options=[
            Option("nothing", "That is an ES module. Python looks for the name when it comes to it.", key="nothing"),
            Option("both lines", "The statement ran `other` to its end and then missed the name.", key="both"),
            Option("the first line only", "To look for the name, `other` has to run first.", key="first"),
        ],
    ),
]
