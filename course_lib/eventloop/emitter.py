"""Node's event emitter, as far as sockets and servers need it: named events, listeners called in order, at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from .naming import checked

if TYPE_CHECKING:
    from typing import Self

    from .core import EventLoop

__all__ = ["Emitter"]


class _Once:
    """A listener for the next time only; also when, told of the event, another listener tells of it again."""

    def __init__(self, listeners: list[Callable[..., object]], listener: Callable[..., object]) -> None:
        self._listeners = listeners
        self.once = listener

    def __call__(self, *args: object) -> object:
        if self not in self._listeners:
            return None
        self._listeners.remove(self)
        return self.once(*args)


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
        return self.on(event, _Once(self._listening(event), checked(listener)))

    def off(self, event: str, listener: Callable[..., object]) -> Self:
        """Call the listener no longer; one that was not listening is no error."""
        listeners = self._listening(event)
        known = next((one for one in listeners if listener in (one, getattr(one, "once", None))), None)
        if known is not None:
            listeners.remove(known)
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
