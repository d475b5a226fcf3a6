"""Lesson 02: the solutions, and the wrong answers people really give.

Each solution uses only names that the notebook's setup cell imports: its source is what replaces the exercise cell.
Each wrong answer is a misconception with a name; `make.py` holds the sentence that teaches. All of it is written as a
learner writes in a cell, so without types.
"""

# mypy: disable-error-code="no-untyped-def, no-untyped-call, var-annotated"

from __future__ import annotations

from collections import deque

from course_lib.eventloop import Promise, next_tick, on_unhandled_rejection, queue_microtask, set_immediate

__all__ = [
    "all_immediates_at_once",
    "all_of",
    "an_empty_list_waits_for_ever",
    "answers_now_on_a_hit",
    "answers_twice",
    "async_is_later",
    "calls_instead_of_handing_over",
    "chain_of_microtasks",
    "chain_of_ticks",
]
__all__ += [
    "deaf_to_errors",
    "done_too_early",
    "drain",
    "error_as_value",
    "hands_back_the_promises",
    "ignores_the_cache",
    "in_order_of_arrival",
    "keep",
    "last_in_first_out",
]
__all__ += [
    "listens_in_a_coroutine",
    "listens_too_late",
    "listens_with_then",
    "load_returns",
    "microtasks_first",
    "never_stores",
    "nothing_to_do_says_nothing",
    "one_after_the_other",
    "one_index_for_all",
]
__all__ += [
    "one_long_loop",
    "one_of_each",
    "one_round_only",
    "passes_it_through",
    "process_all",
    "read_through",
    "returns_the_caught_one",
    "silences_everybody",
    "snapshots",
]
__all__ += [
    "takes_false_for_missing",
    "ticks_always_win",
]


# 02-1: a function that answers now or later


def read_through(cache, load, key, done):
    if key in cache:
        value = cache[key]
        next_tick(lambda: done(value))
        return

    def store(value):
        cache[key] = value
        done(value)

    load(key, store)


def answers_now_on_a_hit(cache, load, key, done):
    if key in cache:
        done(cache[key])
        return

    def store(value):
        cache[key] = value
        done(value)

    load(key, store)


def calls_instead_of_handing_over(cache, load, key, done):
    if key in cache:
        next_tick(done(cache[key]))
        return

    def store(value):
        cache[key] = value
        done(value)

    load(key, store)


def ignores_the_cache(cache, load, key, done):
    def store(value):
        cache[key] = value
        done(value)

    load(key, store)


def never_stores(cache, load, key, done):
    if key in cache:
        value = cache[key]
        next_tick(lambda: done(value))
        return
    load(key, done)


def answers_twice(cache, load, key, done):
    if key in cache:
        next_tick(lambda: done(cache[key]))

    def store(value):
        cache[key] = value
        done(value)

    load(key, store)


def takes_false_for_missing(cache, load, key, done):
    if cache.get(key):
        next_tick(lambda: done(cache[key]))
        return

    def store(value):
        cache[key] = value
        done(value)

    load(key, store)


def load_returns(cache, load, key, done):
    if key not in cache:
        cache[key] = load(key, done)
    value = cache[key]
    next_tick(lambda: done(value))


async def async_is_later(cache, load, key, done):
    if key in cache:
        done(cache[key])
        return

    def store(value):
        cache[key] = value
        done(value)

    load(key, store)


# 02-2: the drain rule


def drain(ticks, microtasks):
    while ticks or microtasks:
        while ticks:
            ticks.popleft()()
        while microtasks:
            microtasks.popleft()()


def ticks_always_win(ticks, microtasks):
    while ticks or microtasks:
        if ticks:
            ticks.popleft()()
        else:
            microtasks.popleft()()


def one_of_each(ticks, microtasks):
    while ticks or microtasks:
        if ticks:
            ticks.popleft()()
        if microtasks:
            microtasks.popleft()()


def one_round_only(ticks, microtasks):
    while ticks:
        ticks.popleft()()
    while microtasks:
        microtasks.popleft()()


def snapshots(ticks, microtasks):
    while ticks or microtasks:
        for _ in range(len(ticks)):
            ticks.popleft()()
        for _ in range(len(microtasks)):
            microtasks.popleft()()


def microtasks_first(ticks, microtasks):
    while ticks or microtasks:
        while microtasks:
            microtasks.popleft()()
        while ticks:
            ticks.popleft()()


def last_in_first_out(ticks, microtasks):
    while ticks or microtasks:
        while ticks:
            ticks.pop()()
        while microtasks:
            microtasks.pop()()


# 02-3: work that lets others in


def process_all(items, handle, done):
    waiting = deque(items)

    def some():
        for _ in range(min(50, len(waiting))):
            handle(waiting.popleft())
        if waiting:
            set_immediate(some)
        else:
            done()

    set_immediate(some)


def chain_of_ticks(items, handle, done):
    waiting = deque(items)

    def some():
        for _ in range(min(50, len(waiting))):
            handle(waiting.popleft())
        if waiting:
            next_tick(some)
        else:
            done()

    set_immediate(some)


def chain_of_microtasks(items, handle, done):
    waiting = deque(items)

    def some():
        for _ in range(min(50, len(waiting))):
            handle(waiting.popleft())
        if waiting:
            queue_microtask(some)
        else:
            done()

    set_immediate(some)


def all_immediates_at_once(items, handle, done):
    for item in items:
        set_immediate(lambda item=item: handle(item))
    set_immediate(done)


def one_long_loop(items, handle, done):
    def everything():
        for item in items:
            handle(item)
        done()

    set_immediate(everything)


def done_too_early(items, handle, done):
    waiting = deque(items)

    def some():
        for _ in range(min(50, len(waiting))):
            handle(waiting.popleft())
        if waiting:
            set_immediate(some)

    set_immediate(some)
    done()


def nothing_to_do_says_nothing(items, handle, done):
    waiting = deque(items)

    def some():
        for _ in range(min(50, len(waiting))):
            handle(waiting.popleft())
        if waiting:
            set_immediate(some)
        else:
            done()

    if waiting:
        set_immediate(some)


# 02-4: a promise that may be rejected before anyone asks


def keep(promise):
    promise.catch(lambda error: None)
    return promise


def returns_the_caught_one(promise):
    return promise.catch(lambda error: None)


def listens_with_then(promise):
    promise.then(lambda value: value)
    return promise


def listens_too_late(promise):
    set_immediate(lambda: promise.catch(lambda error: None))
    return promise


def silences_everybody(promise):
    on_unhandled_rejection(lambda *_: None)
    return promise


def passes_it_through(promise):
    return promise


def error_as_value(promise):
    return promise.then(lambda value: value, lambda error: error)


async def listens_in_a_coroutine(promise):
    promise.catch(lambda error: None)
    return promise


# 02-5: all


def hands_back_the_promises(promises):
    return list(promises)


def all_of(promises):
    def executor(resolve, reject):
        values = [None] * len(promises)
        missing = len(promises)

        def watch(index, promise):
            def arrived(value):
                nonlocal missing
                values[index] = value
                missing -= 1
                if missing == 0:
                    resolve(values)

            promise.then(arrived, reject)

        for index, promise in enumerate(promises):
            watch(index, promise)
        if not promises:
            resolve(values)

    return Promise(executor)


def in_order_of_arrival(promises):
    def executor(resolve, reject):
        values = []

        def arrived(value):
            values.append(value)
            if len(values) == len(promises):
                resolve(values)

        for promise in promises:
            promise.then(arrived, reject)
        if not promises:
            resolve(values)

    return Promise(executor)


def one_index_for_all(promises):
    def executor(resolve, reject):
        values = [None] * len(promises)
        missing = len(promises)

        for index, promise in enumerate(promises):

            def arrived(value):
                nonlocal missing
                values[index] = value  # noqa: B023 - the mistake this answer is about
                missing -= 1
                if missing == 0:
                    resolve(values)

            promise.then(arrived, reject)
        if not promises:
            resolve(values)

    return Promise(executor)


def an_empty_list_waits_for_ever(promises):
    def executor(resolve, reject):
        values = [None] * len(promises)
        missing = len(promises)

        def watch(index, promise):
            def arrived(value):
                nonlocal missing
                values[index] = value
                missing -= 1
                if missing == 0:
                    resolve(values)

            promise.then(arrived, reject)

        for index, promise in enumerate(promises):
            watch(index, promise)

    return Promise(executor)


def one_after_the_other(promises):
    async def collect():
        return [await promise for promise in promises]

    return Promise(lambda resolve, reject: resolve(collect()))


def deaf_to_errors(promises):
    def executor(resolve, reject):
        values = [None] * len(promises)
        missing = len(promises)

        def watch(index, promise):
            def arrived(value):
                nonlocal missing
                values[index] = value
                missing -= 1
                if missing == 0:
                    resolve(values)

            promise.then(arrived)

        for index, promise in enumerate(promises):
            watch(index, promise)
        if not promises:
            resolve(values)

    return Promise(executor)
