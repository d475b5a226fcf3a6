"""Programs of lesson 04's faults: the faulty files, mended ones, and mends that do not mend.

Each text is a CommonJS file in the course's notation, as a learner writes it in a cell.
"""

from __future__ import annotations

__all__ = [
    "ALWAYS_GUEST",
    "FRESH_SESSION",
    "GREETING",
    "MENDED_PAGE",
    "PAGE",
    "READ_ONCE",
    "SESSION",
    "SWAPPED",
    "TAKEN_TWICE",
    "WAYS",
    "WITH_A_CYCLE_LEFT",
    "WITH_EXPORTS_AFTER",
    "WITH_REQUIRE_AT_THE_END",
]

SESSION = """
exports.role = "guest"
def login(role):
    exports.role = role
def logout():
    exports.role = "guest"
exports.login = login
exports.logout = logout
"""

PAGE = """
role = require("./session").role
def show():
    return "the secret" if role == "admin" else "please log in"
exports.show = show
"""

MENDED_PAGE = """
session = require("./session")
def show():
    return "the secret" if session.role == "admin" else "please log in"
exports.show = show
"""

TAKEN_TWICE = """
session = require("./session")
role = session.role
def show():
    return "the secret" if role == "admin" else "please log in"
exports.show = show
"""

READ_ONCE = """
session = require("./session")
role = None
def show():
    nonlocal role
    role = role or session.role
    return "the secret" if role == "admin" else "please log in"
exports.show = show
"""

FRESH_SESSION = """
def show():
    del require.cache[require.resolve("./session")]
    return "the secret" if require("./session").role == "admin" else "please log in"
exports.show = show
"""

ALWAYS_GUEST = """
def show():
    return "please log in"
exports.show = show
"""


GREETING = {
    "user.py": """
mail = require("./mail")
class User:
    def __init__(self, name):
        self.name = name
    def welcome(self):
        return mail.greet(self.name)
module.exports = User
""",
    "mail.py": """
User = require("./user")
def greet(name):
    return "Dear " + User(name).name
exports.greet = greet
""",
}

_LATE = """
def greet(name):
    User = require("./user")
    return "Dear " + User(name).name
exports.greet = greet
"""

_EARLY = """
class User:
    def __init__(self, name):
        self.name = name
    def welcome(self):
        return mail.greet(self.name)
module.exports = User
mail = require("./mail")
"""

_PERSON = """
class Person:
    def __init__(self, name):
        self.name = name
module.exports = Person
"""

_USER_OF_PERSON = """
Person = require("./person")
mail = require("./mail")
class User(Person):
    def welcome(self):
        return mail.greet(self.name)
module.exports = User
"""

_MAIL_OF_PERSON = """
Person = require("./person")
def greet(name):
    return "Dear " + Person(name).name
exports.greet = greet
"""

_THIRD = {"person.py": _PERSON, "user.py": _USER_OF_PERSON, "mail.py": _MAIL_OF_PERSON}

WAYS = {"late": {"mail.py": _LATE}, "early": {"user.py": _EARLY}, "third": _THIRD}

SWAPPED = {**WAYS, "late": {"mail.py": GREETING["mail.py"]}}
"""Believes that it is enough to load mail first: the program works in one order of loading."""

WITH_REQUIRE_AT_THE_END = {
    **WAYS,
    "late": {
        "mail.py": """
def greet(name):
    return "Dear " + User(name).name
exports.greet = greet
User = require("./user")
"""
    },
}
"""Believes that late means at the end of the file."""

WITH_EXPORTS_AFTER = {
    **WAYS,
    "early": {"user.py": GREETING["user.py"].replace("module.exports = User", "exports.User = User")},
}
"""Believes that keeping the first exports object is enough, though mail calls the object itself."""

WITH_A_CYCLE_LEFT = {**WAYS, "third": {**_THIRD, "mail.py": 'require("./user")\n' + _MAIL_OF_PERSON}}
"""Makes the third module and keeps the old require beside it."""
