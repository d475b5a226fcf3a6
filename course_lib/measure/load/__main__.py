"""A load from a shell: ``python -m course_lib.measure.load URL --kind echo --clients 10 --rate 200 --duration 2``.

Prints what it measured as one line of JSON. With ``--plan JSON`` it is what `load.start` runs: it says that it is
ready, reports ten times a second, then prints what it counted; it ends at once when its stdin does.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import sys
from collections.abc import Sequence
from dataclasses import astuple
from typing import Any

from course_lib.live import parent
from course_lib.measure.load import control
from course_lib.measure.load.plan import KINDS, Plan
from course_lib.measure.load.tally import Progress
from course_lib.measure.load.worker import loop_factory, measure

__all__ = ["main"]


async def _generate(plan: Plan) -> dict[str, Any]:
    """Be a generator for a parent, until the end of the load or of our stdin."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    parent.when_gone(lambda: loop.call_soon_threadsafe(stop.set))
    return await measure(plan, _report, stop)


def _report(progress: Progress) -> None:
    values = [round(value, 7) if math.isfinite(value) else None for value in astuple(progress)]
    print(json.dumps(values), flush=True)


def _supervised(text: str) -> int:
    parent.ready(ready=True)
    try:
        plan = Plan.from_json(text)
        factory, name = loop_factory(plan.loop)
        with asyncio.Runner(loop_factory=factory) as runner:
            said = {**runner.run(_generate(plan)), "loop": name}
    except (OSError, ValueError) as error:
        kind = next(kind.__name__ for kind in (ConnectionError, OSError, ValueError) if isinstance(error, kind))
        said = {"failed": str(error), "type": kind}
    print(json.dumps(said), flush=True)
    return 0


def _rate(text: str) -> float | None:
    return None if text == "max" else float(text)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m course_lib.measure.load", description="Load a server, measured.")
    parser.add_argument("url", nargs="?", help="of a server on this machine, for example http://localhost:8080")
    parser.add_argument("--kind", choices=KINDS, default="request")
    parser.add_argument("--clients", type=int, default=10)
    parser.add_argument("--rate", type=_rate, default=200.0, help="messages a second, or max: a closed loop")
    parser.add_argument("--duration", type=float, default=2.0, help="seconds, warm-up included")
    parser.add_argument("--payload", type=int, default=32, help="bytes of a message")
    parser.add_argument("--path", help="instead of the kind's usual one")
    parser.add_argument("--pid", type=int, help="of the server: for its processor time and memory")
    parser.add_argument("--warmup", type=float, default=0.15, help="share of the duration that is not counted")
    parser.add_argument("--window", type=int, default=1, help="messages under way in a closed loop")
    parser.add_argument("--timeout", type=float, default=5.0, help="seconds an answer may take")
    parser.add_argument("--loop", choices=("auto", "asyncio", "uvloop"), default="auto", help="of the generator")
    parser.add_argument("--affinity", action="store_true", help="pin server and generator to different processors")
    parser.add_argument("--generators", type=int, default=1, help="processes that share the load")
    parser.add_argument("--plan", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if not options.url and not options.plan:
        parser.error("expected the URL of a server")
    return options


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; 2 when the load can't be, 1 when there is no server for it."""
    options = vars(_options(arguments))
    if text := options.pop("plan"):
        return _supervised(text)
    try:
        print(control.run(options.pop("url"), **options).to_json())
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2 if isinstance(error, ValueError) else 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
