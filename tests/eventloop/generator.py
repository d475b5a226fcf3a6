"""Random programs whose order is certain by design, whatever the machine does.

- A timer of 0 or 1 ms is followed by `busy`, so it is due at the next timers phase.
- A block of longer timers ends with a `busy` that makes all of them due; their lists' expiries lie far apart.
- At most one file (or connection) is on its way at a time, and all else that is going on meanwhile is over in fewer
  iterations than it needs: three for a file's four trips, one for a connection.

`certain` is the second opinion: the same program on a virtual clock that stumbles at random must give one order only.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from course_lib.eventloop.programs import A_FILE, run_program
from course_lib.eventloop.virtual import VirtualFile, VirtualIO

Statement = list[Any]
Body = list[Statement]
Program = dict[str, Any]

SHORT = 5
"""ms of `busy` that make a timer of 1 ms due for certain."""


class Stumbling(VirtualIO):
    """A virtual world in which every look at the clock may find that time has passed.

    Args:
        luck: where the randomness comes from.
        most: ms that may pass unnoticed.
    """

    def __init__(self, luck: random.Random, most: float) -> None:
        file = VirtualFile(b"x", latency=luck.choice((0.0, 0.5, 3.0, 20.0)))
        super().__init__({str(A_FILE): file}, network_latency=luck.choice((0.1, 2.0, 10.0)))
        self._luck = luck
        self._most = most
        self.spend(luck.random())

    def now(self) -> float:
        """The time, after a stumble now and then."""
        if self._luck.random() < 0.3:
            self.spend(self._luck.random() * self._most)
        return super().now()


def certain(program: Program, tries: int = 8) -> bool:
    """True when stumbling does not change the order."""
    luck = random.Random(program["id"])
    orders = {tuple(run_program(program, clock=Stumbling(luck, 3.0))) for _ in range(tries)}
    return len(orders) == 1


class Generator:
    """Writes programs.

    Args:
        seed: the same seed writes the same programs.
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._luck = random.Random(seed)
        self._count = 0

    def program(self) -> Program:
        """The next program."""
        self._count += 1
        luck = self._luck
        self._label = 0
        self._size = luck.randint(6, 26)
        self._names: list[str] = []
        self._stages = luck.choice((0, 0, 1, 1, 2))
        self._throws = luck.random() < 0.25
        self._timers = luck.random() < 0.7
        self._sockets = not self._throws
        mode = luck.choice(("cjs", "cjs", "cjs", "esm"))
        body = self._stage()
        if mode == "esm":
            body = self._awaits(body)
        return {"id": f"seed {self._seed} number {self._count}", "mode": mode, "body": [*body, self._log()]}

    def _stage(self) -> Body:
        """A body, and perhaps one thing that leads to the next stage when all of this is over."""
        link = self._luck.choice(("readFile", "readFile", "socket")) if self._stages else ""
        if link == "socket" and not self._sockets:
            link = "readFile"
        self._depth = {"": 4, "readFile": 3, "socket": 1}[link]
        body: Body = [self._log()]
        body += self._body(0, top=True)
        if self._timers and not link and self._luck.random() < 0.4:
            body += self._timer_block()
        if link:
            self._stages -= 1
            body.insert(self._luck.randint(0, len(body)), [link, self._stage()])
        return body

    def _log(self) -> Statement:
        self._label += 1
        return ["log", str(self._label)]

    def _body(self, rounds: int, *, top: bool = False, throws: bool = True) -> Body:
        """Some statements; `rounds` is how many trips round the loop lie before them."""
        body: Body = [] if top else [self._log()]
        promises: list[str] = []
        for _ in range(self._luck.randint(1, 5 if top else 3)):
            if self._size <= 0:
                break
            self._size -= 1
            body += self._statement(rounds, promises)
        for name in promises:
            body.append(["resolve", name])
        if self._throws and throws and not top and self._luck.random() < 0.15:
            self._label += 1
            body.append([self._luck.choice(("throw", "reject")), f"e{self._label}"])
        return body

    def _statement(self, rounds: int, promises: list[str]) -> Body:
        kinds = [
            "line",
            "tick",
            "tick",
            "micro",
            "then",
            "then",
            "chain",
            "async",
            "async",
            "catch",
            "new",
            "on",
            "all",
        ]
        if rounds < self._depth:
            kinds += ["immediate", "immediate", "immediate", "close", "close", "pending", "clear-immediate", "idle"]
            kinds += ["timeout", "timeout", "clear-timeout", "two-timeouts", "interval"] if self._timers else []
        kind = self._luck.choice(kinds)
        return getattr(self, "_" + kind.replace("-", "_"))(rounds, promises)

    def _line(self, rounds: int, _: list[str]) -> Body:
        return [self._log()]

    def _name(self, letter: str) -> str:
        self._names.append(letter)
        return f"{letter}{len(self._names)}"

    def _tick(self, rounds: int, _: list[str]) -> Body:
        return [["tick", self._body(rounds)]]

    def _micro(self, rounds: int, _: list[str]) -> Body:
        return [["micro", self._body(rounds)]]

    def _then(self, rounds: int, _: list[str]) -> Body:
        return [["then", self._body(rounds)]]

    def _catch(self, rounds: int, _: list[str]) -> Body:
        return [["catch", "x", self._body(rounds)]]

    def _chain(self, rounds: int, _: list[str]) -> Body:
        links = [[int(self._luck.random() < 0.4), self._body(rounds)] for _ in range(self._luck.randint(2, 3))]
        return [["chain", links]]

    def _async(self, rounds: int, _: list[str]) -> Body:
        body = self._awaits([self._log(), *self._body(rounds), self._log()])
        return [["async", [*body, ["return"]] if self._luck.random() < 0.3 and body[-1][0] != "throw" else body]]

    def _awaits(self, body: Body) -> Body:
        """The same body with awaits between its statements."""
        woven: Body = []
        for statement in body:
            woven.append(statement)
            if self._luck.random() < 0.35:
                woven.append(self._await())
        return woven

    def _await(self) -> Statement:
        kind = self._luck.choice(("", "", "thenable", "tick", "async"))
        if kind == "async":
            inner: Body = [self._log(), ["await"], self._log()]
            return ["await", "async", [*inner, ["return"]] if self._luck.random() < 0.4 else inner]
        return ["await", kind] if kind else ["await"]

    def _new(self, rounds: int, promises: list[str]) -> Body:
        name = self._name("p")
        promises.append(name)
        return [["new", name], ["on", name, self._body(rounds)]]

    def _on(self, rounds: int, promises: list[str]) -> Body:
        if not promises:
            return self._new(rounds, promises)
        return [["on", self._luck.choice(promises), self._body(rounds)]]

    def _all(self, rounds: int, promises: list[str]) -> Body:
        if not promises:
            return self._new(rounds, promises)
        return [["all", list(promises), self._body(rounds)]]

    def _immediate(self, rounds: int, _: list[str]) -> Body:
        return [["immediate", self._body(rounds + 1)]]

    def _clear_immediate(self, rounds: int, _: list[str]) -> Body:
        """An immediate that is cleared by another before it, or by that one's tick."""
        name = self._name("m")
        clear: Body = [["clear", name]]
        wrapped: Body = [["tick", clear]] if self._luck.random() < 0.5 else clear
        return [
            ["immediate", [self._log(), *wrapped]],
            ["immediate", [self._log()], name],
            ["immediate", [self._log()]],
        ]

    def _close(self, rounds: int, _: list[str]) -> Body:
        return [["close", self._body(rounds + 1)]]

    def _pending(self, rounds: int, _: list[str]) -> Body:
        return [["pending", self._body(rounds + 1)]]

    def _idle(self, rounds: int, _: list[str]) -> Body:
        """A timer that never comes."""
        name = self._name("t")
        return [["timeout", 5000, [self._log()], name], [self._luck.choice(("clear", "unref")), name]]

    def _timeout(self, rounds: int, _: list[str]) -> Body:
        return [["timeout", self._luck.choice((0, 1, 1.9)), self._body(rounds + 1)], ["busy", SHORT]]

    def _two_timeouts(self, rounds: int, _: list[str]) -> Body:
        """Two of one list, so that something drains between them."""
        return [
            ["timeout", 0, self._body(rounds + 1)],
            ["timeout", 1, self._body(rounds + 1)],
            ["busy", SHORT],
        ]

    def _clear_timeout(self, rounds: int, _: list[str]) -> Body:
        """A timer that another of its list clears, or refreshes and so leaves behind, directly or by a tick."""
        name = self._name("t")
        clear: Body = [["clear", name]]
        wrapped: Body = [["tick", clear]] if self._luck.random() < 0.5 else clear
        return [
            ["timeout", 1, [self._log(), *wrapped]],
            ["timeout", 1, [self._log()], name],
            ["timeout", 1, [self._log()]],
            ["busy", SHORT],
        ]

    def _interval(self, rounds: int, _: list[str]) -> Body:
        """One run: a second would have to wait for its time. A body that throws would never be done with it."""
        return [["interval", 1, 1, self._body(rounds + 1, throws=False)], ["busy", SHORT]]

    def _timer_block(self) -> Body:
        """Timers of several durations, set at several times, all due before the block ends."""
        luck = self._luck
        due: dict[int, int] = {}  # by moment, the one duration that has a timer due then
        body: Body = []
        clock = 0
        for _ in range(luck.randint(3, 6)):
            # Two lists due at one moment would have an order only to the millisecond, and that is chance.
            delay = luck.choice([delay for delay in (10, 50, 90) if due.get(clock + delay, delay) == delay])
            body.append(["timeout", delay, [self._log(), *([["tick", [self._log()]]] if luck.random() < 0.3 else [])]])
            due[clock + delay] = delay
            if luck.random() < 0.6:
                pause = luck.choice((20, 60))
                body.append(["busy", pause])
                clock += pause
        return [*body, ["busy", max(1, max(due) - clock) + 10]]


def smaller(program: Program) -> Sequence[Program]:
    """Every program with one statement less, or with one statement replaced by its body."""

    def bodies(body: Body) -> list[Body]:
        found: list[Body] = []
        for at, statement in enumerate(body):
            found.append([*body[:at], *body[at + 1 :]])
            for slot, part in enumerate(statement):
                if (
                    slot
                    and isinstance(part, list)
                    and part
                    and isinstance(part[0], list)
                    and isinstance(part[0][0], str)
                ):
                    for less in bodies(part):
                        found.append([*body[:at], [*statement[:slot], less, *statement[slot + 1 :]], *body[at + 1 :]])
        return found

    return [{**program, "body": body} for body in bodies(program["body"])]
