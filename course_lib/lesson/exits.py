"""`exit()` in a learner's function ends the function, not the kernel.

In a plain Python file `exit()` raises SystemExit, which a check can catch. IPython puts its own `exit` and `quit` into
the notebook, and these ask the shell to end the kernel as soon as the cell is over: with it would go everything the
learner has defined. While a check runs, asking for that raises SystemExit instead.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from typing import Any, NoReturn

__all__ = ["exit_raises"]


def _raise_exit() -> NoReturn:
    raise SystemExit


@contextlib.contextmanager
def exit_raises(shell: Any = None) -> Iterator[None]:
    """For the length of the block, have IPython's `exit` and `quit` raise SystemExit.

    Args:
        shell: the IPython shell; the running one when left out, and nothing is done when there is none.
    """
    if shell is None and "IPython" in sys.modules:
        from IPython import get_ipython

        shell = get_ipython()
    if shell is None:
        yield
        return
    shell.ask_exit = _raise_exit  # hides the class's method
    try:
        yield
    finally:
        del shell.ask_exit
