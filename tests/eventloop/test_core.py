"""Beyond the order of callbacks: errors, limits, interrupts, what keeps the loop alive, what is left behind."""

from __future__ import annotations

import gc
import math
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from course_lib.eventloop import (
    EventLoop,
    LoopError,
    LoopLimit,
    NodeRules,
    NoLoop,
    Promise,
    UnhandledRejection,
    VirtualIO,
    busy,
    clear_immediate,
    clear_interval,
    clear_timeout,
    connect,
    listen,
    log,
    next_tick,
    now,
    on_uncaught_exception,
    on_unhandled_rejection,
    open_loop,
    queue_microtask,
    read_file,
    run,
    set_immediate,
    set_interval,
    set_timeout,
)
from course_lib.eventloop.current import running_in_this_thread

ROOT = Path(__file__).resolve().parents[2]


def test_a_program_runs_to_its_end() -> None:
    def main() -> None:
        set_timeout(log, 0, "timer")
        set_immediate(log, "immediate")
        next_tick(log, "tick")
        Promise.resolve().then(lambda _: log("promise"))
        busy(5)
        log("main")

    result = run(main, clock="virtual")
    assert result.output == ["main", "tick", "promise", "timer", "immediate"]
    assert result.rows[0] == ("main", "main", "cb")
    assert result.iterations == 1
    assert result.exit == 0


def test_functions_outside_a_loop_say_where_they_belong() -> None:
    with pytest.raises(NoLoop, match=r"^set_timeout\(\) acts on the loop that is running in this thread, and none is"):
        set_timeout(print, 1)
    with pytest.raises(NoLoop, match=r"^Promise\.resolve\(\)"):
        Promise.resolve()


def test_loops_do_not_nest() -> None:
    with pytest.raises(LoopError, match="already running in this thread"):
        run(lambda: run(print))
    assert run(lambda: log("and the thread is free again")).output


def test_each_thread_has_its_own_loop() -> None:
    both = threading.Barrier(2, timeout=10)
    outputs: dict[str, list[str]] = {}

    def program(name: str) -> None:
        both.wait()
        set_immediate(log, name)

    def work(name: str) -> None:
        outputs[name] = run(lambda: program(name)).output

    threads = [threading.Thread(target=work, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outputs == {"a": ["a"], "b": ["b"]}


@pytest.mark.parametrize("schedule", [set_timeout, set_interval, set_immediate, next_tick, queue_microtask])
def test_what_cannot_be_called_is_refused_where_it_is_scheduled(schedule: object) -> None:
    def main() -> None:
        with pytest.raises(TypeError, match=r"^expected a callback \(a function\), got 7$"):
            schedule(7)  # type: ignore[operator]
        with pytest.raises(TypeError, match="did you call the function instead of passing it"):
            schedule(None)  # type: ignore[operator]
        log("goes on")

    assert run(main, clock="virtual").output == ["goes on"]


@pytest.mark.parametrize("delay", ["10", None, [], True])
def test_a_delay_is_a_number(delay: object) -> None:
    def main() -> None:
        with pytest.raises(TypeError, match="expected a delay in milliseconds"):
            set_timeout(print, delay)  # type: ignore[arg-type]
        assert not running_timers()

    def running_timers() -> int:
        from course_lib.eventloop.current import running

        return len(running("test").timers)

    run(main, clock="virtual")


def test_clearing_twice_or_nothing_is_no_error() -> None:
    def main() -> None:
        for _ in range(2):
            clear_timeout(timer)
            clear_interval(interval)
            clear_immediate(immediate)
        clear_timeout(None)
        clear_immediate(None)
        with pytest.raises(TypeError, match="expected what set_timeout or set_interval returned"):
            clear_timeout(immediate)  # type: ignore[arg-type]
        with pytest.raises(TypeError, match="expected what set_immediate returned"):
            clear_immediate(timer)  # type: ignore[arg-type]

    with open_loop(clock="virtual") as loop:
        from course_lib.eventloop.current import running_in_this_thread

        with running_in_this_thread(loop):
            timer, interval, immediate = set_timeout(print, 5), set_interval(print, 5), set_immediate(print)
            loop.start(main)
            assert not loop.alive
            assert not loop.timers.refs
            assert not loop.immediates.refs


def test_unref_lets_the_loop_end_and_ref_takes_it_back() -> None:
    def main() -> None:
        set_timeout(log, 1000, "never").unref().unref()
        set_timeout(log, 10, "again").unref().ref()
        immediate = set_immediate(log, "immediate too").unref().ref()
        assert immediate.has_ref()
        connect(9).on("error", lambda _: log("refused"))

    assert sorted(run(main, clock="virtual").output) == ["again", "immediate too", "refused"]


def test_refresh_starts_the_wait_anew_and_revives() -> None:
    def main() -> None:
        timer = set_timeout(lambda: log(f"at {now():.0f}"), 100)
        set_timeout(timer.refresh, 60)
        set_timeout(timer.refresh, 300)
        cleared = set_timeout(log, 10, "never")
        clear_timeout(cleared)
        cleared.refresh()

    assert run(main, clock="virtual").output == ["at 160", "at 400"]


def test_an_interval_keeps_its_distance_and_ends_when_cleared() -> None:
    times: list[float] = []

    def tick() -> None:
        times.append(now())
        busy(30 if len(times) == 1 else 0)
        if len(times) == 4:
            clear_interval(interval)

    with open_loop(clock="virtual") as loop:
        interval = loop.set_interval(tick, 20)
        from course_lib.eventloop.current import running_in_this_thread

        with running_in_this_thread(loop):
            loop.spin()
    assert times == [20, 50, 70, 90]  # the long callback delays the next run, and nothing is caught up


# Errors


def test_an_uncaught_exception_ends_the_program() -> None:
    def main() -> None:
        set_immediate(lambda: 1 / 0)
        set_timeout(log, 100, "never")

    with pytest.raises(ZeroDivisionError):
        run(main)


def test_a_handler_of_uncaught_exceptions_keeps_it_going() -> None:
    def main() -> None:
        on_uncaught_exception(lambda error: log(f"caught {error}"))
        set_immediate(lambda: 1 / 0)
        set_immediate(log, "next")

    assert run(main, clock="virtual").output == ["caught division by zero", "next"]


def test_an_unhandled_rejection_ends_the_program_with_its_own_reason() -> None:
    with pytest.raises(KeyError, match="gone"):
        run(lambda: Promise.reject(KeyError("gone")))
    with pytest.raises(UnhandledRejection, match="'just text'") as caught:
        run(lambda: Promise.reject("just text"))
    assert caught.value.reason == "just text"


def test_a_handler_of_rejections_gets_reason_and_promise() -> None:
    def main() -> None:
        on_unhandled_rejection(lambda reason, promise: log(f"{reason} {promise.state}"))
        Promise.reject("no")

    assert run(main).rows == [("no rejected", "main", "rej")]


def test_a_rejection_handled_in_time_is_not_reported() -> None:
    def main() -> None:
        promise = Promise.reject("no")
        next_tick(lambda: promise.catch(lambda reason: log(f"handled: {reason}")))

    assert run(main).output == ["handled: no"]


def test_the_loop_is_intact_after_an_error_and_goes_on() -> None:
    with open_loop(clock="virtual") as loop:
        loop.set_immediate(lambda: 1 / 0)
        loop.set_immediate(loop.log, "the next immediate")
        loop.next_tick(loop.log, "a tick")
        with pytest.raises(ZeroDivisionError):
            loop.spin()
        loop.spin()
    assert loop.output == ["a tick", "the next immediate"]


@pytest.mark.parametrize("phase", ["pending", "close"])
def test_an_error_in_a_batch_leaves_the_rest_of_it(phase: str) -> None:
    with open_loop(clock="virtual") as loop:
        feed = loop.feed_pending if phase == "pending" else loop.feed_close
        order = [lambda: loop.log("last"), lambda: 1 / 0, lambda: loop.log("first")]
        for callback in order if phase == "close" else reversed(order):
            feed(callback, "test")
        with pytest.raises(ZeroDivisionError):
            loop.spin()
        assert loop.output == ["first"]
        loop.spin()
    assert loop.output == ["first", "last"]


# Interrupts


def test_an_interrupt_leaves_the_loop_intact() -> None:
    def interrupt() -> None:
        signal.raise_signal(signal.SIGINT)
        log("never")

    from course_lib.eventloop.current import running_in_this_thread

    with open_loop() as loop, running_in_this_thread(loop):
        for callback in (interrupt, lambda: log("after")):
            loop.set_immediate(callback)
        with pytest.raises(KeyboardInterrupt):
            loop.spin()
        loop.spin()
    assert loop.output == ["after"]


def test_a_callback_that_never_returns_can_be_interrupted() -> None:
    def main() -> None:
        listen(0)
        read_file(__file__, lambda error, data: None)
        threading.Timer(0.05, signal.raise_signal, [signal.SIGINT]).start()
        while True:
            pass

    before = threading.active_count()
    with pytest.raises(KeyboardInterrupt):
        run(main)
    assert threading.active_count() <= before + 1  # the timer may be on its last step; the pool is gone


# Limits


@pytest.mark.parametrize(
    ("main", "alive"),
    [
        (lambda: set_interval(print_nothing, 10), "an interval of 10 ms (print_nothing)"),
        (lambda: set_timeout(print, 60_000, name="tomorrow"), "a timer of 60000 ms (tomorrow)"),
        (lambda: set_immediate(again), "1 immediate"),
        (lambda: next_tick(tick_again), "the nextTick queue, which is never empty (next: tick_again)"),
        (lambda: queue_microtask(micro_again), "the microtask queue, which is never empty (next: micro_again)"),
    ],
)
def test_a_program_that_never_ends_is_stopped_and_says_why(main: object, alive: str) -> None:
    with pytest.raises(LoopLimit) as caught:
        run(main, limit=0.05)  # type: ignore[arg-type]
    assert caught.value.alive == [alive]
    assert str(caught.value).startswith("the program did not end within 0.05 s. What keeps the loop alive: ")


def print_nothing() -> None:
    pass


def again() -> None:
    set_immediate(again)


def tick_again() -> None:
    next_tick(tick_again)


def micro_again() -> None:
    queue_microtask(micro_again)


def test_a_server_is_named_by_its_port() -> None:
    ports: list[int] = []
    with pytest.raises(LoopLimit) as caught:
        run(lambda: ports.append(listen(0).port), limit=0.05)
    assert caught.value.alive == [f"a server listening on port {ports[0]}"]


@pytest.mark.parametrize("start", [again, tick_again, micro_again])
def test_callbacks_can_be_limited(start: object) -> None:
    with pytest.raises(LoopLimit, match=r"within 1,000 callbacks"):
        run(start, max_callbacks=1000, limit=None)  # type: ignore[arg-type]


def test_the_virtual_clock_counts_for_the_limit() -> None:
    with pytest.raises(LoopLimit, match="within 10 s"):
        run(lambda: set_interval(print_nothing, 100), clock="virtual")


# Arguments


def test_wrong_arguments_of_run() -> None:
    with pytest.raises(ValueError, match=r'expected module "commonjs" or "esm", got "?\'?amd'):
        run(print, module="amd")
    with pytest.raises(ValueError, match='expected clock "real", "virtual" or an IO object'):
        run(print, clock="sundial")
    with pytest.raises(ValueError, match="expected a Node version out of 10, 18, 20, 22, 24, 26, got '4'"):
        run(print, node="4")
    with pytest.raises(ValueError, match="expected file_trips 1 or 4, got 2"):
        run(print, file_trips=2)
    with pytest.raises(TypeError, match="expected a callback"):
        run("main")  # type: ignore[arg-type]


def test_options_override_the_version() -> None:
    assert NodeRules.of("26").but(file_trips=4, unref_timer_at_exit=None) == NodeRules(check_drains_leftovers=False)


def test_top_level_await_that_never_comes_back_is_exit_code_13() -> None:
    async def main() -> None:
        await Promise(lambda resolve, reject: None)

    assert run(main, module="esm").exit == 13
    assert run(main).exit == 0  # an async function of a CommonJS file may be forgotten


def test_an_error_in_a_module_body_comes_after_four_microtasks() -> None:
    def setup() -> None:
        on_uncaught_exception(lambda error: log(f"uncaught {error}"))
        promise = Promise.resolve()
        for hop in range(1, 8):
            promise = promise.then(lambda _, hop=hop: log(hop))
        next_tick(log, "tick")

    def plain() -> None:
        setup()
        raise ValueError("x")

    async def with_await() -> None:
        setup()
        await Promise.resolve()
        raise ValueError("x")

    assert run(plain, module="esm").output == ["1", "2", "3", "4", "uncaught x", "5", "6", "7", "tick"]
    assert run(with_await, module="esm").output == ["1", "2", "3", "4", "5", "6", "uncaught x", "7", "tick"]


def test_closing_twice_is_safe_and_repr_shows_the_state() -> None:
    loop = EventLoop(VirtualIO())
    assert repr(loop) == "<EventLoop: main phase of iteration 0, nothing to do>"
    loop.set_immediate(print)
    assert "alive" in repr(loop)
    loop.close()
    loop.close()


def test_importing_the_room_needs_the_standard_library_only() -> None:
    code = (
        "import sys; import course_lib.eventloop; "
        "print([m for m in sys.modules if m.split('.')[0] in ('numpy','matplotlib','tornado','IPython','ipywidgets')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


def test_handlers_of_errors_may_be_async() -> None:
    async def heard(what: object, *_: object) -> None:
        await Promise.resolve()
        log(f"heard {what}")

    def main() -> None:
        on_uncaught_exception(heard)
        on_unhandled_rejection(heard)
        set_timeout(lambda: int("x"), 0)
        Promise.reject("no")

    assert run(main, clock="virtual").output[0] == "heard no"
    assert len(run(main, clock="virtual").output) == 2


def test_a_coroutine_is_no_callback_and_leaves_no_warning() -> None:
    async def function() -> None: ...

    with pytest.raises(TypeError, match="did you call the function"):
        run(lambda: set_timeout(function(), 0))  # type: ignore[arg-type]
    gc.collect()


@pytest.mark.parametrize("time", [math.nan, math.inf, -1])
@pytest.mark.parametrize("clock", ["real", "virtual"])
def test_a_loop_is_busy_for_a_finite_time(clock: str, time: float) -> None:
    with pytest.raises(ValueError, match="expected a time of 0 ms or more"):
        run(lambda: busy(time), clock=clock)
    with pytest.raises(TypeError, match="expected a time in milliseconds"):
        run(lambda: busy("5"), clock=clock)  # type: ignore[arg-type]


@pytest.mark.parametrize("limit", [math.nan, -1])
def test_a_limit_that_would_never_or_always_be_reached_is_refused(limit: float) -> None:
    with pytest.raises(ValueError, match="expected a limit of 0 seconds or more"):
        run(lambda: None, limit=limit)


@pytest.mark.parametrize("clock", ["real", "virtual"])
def test_a_closed_loop_runs_nothing_more(clock: str) -> None:
    loop = open_loop(clock=clock)
    loop.close()
    assert "closed" in repr(loop)
    for use in (loop.spin, lambda: loop.start(lambda: None)):
        with pytest.raises(LoopError, match="closed"):
            use()


def test_a_closed_loop_opens_nothing() -> None:
    loop = open_loop()
    loop.close()
    with running_in_this_thread(loop):
        for use in (lambda: listen(0), lambda: connect(9), lambda: read_file(__file__, print)):
            with pytest.raises(LoopError, match="closed"):
                use()
