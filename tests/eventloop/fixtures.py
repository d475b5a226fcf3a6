"""The recorded orders of real Node.

``node_orders.json``: programs by hand, one rule each, and random ones, with the phase and queue of every line; the same
on five versions of Node (18 to 26). ``random_orders.json``: 80 programs of `generator`, three times the same on
Node 24.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent

_orders = json.loads((HERE / "node_orders.json").read_text(encoding="utf-8"))
PROGRAMS: list[dict[str, Any]] = _orders["programs"]
DIFFERING: list[dict[str, Any]] = _orders["version_differing"]
RANDOM: list[dict[str, Any]] = json.loads((HERE / "random_orders.json").read_text(encoding="utf-8"))["programs"]


def expected(program: dict[str, Any]) -> list[tuple[str, str]]:
    """What Node did: (label, "phase.queue"); without the second where it was not recorded."""
    return list(zip(program["order"], program.get("where", [""] * len(program["order"])), strict=True))


def seen(program: dict[str, Any], rows: list[tuple[str, str, str]]) -> list[tuple[str, str]]:
    """What the loop did, in the same form."""
    where = "where" in program
    return [(label, f"{phase}.{queue}" if where else "") for label, phase, queue in rows]
