"""What ``--help`` says. Standard library only."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

__all__ = ["COMMANDS", "Words", "every", "one"]

_WIDTH = 100


@dataclass(frozen=True)
class Words:
    """A command's arguments, what it does in half a line, and what there is to know about it."""

    arguments: str
    short: str
    long: str


COMMANDS = {
    "lab": Words(
        "[OPTION…]",
        "opens the course in JupyterLab, on lesson 00",
        "Makes the environment if there is none (about a minute, once), looks whether everything the course needs is"
        " here, and starts JupyterLab on notebooks/00_start_here.ipynb. Options go to JupyterLab: --port=9000,"
        " --no-browser, …",
    ),
    "test": Words(
        "[ARGUMENT…]",
        "runs every check: style, types, library, notebooks, browser",
        "Makes the environment with the tests' packages if need be and runs pytest over everything, with coverage."
        " Arguments go to pytest and choose: test tests/eventloop -q, test notebooks/01_event_loop_phases.ipynb,"
        " test -k ticks, … What a machine lacks (a browser) is skipped, and the reason is printed.",
    ),
    "run": Words(
        "[LESSON…]",
        "executes lessons without a browser and prints their figures",
        "A lesson is a number (01) or a notebook's path; without one, all run in order. For each it prints the number"
        " of cells, the seconds, and the figures it measured. The exit code is 1 when a cell failed. Your progress is"
        " not touched.",
    ),
    "doctor": Words(
        "",
        "says what this machine has and lacks, and how to mend it",
        "Looks at Python, the packages, Node.js, write access, local ports, Chromium and Redis, and prints the exact"
        " command that mends what is missing. The exit code is 1 when something is missing that the course cannot do"
        " without.",
    ),
    "refresh": Words(
        "[NOTEBOOK…]",
        "executes the committed notebooks again and normalises them",
        "For authors: executes each notebook in order, with nobody's progress, and writes it in the form in which"
        " notebooks are committed. A notebook in which a cell fails is left as it was. The exit code is 1 when one is"
        " not fit to commit.",
    ),
}


def every() -> str:
    """The commands, a line each."""
    titles = {name: f"{name} {words.arguments}".strip() for name, words in COMMANDS.items()}
    width = max(len(title) for title in titles.values())
    rows = "\n".join(f"  {titles[name]:<{width}}  {words.short}" for name, words in COMMANDS.items())
    return (
        "Loop to Cluster: an interactive course on the machinery under modern backends.\n\n"
        f"python3 -m course_lib COMMAND [ARGUMENT…]\n\n{rows}\n\n"
        "python3 -m course_lib COMMAND --help says more.\n"
        "COURSE_VENV names another folder than .venv for the environment."
    )


def one(name: str) -> str:
    """All there is to know about one command."""
    words = COMMANDS[name]
    return f"python3 -m course_lib {name} {words.arguments}".rstrip() + "\n\n" + textwrap.fill(words.long, _WIDTH)
