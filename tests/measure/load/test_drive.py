"""Who sends when, with a clock that is told the time."""

from __future__ import annotations

import pytest

from course_lib.measure.load import drive
from course_lib.measure.load.drive import ClosedLoop, OpenLoop
from course_lib.measure.load.tally import Tally
from course_lib.measure.load.ticks import lead


class Client:
    """Notes what it is to send."""

    def __init__(self) -> None:
        self.open = True
        self.under_way = 0
        self.sent: list[tuple[float, float]] = []

    def send(self, due: float, moment: float) -> None:
        self.sent.append((due, moment))
        self.under_way += 1


class Clock:
    def __init__(self) -> None:
        self.time = 0.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(drive, "now", clock)
    return clock


def opened(clients: list[Client], count: int = 8, shared: bool = False) -> tuple[OpenLoop, Tally]:
    tally = Tally()
    tally.begin(1.0, 1.0)
    loop = OpenLoop(tally, clients, rate=4.0, count=count, shared=shared)
    loop.begin(1.0)
    for client in clients:
        loop.joined(client, 0.5)
    return loop, tally


def test_messages_are_due_by_the_schedule(clock):
    one, two = Client(), Client()
    loop, tally = opened([one, two])
    clock.time = 0.999
    loop.tick()
    assert tally.sent == 0
    clock.time = 1.3
    loop.tick()
    assert (one.sent, two.sent) == ([(1.0, 1.3)], [(1.25, 1.3)])
    assert tally.lateness.max == pytest.approx(0.3)


def test_who_is_woken_a_little_early_waits_for_the_moment(monkeypatch):
    one = Client()
    loop, _ = opened([one])
    moments = iter([1.0 - lead(0.25) / 2, 1.0 - lead(0.25) / 4, 1.0, 1.0001])
    monkeypatch.setattr(drive, "now", lambda: next(moments))
    loop.tick()
    assert one.sent == [(1.0, 1.0)]


def test_when_all_are_busy_a_message_waits_and_that_is_not_this_loads_lateness(clock):
    one = Client()
    loop, tally = opened([one])
    clock.time = 1.0
    loop.tick()
    clock.time = 1.9
    loop.tick()
    assert one.sent == [(1.0, 1.0)]
    one.under_way = 0
    loop.free(one, 1.9)
    assert one.sent[1:] == [(1.25, 1.9)]
    assert tally.lateness.max < 1e-5


def test_who_shares_a_connection_does_not_wait(clock):
    one, two = Client(), Client()
    loop, _ = opened([one, two], shared=True)
    clock.time = 2.0
    loop.tick()
    assert [due for due, _ in one.sent] == [1.0, 1.5, 2.0]
    assert [due for due, _ in two.sent] == [1.25, 1.75]


def test_a_lost_client_is_passed_over(clock):
    one, two = Client(), Client()
    for shared in (True, False):
        loop, _ = opened([one, two], shared=shared)
        one.open, one.under_way, two.sent, two.under_way = False, 0, [], 0
        clock.time = 1.0
        loop.tick()
        assert two.sent == [(1.0, 1.0)]
        one.open = True
    two.open = one.open = False
    loop, tally = opened([one, two], shared=True)
    loop.tick()
    assert tally.sent == 0


def test_who_came_back_is_not_asked_twice_at_once(clock):
    one = Client()
    loop, _ = opened([one])
    loop.joined(one, 0.7)
    clock.time = 1.5
    loop.tick()
    assert one.sent == [(1.0, 1.5)]


def test_the_end_of_the_schedule(clock):
    one = Client()
    loop, _ = opened([one], count=3, shared=True)
    clock.time = 1.25
    loop.tick()
    assert not loop.done
    assert loop.stop() == 1
    assert loop.done
    clock.time = 9.0
    loop.tick()
    loop.free(one, 9.0)
    assert len(one.sent) == 2


def test_a_closed_loop_sends_when_the_answer_came(clock):
    one, two, lost = Client(), Client(), Client()
    lost.open = False
    tally = Tally()
    loop = ClosedLoop(tally, [one, two, lost], window=2)
    loop.free(one, 0.0)
    assert one.sent == []
    clock.time = 1.0
    loop.begin(1.0)
    assert (len(one.sent), len(two.sent), len(lost.sent)) == (2, 2, 0)
    clock.time = 1.5
    loop.free(one, 1.4)
    assert one.sent[-1] == (1.5, 1.5)
    assert not loop.done
    assert loop.stop() == 0
    loop.free(one, 1.6)
    assert (len(one.sent), tally.sent, loop.done) == (3, 5, True)
