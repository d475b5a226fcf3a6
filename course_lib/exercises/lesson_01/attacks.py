"""What lesson 01's judges do to an answer: real clients for a server, a second program beside a long computation."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from course_lib.eventloop import LoopLimit, connect, run, set_immediate, set_timeout

__all__ = ["closing_reports", "share", "visit"]


def visit(serve: Callable[[int, Callable[[int], object]], object], clients: int, gap: float, how: str) -> str:
    """How `clients` clients fare that come `gap` ms apart, and whether the program then ends by itself."""
    got: list[str] = []
    names = [f"client {number + 1}" for number in range(clients)]

    def client(port: int, name: str) -> None:
        socket = connect(port)
        socket.on("connect", lambda: socket.write(name.encode()))
        socket.on("data", lambda data: got.append(data.decode()))
        socket.on("error", lambda error: None)  # refused: it gets no answer, which is what counts

    def on_port(port: int) -> None:
        for number, name in enumerate(names):
            set_timeout(client, 20 + gap * number, port, name)

    try:
        run(lambda: serve(clients, on_port), limit=1.5)
    except LoopLimit:
        end = "goes on"
    else:
        end = "ends"
    answered = sum(name.upper() in got for name in names)
    other = [text for text in got if text not in map(str.upper, names)]
    but = f", another got {other[0]!r}" if other else ""
    return f"{answered} of {clients} clients answered ({how}){but}, and the program {end}"


def closing_reports(
    run_closes: Callable[[list[Callable[[], None]]], object], turns: int, again: str = ""
) -> list[list[str]]:
    """What is reported in each turn when a, b and c are closed, and the callback named `again` closes one more."""
    said: list[str] = []
    closing: list[Callable[[], None]] = []

    def close(name: str) -> None:
        def callback() -> None:
            said.append(name)
            if name == again:
                close("late")

        closing.append(callback)

    for name in "abc":
        close(name)
    reported = []
    for _ in range(turns):
        said.clear()
        run_closes(closing)
        reported.append(list(said))
    return reported


def share(in_slices: Callable[..., object], count: int, size: int) -> str:
    """How a computation over `count` items gets on with another program's immediates, counted in items."""
    worked: list[int] = []
    left_at_done: list[int] = []
    seen = [0]

    def other() -> None:
        seen.append(len(worked))
        if not left_at_done:
            set_immediate(other)

    def main() -> None:
        set_immediate(other)
        in_slices(list(range(count)), worked.append, lambda: left_at_done.append(count - len(worked)), size)

    try:
        run(main, limit=2.0)
    except LoopLimit:
        return "done() was never called"
    longest = max(after - before for before, after in pairwise(seen))
    once = "" if sorted(worked) == list(range(count)) else "not every item once; "
    return f"{once}done() with {left_at_done} items left; at most {longest} items a turn"
