"""Exercises 04-1 and 04-3: a copy that goes stale, and a cycle broken in three ways."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from textwrap import dedent

from course_lib import modules
from course_lib.exercises.lesson_04 import programs
from course_lib.lesson import Exercise, Trial, WrongAnswer

__all__ = ["CYCLE", "STALE"]

_STEPS = {
    "admin": 'session.login("admin")',
    "out": "session.logout()",
    "show": 'log(require("./page").show())',
}


def _output(files: Mapping[str, str], main: str) -> list[str]:
    """What the program logs; the error that ends it is a last line, so that a verdict can show it."""
    texts = {name: dedent(text) for name, text in files.items()}
    done = modules.run({**texts, "main.py": main})
    return [*done.output, *([f"{type(done.error).__name__}: {done.error}"] if done.error else [])]


def _visits(page: str, *steps: str) -> list[str]:
    main = "\n".join(['session = require("./session")', *(_STEPS[step] for step in steps)])
    return _output({"session.py": programs.SESSION, "page.py": page}, main)


def _judge_stale(page: str) -> Iterator[Trial]:
    secret, closed = "the secret", "please log in"
    yield Trial(
        "the admin looks, logs out; then a guest looks",
        [secret, closed],
        lambda: _visits(page, "admin", "show", "out", "show"),
        lambda got: (
            "A page that shows nobody anything is safe and useless: the admin has to see it."
            if isinstance(got, list) and got[:1] != [secret]
            else "The role was kept from an earlier moment. Ask the session at each call."
        ),
    )
    yield Trial(
        "a guest looks; then the admin logs in and looks",
        [closed, secret],
        lambda: _visits(page, "show", "admin", "show"),
        "The role was kept from an earlier moment. Ask the session at each call.",
    )
    yield Trial(
        "in and out twice, with a look after each",
        [secret, closed] * 2,
        lambda: _visits(page, *("admin", "show", "out", "show") * 2),
        "The role was kept from an earlier moment. Ask the session at each call.",
    )


STALE = Exercise(
    "04-1",
    "The stale copy, mended",
    "Write into `page` the text of a `page.py` that asks the session at the moment of each call. `session.py` stays as"
    " it is. The check logs in and out in several orders.",
    _judge_stale,
    [
        "`session = require('./session')` keeps the object, and its attributes stay current.",
        "Read `session.role` inside `show`, not at the top of the file.",
    ],
    f"page = '''{programs.MENDED_PAGE}'''\n",
    [
        WrongAnswer("taken out in two lines instead of one", programs.TAKEN_TWICE, "kept from an earlier moment"),
        WrongAnswer("read late, but only once", programs.READ_ONCE, "kept from an earlier moment"),
        WrongAnswer("a fresh session for each call", programs.FRESH_SESSION, "has to see it"),
        WrongAnswer("nobody sees anything", programs.ALWAYS_GUEST, "has to see it"),
    ],
    name="page",
    takes="value",
)


_MAINS = {
    "user first": 'User = require("./user")\nlog(User("Ada").welcome())\nlog(require("./mail").greet("Bob"))',
    "mail first": 'mail = require("./mail")\nlog(require("./user")("Ada").welcome())\nlog(mail.greet("Bob"))',
}


def _calls(text: str) -> list[tuple[int, bool, str]]:
    """Each ``require`` of a constant path: its line, whether it stands in a function, and the path."""
    tree = ast.parse(dedent(text))
    inside = {
        id(node)
        for function in ast.walk(tree)
        if isinstance(function, (ast.FunctionDef, ast.Lambda))
        for node in ast.walk(function)
    }
    return [
        (node.lineno, id(node) in inside, str(node.args[0].value).removeprefix("./").removesuffix(".py") + ".py")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "require"
        if node.args and isinstance(node.args[0], ast.Constant)
    ]


def _late(files: Mapping[str, str]) -> bool:
    return any(inside for text in files.values() for _, inside, _ in _calls(text))


def _early(files: Mapping[str, str]) -> bool:
    text = dedent(files["user.py"])
    first = min((line for line, _, _ in _calls(text)), default=0)
    return any(
        isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "module.exports" and node.lineno < first
        for node in ast.parse(text).body
    )


def _no_cycle(files: Mapping[str, str]) -> bool:
    asks = {name: {other for _, _, other in _calls(text)} for name, text in files.items()}

    def reaches(name: str, goal: str, seen: frozenset[str]) -> bool:
        return any(
            other == goal or (other not in seen and reaches(other, goal, seen | {other}))
            for other in asks.get(name, ())
        )

    return not any(reaches(name, name, frozenset({name})) for name in files)


_RULES = {
    "late": (
        _late,
        "a require inside a function",
        "Late means: at the call. A require at the end of the file still runs while the other module is unfinished.",
    ),
    "early": (
        _early,
        "module.exports set above the first require of user.py",
        "Early means: the final object is in `module.exports` before anybody else gets a chance to ask.",
    ),
    "third": (
        _no_cycle,
        "no cycle left",
        "There is still a cycle: with the third module, user and mail need not require each other both ways.",
    ),
}


def _form(ways: object) -> str:
    """What is wrong with the shape of the answer, in words, or ""."""
    if not isinstance(ways, Mapping):
        return "no dictionary"
    for way in _RULES:
        files = ways.get(way)
        if not isinstance(files, Mapping):
            return f"no dictionary of files under {way!r}"
        for name, text in files.items():
            if not isinstance(text, str):
                return f"no text for {name!r} under {way!r}"
            try:
                ast.parse(dedent(text))
            except SyntaxError as error:
                return f"{way!r}, {name}, line {error.lineno}: {error.msg}"
    return ""


def _judge_cycle(ways: Mapping[str, Mapping[str, str]]) -> Iterator[Trial]:
    form = (
        "`ways` holds three dictionaries, 'late', 'early' and 'third', each with the text of every file that changes."
    )
    yield Trial("what is wrong with the form of `ways`", "", lambda: _form(ways), form)
    for way, (rule, words, because) in _RULES.items():
        files = {**programs.GREETING, **ways[way]}
        for order, main in _MAINS.items():
            yield Trial(
                f"way {way!r}, {order}",
                ["Dear Ada", "Dear Bob"],
                lambda files=files, main=main: _output(files, main),  # type: ignore[misc]
                f"Somebody still holds the empty object that `module.exports` has replaced. {because}",
            )
        yield Trial(f"way {way!r}: {words}", True, lambda files=files, rule=rule: rule(files), because)  # type: ignore[misc]


def _written(ways: Mapping[str, Mapping[str, str]]) -> str:
    """The ways as a person would write them into a cell."""
    inside = "".join(
        f'    "{way}": {{\n'
        + "".join(f"        \"{name}\": '''{text}''',\n" for name, text in files.items())
        + "    },\n"
        for way, files in ways.items()
    )
    return f"ways = {{\n{inside}}}\n"


CYCLE = Exercise(
    "04-3",
    "Break a cycle three ways",
    "`user.py` and `mail.py` require each other, and the program fails when user is loaded first. Mend it in three"
    " ways. Write into `ways` for each the files that change:\n\n"
    "- `'late'`: a `require` inside a function, so that it runs at the call;\n"
    "- `'early'`: `user.py` puts its final object into `module.exports` before it requires anything;\n"
    "- `'third'`: what both need goes into `person.py`, and the cycle is gone.\n\n"
    "The check loads each program in both orders.",
    _judge_cycle,
    [
        "Late, in mail.py: `def greet(name): User = require('./user'); …`.",
        "Early, in user.py: the class and `module.exports = User` first, `mail = require('./mail')` last.",
        "Third: `person.py` has a class with the name, `user.py` requires person and mail, `mail.py` person only.",
    ],
    _written(programs.WAYS),
    [
        WrongAnswer("works when mail is loaded first", programs.SWAPPED, "empty object"),
        WrongAnswer("the require at the end of the file", programs.WITH_REQUIRE_AT_THE_END, "at the end of the file"),
        WrongAnswer("exports.User in place of module.exports", programs.WITH_EXPORTS_AFTER, "final object"),
        WrongAnswer("a third module, and the old require too", programs.WITH_A_CYCLE_LEFT, "still a cycle"),
    ],
    name="ways",
    takes="value",
)
