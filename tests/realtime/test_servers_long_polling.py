"""Long polling on both paths: nothing lost, nothing twice, nobody kept waiting."""

from __future__ import annotations

import json
from typing import Any

import pytest

from course_lib import live
from tests.realtime.wire import Raw, ask, made, post, serving, stats, until

every = pytest.mark.parametrize("path", made("long_polling"))


def poll(server: live.Server, after: object = None, **more: object) -> Any:
    query = "&".join(f"{name}={value}" for name, value in {"after": after, **more}.items() if value is not None)
    status, headers, body = ask(server, "GET", f"/poll?{query}")
    assert headers["cache-control"] == "no-store"
    return body if status == 200 else status


def waiting(server: live.Server, after: int = 0, *, count: int = 1) -> Raw:
    """A poll that the server holds; with it, `count` are held."""
    raw = Raw(server)
    raw.request("GET", f"/poll?after={after}")
    until(lambda: stats(server)["clients"] == count, f"{count} polls that wait")
    return raw


def texts(answer: bytes) -> list[str]:
    return [one["message"] for one in json.loads(answer)["messages"]]


@every
def test_a_newcomer_learns_where_to_begin(path: str) -> None:
    with serving("long_polling", path) as server:
        assert poll(server) == {"messages": [], "cursor": 0, "missed": False}
        post(server, "old")
        assert poll(server) == {"messages": [], "cursor": 1, "missed": False}


@every
def test_what_is_there_comes_at_once_and_in_order(path: str) -> None:
    with serving("long_polling", path) as server:
        for text in ("a", "b", "c"):
            post(server, text)
        messages = [{"id": 2, "message": "b"}, {"id": 3, "message": "c"}]
        assert poll(server, 1) == {"messages": messages, "cursor": 3, "missed": False}
        assert poll(server, 3, timeout=0) == 204


@every
def test_all_who_wait_get_a_message_when_it_comes(path: str) -> None:
    with serving("long_polling", path, poll_timeout=60) as server:
        with waiting(server) as one, waiting(server, count=2) as other:
            post(server, "news")
            assert texts(one.answer()[2]) == texts(other.answer()[2]) == ["news"]
        assert stats(server)["clients"] == 0


@every
def test_one_connection_can_ask_again_and_again(path: str) -> None:
    with serving("long_polling", path, poll_timeout=60) as server, Raw(server) as raw:
        for number in range(1, 20):
            raw.request("GET", f"/poll?after={number - 1}")
            assert post(server, f"message {number}") == number
            status, _, body = raw.answer()
            assert (status, texts(body)) == (200, [f"message {number}"])


@every
def test_the_wait_ends_with_204(path: str) -> None:
    with serving("long_polling", path, poll_timeout=0.05) as server:
        assert poll(server, 0) == 204
        assert poll(server, 0, timeout=1000) == 204
        assert stats(server)["clients"] == 0


@every
def test_a_client_that_hangs_up_is_forgotten_at_once_and_takes_nothing_with_it(path: str) -> None:
    with serving("long_polling", path, poll_timeout=60) as server:
        polls = [waiting(server, count=number) for number in (1, 2, 3)]
        for raw in polls:
            raw.close()
        until(lambda: stats(server)["clients"] == 0, "no poll that waits")
        assert stats(server)["subscribers"] == 0
        until(lambda: [line.status for line in server.log].count(499) == 3, "three lines with 499")
        post(server, "for whoever comes back")
        assert poll(server, 0)["messages"] == [{"id": 1, "message": "for whoever comes back"}]


@every
def test_what_was_forgotten_is_said_to_be_missed(path: str) -> None:
    with serving("long_polling", path, history=2) as server:
        for text in ("a", "b", "c", "d"):
            post(server, text)
        kept = [{"id": 3, "message": "c"}, {"id": 4, "message": "d"}]
        assert poll(server, 1) == {"messages": kept, "cursor": 4, "missed": True}
        assert poll(server, 2) == {"messages": kept, "cursor": 4, "missed": False}


@every
def test_a_cursor_from_before_a_restart_is_told_so_at_once(path: str) -> None:
    with serving("long_polling", path, poll_timeout=60) as server:
        assert poll(server, 5) == {"messages": [], "cursor": 0, "missed": True}
        post(server, "a")
        assert poll(server, 5) == {"messages": [{"id": 1, "message": "a"}], "cursor": 1, "missed": True}


@every
def test_many_messages_come_in_parts(path: str) -> None:
    with serving("long_polling", path) as server:
        for number in range(130):
            post(server, str(number))
        first = poll(server, 0)
        assert (len(first["messages"]), first["cursor"]) == (100, 100)
        assert len(poll(server, first["cursor"])["messages"]) == 30


MALFORMED = (
    *("after=-1", "after=+1", "after=1.0", "after=", "after=x", "after=%D9%A3", "after=" + "9" * 400, "after=%ff"),
    *("after=0&timeout=-1", "after=0&timeout=x", "after=0&timeout=1e9", "after=0&timeout=nan"),
)


@every
def test_a_malformed_question_is_refused(path: str) -> None:
    with serving("long_polling", path) as server:
        for query in MALFORMED:
            status, _, answer = ask(server, "GET", f"/poll?{query}")
            assert (query, status, list(answer)) == (query, 400, ["error"])
            assert (server.log[-1].path, server.log[-1].status) == (f"/poll?{query}", 400)


@every
def test_a_poll_that_waits_is_answered_when_the_server_stops(path: str) -> None:
    with serving("long_polling", path, poll_timeout=60) as server, waiting(server) as raw:
        server.stop()
        assert raw.answer()[0] == 204
        raw.ended()


@every
def test_messages_of_other_rooms_neither_come_nor_wake(path: str) -> None:
    with serving("long_polling", path, poll_timeout=60) as server, waiting(server) as raw:
        post(server, "elsewhere", room="other")
        assert stats(server)["clients"] == 1
        post(server, "here")
        assert texts(raw.answer()[2]) == ["here"]
