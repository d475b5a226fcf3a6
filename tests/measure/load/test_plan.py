"""What a load may be."""

from __future__ import annotations

import math

import pytest

from course_lib.measure.load import DELIVERIES, KINDS, Plan

URL = "http://localhost:8080"


def test_a_plan_survives_json_and_says_what_it_is():
    plan = Plan(URL, kind="echo", clients=1, rate=None, duration=0.5, pid=7, window=3)
    assert Plan.from_json(plan.to_json()) == plan
    assert str(plan) == "echo, 1 client, closed loop for 0.5 s"
    assert str(Plan(URL, clients=1000, rate=50)) == "request, 1,000 clients, 50/s for 2 s"


def test_where_it_goes():
    plan = Plan("ws://localhost:8080", kind="websocket")
    assert (plan.host, plan.port, plan.authority, plan.target) == ("127.0.0.1", 8080, "localhost:8080", "/rooms/load")
    assert Plan("http://[::1]:80").host == "::1"
    assert Plan(URL, path="/x?y=1").target == "/x?y=1"
    assert {kind for kind in KINDS if Plan(URL, kind=kind).delivers} == DELIVERIES


def test_how_many():
    assert Plan(URL, rate=200, duration=2).count == 400
    assert Plan(URL, rate=None).count is None


def test_generators_share_clients_and_rate():
    plan = Plan(URL, clients=7, rate=300.0, generators=3)
    parts = [plan.part(number) for number in range(3)]
    assert [part.clients for part in parts] == [3, 2, 2]
    assert {part.rate for part in parts} == {100.0}
    assert {part.generators for part in parts} == {1}


@pytest.mark.parametrize(
    "given",
    [
        {"url": "http://example.org:80"}, {"url": "https://localhost:80"}, {"url": "http://localhost"},
        {"url": "localhost:80"}, {"url": "http://localhost:99999"}, {"url": ""},
        {"kind": "ping"}, {"loop": "trio"},
        {"clients": 0}, {"clients": 10_001}, {"clients": 1.5}, {"clients": True},
        {"rate": 0}, {"rate": -1}, {"rate": 200_001}, {"rate": math.inf}, {"rate": math.nan},
        {"rate": 100_000, "duration": 100}, {"rate": 0.1, "duration": 1},
        {"kind": "sse", "rate": 20_000, "duration": 100},
        {"duration": 0}, {"duration": 301}, {"duration": math.nan},
        {"payload": 11}, {"payload": 2_000_000}, {"warmup": 1.0}, {"warmup": -0.1},
        {"window": 0, "rate": None}, {"window": 2}, {"window": 2, "rate": None, "kind": "request"},
        {"path": "hello"}, {"path": "/a b\r\nX: 1"}, {"path": "/ü"},
        {"timeout": 0}, {"generators": 0}, {"generators": 11}, {"generators": 2, "kind": "poll"},
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_at_once(given):
    with pytest.raises(ValueError, match="expected"):
        Plan(**{"url": URL, **given})
