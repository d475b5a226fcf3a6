"""Servers as they are commonly written, with the faults left in: to be attacked, understood and mended.

They answer on the same paths and in the same form as the sound ones, so the same pages, clients and loads run against
them. Never use one as a model.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

__all__ = ["NAMES", "NODE", "node", "source"]

NAMES: Final = ("interval_polling", "leaky_sse", "open_websocket")
"""The faulty servers."""

NODE: Final = ("interval_polling", "leaky_sse")
"""Those with a twin in Node.js. Node has a WebSocket client of its own, but no server without a package."""

_FOLDER: Final = Path(__file__).parent


def source(name: str) -> str:
    """The Python source of a faulty server.

    Raises:
        ValueError: there is none of that name.
    """
    return _text(name, NAMES, ".py")


def node(name: str) -> str:
    """The same server as a CommonJS program, for `node.start`: it says ``{"port": …}`` when it accepts.

    Raises:
        ValueError: there is none of that name.
    """
    return _text(name, NODE, ".cjs")


def _text(name: str, known: tuple[str, ...], suffix: str) -> str:
    if name not in known:
        raise ValueError(f"expected one of {', '.join(known)}; got {name!r}")
    return (_FOLDER / f"{name}{suffix}").read_text(encoding="utf-8")
