"""The solutions and wrong answers of 08-2, 08-3 and 08-4: latencies from a schedule, percentiles, and merging.

A solution's source is shown to the learner, so it uses only names that the notebook's first cell imports. Each wrong
answer says in its docstring what its author believed. All of it is written as a learner writes in a cell, so without
types.
"""

# mypy: disable-error-code="no-untyped-def, no-untyped-call, var-annotated"

from __future__ import annotations

import math

__all__ = [
    "answered_only",
    "average_of_p99s",
    "between",
    "counts_from_sending",
    "counts_zero",
    "every_bucket_once",
    "floored",
    "from_the_last_answer",
    "largest_p99",
    "latencies",
    "nearest",
    "p99_of_all",
    "percentile_of",
    "unsorted",
    "weighted_p99",
]


def latencies(rate, sent, answered, end):
    found = []
    for number, moment in enumerate(answered):
        due = number / rate
        found.append((end if moment is None else moment) - due)
    return found


def counts_from_sending(rate, sent, answered, end):
    """Believes that nobody waits before the request is on its way."""
    return [(end if back is None else back) - at for at, back in zip(sent, answered, strict=True)]


def answered_only(rate, sent, answered, end):
    """Believes that what has no answer has no latency."""
    return [moment - number / rate for number, moment in enumerate(answered) if moment is not None]


def counts_zero(rate, sent, answered, end):
    """Believes that no answer is 0 seconds."""
    return [0 if moment is None else moment - number / rate for number, moment in enumerate(answered)]


def from_the_last_answer(rate, sent, answered, end):
    """Believes that a request is due when the one before is answered, and not sooner."""
    found, free = [], 0.0
    for number, moment in enumerate(answered):
        back = end if moment is None else moment
        found.append(back - max(number / rate, free))
        free = back
    return found


def percentile_of(values, q):
    ordered = sorted(values)
    rank = math.ceil(q * len(ordered) / 100)
    return ordered[max(rank, 1) - 1]


def floored(values, q):
    """Believes that q per cent of the length is the place in the list."""
    ordered = sorted(values)
    return ordered[min(int(q / 100 * len(ordered)), len(ordered) - 1)]


def between(values, q):
    """Believes that a percentile lies between two values, in proportion."""
    ordered = sorted(values)
    place = q / 100 * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def unsorted(values, q):
    """Believes that latencies come in order."""
    rank = math.ceil(q * len(values) / 100)
    return values[max(rank, 1) - 1]


def nearest(values, q):
    """Believes that 'nearest rank' means the rank rounded to the nearest."""
    ordered = sorted(values)
    return ordered[min(max(round(q * len(ordered) / 100), 1), len(ordered)) - 1]


def p99_of_all(histograms):
    together = {}
    for histogram in histograms:
        for milliseconds, count in histogram.items():
            together[milliseconds] = together.get(milliseconds, 0) + count
    rank, counted = math.ceil(99 * sum(together.values()) / 100), 0
    for milliseconds in sorted(together):
        counted += together[milliseconds]
        if counted >= rank:
            return milliseconds
    return None  # there are no requests


def _p99(histogram):
    return p99_of_all([histogram])


def average_of_p99s(histograms):
    """Believes that the 99th percentile of all is the mean of the 99th percentiles."""
    return sum(_p99(one) for one in histograms) / len(histograms)


def weighted_p99(histograms):
    """Believes that a mean of percentiles is right if it is weighted."""
    total = sum(sum(one.values()) for one in histograms)
    return sum(_p99(one) * sum(one.values()) for one in histograms) / total


def largest_p99(histograms):
    """Believes that the worst of the 99th percentiles is on the safe side."""
    return max(_p99(one) for one in histograms)


def every_bucket_once(histograms):
    """Believes that a histogram's buckets are its values."""
    return percentile_of([value for one in histograms for value in one], 99)
