"""Loads run inside the test's own process, against servers written for the occasion."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any

import pytest

from course_lib.measure.load import Load, Plan, worker

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
Loaded = Callable[..., Load]
Measured = Callable[..., Load]


@pytest.fixture(autouse=True)
def no_long_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test's process is large: a collection takes longer than the load. And its server is ready at once."""
    nothing = SimpleNamespace(**dict.fromkeys(("collect", "freeze", "disable", "enable", "unfreeze"), lambda: 0))
    monkeypatch.setattr(worker, "gc", nothing)
    monkeypatch.setattr(worker, "_SETTLE", 0.01)


def short(url: str, options: dict[str, Any]) -> Plan:
    return Plan(url, **{"duration": 0.1, "rate": 200.0, "warmup": 0.0, **options})


async def result(plan: Plan) -> Load:
    part = await worker.measure(plan, None, asyncio.Event())
    return Load.of(plan, [{**part, "loop": "asyncio"}])


@pytest.fixture
def measured() -> Measured:
    """Run a short load against a URL."""

    def run(url: str, **options: Any) -> Load:
        return asyncio.run(result(short(url, options)))

    return run


@pytest.fixture
def loaded() -> Loaded:
    """Run a short load against an asyncio stream handler."""

    def run(handler: Handler, **options: Any) -> Load:
        async def guarded(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                await handler(reader, writer)
            except (asyncio.IncompleteReadError, ConnectionError):
                pass
            finally:
                writer.close()

        async def main() -> Load:
            server = await asyncio.start_server(guarded, "127.0.0.1", 0)
            url = f"http://localhost:{server.sockets[0].getsockname()[1]}"
            try:
                return await result(short(url, {"timeout": 2.0, **options}))
            finally:
                server.close()

        return asyncio.run(main())

    return run
