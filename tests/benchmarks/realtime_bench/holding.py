"""What connections cost that do nothing, and what is left of those that went without a word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from realtime_bench import machine
from realtime_bench.contestants import Contestant, Running, from_node, pythons
from realtime_bench.crowd import Crowd, nobody_left, settled
from realtime_bench.exchange import Exchange
from realtime_bench.figures import Verdict, Wanted
from realtime_bench.rounds import blaming, progress

__all__ = ["IDLE", "VANISHING", "Left", "idle", "idle_table", "idle_verdicts", "leak", "leak_table", "leak_verdicts"]

IDLE = 5000
"""Idle connections."""
VANISHING = 2000
"""Clients that connect, stall and vanish."""
WAVES = 5
"""How often they come."""
SETTLED = 2
"""Waves after which a server has what memory it takes to hold one; what it takes after that is a leak."""

PATHS = {"websocket": "/rooms/idle", "sse": "/events"}


@dataclass(frozen=True)
class Left:
    """Bytes of memory before the clients came, while they were there, and after each wave of them had gone.

    Attributes:
        counted: how many clients the server still counted at the end; None when it does not say.
    """

    before: int
    most: int
    after: tuple[int, ...]
    counted: int | None

    @property
    def growth(self) -> float:
        """How much more there is after the last wave than after the second, as a share."""
        return self.after[-1] / self.after[min(SETTLED, len(self.after)) - 1] - 1


def contestants(transport: str, module: str) -> list[Contestant]:
    """Node's usual program first. The course's servers keep few old messages: a log that fills up is no leak."""
    if transport == "websocket":
        return [from_node("node ws", "ws_rooms.cjs"), *pythons("websocket", module=module, history=10)]
    return [from_node("node express", "express_events.cjs"), *pythons("sse", module=module, history=10)]


def idle(one: Contestant, transport: str, count: int) -> float:
    """Bytes per idle connection, of `count`; the first 50 do not count, they load code."""
    with one.start() as server, machine.on_cpu(machine.load_cpu):
        with Crowd(server.port, PATHS[transport], upgrade=transport == "websocket") as first:
            first.grow(50)
        before = settled(server.pid)
        with Crowd(server.port, PATHS[transport], upgrade=transport == "websocket") as crowd:
            crowd.grow(count)
            return (settled(server.pid) - before) / count


def room_for(count: int) -> int:
    """`count`, or as many connections as the system lets a process of ours have; says so if that is less."""
    allowed = machine.allow_files(count + 500) - 500
    if allowed < count:
        print(f"expected {count:,} connections, but a process may have no more than {allowed:,} here")
    return min(count, allowed)


def idle_all(transport: str, takers: Sequence[Contestant], count: int) -> dict[str, list[float]]:
    """`idle` of every contestant."""
    found = {}
    for one in takers:
        progress(f"{count:,} idle connections, {transport}: {one.name}")
        with blaming(f"{transport}, {one.name}"):
            found[one.name] = [idle(one, transport, count)]
    return found


def leak_all(transport: str, takers: Sequence[Contestant], count: int) -> dict[str, Left]:
    """`leak` of every contestant."""
    found = {}
    for one in takers:
        progress(f"{count:,} vanishing clients, {transport}: {one.name}")
        with blaming(f"{transport}, {one.name}"):
            found[one.name] = leak(one, transport, count)
    return found


def _publish(server: Running, count: int) -> None:
    with Exchange(server.port) as publisher:
        for _ in range(count):
            publisher.ask("POST", "/messages", {"message": "x" * 16_000, "room": "idle"})


def _wave(server: Running, transport: str, count: int) -> int:
    """Stalled clients get messages they do not read, a few of them more than anybody would keep; then all vanish."""
    upgrade = transport == "websocket"
    path = PATHS[transport]
    with Crowd(server.port, path, upgrade=upgrade, stalled=True) as crowd:
        crowd.grow(count)
        _publish(server, 4)
        most = settled(server.pid, 0.0)
    with Crowd(server.port, path, upgrade=upgrade, stalled=True) as few:
        few.grow(max(1, count // 100))
        _publish(server, 300)
        return max(most, settled(server.pid, 0.0))


def leak(one: Contestant, transport: str, count: int) -> Left:
    """Waves of clients that connect, stall and vanish."""
    with one.start() as server, machine.on_cpu(machine.load_cpu):
        with Crowd(server.port, PATHS[transport], upgrade=transport == "websocket") as first:
            first.grow(50)
            _publish(server, 20)
        before = settled(server.pid)
        most, after, counted = 0, [], None
        for _ in range(WAVES):
            most = max(most, _wave(server, transport, count))
            counted = nobody_left(server.port)
            after.append(settled(server.pid))
        return Left(before, most, tuple(after), counted)


def idle_table(measured: Mapping[str, Mapping[str, Sequence[float]]], count: int) -> list[str]:
    """The lines: transport → contestant → bytes, one figure a round."""
    lines = [f"Memory of an idle connection, {count:,} of them"]
    lines.append(f"  {'':<16}" + "".join(f"{transport + ', KiB':>18}" for transport in measured))
    rows: dict[str, list[str]] = {}
    for each in measured.values():
        for name, values in each.items():
            shown = f"{median(values) / 1024:.2f}"
            rows.setdefault("node" if name.startswith("node") else name, []).append(f"{shown:>18}")
    return lines + [f"  {name:<16}" + "".join(cells) for name, cells in rows.items()]


def idle_verdicts(measured: Mapping[str, Mapping[str, Sequence[float]]], count: int) -> list[Verdict]:
    """At most 4 KiB on the hot path."""
    wanted, found = Wanted(4, most=True), []
    for transport, each in measured.items():
        for name, values in each.items():
            if name.startswith("hot"):
                kib = median(values) / 1024
                what = f"Idle connection, {transport}, {count:,}: {name}"
                found.append(Verdict(what, f"{kib:.2f} KiB", f"{wanted} KiB", wanted.met(kib)))
    return found


def leak_table(measured: Mapping[str, Mapping[str, Left]], count: int) -> list[str]:
    """The lines: transport → contestant → what was left."""
    lines = [
        f"{count:,} clients that connect, stall and vanish, {WAVES} times (MiB of the server)",
        f"  {'':<28}{'before':>9}{'most':>9}"
        + "".join(f"{f'after {n + 1}':>9}" for n in range(WAVES))
        + f"{'growth':>9}{'clients':>9}",
    ]
    for transport, each in measured.items():
        for name, left in each.items():
            figures = (left.before, left.most, *left.after)
            counted = "-" if left.counted is None else left.counted
            lines.append(
                f"  {transport + ', ' + name:<28}"
                + "".join(f"{figure / 2**20:>9.1f}" for figure in figures)
                + f"{left.growth:>+9.1%}{counted:>9}"
            )
    return lines


def leak_verdicts(measured: Mapping[str, Mapping[str, Left]], count: int) -> list[Verdict]:
    """Back to within 5 %, and nobody left."""
    wanted, found = Wanted(0.05, most=True), []
    for transport, each in measured.items():
        for name, left in each.items():
            if name.startswith("hot"):
                what = f"{count:,} vanished clients, {transport}: {name}, memory"
                met = wanted.met(left.growth) and not left.counted
                found.append(Verdict(what, f"{left.growth:+.1%}, {left.counted} left", "<= 5 %, 0", met))
    return found
