"""The third step: run the modules, dependencies first, each exactly once.

Without top-level ``await`` this is a walk in post-order and nothing else, and it is synchronous. A module that awaits
makes its importers wait, and only them: its siblings start meanwhile. The bookkeeping is ECMA-262's: every module
counts the asynchronous modules it still needs (`pending`), remembers who waits for it (`waiting`), and when it has
finished, those whose count has come to 0 run in the order in which they were reached.

Modules of one cycle stand or fall together; `cycle_root` is the one that was reached first, and it speaks for all. A
module that failed keeps its error: whoever asks again gets the same one, and the code does not run again.

Source: ECMA-262, section 16.2.1.6.1.3: InnerModuleEvaluation, ExecuteAsyncModule, GatherAvailableAncestors,
AsyncModuleExecutionFulfilled and AsyncModuleExecutionRejected.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from .linking import Record, SourceRecord, SyntheticRecord

__all__ = ["Capability", "Evaluation", "Runs"]


class Capability:
    """How the evaluation of a graph ends, for those who ask for it: at most once, never twice."""

    def __init__(self) -> None:
        self.state = "pending"
        self.error: BaseException | None = None
        self._told: list[Callable[[BaseException | None], object]] = []

    def __repr__(self) -> str:
        return f"<Capability: {self.state}>"

    def settle(self, error: BaseException | None = None) -> None:
        """It has ended."""
        self.state = "fulfilled" if error is None else "rejected"
        self.error = error
        told, self._told = self._told, []
        for tell in told:
            tell(error)

    def then(self, tell: Callable[[BaseException | None], object]) -> None:
        """Call ``tell(error or None)`` when it has ended, at once if it has."""
        if self.state == "pending":
            self._told.append(tell)
        else:
            tell(self.error)


class Runs(Protocol):
    """Who runs the code."""

    def run(self, record: SourceRecord) -> None:
        """Run a body that does not await."""

    def start(self, record: SourceRecord) -> Any:
        """Run a body up to its first ``await``; the promise of its end."""


class Evaluation:
    """Evaluates graphs of one program.

    Args:
        runs: runs the bodies.
    """

    def __init__(self, runs: Runs) -> None:
        self._runs = runs
        self._orders = 0

    def __repr__(self) -> str:
        return f"<Evaluation: {self._orders} asynchronous modules so far>"

    def evaluate(self, record: Record) -> Capability:
        """Run a linked module and all it needs; asked again, it tells the same end again."""
        if not isinstance(record, SourceRecord):
            return self._alone(record)
        if record.status in ("evaluating-async", "evaluated") and record.cycle_root is not None:
            record = record.cycle_root
        if record.capability is None:
            record.capability = Capability()
            stack: list[SourceRecord] = []
            try:
                self._inner(record, stack, 0)
            except BaseException as error:
                for one in stack:
                    one.status, one.error = "evaluated", error
                    one.cycle_root = one.cycle_root or one
                if not stack:
                    record.status, record.error = "evaluated", error
                record.capability.settle(error)
                if not isinstance(error, Exception):
                    raise
            else:
                if record.order is None or record.status == "evaluated":
                    record.capability.settle(record.error)
        capability: Capability = record.capability
        return capability

    def _alone(self, record: Record) -> Capability:
        capability = Capability()
        try:
            self._inner(record, [], 0)
        except Exception as error:
            capability.settle(error)
        else:
            capability.settle()
        return capability

    def _inner(self, record: Record, stack: list[SourceRecord], index: int) -> int:
        if not isinstance(record, SourceRecord):
            _synthetic(record)
            return index
        if record.status in ("evaluating-async", "evaluated"):
            if record.error is not None:
                raise record.error
            return index
        if record.status == "evaluating":
            return index
        record.status = "evaluating"
        record.index = record.ancestor = index
        record.pending = 0
        stack.append(record)
        index += 1
        for other in record.required.values():
            index = self._inner(other, stack, index)
            if isinstance(other, SourceRecord):
                _depend(record, other)
        if record.pending or record.asynchronous:
            record.order = self._orders = self._orders + 1
            if not record.pending:
                self._execute(record)
        else:
            self._runs.run(record)
        if record.ancestor == record.index:
            _close(record, stack)
        return index

    def _execute(self, record: SourceRecord) -> None:
        self._runs.start(record).then(
            lambda _: self._fulfilled(record), lambda reason: self._rejected(record, _as_error(reason))
        )

    def _fulfilled(self, record: SourceRecord) -> None:
        if record.status == "evaluated":
            return
        _done(record)
        ready: list[SourceRecord] = []
        _gather(record, ready)
        for one in sorted(ready, key=lambda one: one.order or 0):
            if one.status == "evaluated":
                continue
            if one.asynchronous:
                self._execute(one)
                continue
            try:
                self._runs.run(one)
            except Exception as error:
                self._rejected(one, error)
            else:
                _done(one)

    def _rejected(self, record: SourceRecord, error: BaseException) -> None:
        if record.status == "evaluated":
            return
        record.error = error
        _done(record, error)
        for one in record.waiting:
            self._rejected(one, error)


def _synthetic(record: Record) -> None:
    if record.error is not None:
        raise record.error
    if record.status != "evaluated":
        record.status = "evaluated"
        assert isinstance(record, SyntheticRecord)
        try:
            record.evaluate()
        except Exception as error:
            record.error = error
            raise


def _depend(record: SourceRecord, other: SourceRecord) -> None:
    if other.status == "evaluating":
        record.ancestor = min(record.ancestor, other.ancestor)
    else:
        assert other.cycle_root is not None
        other = other.cycle_root
        if other.error is not None:
            raise other.error
    if other.order is not None and other.status != "evaluated":
        record.pending += 1
        other.waiting.append(record)


def _close(record: SourceRecord, stack: list[SourceRecord]) -> None:
    while True:
        one = stack.pop()
        one.status = "evaluated" if one.order is None else "evaluating-async"
        one.cycle_root = record
        if one is record:
            return


def _done(record: SourceRecord, error: BaseException | None = None) -> None:
    record.status = "evaluated"
    record.cycle_root = record.cycle_root or record
    if record.capability is not None:
        record.capability.settle(error)


def _gather(record: SourceRecord, ready: list[SourceRecord]) -> None:
    for one in record.waiting:
        root = one.cycle_root
        if one in ready or (root is not None and root.error is not None):
            continue
        one.pending -= 1
        if one.pending == 0:
            ready.append(one)
            if not one.asynchronous:
                _gather(one, ready)


def _as_error(reason: object) -> BaseException:
    return reason if isinstance(reason, BaseException) else RuntimeError(f"rejected with {reason!r}")
