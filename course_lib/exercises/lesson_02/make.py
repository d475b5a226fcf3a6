"""Lesson 02: the exercises: what is asked, hints, and the misconceptions each of them must tell from the right idea."""

from __future__ import annotations

from course_lib.exercises.lesson_02 import answers, judges
from course_lib.lesson import Exercise, WrongAnswer

__all__ = ["EXERCISES"]


# 02-1: a function that answers now or later

_CACHE = Exercise(
    "02-1",
    "Always later",
    """Write `read_through(cache, load, key, done)`, the mended `read_cached`. It gives the value of `key` to
`done(value)`: from the dictionary `cache` when the key is there, else from `load(key, callback)`, which answers later;
a loaded value is stored.

`done` must be called exactly once, and never before `read_through` has returned. Use `next_tick`, `queue_microtask` or
`set_immediate`.""",
    judges.judge_cache,
    [
        "On a miss all is well. Which line calls `done` while the caller is still inside `read_through`?",
        "Hand over a function that will call `done`, and do not call it yourself: `next_tick(lambda: …)`.",
        "Do not forget the `return` after it, or the value is loaded as well.",
    ],
    answers.read_through,
    [
        WrongAnswer("answers now on a hit", answers.answers_now_on_a_hit, "before the call returned"),
        WrongAnswer("calls done and queues its result", answers.calls_instead_of_handing_over, "expected a"),
        WrongAnswer("ignores the cache", answers.ignores_the_cache, "loaded all the same"),
        WrongAnswer("never stores what was loaded", answers.never_stores, "stored in the cache"),
        WrongAnswer("answers twice", answers.answers_twice, "called twice"),
        WrongAnswer("load returns the value", answers.load_returns, "`load` returns nothing"),
        WrongAnswer("async def answers later", answers.async_is_later, "which nobody awaits here"),
        WrongAnswer("takes a false value for a missing one", answers.takes_false_for_missing, "key in cache"),
    ],
)


# 02-2: the drain rule

_DRAIN = Exercise(
    "02-2",
    "The drain",
    """Write `drain(ticks, microtasks)`. Both are `deque`s of functions without arguments; take each from the left end
and call it. A function may append to either queue while it runs. Empty both by the rule at the top of this lesson.""",
    judges.judge_drain,
    [
        "`ticks.popleft()()` takes the oldest tick and calls it. Begin with the loop that empties one queue.",
        "Two inner `while` loops, one for each queue, and an outer one around both.",
        "The outer loop goes on while either queue holds something: a microtask may have added a tick.",
    ],
    answers.drain,
    [
        WrongAnswer("a tick always has priority", answers.ticks_always_win, "no tick runs until"),
        WrongAnswer("one of each in turn", answers.one_of_each, "no microtask runs until"),
        WrongAnswer("one round only", answers.one_round_only, "ended while something was still queued"),
        WrongAnswer("only what waited at the start", answers.snapshots, "no microtask runs until"),
        WrongAnswer("microtasks first", answers.microtasks_first, "begins with the ticks"),
        WrongAnswer("last in, first out", answers.last_in_first_out, "first in, first out"),
    ],
)


# 02-3: work that lets others in

_WORK = Exercise(
    "02-3",
    "Work that lets others in",
    """Write `process_all(items, handle, done)`. It calls `handle(item)` for each item in order, then `done()` once,
also when there are no items. Others must get a turn: handle at most 100 items before the loop has gone round.

Here is the version that starves the loop:

```python
def process_all(items, handle, done):
    waiting = deque(items)

    def some():
        if waiting:
            handle(waiting.popleft())
            next_tick(some)
        else:
            done()

    some()
```""",
    judges.judge_work,
    [
        "Which call queues something for the next round of the loop, and not for the drain that is going on?",
        "`set_immediate(some)` at the end of each slice; one item per slice is allowed, and slow.",
        "A slice: `for _ in range(min(50, len(waiting))): handle(waiting.popleft())`, then decide whether to go on.",
    ],
    answers.process_all,
    [
        WrongAnswer("slices chained by ticks", answers.chain_of_ticks, "1000 items without a turn"),
        WrongAnswer("slices chained by microtasks", answers.chain_of_microtasks, "1000 items without a turn"),
        WrongAnswer("all immediates queued at once", answers.all_immediates_at_once, "runs all immediates that wait"),
        WrongAnswer("one long loop", answers.one_long_loop, "1000 items without a turn"),
        WrongAnswer("done when the work is queued", answers.done_too_early, "before the last item"),
        WrongAnswer("silent when there is nothing", answers.nothing_to_do_says_nothing, "done called 0 times"),
    ],
)


# 02-4: a promise that may be rejected before anyone asks

_KEEP = Exercise(
    "02-4",
    "Listen in time",
    """Write `keep(promise)`. It returns a promise that may be rejected before anyone awaits it, without being reported
as unhandled. Whoever awaits it later still gets the value, or the error. Other promises are reported as before.""",
    judges.judge_keep,
    [
        "A rejection counts as handled as soon as one error handler hangs on the promise, whatever the handler does.",
        "`promise.catch(handler)` returns a *new* promise. Which of the two should the caller get?",
        "Hang a handler that does nothing on the promise, and return the promise itself.",
    ],
    answers.keep,
    [
        WrongAnswer("returns the caught promise", answers.returns_the_caught_one, "without the error"),
        WrongAnswer("listens with then only", answers.listens_with_then, "Nobody listened"),
        WrongAnswer("listens from an immediate", answers.listens_too_late, "Nobody listened"),
        WrongAnswer("silences the whole program", answers.silences_everybody, "do not silence the whole program"),
        WrongAnswer("does nothing", answers.passes_it_through, "Nobody listened"),
        WrongAnswer("turns the error into a value", answers.error_as_value, "The error became a value"),
        WrongAnswer("listens in a coroutine", answers.listens_in_a_coroutine, "A coroutine begins when"),
    ],
)


# 02-5: all

_ALL = Exercise(
    "02-5",
    "All of them",
    """Write `all_of(promises)`, your own `Promise.all`, without using it. It returns a promise of the list of all
values, in the order of the promises, or rejected with the first error. For an empty list the value is `[]`.

The worked example above, `first_of`, has the same frame.""",
    judges.judge_all,
    [
        "Make a list with as many places as there are promises, and count how many are still missing.",
        "Each promise needs a handler that knows its own index: make it in a small function `watch(index, promise)`.",
        "`promise.then(arrived, reject)` listens for both. At count 0: `resolve(values)`. And without promises?",
    ],
    answers.all_of,
    [
        WrongAnswer("in order of arrival", answers.in_order_of_arrival, "order of arrival"),
        WrongAnswer("one index for all handlers", answers.one_index_for_all, "its own index"),
        WrongAnswer("never settles for an empty list", answers.an_empty_list_waits_for_ever, "never settled"),
        WrongAnswer("awaits one after the other", answers.one_after_the_other, "every promise at once"),
        WrongAnswer("deaf to errors", answers.deaf_to_errors, "for its error as well"),
        WrongAnswer("a list of promises", answers.hands_back_the_promises, "Those are the promises themselves"),
    ],
)


EXERCISES = [_CACHE, _DRAIN, _WORK, _KEEP, _ALL]
