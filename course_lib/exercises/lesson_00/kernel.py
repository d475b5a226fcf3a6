"""Send cells to a real Jupyter kernel the way Run All does, all at once, and see what comes back from where.

`cells_answered` is what no one-cell-at-a-time runner (nbconvert, nbclient, most test tools) can see. Run as a module,
with the name of an experiment, it prints one JSON object; a process of its own, so that the kernel it starts is gone
with it, whatever happens.
"""

from __future__ import annotations

import json
import queue
import sys
import time
from collections.abc import Sequence
from typing import Any

__all__ = ["EXPERIMENTS", "run_queue"]

_NEST = "import asyncio, nest_asyncio; nest_asyncio.apply(); asyncio.run(asyncio.sleep(0.1)); print('one')"

EXPERIMENTS = {
    "stock": [
        "await __import__('asyncio').sleep(0.1); print('one')",
        "print('two')",
        "print('three')",
        "print('four')",
    ],
    "nested": [_NEST, "print('two')", "print('three')", "print('four')"],
    "prints": [
        "import asyncio, threading\n"
        "go, started = threading.Event(), asyncio.Event()\n"
        "thread = threading.Thread(target=lambda: (go.wait(), print('thread')))\n"
        "thread.start()\n"
        "async def late():\n"
        "    await started.wait()\n"
        "    print('task')\n"
        "task = asyncio.create_task(late())",
        "go.set(); thread.join()\nstarted.set(); await task",
    ],
}
"""Cells by experiment: a queue without and with nested runs, and a thread and a task of cell 1 printing in cell 2."""


def run_queue(cells: Sequence[str], *, patience: float = 20.0, silence: float = 20.0) -> dict[str, Any]:
    """Queue all cells in a fresh kernel.

    Args:
        cells: their sources.
        patience: seconds to wait for the first answer.
        silence: seconds without an answer, after the first one, that mean no more will come.

    Returns:
        ``{"sent", "answered", "printed"}``: numbers of cells, and ``{printed line: number of its cell}``.
    """
    from jupyter_client.manager import KernelManager

    manager = KernelManager(transport_encryption="auto")
    # This interpreter, whatever kernel of that name is installed elsewhere on the machine.
    assert manager.kernel_spec is not None
    manager.kernel_spec.argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    manager.start_kernel()
    client = manager.blocking_client()
    try:
        client.start_channels()
        client.wait_for_ready(timeout=60)
        ids = [client.execute(cell, stop_on_error=False) for cell in cells]
        answered = _answers(client, ids, patience, silence)
        return {"sent": len(cells), "answered": answered, "printed": _prints(client, ids)}
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def _answers(client: Any, ids: Sequence[str], patience: float, silence: float) -> int:
    missing = set(ids)
    deadline = time.monotonic() + patience
    while missing and (left := deadline - time.monotonic()) > 0:
        try:
            answer = client.get_shell_msg(timeout=left)
        except queue.Empty:
            break
        missing.discard(answer["parent_header"].get("msg_id"))
        deadline = time.monotonic() + silence
    return len(ids) - len(missing)


def _prints(client: Any, ids: Sequence[str]) -> dict[str, int]:
    printed: dict[str, int] = {}
    while True:
        try:
            message = client.get_iopub_msg(timeout=0.3)
        except queue.Empty:
            return printed
        parent = message["parent_header"].get("msg_id")
        content = message["content"]
        if message["msg_type"] == "stream" and content["name"] == "stdout" and parent in ids:
            for line in content["text"].split():
                printed[line] = ids.index(parent) + 1


if __name__ == "__main__":
    # Where answers are expected, waiting long costs nothing; where they are lost, it is all the waiting there is.
    chosen = sys.argv[1]
    print(json.dumps(run_queue(EXPERIMENTS[chosen], silence=2.5 if chosen == "nested" else 20.0)))
