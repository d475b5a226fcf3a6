"""Exercises 04-2 and 04-5: `require` with its cache, and the order in which ES modules are evaluated."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from course_lib.exercises.lesson_04 import answers
from course_lib.lesson import Exercise, Trial, WrongAnswer

__all__ = ["CACHE", "ORDER"]

_Body = Callable[[Any, Any, Any], None]


def _counter(said: list[str]) -> _Body:
    def body(exports: Any, require: Any, module: Any) -> None:
        said.append("counter runs")
        exports.n = 0

    return body


def _twice(make: Callable[[Mapping[str, _Body]], Any]) -> list[str]:
    said: list[str] = []
    require = make({"counter": _counter(said)})
    require("counter")
    require("counter")
    return said


def _shared(make: Callable[[Mapping[str, _Body]], Any]) -> int:
    require = make({"counter": _counter([])})
    require("counter").n += 1
    n: int = require("counter").n
    return n


def _cycle(make: Callable[[Mapping[str, _Body]], Any]) -> list[str]:
    said: list[str] = []

    def a(exports: Any, require: Any, module: Any) -> None:
        said.append("a runs")
        if said.count("a runs") > 1:  # or an answer that remembers too late would never come to an end
            return
        exports.early = True
        require("b")
        exports.late = True

    def b(exports: Any, require: Any, module: Any) -> None:
        seen = require("a")
        said.extend(f"b sees {name}: {hasattr(seen, name)}" for name in ("early", "late"))

    make({"a": a, "b": b})("a")
    return said


def _replaced(make: Callable[[Mapping[str, _Body]], Any]) -> list[object]:
    def user(exports: Any, require: Any, module: Any) -> None:
        module.exports = "a class"

    require = make({"user": user})
    return [require("user"), require("user")]


def _fails(make: Callable[[Mapping[str, _Body]], Any]) -> list[str]:
    said: list[str] = []

    def bad(exports: Any, require: Any, module: Any) -> None:
        said.append("bad runs")
        raise ValueError("boom")

    require = make({"bad": bad})
    for _ in range(2):
        try:
            require("bad")
            said.append("no error")
        except ValueError:
            said.append("ValueError")
    return said


def _deleted(make: Callable[[Mapping[str, _Body]], Any]) -> list[str]:
    said: list[str] = []
    require = make({"counter": _counter(said)})
    require("counter")
    require.cache.pop("counter", None)
    require("counter")
    return said


def _judge_cache(make_require: Callable[[Mapping[str, _Body]], Any]) -> Iterator[Trial]:
    yield Trial(
        "what runs in two calls of require('counter')",
        ["counter runs"],
        lambda: _twice(make_require),
        "A module's body runs once; the second call gets what the first one kept in the cache.",
    )
    yield Trial(
        "n, raised by 1 through one require('counter') and read through another",
        1,
        lambda: _shared(make_require),
        "Everybody who requires a module gets the same object.",
    )
    yield Trial(
        "module.exports = 'a class' in user, required twice",
        ["a class", "a class"],
        lambda: _replaced(make_require),
        "A module may put something else in the place of its first exports object, so keep the module, and read"
        " `module.exports` when it has run.",
    )
    yield Trial(
        "a exports early, requires b, exports late; b requires a",
        ["a runs", "b sees early: True", "b sees late: False"],
        lambda: _cycle(make_require),
        lambda got: (
            "The module has to be in the cache before its body runs: b asks for a while a is still running."
            if isinstance(got, list) and got.count("a runs") > 1
            else None
        ),
    )
    yield Trial(
        "bad raises ValueError; it is required twice",
        ["bad runs", "ValueError"] * 2,
        lambda: _fails(make_require),
        lambda got: (
            "A module that fails has to let its error through."
            if isinstance(got, list) and got[:2] == ["bad runs", "no error"]
            else "A module that fails has to leave the cache, or the next one who asks gets its half-filled exports as"
            " if nothing had happened."
        ),
    )
    yield Trial(
        "counter required, deleted from require.cache, required again",
        ["counter runs"] * 2,
        lambda: _deleted(make_require),
        "What is no longer in the cache is run again.",
    )


CACHE = Exercise(
    "04-2",
    "require and its cache",
    "`files` gives a function for each path, the module's body: `files[path](exports, require, module)`. Write"
    " `make_require(files)`, which returns a `require`. A module is a `SimpleNamespace` with one attribute, `exports`,"
    " which is an empty `SimpleNamespace` at first. Four steps: what is in `cache` is returned; else a new module goes"
    " into the cache; its body runs, and if that fails the module leaves the cache; its exports are returned.",
    _judge_cache,
    [
        "`if path in cache: return cache[path].exports`. It is the module that is kept, not its exports.",
        "`module = SimpleNamespace(exports=SimpleNamespace())`, then `cache[path] = module`, and only then"
        " `files[path](module.exports, require, module)`.",
        "Put the call into `try … except BaseException: del cache[path]; raise`.",
    ],
    answers.make_require,
    [
        WrongAnswer("runs the file each time", answers.no_cache, "body runs once"),
        WrongAnswer("remembers it when it has finished", answers.remembers_too_late, "before its body runs"),
        WrongAnswer("keeps the first exports object", answers.keeps_exports_only, "something else in the place"),
        WrongAnswer("keeps a module that failed", answers.keeps_the_failed, "has to leave the cache"),
    ],
)


_GRAPHS: Sequence[tuple[str, dict[str, list[str]]]] = (
    ("a chain", {"main": ["a"], "a": ["b"], "b": []}),
    ("two imports", {"main": ["b", "a"], "a": [], "b": []}),
    ("a diamond", {"main": ["a", "b"], "a": ["base"], "b": ["base"], "base": []}),
    ("branches of different depth", {"main": ["a", "b"], "a": [], "b": ["c"], "c": ["d"], "d": []}),
    ("a cycle", {"main": ["a"], "a": ["b"], "b": ["a"]}),
)


def _why_not(graph: dict[str, list[str]], right: list[str]) -> Callable[[object], str | None]:
    def because(got: object) -> str | None:
        if not isinstance(got, list):
            return None
        if len(set(got)) < len(got):
            return "A module is evaluated once, however many import it."
        if got[:1] == ["main"]:
            return "That is the order in which they are reached. A module runs when everything it imports has run."
        if sorted(got) == sorted(right):
            return "Right modules, wrong order: go through the imports as they stand, and finish each before the next."
        return None

    return because


def _judge_order(load_order: Callable[[Mapping[str, Sequence[str]], str], list[str]]) -> Iterator[Trial]:
    for title, graph in _GRAPHS:
        right = answers.load_order(graph, "main")  # type: ignore[no-untyped-call]
        yield Trial(
            f"load_order({graph}, 'main'), {title},",
            right,
            lambda graph=graph: load_order({name: list(others) for name, others in graph.items()}, "main"),  # type: ignore[misc]
            _why_not(graph, right),
        )


ORDER = Exercise(
    "04-5",
    "The order of evaluation",
    "`graph` says for each ES module which modules it imports, in the order of its `import` lines. Write"
    " `load_order(graph, entry)`: the list of modules in the order in which their bodies run. There is no top-level"
    " await.",
    _judge_order,
    [
        "Depth first, and a module after everything it imports: post-order.",
        "A set of modules that have been visited makes a diamond come out right, and a cycle end.",
        "`def visit(name)`: return if seen; note it as seen; visit each import; append `name` last.",
    ],
    answers.load_order,
    [
        WrongAnswer("an import runs where it stands", answers.by_the_first_line, "everything it imports has run"),
        WrongAnswer("level by level", answers.breadth_first, "finish each before the next"),
        WrongAnswer("the last import first", answers.first_asked_last, "as they stand"),
        WrongAnswer("once for each importer", answers.no_memory, "evaluated once"),
    ],
)
