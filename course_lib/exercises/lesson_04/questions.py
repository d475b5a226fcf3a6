"""Lesson 04's words: its card and key points, three questions on lessons 01 to 03, and its quizzes."""

from __future__ import annotations

from course_lib.lesson import Option, Quiz

__all__ = ["GOALS", "NEEDS", "POINTS", "QUIZZES", "RECALL", "RUNS"]

NEEDS = [
    "Lessons 01 and 02: the loop, ticks and promises.",
    "Python's `import`, as everybody uses it. JavaScript's is shown beside it.",
]
GOALS = [
    "Say what `require` does, step by step, and what comes out of a cycle.",
    "Name the three steps of an ES module, and say which errors belong to which.",
    "Tell a live binding from a copied value, in JavaScript and in Python.",
    "Load either kind of module from the other, and say when it cannot work.",
    "Decide between the two on a real case, and refute the usual table where it is wrong.",
]
RUNS = [
    "Module loaders in Python over small files of the lesson, in memory or in a folder that is removed at once.",
    "The same files in JavaScript, in real Node.js.",
    "Python's own import system, with a finder that is taken out again.",
]
POINTS = [
    "`require` is a function call: it runs the file as a function of five names, once, and gives what is in"
    " `module.exports` at that moment.",
    "A module is in the cache before it runs. That is why a cycle ends, and why it shows half a module.",
    "ES modules are parsed, linked and only then evaluated, dependencies first. A missing name stops the program"
    " before its first line.",
    "An import is a live, read-only view of the exporter's variable; before that has a value lies the dead zone.",
    "With top-level await an ES module is asynchronous: siblings overlap, importers wait, and `require` refuses.",
    "Python's import is `require`'s relative: a statement that runs, a cache, half modules in a cycle.",
]

RECALL = [
    Quiz(
        "recall-blocking",
        "From lesson 01: a callback reads a big file with a synchronous call. What do the loop's other callbacks do"
        " meanwhile?",
        [
            Option(
                "They run: reading is the thread pool's work.",
                "The pool serves asynchronous reads. A synchronous one keeps the one thread until it is done.",
            ),
            Option(
                "They wait until the call returns.",
                "One thread, one callback at a time. `require` reads files in this way, which is why servers call it"
                " while they start and not while they serve.",
                right=True,
            ),
            Option(
                "Those of the timers phase run, the others wait.",
                "No phase runs anything while a callback is running.",
            ),
        ],
    ),
    Quiz(
        "recall-tick",
        "From lesson 02: the body of an ES module queues a tick and a promise's handler. Which runs first?",
        [
            Option(
                "the tick, as always",
                "Not always: in a CommonJS main program it is so. The body of an ES module is itself a microtask.",
            ),
            Option(
                "the promise's handler",
                "The body runs as a microtask, and the microtasks are emptied before a tick has its turn.",
                right=True,
            ),
            Option("it is a race", "Both orders are certain; what is running decides which of them it is."),
        ],
    ),
    Quiz(
        "recall-await",
        "From lesson 03: in asyncio, when does `await x` let others run?",
        [
            Option("always", "In JavaScript. Python goes back to the loop only if there is something to wait for."),
            Option(
                "when x has to wait for something",
                "What is finished already is handed over without a visit to the loop.",
                right=True,
            ),
            Option("when x is a task", "A finished task is handed over at once, too."),
        ],
    ),
]

QUIZZES = [
    Quiz(
        "case-server",
        "Case 1. A new web service, Node 24 only, that reads its configuration from a database before it can start.",
        [
            Option(
                "CommonJS, because loading has to be synchronous here",
                "The database is not. In CommonJS the start would have to be wrapped in an async function, and every"
                " module would have to be given the configuration.",
            ),
            Option(
                "ES modules: `export const config = await read()`",
                "With top-level await every importer waits until the configuration is there. You have seen the order.",
                right=True,
            ),
            Option(
                "either: it makes no difference",
                "It does: only an ES module can wait at its top level.",
            ),
        ],
    ),
    Quiz(
        "case-library",
        "Case 2. A small library for npm. Its users run Node 20.19 to 26, some of them with `require`; others bundle it"
        " for browsers.",
        [
            Option(
                "both formats, two builds in one package",
                "It works, and a program may load both copies, with two states and two classes of the same name. This"
                " was the price while `require` could not load ES modules.",
            ),
            Option(
                "ES modules only, without top-level await",
                "`require` takes it from 20.19 and 22.12 on, browsers take it as it is, bundlers can see what is"
                " unused. Top-level await would shut out `require`.",
                right=True,
            ),
            Option(
                "CommonJS only: everybody can load it",
                "Node's users can. Browsers cannot, and a bundler sees less.",
            ),
        ],
    ),
    Quiz(
        "case-plugins",
        "Case 3. An ES-module program loads plug-ins whose file names stand in a settings file.",
        [
            Option(
                "an `import` declaration with the name put in by a template string",
                "A declaration takes a constant only: the graph has to be known before any code runs.",
            ),
            Option(
                "`await import(name)`",
                "The dynamic form takes any expression, and loads either kind of module.",
                right=True,
            ),
            Option(
                "change the program to CommonJS",
                "`require(name)` would work as well, but not for a plug-in with a top-level await, and it is no reason"
                " to change a program.",
            ),
        ],
    ),
    Quiz(
        "case-legacy",
        "Case 4. Ten years of CommonJS, 400 files, tests that replace entries in `require.cache`. A package it needs is"
        " from now on an ES module.",
        [
            Option(
                "rewrite the program as ES modules first",
                "A lot of work and risk, and the tests rely on a cache that ES modules do not offer.",
            ),
            Option(
                "stay on the package's old version for good",
                "It will get no more corrections. There is a cheaper way since Node 20.19 and 22.12.",
            ),
            Option(
                "stay with CommonJS and `require` it; if it has a top-level await, `await import()` it",
                "CommonJS is not deprecated. Both doors to ES modules are open from it.",
                right=True,
            ),
        ],
    ),
    Quiz(
        "case-command",
        "Case 5. A command-line tool has forty subcommands; most runs use one. Its start-up time hurts.",
        [
            Option(
                "load each subcommand when it is chosen: `require(name)` or `await import(name)`",
                "Both systems load late on request. Measure before and after: the modules you do not load cost"
                " nothing.",
                right=True,
            ),
            Option(
                "change to ES modules, whose imports are asynchronous and so cost nothing at the start",
                "A static import is loaded and evaluated before your first line, so the start pays for all of it.",
            ),
            Option(
                "change to ES modules, because Node drops what is not used",
                "Node drops nothing. A bundler may, and it does so before the program is started.",
            ),
        ],
    ),
]
