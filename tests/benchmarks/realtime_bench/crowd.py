"""Many connections that do nothing, and the memory of the server that holds them.

Plain blocking sockets: what is measured is the server, and 5,000 sockets cost this side nothing but file numbers.
"""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import sys
import time

import psutil
from realtime_bench.exchange import Exchange

__all__ = ["Crowd", "clients", "memory", "nobody_left", "settled"]

_RESET = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)  # SO_LINGER: on, 0 seconds: closing sends a reset


class Crowd:
    """Clients that connect and then say nothing more; a context manager.

    Args:
        port: of the server on 127.0.0.1.
        path: what they ask for.
        upgrade: ask for a WebSocket; otherwise for an event stream.
        stalled: give them the smallest receive buffer the system has, so that little is on its way to them.
    """

    def __init__(self, port: int, path: str, *, upgrade: bool, stalled: bool = False) -> None:
        self._port = port
        self._stalled = stalled
        self._wanted = b"101" if upgrade else b"200"
        lines = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}"]
        if upgrade:
            lines += ["Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13"]
            lines += ["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="]
        else:
            lines += ["Accept: text/event-stream"]
        self._request = ("\r\n".join(lines) + "\r\n\r\n").encode()
        self._sockets: list[socket.socket] = []

    def __enter__(self) -> Crowd:
        return self

    def __exit__(self, *_: object) -> None:
        self.vanish()

    def __len__(self) -> int:
        return len(self._sockets)

    def grow(self, count: int) -> Crowd:
        """Let `count` more connect, one after the other, each until it has its answer.

        Raises:
            RuntimeError: the server's answer was another one.
        """
        for _ in range(count):
            one = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            self._sockets.append(one)
            if self._stalled:
                one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
            one.settimeout(20)
            one.connect(("127.0.0.1", self._port))
            one.sendall(self._request)
            said = b""
            while b"\r\n\r\n" not in said:
                more = one.recv(2048)
                if not more:
                    break
                said += more
            if said[9:12] != self._wanted:
                raise RuntimeError(f"expected status {self._wanted.decode()}, got {said[:60]!r}")
        return self

    def vanish(self) -> None:
        """Let all of them go at once, without a word: each connection is reset. Twice is fine."""
        for one in self._sockets:
            with contextlib.suppress(OSError):
                one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            one.close()
        self._sockets.clear()


def memory(pid: int) -> int:
    """Bytes of memory a process has that are its own (USS), or all it has (RSS) where the system does not tell."""
    process = psutil.Process(pid)
    with contextlib.suppress(psutil.Error, AttributeError):
        return int(process.memory_full_info().uss)
    return int(process.memory_info().rss)


def settled(pid: int, seconds: float = 8.0) -> int:
    """`memory`, when it has not fallen for a second; after `seconds` at the latest."""
    end = time.perf_counter() + seconds
    lowest, since = memory(pid), time.perf_counter()
    while time.perf_counter() < end and time.perf_counter() - since < 1.0:
        time.sleep(0.1)
        now = memory(pid)
        if now < lowest:
            lowest, since = now, time.perf_counter()
    return memory(pid)


def nobody_left(port: int, seconds: float = 10.0) -> int | None:
    """How many clients the server still counts, when that is none, or else after `seconds`; None: it does not say."""
    end = time.perf_counter() + seconds
    while (left := clients(port)) and time.perf_counter() < end:
        time.sleep(0.1)
    return left


def clients(port: int) -> int | None:
    """How many clients the server counts (``GET /stats``); None when it does not say."""
    try:
        with Exchange(port, 5) as exchange:
            return int(exchange.ask("GET", "/stats")[1]["clients"])
    except (OSError, ValueError, KeyError, TypeError, json.JSONDecodeError):
        return None
