"""Silence about an exception of ours that landed where Python can't raise it.

An exception set in a thread from outside may arrive in a weak reference's callback or in a ``__del__``. Python can't
raise it there: it reports "Exception ignored in" and goes on. It is set again anyway, so nobody needs the report.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

__all__ = ["hidden"]


@contextlib.contextmanager
def hidden(kind: type[BaseException]) -> Iterator[None]:
    """Report no lost exception of this kind meanwhile; others as before."""
    told = sys.unraisablehook

    def hook(lost: UnraisableHookArgs) -> None:
        if not issubclass(lost.exc_type, kind):
            told(lost)

    sys.unraisablehook = hook
    try:
        yield
    finally:
        sys.unraisablehook = told
