"""`run`: one program, one loop, from its first line until nothing is left to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from ..record import Record
from .core import EventLoop
from .current import running_in_this_thread
from .outside import IO
from .reading import Callback, Reading, read
from .real import RealIO
from .rules import NodeRules
from .trace import Trace
from .virtual import VirtualIO

__all__ = ["Run", "open_loop", "run"]


@dataclass(frozen=True)
class Run:
    """What a program did.

    Attributes:
        output: the lines it logged.
        rows: for each of them ``(line, phase, queue)``.
        iterations: how often the loop went round.
        exit: Node's exit code: 0, or 13 for an ES module whose top-level ``await`` never came back.
        title: of the record.
        seconds: how long it took, by the loop's own clock.
    """

    output: list[str]
    rows: list[tuple[str, str, str]]
    iterations: int
    exit: int
    title: str
    seconds: float
    _trace: Trace | None = field(repr=False, compare=False)
    _meta: dict[str, object] = field(repr=False, compare=False, default_factory=dict)
    _read: list[Reading] = field(repr=False, compare=False, default_factory=list)

    @property
    def callbacks(self) -> tuple[Callback, ...]:
        """Every callback that ran, the main program first; empty when run with ``trace=False``."""
        return self._reading().callbacks

    @property
    def record(self) -> Record:
        """The run for `show.stepper` and `show.timeline`; empty when run with ``trace=False``."""
        return self._reading().record

    def _reading(self) -> Reading:
        # Worked out when first asked for: most runs are never looked at that closely.
        if not self._read:
            self._read.append(read(self._trace, self.title, **self._meta) if self._trace else Reading((), Record()))
        return self._read[0]


def open_loop(
    *,
    clock: str | IO = "real",
    node: str = "24",
    file_trips: int | None = None,
    unref_timer_at_exit: bool | None = None,
    rules: NodeRules | None = None,
    limit: float | None = 10.0,
    max_callbacks: int | None = None,
    trace: bool = True,
) -> EventLoop:
    """A new loop; see `run` for the arguments. It must be closed: use it in a ``with`` statement.

    Raises:
        ValueError: an unknown clock or Node version.
    """
    chosen = (rules or NodeRules.of(node)).but(file_trips=file_trips, unref_timer_at_exit=unref_timer_at_exit)
    if isinstance(clock, str):
        if clock not in ("real", "virtual"):
            raise ValueError(f'expected clock "real", "virtual" or an IO object, got {clock!r}')
        clock = RealIO() if clock == "real" else VirtualIO()
    return EventLoop(clock, rules=chosen, limit=limit, max_callbacks=max_callbacks, trace=trace)


def run(
    main: Callable[[], object],
    *,
    module: str = "commonjs",
    clock: str | IO = "real",
    node: str = "24",
    file_trips: int | None = None,
    unref_timer_at_exit: bool | None = None,
    rules: NodeRules | None = None,
    limit: float | None = 10.0,
    max_callbacks: int | None = None,
    trace: bool = True,
    title: str | None = None,
) -> Run:
    """Run a program on a new event loop until nothing keeps it alive; nothing is left open behind it.

    Args:
        main: the main program, ``def`` or ``async def``.
        module: ``"commonjs"``, or ``"esm"``: the body of an ES module runs as a microtask.
        clock: ``"real"``, ``"virtual"`` (no time passes: deterministic), or an `IO` such as ``VirtualIO(files=…)``.
        node: whose version's rules to follow where they differ; see `NodeRules.of`.
        file_trips: overrides the version's (4 or 1).
        unref_timer_at_exit: overrides the version's.
        rules: the rules themselves, instead of `node`.
        limit: seconds after which a program that does not end is stopped; ``None`` for never.
        max_callbacks: callbacks after which it is stopped.
        trace: keep a row for every callback.
        title: of the record; by default the name of `main`.

    Raises:
        LoopLimit: the program did not end; the message names what kept the loop alive.
        Exception: whatever the program did not catch.
    """
    loop = open_loop(
        clock=clock, node=node, file_trips=file_trips, unref_timer_at_exit=unref_timer_at_exit, rules=rules,
        limit=limit, max_callbacks=max_callbacks, trace=trace,
    )  # fmt: skip
    with loop, running_in_this_thread(loop):
        loop.start(main, module=module)
        loop.spin()
    name = title if title is not None else getattr(main, "__name__", "program")
    meta: dict[str, object] = {"module": module, "node": node, "iterations": loop.iteration}
    return Run(
        loop.output, loop.rows, loop.iteration, 13 if loop.unsettled else 0, name, loop.now() / 1000.0, loop.trace, meta
    )
