"""The course's own servers, on both paths, under every kind of load."""

from __future__ import annotations

import pytest

from course_lib import live, realtime
from course_lib.realtime.faulty import interval_polling

KINDS = {"long_polling": ["poll"], "sse": ["sse", "request"], "websocket": ["echo", "websocket"]}


@pytest.mark.parametrize("path", ["batteries", "hot"])
@pytest.mark.parametrize("name", KINDS)
def test_everything_arrives_once(measured, path, name):
    with realtime.serve(name, path=path) as server:
        for kind in KINDS[name]:
            for rate in (200.0, None):
                load = measured(server.url, kind=kind, clients=3, rate=rate)
                assert load.ok, load
                assert load.answered == load.sent * (3 if load.plan.delivers else 1)
                assert load.answered >= 3


def test_what_each_message_costs_on_the_wire(measured):
    """Figures that lesson 08 builds on: the same on any machine."""
    bytes_per_message = {}
    for name, kinds in KINDS.items():
        with realtime.serve(name, path="hot") as server:
            for kind in kinds:
                bytes_per_message[kind] = measured(server.url, kind=kind, clients=2, payload=32).bytes_per_message
    assert bytes_per_message["websocket"] == 2 + 32
    assert bytes_per_message["echo"] == 2 * (2 + 32) + 4
    assert 32 < bytes_per_message["sse"] < 80
    assert bytes_per_message["poll"] > 200


def test_a_server_that_gives_each_message_to_one_client_only(measured):
    app = interval_polling.make_app()
    app.settings["interval"] = 0.01
    with live.serve(app) as server:
        load = measured(server.url, kind="poll", clients=2, rate=20.0, timeout=0.5)
    assert dict(load.errors) == {"missing": 2}
    assert (load.sent, load.answered) == (2, 2)
