"""JSON programs as JavaScript, for real Node."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

Body = Sequence[Sequence[Any]]

HEADER = """\
const fs = require('fs');
const net = require('net');
const log = console.log;
const busy = (ms) => { const t = Date.now(); while (Date.now() - t < ms); };
"""
HEADER_ESM = HEADER.replace("const fs = require('fs');", "import fs from 'fs';").replace(
    "const net = require('net');", "import net from 'net';"
)
HANDLERS = """\
process.on('uncaughtException', (e) => log('uncaught:' + e.message));
process.on('unhandledRejection', (e) => log('unhandled:' + e.message));
"""
SOCKET = (
    "{ const srv = net.createServer((c) => { c.end('x'); srv.close(); }).listen(0, '127.0.0.1', () => {"
    " net.connect(srv.address().port, '127.0.0.1').once('data', %s); }); }"
)


def javascript(program: Mapping[str, Any]) -> str:
    """The program's text; to be saved as ``.cjs`` or ``.mjs`` by its mode."""
    names = sorted(set(_names(program["body"])))
    text = HEADER_ESM if program.get("mode") == "esm" else HEADER
    if any(word in json.dumps(program["body"]) for word in ('["throw"', '["reject"')):
        text += HANDLERS
    if names:
        text += "let " + ", ".join(f"{name}, resolve_{name}" for name in names) + ";\n"
    return text + _body(program["body"]) + "\n"


def _names(body: Any) -> list[str]:
    if not isinstance(body, list):
        return []
    found = [name for part in body for name in _names(part)]
    positions = {"timeout": 3, "interval": 4, "immediate": 2, "new": 1}
    at = positions.get(body[0]) if body and isinstance(body[0], str) else None
    return [*found, body[at]] if at is not None and len(body) > at else found


def _body(body: Body) -> str:
    return "\n".join(_statement(*statement) for statement in body)


def _function(body: Body, last: str = "") -> str:
    return "() => {\n" + _body(body) + last + "\n}"


def _named(statement: Sequence[Any], at: int) -> str:
    return f"{statement[at]} = " if len(statement) > at else ""


def _await(what: str = "", detail: Any = None) -> str:
    return {
        "": "await undefined;",
        "timeout": f"await new Promise((r) => setTimeout(r, {detail}));",
        "immediate": "await new Promise((r) => setImmediate(r));",
        "tick": "await new Promise((r) => process.nextTick(r));",
        "thenable": "await { then(r) { r(); } };",
        "p": f"await {detail};",
    }.get(what) or f"await (async {_function(detail)})();"


def _statement(*s: Any) -> str:
    match s[0]:
        case "log":
            return f"log({json.dumps(s[1])});"
        case "tick":
            return f"process.nextTick({_function(s[1])});"
        case "micro":
            return f"queueMicrotask({_function(s[1])});"
        case "then":
            return f"Promise.resolve().then({_function(s[1])});"
        case "chain":
            links = [_function(body, "\nreturn Promise.resolve();" if ret else "") for ret, body in s[1]]
            return "Promise.resolve()" + "".join(f".then({link})" for link in links) + ";"
        case "timeout":
            return f"{_named(s, 3)}setTimeout({_function(s[2])}, {s[1]});"
        case "interval":
            once = f"() => {{\n{_body(s[3])}\nif (++n === {s[2]}) clearInterval(h);\n}}"
            return f"{{ let n = 0; const h = {_named(s, 4)}setInterval({once}, {s[1]}); }}"
        case "immediate":
            return f"{_named(s, 2)}setImmediate({_function(s[1])});"
        case "clear":
            return f"{'clearImmediate' if s[1].startswith('m') else 'clearTimeout'}({s[1]});"
        case "unref" | "refresh":
            return f"{s[1]}.{s[0]}();"
        case "async":
            return f"(async {_function(s[1])})();"
        case "await":
            return _await(*s[1:])
        case "return":
            return "return Promise.resolve();"
        case "new":
            return f"{s[1]} = new Promise((r) => {{ resolve_{s[1]} = r; }});"
        case "resolve":
            return f"resolve_{s[1]}();"
        case "on":
            return f"{s[1]}.then({_function(s[2])});"
        case "all":
            return f"Promise.all([{', '.join(s[1])}]).then({_function(s[2])});"
        case "catch":
            return f"Promise.reject(new Error({json.dumps(s[1])})).catch({_function(s[2])});"
        case "readFile":
            return f"fs.readFile(process.argv[1], {_function(s[1])});"
        case "socket":
            return SOCKET % _function(s[1])
        case "close":
            return f"{{ const c = net.connect(9, '127.0.0.1'); c.on('close', {_function(s[1])}); c.destroy(); }}"
        case "pending":
            return f"net.connect('/nonexistent/x.sock').on('error', {_function(s[1])});"
        case "busy":
            return f"busy({s[1]});"
        case "throw":
            return f"throw new Error({json.dumps(s[1])});"
        case "reject":
            return f"Promise.reject(new Error({json.dumps(s[1])}));"
    raise ValueError(f"expected a statement, got {s!r}")
