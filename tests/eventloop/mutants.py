"""Wrong loops: each breaks one rule, and each must be noticed."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

import pytest

from course_lib.eventloop.core import EventLoop
from course_lib.eventloop.coroutines import Drive
from course_lib.eventloop.drain import Queues
from course_lib.eventloop.immediates import Immediates
from course_lib.eventloop.outside import Ready
from course_lib.eventloop.promise import Promise
from course_lib.eventloop.rules import NodeRules
from course_lib.eventloop.timers import Timeout, TimerLists

Patch = pytest.MonkeyPatch
MUTANTS: dict[str, Callable[[Patch], None]] = {}


def mutant(function: Callable[[Patch], None]) -> Callable[[Patch], None]:
    """Register a wrong loop under its own name."""
    MUTANTS[function.__name__] = function
    return function


@mutant
def one_fifo_queue_for_ticks_and_microtasks(patch: Patch) -> None:
    patch.setattr(Queues, "queue_microtask", lambda self, job, *, name=None: self.ticks.append(job))


@mutant
def one_fifo_queue_for_everything(patch: Patch) -> None:
    patch.setattr(Queues, "queue_microtask", lambda self, job, *, name=None: self.ticks.append(job))
    patch.setattr(EventLoop, "set_immediate", lambda self, callback, *args, name=None: self.next_tick(callback, *args))


@mutant
def microtasks_before_ticks(patch: Patch) -> None:
    def drain(self: Queues) -> None:
        while self.microtasks or self.ticks or self.rejections:
            self.run_microtasks()
            self.run_ticks()
            if not self.microtasks and not self.ticks:
                self.report_rejections()

    patch.setattr(Queues, "drain", drain)


@mutant
def ticks_first_always(patch: Patch) -> None:
    """Ticks before promises, whatever runs: the law that is none."""

    def drain(self: Queues) -> None:
        while self.microtasks or self.ticks or self.rejections:
            self.run_ticks()
            if self.microtasks:
                self.queue = "micro"
                self.microtasks.popleft()()
            elif not self.ticks:
                self.report_rejections()

    patch.setattr(Queues, "drain", drain)


@mutant
def microtasks_after_each_tick(patch: Patch) -> None:
    def run_ticks(self: Queues) -> None:
        while self.ticks:
            self.queue = "tick"
            self.ticks.popleft()()
            self.run_microtasks()

    patch.setattr(Queues, "run_ticks", run_ticks)


@mutant
def new_ticks_wait_for_the_next_drain(patch: Patch) -> None:
    def run_ticks(self: Queues) -> None:
        for _ in range(len(self.ticks)):
            self.queue = "tick"
            self.ticks.popleft()()

    patch.setattr(Queues, "run_ticks", run_ticks)


@mutant
def microtask_error_stops_the_others(patch: Patch) -> None:
    def run_microtasks(self: Queues) -> None:
        while self.microtasks:
            self.queue = "micro"
            self.microtasks.popleft()()

    patch.setattr(Queues, "run_microtasks", run_microtasks)


@mutant
def one_timer_heap(patch: Patch) -> None:
    """Timers in the order in which they are due."""

    def process(self: TimerLists, now: int, call: Callable[[Timeout], object], drain: Callable[[], object]) -> None:
        due = sorted(
            (timer for timer in self.waiting() if timer.start + timer.msecs <= now), key=lambda t: t.start + t.msecs
        )
        for number, timer in enumerate(due):
            if number:
                drain()
            timers = self._by_duration.get(timer.msecs)
            if timers is not None and timer in timers.timers:
                del timers.timers[timer]
                if not timers.timers:
                    self._drop(timers)
                self._fire(timer, call)
        rest = self.waiting()
        self._next_expiry = min((timer.start + timer.msecs for timer in rest), default=float("inf"))

    patch.setattr(TimerLists, "process", process)


@mutant
def timers_read_the_clock_again(patch: Patch) -> None:
    """``now`` is not frozen: a timer set by a timer can run in the same pass."""
    original = TimerLists.process

    def process(self: TimerLists, now: int, call: Callable[[Timeout], object], drain: Callable[[], object]) -> None:
        while True:
            original(self, self.clock(), call, drain)
            timers = self._peek()
            if timers is None or timers.expiry > self.clock():
                break
            drain()

    patch.setattr(TimerLists, "process", process)


@mutant
def zero_is_a_list_of_its_own(patch: Patch) -> None:
    patch.setattr("course_lib.eventloop.scheduling.milliseconds", lambda delay: delay)


@mutant
def interval_keeps_its_old_rhythm(patch: Patch) -> None:
    """Re-armed from when it was due, not from when it began."""
    original = TimerLists._insert

    def insert(self: TimerLists, timer: Timeout, start: int) -> None:
        original(self, timer, timer.start + timer.msecs if timer.repeat and timer.start else start)

    patch.setattr(TimerLists, "_insert", insert)


@mutant
def unref_does_nothing(patch: Patch) -> None:
    patch.setattr(Timeout, "unref", lambda self: self)


@mutant
def clear_does_nothing(patch: Patch) -> None:
    patch.setattr(EventLoop, "clear_timeout", lambda self, timer: None)


@mutant
def clear_immediate_does_nothing(patch: Patch) -> None:
    patch.setattr(EventLoop, "clear_immediate", lambda self, immediate: None)


@mutant
def immediates_are_no_snapshot(patch: Patch) -> None:
    def process(self: Immediates, call: Callable[[Any], object], drain: Callable[[], object]) -> None:
        self._taken = deque()
        while self.waiting:
            immediate = self.waiting.popleft()
            if not immediate.destroyed:
                immediate.destroyed = True
                self.refs -= immediate.refed
                call(immediate)
                drain()

    patch.setattr(Immediates, "process", process)


@mutant
def closes_in_order(patch: Patch) -> None:
    original = EventLoop._run_closing

    def run_closing(self: EventLoop) -> None:
        self.closing.reverse()
        original(self)

    patch.setattr(EventLoop, "_run_closing", run_closing)


@mutant
def close_is_a_tick(patch: Patch) -> None:
    patch.setattr(EventLoop, "feed_close", lambda self, callback, why: self.next_tick(callback))


@mutant
def pending_is_a_tick(patch: Patch) -> None:
    patch.setattr(EventLoop, "feed_pending", lambda self, callback, why: self.next_tick(callback))


@mutant
def pending_comes_in_poll(patch: Patch) -> None:
    """Where most texts expect a refused connection to be, and where it is not for a Unix socket."""
    original = EventLoop._enter
    patch.setattr(EventLoop, "_enter", lambda self, phase: original(self, "poll" if phase == "pending" else phase))


@mutant
def pending_once_only(patch: Patch) -> None:
    patch.setattr(EventLoop, "_pending_after_poll", lambda self: None)


@mutant
def no_drain_between_callbacks(patch: Patch) -> None:
    patch.setattr(EventLoop, "_drain_between", lambda self: None)


@mutant
def drain_once_per_iteration(patch: Patch) -> None:
    """Ticks wait for the end of the iteration: "the next tick of the loop", taken literally."""
    iterate, drain = EventLoop.iterate, EventLoop._drain
    patch.setattr(EventLoop, "_drain_between", lambda self: None)
    patch.setattr(EventLoop, "_drain", lambda self: drain(self) if self.phase == "main" else None)

    def iterate_and_drain(self: EventLoop) -> None:
        iterate(self)
        drain(self)

    patch.setattr(EventLoop, "iterate", iterate_and_drain)


@mutant
def drain_at_once_after_an_error(patch: Patch) -> None:
    original = EventLoop._uncaught

    def uncaught(self: EventLoop, error: Exception) -> None:
        original(self, error)
        self.queues.drain()

    patch.setattr(EventLoop, "_uncaught", uncaught)


@mutant
def leftovers_wait_for_the_next_callback(patch: Patch) -> None:
    patch.setattr("course_lib.eventloop.programs.NodeRules", NodeRules)
    patch.setattr(
        "course_lib.eventloop.running.NodeRules.of", classmethod(lambda cls, version: cls(check_drains_leftovers=False))
    )


@mutant
def no_empty_immediate_after_an_error(patch: Patch) -> None:
    original = EventLoop._uncaught

    def uncaught(self: EventLoop, error: Exception) -> None:
        original(self, error)
        self.immediates.waiting[-1].clear()

    patch.setattr(EventLoop, "_uncaught", uncaught)


@mutant
def rejections_wait_for_the_next_iteration(patch: Patch) -> None:
    def report(self: Queues) -> bool:
        return False

    original_report, original_iterate = Queues.report_rejections, EventLoop.iterate

    def iterate(self: EventLoop) -> None:
        original_iterate(self)
        original_report(self.queues)

    patch.setattr(Queues, "report_rejections", report)
    patch.setattr(EventLoop, "iterate", iterate)


@mutant
def check_before_poll(patch: Patch) -> None:
    poll, check = EventLoop._poll, EventLoop._check

    def check_and_poll(self: EventLoop) -> None:
        if self.immediates.waiting:
            check(self)
        poll(self)

    patch.setattr(EventLoop, "_poll", check_and_poll)
    patch.setattr(EventLoop, "_check", lambda self: None)


@mutant
def close_before_check(patch: Patch) -> None:
    original = EventLoop._check

    def check(self: EventLoop) -> None:
        if self.closing:
            self._run_closing()
        original(self)

    patch.setattr(EventLoop, "_check", check)


@mutant
def module_body_is_no_microtask(patch: Patch) -> None:
    original = EventLoop.start
    patch.setattr(EventLoop, "start", lambda self, main, *, module="commonjs": original(self, main))


@mutant
def adopting_a_promise_is_free(patch: Patch) -> None:
    original = Promise._resolve

    def resolve(self: Promise[Any], value: object) -> None:
        if isinstance(value, Promise):
            value.react(lambda v: self._settle(v, rejected=False), lambda r: self._settle(r, rejected=True), None)
        else:
            original(self, value)

    patch.setattr(Promise, "_resolve", resolve)


@mutant
def await_costs_three_as_before_2018(patch: Patch) -> None:
    """Every await wrapped its promise in a new one, until V8 7.3."""
    original = Drive._step

    def step(self: Drive, resume: Callable[[Any], object], value: object) -> None:
        def wrapped(v: Any) -> object:
            awaited = resume(v)
            if isinstance(awaited, Promise):
                outer = Promise._new(awaited._queues)
                outer._resolve(awaited)
                return outer
            return awaited

        original(self, wrapped, value)

    patch.setattr(Drive, "_step", step)


@mutant
def await_of_a_settled_promise_goes_straight_on(patch: Patch) -> None:
    """Python's own await."""
    original = Drive._step

    def step(self: Drive, resume: Callable[[Any], object], value: object) -> None:
        def straight(v: Any) -> object:
            awaited = resume(v)
            while isinstance(awaited, Promise) and awaited.state == "fulfilled":
                awaited = self._coroutine.send(awaited._value)
            return awaited

        original(self, straight, value)

    patch.setattr(Drive, "_step", step)


@mutant
def then_runs_at_once_when_settled(patch: Patch) -> None:
    patch.setattr(Queues, "queue_microtask", lambda self, job, *, name=None: job())


@mutant
def read_file_takes_one_trip(patch: Patch) -> None:
    patch.setattr("course_lib.eventloop.running.NodeRules.of", classmethod(lambda cls, version: cls(file_trips=1)))


@mutant
def unrefed_timer_never_fires_at_exit(patch: Patch) -> None:
    patch.setattr(
        "course_lib.eventloop.running.NodeRules.of", classmethod(lambda cls, version: cls(unref_timer_at_exit=False))
    )


@mutant
def module_body_runs_in_poll(patch: Patch) -> None:
    patch.setattr(
        "course_lib.eventloop.running.NodeRules.of", classmethod(lambda cls, version: cls(esm_main_in_poll=True))
    )


@mutant
def completions_are_drained_together(patch: Patch) -> None:
    """All that poll found is called, then drained once."""

    def poll(self: EventLoop) -> None:
        timeout = self._poll_timeout()
        if timeout == 0 and not self.io.busy:
            return
        for ready in self._wait(timeout):
            self._enter("poll")
            self._call_quietly(ready)  # type: ignore[attr-defined]
        self._drain()

    def call_quietly(self: EventLoop, ready: Ready) -> None:
        try:
            self._call(ready)
        except Exception as error:
            self._uncaught(error)

    patch.setattr(EventLoop, "_call_quietly", call_quietly, raising=False)
    patch.setattr(EventLoop, "_poll", poll)
