"""Solutions and wrong answers of 05-2 and 05-5: a log with cursors, and a message from a stranger.

A solution's source is shown to the learner, so it uses only names that the notebook's first cell imports. The wrong
answers keep the solutions' parameters; each carries in its docstring what its author believed. All of it is written as
a learner writes in a cell, so without types.
"""

# mypy: disable-error-code="no-untyped-def, no-untyped-call, var-annotated"

from __future__ import annotations

import json
from collections import deque

__all__ = [
    "ForgetsWhatItGave",
    "Log",
    "NeverLooksBack",
    "OneTooMany",
    "PlacesAsCursors",
    "SuspiciousLog",
    "TrustsTheCursor",
    "any_json",
    "catches_what_it_knows",
    "counts_characters",
    "exact_type",
    "received",
    "type_in_a_header_only",
]


# -- 05-2: a log with cursors


class Log:
    def __init__(self, keep):
        self.kept = deque(maxlen=keep)  # pairs of number and text; a full deque drops its oldest
        self.newest = 0

    def append(self, text):
        self.newest += 1
        self.kept.append((self.newest, text))
        return self.newest

    def after(self, cursor):
        forgotten = self.newest - len(self.kept)  # the number of the newest message that is gone
        missed = cursor < forgotten or cursor > self.newest
        seen = 0 if missed else cursor
        return [text for number, text in self.kept if number > seen], self.newest, missed


class PlacesAsCursors(Log):
    """Believes that a cursor is a place in the list."""

    def after(self, cursor):
        texts = [text for _, text in self.kept]
        return texts[cursor:], self.newest, cursor > self.newest


class OneTooMany(Log):
    """Believes that a cursor names the message that is wanted next."""

    def after(self, cursor):
        missed = cursor < self.newest - len(self.kept) or cursor > self.newest
        return [text for number, text in self.kept if missed or number >= cursor], self.newest, missed


class ForgetsWhatItGave(Log):
    """Believes that what one reader has got is done with."""

    def after(self, cursor):
        found = super().after(cursor)
        self.kept.clear()
        return found


class NeverLooksBack(Log):
    """Believes that handing out the oldest that is left is good enough."""

    def after(self, cursor):
        seen = 0 if cursor > self.newest else cursor
        return [text for number, text in self.kept if number > seen], self.newest, cursor > self.newest


class SuspiciousLog(Log):
    """Believes that a message is missed when the one the cursor names is gone."""

    def after(self, cursor):
        oldest = self.newest - len(self.kept) + 1
        missed = (cursor < oldest and oldest > 1) or cursor > self.newest
        return [text for number, text in self.kept if missed or number > cursor], self.newest, missed


class TrustsTheCursor(Log):
    """Believes that nobody can have seen more than there is."""

    def after(self, cursor):
        missed = cursor < self.newest - len(self.kept)
        return [text for number, text in self.kept if missed or number > cursor], self.newest, missed


# -- 05-5: a message from a stranger


def received(body, content_type, most):
    if len(body) > most:
        return 413, None
    if content_type.partition(";")[0].strip().lower() != "application/json":
        return 415, None
    try:
        given = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):  # neither UTF-8 nor JSON; or ten thousand brackets
        return 400, None
    if not isinstance(given, dict) or not isinstance(given.get("message"), str):
        return 400, None
    return 201, given["message"]


def counts_characters(body, content_type, most):
    """Believes that the length of a text is the length of its bytes."""
    try:
        text = body.decode("utf-8")
    except ValueError:
        return 400, None
    if len(text) > most:
        return 413, None
    return received(body, content_type, len(body))


def exact_type(body, content_type, most):
    """Believes that a content type is one fixed string."""
    if content_type != "application/json":
        return (413 if len(body) > most else 415), None
    return received(body, content_type, most)


def any_json(body, content_type, most):
    """Believes that what is JSON has the form it should have."""
    status, text = received(body, content_type, most)
    if status != 400:
        return status, text
    try:
        return 201, json.loads(body.decode("utf-8"))["message"]
    except (ValueError, RecursionError, KeyError):
        return 400, None


def catches_what_it_knows(body, content_type, most):
    """Believes that bad JSON is the only way in which a body can be bad."""
    if len(body) <= most and content_type.lower().startswith("application/json"):
        try:
            given = json.loads(body.decode("utf-8"))
        except json.JSONDecodeError:
            return 400, None
        if not isinstance(given, dict) or not isinstance(given.get("message"), str):
            return 400, None
        return 201, given["message"]
    return received(body, content_type, most)


def type_in_a_header_only(body, content_type, most):
    """Believes that the type does not matter when the body can be read."""
    return received(body, "application/json", most)
