"""The solution and wrong answers of 07-1: the open chat, mended.

A solution's source is shown to the learner, so it uses only names that the notebook's first cell imports. The wrong
answers override the solution where their authors believed something else; each says in its docstring what.
"""

# mypy: disable-error-code="no-untyped-def, no-untyped-call, misc, var-annotated"
# ruff: noqa: RUF012 -- as a learner writes it

from __future__ import annotations

from urllib.parse import urlsplit

from tornado.websocket import WebSocketHandler

__all__ = [
    "ChecksNothing",
    "CutsTheMessage",
    "ForgetsWhoLeft",
    "LooksForItsName",
    "MendedChat",
    "OnlyAsksBrowsers",
    "PingsNobody",
    "ReadsItAllFirst",
    "TalksToItself",
]


class MendedChat(WebSocketHandler):
    members = set()
    max_message_size = 65_536
    ping_interval = 0.2
    ping_timeout = 0.2

    def check_origin(self, origin):
        return urlsplit(origin).netloc.lower() == self.request.host.lower()

    def open(self):
        self.members.add(self)

    def on_message(self, message):
        for member in list(self.members):
            member.write_message(message)

    def on_close(self):
        self.members.discard(self)


class ChecksNothing(MendedChat):
    """The browser takes care of other sites."""

    members = set()

    def check_origin(self, origin):
        return True


class LooksForItsName(MendedChat):
    """If our name stands in it, it is ours."""

    members = set()

    def check_origin(self, origin):
        return self.request.host in origin


class OnlyAsksBrowsers(MendedChat):
    """A page on this machine is one of ours."""

    members = set()

    def check_origin(self, origin):
        return urlsplit(origin).hostname == "localhost"


class ReadsItAllFirst(MendedChat):
    """The size is looked at when the message is there."""

    members = set()
    max_message_size = 1 << 30

    def on_message(self, message):
        if len(message) > 65_536:
            self.close(1009)
        else:
            super().on_message(message)


class CutsTheMessage(MendedChat):
    """What is too long is shortened."""

    members = set()
    max_message_size = 1 << 30

    def on_message(self, message):
        super().on_message(message[:65_536])


class PingsNobody(MendedChat):
    """A connection that breaks is noticed."""

    members = set()
    ping_interval = 0
    ping_timeout = 0


class TalksToItself(MendedChat):
    """An answer goes to whoever asked."""

    members = set()

    def on_message(self, message):
        self.write_message(message)


class ForgetsWhoLeft(MendedChat):
    """Who has gone gets nothing, so it does no harm."""

    members = set()

    def on_close(self):
        pass
