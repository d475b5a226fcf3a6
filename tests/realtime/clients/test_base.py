"""What all clients share, with a client that connects to nothing."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from course_lib.realtime.clients.base import Change, Client
from tests.realtime.clients.scripted import Clock, run, turns


class Nothing(Client[int]):
    """Goes through states, delivers numbers, and then waits, ends or fails."""

    def __init__(self, *steps: str | int | Exception | None, **options: Any) -> None:
        super().__init__("nowhere", **options)
        self.steps = steps
        self.go = asyncio.Event()

    async def _run(self) -> None:
        await self.go.wait()
        for step in self.steps:
            if isinstance(step, str):
                self._set(step)
            elif isinstance(step, int):
                await self._deliver(step)
            elif step is None:
                return
            else:
                raise step
        await asyncio.Event().wait()


def test_a_state_is_not_missed_although_it_was_short() -> None:
    async def test() -> None:
        async with Nothing("open", "connecting", "open", "connecting") as client:
            waiting = asyncio.create_task(client.until("open"))
            await turns()
            assert not waiting.done()
            client.go.set()
            await waiting
            assert client.state == "connecting"
            await client.until("connecting")

    run(test())


def test_changes_have_their_time_and_are_bounded() -> None:
    async def test() -> None:
        clock = Clock()
        clock.now = 1024.0
        async with Nothing(*["open", "connecting"] * 600, clock=clock) as client:
            clock.now += 2
            client.go.set()
            await client.until("open")
            assert len(client.states) == 1000
            assert client.states[-1] == Change(2.0, "connecting")
            clock.now += 1
        assert client.states[-1] == Change(3.0, "closed", "close() was called")
        assert repr(client.record) == "<Record 'Nothing nowhere': 1000 events, 1 lanes, 3.000 s>"

    run(test())


@pytest.mark.parametrize("count", [1, 64, 65, 100])
def test_what_waits_is_forgotten_when_it_closes(count: int) -> None:
    async def test() -> None:
        async with Nothing(*range(count)) as client:
            client.go.set()
            await turns(10)
            await client.close()
            assert client.received == min(count, 65)
            for _ in range(2):
                with pytest.raises(StopAsyncIteration):
                    await anext(client)

    run(test())


def test_what_waits_is_there_when_it_ends_by_itself() -> None:
    async def test() -> None:
        async with Nothing(*range(100), None) as client:
            client.go.set()
            assert [number async for number in client] == list(range(100))
            assert (client.state, str(client.states[-1])) == ("closed", "closed")
            await client.until("closed")

    run(test())


def test_an_error_comes_after_what_came_before_it_and_once() -> None:
    async def test() -> None:
        async with Nothing(1, ConnectionError("lost")) as client:
            client.go.set()
            assert await anext(client) == 1
            with pytest.raises(ConnectionError, match="lost"):
                await anext(client)
            with pytest.raises(StopAsyncIteration):
                await anext(client)
            assert str(client.states[-1]) == "closed: lost"

    run(test())


def test_a_client_that_was_never_started_can_be_closed() -> None:
    async def test() -> None:
        client = Nothing()
        await client.close()
        assert repr(client) == "<Nothing nowhere: closed, 0 messages>"
        with pytest.raises(StopAsyncIteration):
            await anext(client)

    run(test())
