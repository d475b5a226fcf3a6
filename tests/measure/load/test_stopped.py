"""A server that stops for a tenth of each second: what visitors must see, and what two loads say."""

from __future__ import annotations

import psutil
import pytest

from course_lib import live
from course_lib.measure.load import stopped
from course_lib.measure.load.stopped import expected_latencies


def test_a_queue_without_stops():
    assert list(expected_latencies([0.0, 1.0, 1.25], [], 0.5)) == [0.5, 0.5, 0.75]


def test_who_comes_during_a_stop_waits_for_its_end_and_for_those_before():
    due = [0.0, 1.0, 1.125, 1.25, 3.0]
    assert list(expected_latencies(due, [(0.875, 0.5)], 0.125)) == [0.125, 0.5, 0.5, 0.5, 0.125]


def test_what_is_begun_before_a_stop_is_finished_after_it():
    assert list(expected_latencies([0.0], [(0.25, 1.0)], 0.5)) == [1.5]


def test_stops_that_nobody_met_are_forgotten():
    assert list(expected_latencies([5.0], [(0.0, 1.0), (2.0, 1.0), (5.25, 1.0)], 0.5)) == [1.5]


def test_an_open_loop_sees_the_stops_and_a_closed_one_does_not():
    """On any machine, however busy: the open loop reports what visitors waited, the closed loop a fraction of it."""
    result = stopped.run(seconds=1.0, every=0.4, clients=2)
    assert repr(result) == f"<Stopped: {len(result.stops)} stops, open loop 1500/s, closed loop>"
    assert result.open.n > 900
    assert result.open.p99 > 0.08
    assert result.expected_p99 > 0.08
    assert result.closed.p99 < result.open.p99 / 2
    assert result.closed.max > 0.08
    assert all(length >= 0.09 for _, length in result.stops)
    assert [row[0] for row in result.rows()] == ["open loop", "closed loop"]
    assert live.leftovers() == []


def test_a_server_of_ones_own_is_measured_first_and_goes_on_afterwards():
    from course_lib.measure.load import bare

    with bare.start(0.001) as child:

        class Server:
            url = f"http://localhost:{child.port}"
            pid = child.pid

        seen = []
        result = stopped.run(Server, seconds=0.4, stop=0.02, every=0.1, on_progress=seen.append)
        assert 0 < result.open.plan.rate < 1000
        assert len(result.stops) >= 2
        assert seen
        assert psutil.Process(child.pid).status() != psutil.STATUS_STOPPED


@pytest.mark.parametrize("given", [{"stop": 1.0}, {"stop": 0}, {"every": 0.05}, {"target": object()}])
def test_what_cannot_be_is_refused(given):
    with pytest.raises(ValueError, match="expected"):
        stopped.run(**given)
