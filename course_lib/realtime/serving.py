"""Start a server of this room by its name: in this process, in one of its own, or from a shell."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, cast, get_args

from course_lib import live
from course_lib.realtime.hub import Hub
from course_lib.realtime.limits import Limits

if TYPE_CHECKING:
    import tornado.web

    from course_lib.live.loops import LoopName

__all__ = ["FAULTY", "TRANSPORTS", "Path", "make_app", "maker", "serve"]

TRANSPORTS: Final = ("long_polling", "sse", "websocket")
"""The sound servers; each exists on both paths."""

FAULTY: Final = ("faulty.interval_polling", "faulty.leaky_sse", "faulty.open_websocket")
"""The servers as they are commonly written."""

Path: TypeAlias = Literal["batteries", "hot"]
"""How a server is made: of tornado's own handlers, or of a bare protocol to which tornado hands the connection over."""

Maker: TypeAlias = "Callable[[Hub | None, Limits], tornado.web.Application]"


def serve(
    name: str,
    *,
    path: Path = "batteries",
    process: bool = False,
    port: int = 0,
    loop: LoopName = "asyncio",
    server_name: str | None = None,
    keep: int = 1000,
    **limits: Any,
) -> live.Server:
    """Start a server; when this returns it accepts connections.

    Args:
        name: one of `TRANSPORTS` or `FAULTY`.
        path: which make of it.
        process: run it in a process of its own: for anything that is measured.
        port: 0 takes a free one.
        loop: with `process`: the loop it runs on; ``"auto"`` is uvloop where that is installed.
        server_name: a server that runs under this name is stopped first, so a cell can be run again.
        keep: how many lines its log keeps; with 0 a process does not report them at all.
        limits: the fields of `Limits`, such as ``heartbeat=1.0``.

    Raises:
        ValueError: no such name, path, loop or port, or a limit out of its range.
        TypeError: no such limit, or one of the wrong type.
        PortTaken: `port` is in use.
    """
    make = maker(name, path)
    bounds = Limits(**limits)
    if process:
        return live.serve(
            "course_lib.realtime.serving:make_app",
            name=server_name,
            process=True,
            port=port,
            args=(name, path, bounds.to_json()),
            keep=keep,
            loop=loop,
        )
    return live.serve(lambda: make(None, bounds), name=server_name, port=port, keep=keep, loop=loop)


def maker(name: str, path: str) -> Maker:
    """The ``make_app`` of a server's module.

    Raises:
        ValueError: no such name or path.
    """
    if name not in TRANSPORTS + FAULTY:
        raise ValueError(f"expected a server: {', '.join(TRANSPORTS + FAULTY)}; got {name!r}")
    if path not in get_args(Path):
        raise ValueError(f"expected a path: {' or '.join(get_args(Path))}; got {path!r}")
    if name in FAULTY and path != "batteries":
        raise ValueError(f"expected path='batteries' with {name!r}, got {path!r}")
    inside = name if name in FAULTY else f"{path}.{name}"
    return cast(Maker, importlib.import_module(f"course_lib.realtime.{inside}").make_app)


def make_app() -> tornado.web.Application:
    """The application of a server process, which finds its name, path and limits among its arguments."""
    name, path, limits = sys.argv[1:4]
    return maker(name, path)(None, Limits(**json.loads(limits)))
