"""Exercises 08-2 to 08-4: from moments to latencies, from latencies to percentiles, from parts to a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from course_lib.exercises.lesson_08 import answers_figures as answers
from course_lib.lesson import Exercise, Trial, WrongAnswer

__all__ = ["LATENCIES", "PERCENTILE", "TOGETHER"]


def _judge_latencies(latencies: Callable[..., Any]) -> Iterator[Trial]:
    def trial(sent: Sequence[float], answered: Sequence[float | None], expected: list[float], because: Any) -> Trial:
        given = f"latencies(4, sent={list(sent)}, answered={list(answered)}, end=4)"
        return Trial(given, expected, lambda: latencies(4, [*sent], [*answered], 4), because)

    def stopped(got: Any) -> str | None:
        if got == [0.125, 0.875, 0.125, 0.125]:
            return "A request is due by the schedule, whether or not the one before has its answer."
        return "The third was due at 0.5 and was sent at 1.1875: for half a second nobody was let in. That is waiting."

    yield trial([0, 0.25, 0.5], [0.125, 0.375, 0.625], [0.125] * 3, "Number k was due at k / rate: 0, 0.25, 0.5 s.")
    yield trial([0, 0.25, 1.1875, 1.3125], [0.125, 1.125, 1.25, 1.375], [0.125, 0.875, 0.75, 0.625], stopped)

    def unanswered(got: Any) -> str | None:
        if isinstance(got, list) and len(got) < 3:
            return (
                "The one without an answer is missing: it is the slowest of all, and the figures look better without."
            )
        if isinstance(got, list) and 0 in got:
            return (
                "No answer is not an answer in no time. It has waited from when it was due until the end, and longer."
            )
        return "Who has no answer has waited until the end, at least."

    yield trial([0, 0.25, 0.5], [0.125, None, 0.625], [0.125, 3.75, 0.125], unanswered)


LATENCIES = Exercise(
    "08-2",
    "Latencies from a schedule",
    "A run is over; its notes are left. `rate` requests a second were due, the first at 0 s. `sent[k]` and"
    " `answered[k]`"
    " say when number k was sent and answered, in seconds; `answered[k]` is None if there was no answer up to `end`."
    " Write `latencies(rate, sent, answered, end)`: a list with the latency of each, from the moment at which it was"
    " due. Who has no answer counts as long as it has waited.",
    _judge_latencies,
    [
        "When was number k due? `k / rate`. Nothing else decides it.",
        "`enumerate(answered)` gives the number and the moment. You need not look at `sent` at all.",
    ],
    answers.latencies,
    [
        WrongAnswer("from the sending", answers.counts_from_sending, "nobody was let in"),
        WrongAnswer("answers only", answers.answered_only, "it is the slowest of all"),
        WrongAnswer("no answer is zero", answers.counts_zero, "not an answer in no time"),
        WrongAnswer("due when the last is answered", answers.from_the_last_answer, "whether or not the one before"),
    ],
)


def _judge_percentile(percentile: Callable[..., Any]) -> Iterator[Trial]:
    def trial(values: Sequence[float], q: float, expected: float, because: Any, says: str = "") -> Trial:
        return Trial(f"percentile_of({says or list(values)}, {q})", expected, lambda: percentile([*values], q), because)

    def half(got: Any) -> str | None:
        if got == 25:
            return "25 ms is nobody's latency. The nearest rank is always a value that has occurred."
        if got == 30:
            return "One place too far: places in a list count from 0, ranks from 1."
        return "Half of the four values are at most 20."

    yield trial([10, 20, 30, 40], 50, 20, half)
    yield trial([30, 10, 20, 40], 50, 20, "Latencies come as they come. Sort them first.")
    yield trial([1, 2, 3, 4, 5, 6, 7], 60, 5, "60 % of 7 is 4.2, and four values are too few: round up, to rank 5.")
    yield trial(
        [1, 2, 3, 4, 5], 90, 5, "90 % of 5 is 4.5: with rank 4, only 80 % of the values are at most the result."
    )
    yield trial([2] * 99 + [500], 99, 2, "99 of 100 are at most 2.", "ninety-nine times 2, and 500")
    yield trial([2] * 98 + [500] * 2, 99, 500, "Only 98 of 100 are at most 2.", "ninety-eight times 2, and twice 500")
    yield trial([7], 99, 7, "One value is every percentile.")
    yield trial([3, 1, 2], 0, 1, "The smallest: rank 1 at least.")
    yield trial([3, 1, 2], 100, 3, "The largest.")


PERCENTILE = Exercise(
    "08-3",
    "The nearest rank",
    "Write `percentile_of(values, q)`: the smallest of the values that is not below `q` per cent of them. `q` is"
    " between"
    " 0 and 100; for 0 it is the smallest value. `math` is imported.",
    _judge_percentile,
    [
        "Sort. The value's rank is q per cent of how many there are, rounded *up*: `math.ceil(q * n / 100)`.",
        "Ranks count from 1 and places in a list from 0; and there is no rank 0.",
    ],
    answers.percentile_of,
    [
        WrongAnswer("a place for a rank", answers.floored, "ranks from 1"),
        WrongAnswer("between two values", answers.between, "nobody's latency"),
        WrongAnswer("as they come", answers.unsorted, "Sort them first"),
        WrongAnswer("rounded to the nearest", answers.nearest, "round up"),
    ],
)


def _judge_together(p99_of_all: Callable[..., Any]) -> Iterator[Trial]:
    def trial(histograms: Sequence[Mapping[int, int]], expected: int, because: Any) -> Trial:
        given = f"p99_of_all({[dict(one) for one in histograms]})"
        return Trial(given, expected, lambda: p99_of_all([dict(one) for one in histograms]), because)

    def quiet(got: Any) -> str | None:
        if got == 101:
            return (
                "That is the average of 2 and 200, and nobody's percentile: most of the requests were with the"
                " first. Percentiles cannot be averaged; counts can be added."
            )
        if got == 200:
            return "The worst p99 is not the p99 of all: fewer than one in a hundred of all requests took 200 ms."
        if isinstance(got, (int, float)) and 2 < got < 101:
            return "A weighted mean of percentiles is still a mean: nothing took that long. Counts can be added."
        return "9,950 of 10,000 took 2 ms."

    yield trial([{2: 95, 4: 4, 9: 1}], 4, "Add up the counts from the fastest on: 99 of 100 are at most 4 ms.")
    yield trial([{2: 9_900}, {2: 50, 200: 50}], 2, quiet)
    yield trial([{2: 970, 50: 30}, {2: 1000}], 50, "30 of 2,000 took 50 ms, which is more than one in a hundred.")
    yield trial([{5: 100}, {3: 100}, {1: 100}], 5, "Sort by time before you count, whoever comes first.")
    yield trial([{1: 1, 2: 1_000}, {}], 2, "An empty one adds nothing.")


TOGETHER = Exercise(
    "08-4",
    "The p99 of two servers",
    "Two servers, or two runs, each with a histogram: a dict from milliseconds to how many requests took so long."
    " Write `p99_of_all(histograms)`: the 99th percentile (nearest rank) of all requests together, in milliseconds."
    " `math` is imported.",
    _judge_together,
    [
        "Do not work out two percentiles. Add the counts first, into one dict for all.",
        "The rank is `math.ceil(99 * total / 100)`. Go through the sorted times and add up counts until you reach it.",
    ],
    answers.p99_of_all,
    [
        WrongAnswer("the average of the p99s", answers.average_of_p99s, "Percentiles cannot be averaged"),
        WrongAnswer("the weighted average", answers.weighted_p99, "weighted mean of percentiles"),
        WrongAnswer("the worst of the p99s", answers.largest_p99, "not the p99 of all"),
        WrongAnswer("each bucket once", answers.every_bucket_once, "Add up the counts"),
    ],
)
