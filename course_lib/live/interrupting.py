"""An exception set in another thread, and silence about it where it landed in a place that can't raise it.

CPython can ask a thread to raise an exception at its next bytecode (`PyThreadState_SetAsyncExc`,
https://docs.python.org/3/c-api/init.html). It is the only way to end Python code that does not return; a call into C
has to return first. Such an exception may arrive in a weak reference's callback or in a ``__del__``. Python can't raise
it there: it reports "Exception ignored in" and goes on. Whoever sets one sets it again until the thread has ended, so
nobody needs the report.
"""

from __future__ import annotations

import contextlib
import ctypes
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

__all__ = ["hidden", "set_in_thread"]

set_in_thread = ctypes.PYFUNCTYPE(None, ctypes.c_ulong, ctypes.py_object)(
    ("PyThreadState_SetAsyncExc", ctypes.pythonapi)
)
"""``set_in_thread(ident, kind)``: let the thread of that `ident` raise an exception of that class.

A C function that keeps the GIL: no bytecode runs between the call and the request.
"""


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
