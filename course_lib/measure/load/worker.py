"""The load's own process: one event loop, nothing else in it, no garbage collection."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
import time
from collections.abc import Callable, Coroutine
from typing import Any, Final

from course_lib.measure.load import ticks, watched
from course_lib.measure.load.connection import now
from course_lib.measure.load.plan import Plan
from course_lib.measure.load.session import LoadSession
from course_lib.measure.load.stamps import StampedLoop, heard_of
from course_lib.measure.load.tally import Progress
from course_lib.measure.load.ticks import Ticks
from course_lib.measure.load.watched import Watched

__all__ = ["loop_factory", "measure", "room_for_files"]

_SETTLE: Final = 0.05  # seconds between the last handshake and the first message
_EVERY: Final = 0.1  # seconds between two reports of progress
_SPARE: Final = 64  # files this process needs for itself


def room_for_files(clients: int) -> None:
    """Raise the limit of open files as far as is allowed, and check that it is enough. Windows has none.

    Raises:
        OSError: it is not.
    """
    if sys.platform == "win32":
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = clients + _SPARE
    if soft != resource.RLIM_INFINITY and soft < wanted:
        if hard != resource.RLIM_INFINITY and hard < wanted:
            raise OSError(
                f"expected room for {wanted:,} open files, but this account may have {hard:,} (ulimit -Hn): "
                f"ask for at most {max(hard - _SPARE, 0):,} clients"
            )
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def loop_factory(wanted: str) -> tuple[Callable[[], asyncio.AbstractEventLoop], str]:
    """What makes the event loop, and its name: uvloop's for "uvloop", or for "auto" where it is installed.

    Raises:
        ValueError: uvloop is wanted and not installed.
    """
    if wanted != "asyncio":
        try:
            import uvloop
        except ImportError:
            if wanted == "uvloop":
                raise ValueError(
                    "expected uvloop to be installed for loop='uvloop'; loop='auto' does without"
                ) from None
        else:
            return uvloop.new_event_loop, "uvloop"
    if sys.platform == "win32":
        return asyncio.new_event_loop, "asyncio"  # the other one there takes 512 sockets at most
    return StampedLoop, "asyncio"


class _Window:
    """Processor time and answers between the warm-up's end and the schedule's."""

    def __init__(self, session: LoadSession, server: Watched) -> None:
        self._session = session
        self._server = server
        self._readings: list[tuple[float, float, float | None, int]] = []

    def read(self) -> None:
        """Read all meters now."""
        self._readings.append((now(), time.process_time(), self._server.cpu(), self._session.tally.answers))

    def facts(self) -> dict[str, object]:
        """What lies between the first reading and the last."""
        if len(self._readings) < 2:
            return {"seconds": 0.0, "generator_cpu": 0.0, "server_cpu": None, "counted": 0}
        (at, own, server, answers), (at2, own2, server2, answers2) = self._readings[0], self._readings[-1]
        used = None if server is None or server2 is None else server2 - server
        return {"seconds": at2 - at, "generator_cpu": own2 - own, "server_cpu": used, "counted": answers2 - answers}


async def measure(plan: Plan, report: Callable[[Progress], None] | None, stop: asyncio.Event) -> dict[str, Any]:
    """Run one generator's load; everything it counted, for `Load.of`.

    Args:
        plan: what it shall be.
        report: called ten times a second.
        stop: ends it at once when set.

    Raises:
        ConnectionError: there is no such server.
        OSError: there are not enough files for so many clients.
        ProcessLookupError: the server's process id is none.
    """
    room_for_files(plan.clients)
    broken: list[BaseException] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: _note(context, broken, stop))
    server = Watched(plan.pid)
    undo, pinned = watched.apart(server) if plan.affinity else (None, "")
    before = server.memory()
    heard = heard_of(asyncio.get_running_loop()) if plan.rate else now
    session = LoadSession(plan, os.getpid(), heard)
    try:
        window, ticked = _Window(session, server), "none"
        if await _unless(stop, session.connect()):
            ticked = await _drive(session, window, report, stop)
        after = server.memory()
    finally:
        session.close(early=stop.is_set())
        if undo is not None:
            undo()
    if broken:
        raise broken[0]
    tally = session.tally
    memory = None if before is None or after is None else [before, after]
    return {
        **window.facts(),
        "histogram": tally.finished().to_json(),
        "lateness": tally.lateness.to_json(),
        "sent": tally.sent,
        "answered": tally.answers,
        "errors": dict(tally.errors),
        "bytes": [tally.bytes_out, tally.bytes_in, tally.bytes_connecting, tally.bytes_publishing],
        "memory": memory,
        "ticks": ticked,
        "moments": [[round(due, 6), round(latency, 7)] for due, latency in tally.moments],
        "stopped": stop.is_set(),
        "began": tally.start,
        "notes": [pinned] if pinned else [],
    }


def _note(context: dict[str, Any], broken: list[BaseException], stop: asyncio.Event) -> None:
    """A mistake of this program in a callback of the loop: a load that goes on would report nonsense."""
    broken.append(context.get("exception") or RuntimeError(context["message"]))
    stop.set()


async def _drive(
    session: LoadSession, window: _Window, report: Callable[[Progress], None] | None, stop: asyncio.Event
) -> str:
    """Send by the plan, wait for the answers; how the loop was woken."""
    plan, loop = session.plan, asyncio.get_running_loop()
    gc.collect()
    gc.freeze()
    gc.disable()  # a collection in the middle would be everyone's latency; what is made here has no cycles
    start = now() + _SETTLE
    turning = ticks.start(loop, start, 1 / plan.rate, session.driver.tick) if plan.rate else Ticks()
    helpers = [
        loop.create_task(_at(start if plan.rate is None else 0.0, lambda: session.begin(start))),
        loop.create_task(_at(start + plan.warmup * plan.duration, window.read)),
        loop.create_task(_look(session, start, report)),
    ]
    try:
        await _unless(stop, _schedule(session, start + plan.duration))
        window.read()
        unsent = session.driver.stop()
        if not stop.is_set():
            session.tally.errors.update({"timeout": unsent} if unsent else {})
            await _unless(stop, _drain(session))
        for helper in helpers:
            if helper.done():
                helper.result()  # none of them may fail in silence
    finally:
        for helper in helpers:
            helper.cancel()
        turning.close()
        gc.enable()
        gc.unfreeze()
    return turning.name


async def _schedule(session: LoadSession, end: float) -> None:
    """The time of the schedule, and what a server that is too slow needs to take all that was due."""
    await asyncio.sleep(end - now())
    patience = now() + session.plan.timeout
    while session.plan.rate and not session.driver.done and now() < patience:
        await asyncio.sleep(0.001)


async def _drain(session: LoadSession) -> None:
    """Wait for the answers that are still to come."""
    patience = now() + session.plan.timeout
    while not session.idle and now() < patience:
        await asyncio.sleep(0.002)


async def _unless(stop: asyncio.Event, work: Coroutine[Any, Any, None]) -> bool:
    """Do the work, unless it is stopped before its end; whether it was done."""
    loop = asyncio.get_running_loop()
    task, stopped = loop.create_task(work), loop.create_task(stop.wait())
    await asyncio.wait({task, stopped}, return_when=asyncio.FIRST_COMPLETED)
    done = task.done()
    for one in (task, stopped):
        one.cancel()
    await asyncio.gather(task, stopped, return_exceptions=True)
    if done:
        task.result()
    return done


async def _at(moment: float, then: Callable[[], object]) -> None:
    await asyncio.sleep(max(moment - now(), 0.0))
    then()


async def _look(session: LoadSession, start: float, report: Callable[[Progress], None] | None) -> None:
    """Ten times a second: report. Give up what waits too long; with 10,000 clients that is a look for once a second."""
    turn = 0
    seldom = 10 if session.plan.timeout >= 1 else 1
    while True:
        turn += 1
        await asyncio.sleep(max(start + turn * _EVERY - now(), 0.0))
        if turn % seldom == 0:
            session.look_after(now())
        if report is not None:
            report(session.tally.progress(now()))
