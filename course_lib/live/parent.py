"""What a child process knows of its parent: say "ready" to it, and go when it goes.

The child's side of `Child`. Our parent holds a pipe to our stdin. When it closes (the parent stops us, ends, or is
killed) we read the end of the stream, on every platform: so no child is ever left behind.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import threading
from collections.abc import Callable

__all__ = ["gone", "ready", "when_gone"]


def ready(**facts: object) -> None:
    """Print the one line the parent waits for: JSON with these facts, for example ``ready(port=8080)``."""
    print(json.dumps(facts), flush=True)


def when_gone(then: Callable[[], object]) -> None:
    """Call `then` on a background thread when the parent has gone (or wants us to go)."""

    def wait() -> None:
        # os.read, not sys.stdin: a thread that waits inside a buffered reader holds its lock while Python shuts down
        try:
            while os.read(sys.stdin.fileno(), 4096):
                pass
        except OSError:
            pass
        then()

    threading.Thread(target=wait, name="course-parent", daemon=True).start()


async def gone() -> None:
    """Wait until the parent has gone: the last line of a child's asyncio main."""
    loop = asyncio.get_running_loop()
    end = asyncio.Event()
    when_gone(lambda: loop.call_soon_threadsafe(end.set))
    await end.wait()
