"""Small programs written as JSON: the form in which one program can be given to this loop and to real Node.

A program is ``{"id": name, "mode": "cjs" or "esm", "body": [statement, ...]}``. A statement is a list that begins with
its name; below, B is a list of statements, and the last columns are optional. The JavaScript of each:

    ["log", L]                        console.log(L)
    ["tick", B]                       process.nextTick(B)
    ["micro", B]                      queueMicrotask(B)
    ["then", B]                       Promise.resolve().then(B)
    ["chain", [[ret, B], ...]]        Promise.resolve().then(B).then(B)...; with ret, B ends: return Promise.resolve()
    ["timeout", ms, B, id]            id = setTimeout(B, ms)
    ["interval", ms, n, B, id]        id = setInterval(B, ms), which clears itself after n runs
    ["immediate", B, id]              id = setImmediate(B)
    ["clear", id]                     clearTimeout(id), or clearImmediate(id) when it begins with m
    ["unref", id]  ["refresh", id]    id.unref()  id.refresh()
    ["async", B]                      (async () => B)()
    ["await"]                         await undefined         (in an async body, or at the top of an esm program)
    ["await", "timeout", ms]          await new Promise(r => setTimeout(r, ms)); also "immediate", "tick"
    ["await", "async", B]             await (async () => B)()
    ["await", "thenable"]             await { then(r) { r(); } }
    ["await", "p", id]                await id
    ["return"]                        return Promise.resolve(), last in an async body
    ["new", id]  ["resolve", id]      make the promise id; resolve it
    ["on", id, B]                     id.then(B)
    ["all", [id, ...], B]             Promise.all([...]).then(B)
    ["catch", m, B]                   Promise.reject(new Error(m)).catch(B)
    ["readFile", B]                   fs.readFile(some small file, B)
    ["socket", B]                     a loopback server sends a byte; B runs in the client's first data event
    ["close", B]                      a socket is destroyed at once; B runs in its close event
    ["pending", B]                    connect to a Unix socket that is not there; B runs in its error event
    ["busy", ms]                      keep the thread busy
    ["throw", m]  ["reject", m]       throw new Error(m)  Promise.reject(new Error(m))

With a throw or reject anywhere, uncaught exceptions log ``uncaught:m`` and unhandled rejections ``unhandled:m``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from . import interface as js
from .coroutines import start
from .outside import IO
from .promise import Promise
from .rules import NodeRules
from .running import run
from .sockets import Socket
from .virtual import VirtualFile, VirtualIO

__all__ = ["ProgramError", "run_program"]

Body = Sequence[Sequence[Any]]

A_FILE = Path(__file__)
NO_SOCKET = "/nonexistent/x.sock"


class ProgramError(ValueError):
    """A program is not written as this module's text says."""


class Thrown(Exception):  # noqa: N818 - the program's own exception, not ours
    """What ``["throw", m]`` throws."""


class Thenable:
    """An object with a ``then`` and nothing else of a promise."""

    def then(self, resolve: Callable[[], object], reject: Callable[[object], object]) -> None:
        """Resolve at once."""
        resolve()


def run_program(
    program: Mapping[str, Any],
    *,
    clock: str | IO = "real",
    node: str = "24",
    rules: NodeRules | None = None,
    limit: float | None = 10.0,
) -> list[tuple[str, str, str]]:
    """Run a JSON program; for each log call, in order, ``(label, phase, queue)``.

    Args:
        program: see the module's text.
        clock, node, rules, limit: as `run` takes them; on a virtual clock a trip to the pool takes 1 ms.

    Raises:
        ProgramError: it has no body, an unknown mode or an unknown statement.
        LoopLimit: it did not end.
    """
    if not isinstance(program, Mapping) or not isinstance(program.get("body"), list):
        raise ProgramError(f"expected a program with a body, got {str(program)[:80]}")
    mode = program.get("mode", "cjs")
    if mode not in ("cjs", "esm"):
        raise ProgramError(f'expected mode "cjs" or "esm", got {mode!r}')
    if clock == "virtual":
        clock = VirtualIO({str(A_FILE): VirtualFile(b"x")})
    interpreter = Interpreter()
    body: Body = program["body"]

    def main() -> object:
        if _throws(body):
            js.on_uncaught_exception(lambda error: js.log(f"uncaught:{error}"))
            js.on_unhandled_rejection(lambda reason, _: js.log(f"unhandled:{reason}"))
        if any(statement[0] == "await" for statement in body):
            return interpreter.run_async(body)
        interpreter.run(body)
        return None

    module = "esm" if mode == "esm" else "commonjs"
    return run(main, module=module, clock=clock, node=node, rules=rules, limit=limit, trace=False).rows


def _throws(body: Body) -> bool:
    text = json.dumps(body)
    return '["throw"' in text or '["reject"' in text


class Interpreter:
    """Runs statements; keeps the names they give to timers and promises."""

    def __init__(self) -> None:
        self._named: dict[str, Any] = {}
        self._resolvers: dict[str, Callable[..., None]] = {}

    def run(self, body: Body) -> None:
        """Run a plain body."""
        for statement in body:
            self._run(statement)

    async def run_async(self, body: Body) -> object:
        """Run a body in which ``await`` and ``return`` may stand."""
        for statement in body:
            if statement[0] == "await":
                await self._awaited(*statement[1:])
            elif statement[0] == "return":
                return Promise.resolve()
            else:
                self._run(statement)
        return None

    def _run(self, statement: Sequence[Any]) -> None:
        do = getattr(self, f"_do_{statement[0]}", None)
        if do is None:
            raise ProgramError(f"expected a statement of this module's text, got {statement!r}")
        do(*statement[1:])

    def _awaited(self, what: str = "", detail: Any = None) -> Promise[Any]:
        if what == "timeout":
            return Promise(lambda resolve, _: js.set_timeout(resolve, detail))
        if what == "immediate":
            return Promise(lambda resolve, _: js.set_immediate(resolve))
        if what == "tick":
            return Promise(lambda resolve, _: js.next_tick(resolve))
        if what == "async":
            return start(self.run_async(detail))
        if what == "thenable":
            return Promise.resolve(Thenable())
        if what == "p":
            promise: Promise[Any] = self._named[detail]
            return promise
        return Promise.resolve()

    def _callback(self, body: Body) -> Callable[..., None]:
        return lambda *_: self.run(body)

    def _do_log(self, label: str) -> None:
        js.log(label)

    def _do_tick(self, body: Body) -> None:
        js.next_tick(self._callback(body))

    def _do_micro(self, body: Body) -> None:
        js.queue_microtask(self._callback(body))

    def _do_then(self, body: Body) -> None:
        Promise.resolve().then(self._callback(body))

    def _do_chain(self, links: Sequence[tuple[int, Body]]) -> None:
        promise = Promise.resolve()
        for returns, body in links:
            promise = promise.then(self._link(returns, body))

    def _link(self, returns: int, body: Body) -> Callable[[object], object]:
        def handler(_: object) -> object:
            self.run(body)
            return Promise.resolve() if returns else None

        return handler

    def _do_timeout(self, delay: float, body: Body, name: str = "") -> None:
        self._named[name] = js.set_timeout(self._callback(body), delay)

    def _do_interval(self, delay: float, times: int, body: Body, name: str = "") -> None:
        left = times

        def repeat() -> None:
            nonlocal left
            self.run(body)
            left -= 1
            if not left:
                js.clear_interval(timer)

        timer = self._named[name] = js.set_interval(repeat, delay)

    def _do_immediate(self, body: Body, name: str = "") -> None:
        self._named[name] = js.set_immediate(self._callback(body))

    def _do_clear(self, name: str) -> None:
        clear = js.clear_immediate if name.startswith("m") else js.clear_timeout
        clear(self._named.get(name))

    def _do_unref(self, name: str) -> None:
        self._named[name].unref()

    def _do_refresh(self, name: str) -> None:
        self._named[name].refresh()

    def _do_async(self, body: Body) -> None:
        start(self.run_async(body))

    def _do_new(self, name: str) -> None:
        self._named[name], self._resolvers[name], _ = Promise.with_resolvers()

    def _do_resolve(self, name: str) -> None:
        self._resolvers[name]()

    def _do_on(self, name: str, body: Body) -> None:
        self._named[name].then(self._callback(body))

    def _do_all(self, names: Sequence[str], body: Body) -> None:
        Promise.all([self._named[name] for name in names]).then(self._callback(body))

    def _do_catch(self, message: str, body: Body) -> None:
        Promise.reject(Thrown(message)).catch(self._callback(body))

    def _do_readFile(self, body: Body) -> None:  # noqa: N802 - the statement's name
        js.read_file(A_FILE, self._callback(body))

    def _do_socket(self, body: Body) -> None:
        def answer(socket: Socket) -> None:
            socket.end("x")
            server.close()

        def call() -> None:
            js.connect(server.port).once("data", self._callback(body))

        server = js.listen(0, answer, on_listening=call)

    def _do_close(self, body: Body) -> None:
        js.connect(9).on("close", self._callback(body)).destroy()

    def _do_pending(self, body: Body) -> None:
        js.connect(NO_SOCKET).on("error", self._callback(body))

    def _do_busy(self, milliseconds: float) -> None:
        js.busy(milliseconds)

    def _do_throw(self, message: str) -> None:
        raise Thrown(message)

    def _do_reject(self, message: str) -> None:
        Promise.reject(Thrown(message))
