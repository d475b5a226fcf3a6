"""Callbacks per second: this loop beside asyncio and real Node, in one run.

    python3 tests/benchmarks/bench_eventloop.py [--rounds N] [--json]

Each measurement is a process of its own, and the contestants take turns, so that a slow moment of the machine meets all
of them. What is compared is a *chain*: each callback schedules the next, 200,000 times. Ratios are formed within a
round; shown are their median and their range.

"tracing off" has no cost of its own to measure: the loop without a trace runs the code of `Queues`, in which tracing
does not occur. The row "tick chain, beside a bare deque" says what is left between it and the least Python can do.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from course_lib import node  # noqa: E402
from course_lib.eventloop import EventLoop, open_loop  # noqa: E402

COUNT = 200_000

NODE = """
const [what, count] = [process.argv[1], Number(process.argv[2])];
const schedule = what === 'tick' ? process.nextTick : setImmediate;
let left = count;
const begun = process.hrtime.bigint();
function step() {
  if (--left) schedule(step);
  else console.log(Number(process.hrtime.bigint() - begun) / 1e9);
}
schedule(step);
"""


def chain(
    schedule: Callable[[Callable[[], None]], object],
    clock: Callable[[], float],
    over: Callable[[], object] | None = None,
) -> list[float]:
    """Begin a chain; the list will hold the seconds it took, and `over` is called at its end."""
    left = COUNT
    took: list[float] = []
    begun = clock()

    def step() -> None:
        nonlocal left
        left -= 1
        if left:
            schedule(step)
        else:
            took.append(clock() - begun)
            if over:
                over()

    schedule(step)
    return took


def in_loop(choose: Callable[[EventLoop], Callable[..., object]], *, trace: bool, server: bool = False) -> float:
    """Seconds for a chain in this loop."""
    from time import perf_counter

    from course_lib.eventloop import listen
    from course_lib.eventloop.current import running_in_this_thread

    took: list[list[float]] = []
    with open_loop(trace=trace, limit=None) as loop, running_in_this_thread(loop):

        def main() -> None:
            if server:
                listen(0).unref()
            took.append(chain(choose(loop), perf_counter))

        loop.start(main)
        loop.spin()
    return took[0][0]


def bare_deque() -> float:
    """Seconds for a chain through a deque and nothing else."""
    from collections import deque
    from time import perf_counter

    queue: deque[Callable[[], None]] = deque()
    took = chain(queue.append, perf_counter)
    while queue:
        queue.popleft()()
    return took[0]


def in_asyncio() -> float:
    """Seconds for a chain of ``call_soon``."""
    import asyncio
    from time import perf_counter

    loop = asyncio.new_event_loop()
    took = chain(loop.call_soon, perf_counter, loop.stop)
    loop.run_forever()
    loop.close()
    return took[0]


CONTESTANTS: dict[str, Callable[[], float]] = {
    "immediate": lambda: in_loop(lambda loop: loop.set_immediate, trace=False),
    "immediate, traced": lambda: in_loop(lambda loop: loop.set_immediate, trace=True),
    "immediate, server open": lambda: in_loop(lambda loop: loop.set_immediate, trace=False, server=True),
    "tick": lambda: in_loop(lambda loop: loop.next_tick, trace=False),
    "tick, traced": lambda: in_loop(lambda loop: loop.next_tick, trace=True),
    "bare deque": bare_deque,
    "asyncio call_soon": in_asyncio,
    "Node tick": lambda: in_node("tick"),
    "Node immediate": lambda: in_node("immediate"),
}

RATIOS = [
    ("immediate chain, beside asyncio's call_soon", "immediate", "asyncio call_soon", ">= 1.0"),
    ("immediate chain with a server open, beside asyncio's", "immediate, server open", "asyncio call_soon", ""),
    ("immediate chain, beside Node's", "immediate", "Node immediate", ""),
    ("tick chain, beside Node's", "tick", "Node tick", ">= 1.0"),
    ("tick chain, beside a bare deque", "tick", "bare deque", ""),
    ("immediate chain traced, beside untraced", "immediate, traced", "immediate", ">= 0.5"),
    ("tick chain traced, beside untraced", "tick, traced", "tick", ">= 0.5"),
]


def in_node(what: str) -> float:
    """Seconds for a chain in real Node."""
    command = [str(node.find()), "-e", NODE, "--", what, str(COUNT)]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def measure(name: str) -> float:
    """Callbacks per second of one contestant, in its own process."""
    if name.startswith("Node"):
        return COUNT / CONTESTANTS[name]()
    command = [sys.executable, str(Path(__file__)), "--one", name]
    return COUNT / float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def compare(rounds: int) -> dict[str, list[float]]:
    """Callbacks per second of all, round by round."""
    rates: dict[str, list[float]] = {name: [] for name in CONTESTANTS}
    for number in range(rounds):
        names = list(CONTESTANTS)
        for name in names if number % 2 else reversed(names):
            rates[name].append(measure(name))
    return rates


def report(rates: dict[str, list[float]]) -> str:
    """The table."""
    lines = [
        f"Python {platform.python_version()}, Node {'.'.join(map(str, node.version()))}; chains of {COUNT:,} callbacks",
        "",
    ]
    for name, values in rates.items():
        lines.append(f"  {name:<28}{statistics.median(values) / 1e6:7.2f} million a second")
    lines += ["", f"  {'ratio (more is faster)':<54}{'median':>8}{'min - max':>16}  wanted"]
    for text, one, other, wanted in RATIOS:
        ratios = [a / b for a, b in zip(rates[one], rates[other], strict=True)]
        spread = f"{min(ratios):.2f} - {max(ratios):.2f}"
        lines.append(f"  {text:<54}{statistics.median(ratios):8.2f}{spread:>16}  {wanted}")
    return "\n".join(lines)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description="Callbacks per second, beside asyncio and Node.")
    parser.add_argument("--rounds", type=int, default=7, help="how often each is measured (7)")
    parser.add_argument("--json", action="store_true", help="print the rates of all rounds as JSON")
    parser.add_argument("--one", choices=list(CONTESTANTS), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(CONTESTANTS[options.one]())
        return
    rates = compare(options.rounds)
    print(json.dumps(rates) if options.json else report(rates))


if __name__ == "__main__":
    main()
