"""Node's event emitter, as far as sockets and servers need it: named events, listeners called in order, at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from .naming import checked

if TYPE_CHECKING:
    from typing import Self

    from .core import EventLoop

__all__ = ["Emitter"]


class Emitter:
    """Something with events.

    Args:
        loop: its loop.
    """

    EVENTS: ClassVar[tuple[str, ...]] = ()

    def __init__(self, loop: EventLoop) -> None:
        self._loop = loop
        self._listeners: dict[str, list[Callable[..., object]]] = {event: [] for event in self.EVENTS}

    def on(self, event: str, listener: Callable[..., object]) -> Self:
        """Call the listener whenever the event happens.

        Raises:
            ValueError: there is no such event.
            TypeError: the listener is not callable.
        """
        self._listening(event).append(checked(listener))
        return self

    def once(self, event: str, listener: Callable[..., object]) -> Self:
        """Call the listener the next time only."""
        listeners = self._listening(event)
        checked(listener)

        def first_time(*args: object) -> object:
            listeners.remove(first_time)
            return listener(*args)

        return self.on(event, first_time)

    def off(self, event: str, listener: Callable[..., object]) -> Self:
        """Call the listener no longer; one that was not listening is no error."""
        listeners = self._listening(event)
        if listener in listeners:
            listeners.remove(listener)
        return self

    def emit(self, event: str, *args: object) -> bool:
        """Call the event's listeners, now; True when there are any.

        An ``error`` event without a listener raises the error, which makes it an uncaught exception, as in Node.
        """
        listeners = self._listening(event)
        if event == "error" and not listeners and args and isinstance(args[0], BaseException):
            raise args[0]
        for listener in tuple(listeners):
            result = listener(*args)
            if result is not None:
                self._loop.queues.adopt(result)
        return bool(listeners)

    def _listening(self, event: str) -> list[Callable[..., object]]:
        if event not in self._listeners:
            raise ValueError(f"expected an event out of {', '.join(self.EVENTS)}, got {event!r}")
        return self._listeners[event]
