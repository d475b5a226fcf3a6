"""The drain rule, on queues without a loop."""

from __future__ import annotations

from typing import Any

import pytest

from course_lib.eventloop.drain import Queues
from course_lib.eventloop.trace import Trace, TracedQueues


class World:
    """Queues, and what ran."""

    def __init__(self, kind: str) -> None:
        self.ran: list[str] = []
        self.chunks: list[int] = []
        told: Any = (lambda error: self.ran.append(f"error {error}"), self.report, self.chunks.append)
        self.queues = Queues(*told) if kind == "plain" else TracedQueues(Trace(), *told)
        self.tick, self.micro = self.queues.next_tick, self.queues.queue_microtask

    def report(self, promise: Any) -> None:
        self.ran.append(f"rejected {promise}")

    def say(self, name: str, *then: Any) -> Any:
        def callback() -> None:
            self.ran.append(f"{name} in {self.queues.queue}")
            for action in then:
                action()

        return callback


@pytest.fixture(params=["plain", "traced"])
def world(request: pytest.FixtureRequest) -> World:
    return World(request.param)


def test_ticks_then_microtasks_each_until_empty(world: World) -> None:
    world.micro(world.say("m1", lambda: world.tick(world.say("t3")), lambda: world.micro(world.say("m2"))))
    world.tick(world.say("t1", lambda: world.tick(world.say("t2"))))
    world.queues.drain()
    assert world.ran == ["t1 in tick", "t2 in tick", "m1 in micro", "m2 in micro", "t3 in tick"]


def test_without_a_tick_microtasks_come_first(world: World) -> None:
    world.micro(world.say("m1", lambda: world.tick(world.say("t"))))
    world.micro(world.say("m2"))
    world.queues.drain()
    assert world.ran == ["m1 in micro", "m2 in micro", "t in tick"]


def test_rejections_are_reported_when_both_are_empty_and_then_drained(world: World) -> None:
    class Rejected:
        def __str__(self) -> str:
            world.tick(world.say("after"))
            return "promise"

    world.queues.rejections[Rejected()] = None  # type: ignore[index]
    world.tick(world.say("t"))
    world.queues.drain()
    assert world.ran == ["t in tick", "rejected promise", "after in tick"]


def test_an_error_in_a_tick_leaves_the_rest(world: World) -> None:
    world.tick(lambda: 1 / 0)
    world.tick(world.say("t"))
    with pytest.raises(ZeroDivisionError):
        world.queues.drain()
    world.queues.drain()
    assert world.ran == ["t in tick"]


def test_an_error_in_a_microtask_is_told_and_stops_no_other(world: World) -> None:
    world.micro(lambda: 1 / 0)
    world.micro(world.say("m"))
    world.queues.drain()
    assert world.ran == ["error division by zero", "m in micro"]


@pytest.mark.parametrize("queue", ["tick", "micro"])
def test_somebody_is_told_how_much_ran(world: World, queue: str) -> None:
    world.queues.chunk = 10
    add = world.tick if queue == "tick" else world.micro
    for _ in range(25):
        add(lambda: None)
    world.queues.drain()
    assert world.chunks == [10, 10, 5]


def test_ticks_take_arguments_and_a_name(world: World) -> None:
    world.tick(world.ran.append, "argument", name="named")
    world.queues.drain()
    assert world.ran == ["argument"]
    assert repr(world.queues).endswith("0 ticks, 0 microtasks, 0 rejections>")
