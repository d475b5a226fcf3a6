"""Exercises 04-4 and 04-6: a binding that is live, and what a bundler may drop."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from course_lib.exercises.lesson_04 import answers
from course_lib.lesson import Exercise, Trial, WrongAnswer

__all__ = ["NAMESPACE", "UNUSED"]


def _error(call: Callable[[], object]) -> object:
    try:
        return call()
    except (NameError, TypeError, AttributeError) as error:
        kind = next(one for one in (AttributeError, NameError, TypeError) if isinstance(error, one))
        return kind.__name__


def _moving(make: Callable[..., Any]) -> list[object]:
    scope = {"n": 0}
    space = make(scope, {"n"})
    before = space.n
    scope["n"] = 1
    return [before, space.n]


def _born_late(make: Callable[..., Any]) -> list[object]:
    scope: dict[str, object] = {}
    space = make(scope, {"n"})
    before = _error(lambda: space.n)
    scope["n"] = "now"
    return [before, _error(lambda: space.n)]


def _assigned(make: Callable[..., Any]) -> list[object]:
    scope = {"n": 0}
    space = make(scope, {"n"})
    return [_error(lambda: setattr(space, "n", 5)), scope["n"]]


def _private(make: Callable[..., Any]) -> object:
    return _error(lambda: make({"n": 0, "secret": 1}, {"n"}).secret)


def _judge_namespace(namespace_of: Callable[..., Any]) -> Iterator[Trial]:
    yield Trial(
        "n, read before and after the exporter sets it from 0 to 1",
        [0, 1],
        lambda: _moving(namespace_of),
        lambda got: (
            "A copy was made. Look the name up in the exporter's `scope` at each reading." if got == [0, 0] else None
        ),
    )
    yield Trial(
        "n, read before the exporter has set it, and after",
        ["NameError", "now"],
        lambda: _born_late(namespace_of),
        "A name that is exported and has no value yet lies in the dead zone: reading it is a `NameError` of its own,"
        " not `None`, and not the error for a name that nobody exports.",
    )
    yield Trial(
        "the importer assigns n = 5; then the exporter's n",
        ["TypeError", 0],
        lambda: _assigned(namespace_of),
        lambda got: (
            "Live in one direction only: the importer reads, the exporter writes."
            if isinstance(got, list) and got[-1] == 5
            else "Assigning has to raise `TypeError`: an import is read-only."
        ),
    )
    yield Trial(
        "a variable that is not exported",
        "AttributeError",
        lambda: _private(namespace_of),
        "Only the names in `names` can be seen from outside.",
    )


NAMESPACE = Exercise(
    "04-4",
    "A live binding, made visible",
    "`scope` is the dictionary of an ES module's variables, `names` the set of those it exports. Write"
    " `namespace_of(scope, names)`: an object whose attributes are live. Reading one gives the value **now**; an"
    " exported name without a value yet raises `NameError`; a name that is not exported raises `AttributeError`;"
    " assigning raises `TypeError`.",
    _judge_namespace,
    [
        "A class with `__getattr__(self, name)`, called for every attribute that is not found otherwise.",
        "Three cases in `__getattr__`: not in `names`, in `names` but not in `scope`, in both.",
        "`__setattr__` raises `TypeError` in every case.",
    ],
    answers.namespace_of,
    [
        WrongAnswer("an import is a copy", answers.copies_values, "A copy was made"),
        WrongAnswer("no value yet is None", answers.no_dead_zone, "dead zone"),
        WrongAnswer("live in both directions", answers.writes_through, "one direction only"),
        WrongAnswer("every variable is exported", answers.all_names, "seen from outside"),
    ],
)


_Modules = Mapping[str, Mapping[str, Any]]


def _module(exports: Sequence[str] = (), **imports: Sequence[str]) -> dict[str, Any]:
    return {"exports": list(exports), "imports": {name: list(names) for name, names in imports.items()}}


_CASES: Sequence[tuple[str, _Modules, str]] = (
    (
        "main imports circle; shapes also exports square",
        {"main": _module(shapes=["circle"]), "shapes": _module(["circle", "square"])},
        "An export is used when a module that is loaded imports it.",
    ),
    (
        "main imports draw, whose module imports circle from shapes",
        {"main": _module(draw=["draw"]), "draw": _module(["draw"], shapes=["circle"]), "shapes": _module(["circle"])},
        "Go on from module to module: what an imported module imports is used as well.",
    ),
    (
        "main has `import * as shapes`",
        {"main": _module(shapes=["*"]), "shapes": _module(["circle", "square"])},
        "With a namespace any name may be asked for later, so all of them have to stay.",
    ),
    (
        "main exports start, as a library does",
        {"main": _module(["start"], shapes=["circle"]), "shapes": _module(["circle"])},
        "The entry's exports are for the outside: whoever uses the library needs them.",
    ),
    (
        "old imports square, but nobody imports old",
        {
            "main": _module(shapes=["circle"]),
            "old": _module(["legacy"], shapes=["square"]),
            "shapes": _module(["circle", "square"]),
        },
        "A module that nobody imports is never loaded, so what it imports does not count.",
    ),
)


def _judge_unused(unused: Callable[[_Modules, str], list[tuple[str, str]]]) -> Iterator[Trial]:
    for title, modules, because in _CASES:
        yield Trial(
            title,
            answers.unused(modules, "main"),  # type: ignore[no-untyped-call]
            lambda modules=modules: unused(modules, "main"),  # type: ignore[misc]
            lambda got, modules=modules, because=because: _why_not(got, answers.unused(modules, "main"), because),  # type: ignore[misc,no-untyped-call]
        )


def _why_not(got: object, right: list[tuple[str, str]], because: str) -> str | None:
    """The case's own lesson, unless the answer differs in its form only."""
    if not isinstance(got, list) or not all(isinstance(pair, tuple) for pair in got):
        return "A list of pairs `(module, export)` is asked for."
    return "The right pairs, in another order: the list has to be sorted." if sorted(got) == right else because


UNUSED = Exercise(
    "04-6",
    "What a bundler may drop",
    "`modules[name]` is `{'exports': [names], 'imports': {other: [names, or '*']}}`. Write `unused(modules, entry)`:"
    " the sorted list of `(module, export)` that a bundler may drop when it starts from `entry`. `'*'` is a namespace"
    " import. The entry's own exports stay.",
    _judge_unused,
    [
        "First collect the modules that are reached from `entry`; then what those import.",
        "Start with `kept = {(entry, export) for export in modules[entry]['exports']}`.",
        "For a `'*'`, add every export of that module to `kept`. The answer is everything that is not in `kept`.",
    ],
    answers.unused,
    [
        WrongAnswer("a namespace keeps nothing", answers.star_is_a_name, "all of them have to stay"),
        WrongAnswer("imports of dead modules count", answers.everybody_counts, "never loaded"),
        WrongAnswer("the entry's exports go", answers.forgets_the_entry, "for the outside"),
        WrongAnswer("looks at the entry's imports only", answers.one_import_at_a_time, "from module to module"),
    ],
)
