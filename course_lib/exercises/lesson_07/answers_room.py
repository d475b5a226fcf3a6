"""Solutions and wrong answers of 07-4 and 07-5: a room with a bound for each reader, and who may come in.

A solution's source is shown to the learner, so it uses only names that the notebook's first cell imports. Each wrong
answer says in its docstring what its author believed.
"""

# mypy: disable-error-code="no-untyped-def, no-untyped-call, misc"

from __future__ import annotations

from collections import deque
from urllib.parse import urlsplit

__all__ = [
    "DropsTheNewest",
    "Room",
    "RoomForEver",
    "RoomOfOneQueue",
    "RoomThatStops",
    "RoomWithoutBound",
    "RoomWithoutMe",
    "may_connect",
    "only_browsers",
    "the_end_fits",
    "the_host_is_in_it",
    "the_port_is_nothing",
    "they_are_one_text",
]


class Room:
    def __init__(self, limit):
        self.limit = limit
        self.queues = {}

    def join(self, name):
        self.queues[name] = deque()

    def leave(self, name):
        self.queues.pop(name, None)

    def say(self, text):
        slow = [name for name, queue in self.queues.items() if len(queue) >= self.limit]
        for name in slow:
            self.leave(name)
        for queue in self.queues.values():
            queue.append(text)
        return slow

    def take(self, name):
        taken = list(self.queues[name])
        self.queues[name].clear()
        return taken


class RoomWithoutBound(Room):
    """They will read it some day."""

    def say(self, text):
        for queue in self.queues.values():
            queue.append(text)
        return []


class DropsTheNewest(Room):
    """What does not fit is left out, and nobody need know."""

    def say(self, text):
        for queue in self.queues.values():
            if len(queue) < self.limit:
                queue.append(text)
        return []


class RoomThatStops(Room):
    """A full queue is an error."""

    def say(self, text):
        for name, queue in list(self.queues.items()):
            if len(queue) >= self.limit:
                self.leave(name)
                return [name]
            queue.append(text)
        return []


class RoomForEver(Room):
    """Whoever is slow is told so; he may stay."""

    def say(self, text):
        slow = [name for name, queue in self.queues.items() if len(queue) >= self.limit]
        for name, queue in self.queues.items():
            if name not in slow:
                queue.append(text)
        return slow


class RoomOfOneQueue(Room):
    """A room has one queue, and readers take from it."""

    def join(self, name):
        self.queues[name] = next(iter(self.queues.values()), deque())

    def say(self, text):
        for queue in list(self.queues.values())[:1]:
            queue.append(text)
        return []


class RoomWithoutMe(Room):
    """Whoever joined first is the one who speaks, and knows already what was said."""

    def say(self, text):
        first = next(iter(self.queues), None)
        slow = [name for name, queue in self.queues.items() if len(queue) >= self.limit]
        for name in slow:
            self.leave(name)
        for name, queue in self.queues.items():
            if name != first:
                queue.append(text)
        return slow


def may_connect(origin, host):
    if origin is None:
        return True  # not a browser
    return urlsplit(origin).netloc.lower() == host.lower()


def the_host_is_in_it(origin, host):
    """If our host stands in it, it is ours."""
    return origin is None or host.lower() in origin.lower()


def the_end_fits(origin, host):
    """If it ends with our host, it is ours or a subdomain."""
    return origin is None or origin.lower().endswith(host.lower())


def the_port_is_nothing(origin, host):
    """The machine counts, not the port."""
    return origin is None or urlsplit(origin).hostname == host.lower().partition(":")[0]


def only_browsers(origin, host):
    """No `Origin` is suspicious."""
    return origin is not None and may_connect(origin, host)


def they_are_one_text(origin, host):
    """Names are compared letter by letter."""
    return origin is None or urlsplit(origin).netloc == host
