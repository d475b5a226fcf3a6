"""Checking callbacks, and giving them a name a learner recognises."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial

__all__ = ["checked", "name_of"]


def checked(callback: object, args: tuple[object, ...] = ()) -> Callable[..., object]:
    """The callback, bound to its arguments.

    Raises:
        TypeError: it cannot be called.
    """
    if not callable(callback):
        hint = ""
        if callback is None or isinstance(callback, Coroutine):
            hint = "; did you call the function instead of passing it?"
        if isinstance(callback, Coroutine):
            callback.close()  # nobody will await it, and Python would say so some time later
        raise TypeError(f"expected a callback (a function), got {callback!r}{hint}")
    return partial(callback, *args) if args else callback


def name_of(callback: object) -> str:
    """A callback's own name; empty for a lambda or anything else without one.

    ``partial(log, "timer")``, which is what ``set_timeout(log, 0, "timer")`` becomes, is named by what it will print.
    """
    if isinstance(callback, partial):
        if getattr(callback.func, "__name__", "") == "log" and callback.args:
            return str(callback.args[0])
        return name_of(callback.func)
    name = getattr(callback, "name", None) or getattr(callback, "__name__", "")
    return "" if name == "<lambda>" or not isinstance(name, str) else name
