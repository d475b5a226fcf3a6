"""A small proxy that collects before it passes on, as proxies do to save packets.

It stands between a client and a server on this machine. The head of an answer goes through at once; its body waits
until `hold` bytes have come, or until the answer is over. A proxy that *obeys* passes everything on at once when the
head says ``X-Accel-Buffering: no``, which is nginx's own header for that
(https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_buffering).
"""

from __future__ import annotations

import asyncio
import contextlib

from tornado.iostream import IOStream, StreamClosedError
from tornado.web import Application, HTTPError, RequestHandler

__all__ = ["make_app"]


def make_app(port: int, *, hold: int = 4096, obeys: bool = False) -> Application:
    """A proxy in front of the server at `port`.

    Args:
        port: of the server, on this machine.
        hold: bytes of body that are collected before they are passed on.
        obeys: whether it heeds ``X-Accel-Buffering: no``.
    """
    under_way: set[IOStream] = set()

    def close() -> None:
        for stream in list(under_way):
            stream.close()

    return Application([("/.*", _Pass)], port=port, hold=hold, obeys=obeys, under_way=under_way, closing=[close])


class _Pass(RequestHandler):
    """One request, passed on; its answer, passed back."""

    async def get(self) -> None:
        request = self.request
        lines = [f"GET {request.uri} HTTP/1.0", *(f"{name}: {value}" for name, value in request.headers.get_all())]
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.settings["port"])
        except OSError:
            raise HTTPError(502) from None
        stream = self.detach()
        stream.set_close_callback(writer.close)  # the client has gone: so go we
        under_way: set[IOStream] = self.settings["under_way"]
        under_way.add(stream)
        try:
            writer.write("".join(f"{line}\r\n" for line in [*lines, ""]).encode())
            await self._answer(reader, stream)
        except (StreamClosedError, ConnectionError, asyncio.IncompleteReadError):
            pass  # one of the two has gone; the other is sent away below
        finally:
            under_way.discard(stream)
            stream.close()
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    async def _answer(self, reader: asyncio.StreamReader, stream: IOStream) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        await stream.write(head)
        at_once = self.settings["obeys"] and b"x-accel-buffering: no" in head.lower()
        collected = b""
        while piece := await reader.read(65536):
            collected += piece
            if at_once or len(collected) >= self.settings["hold"]:
                await stream.write(collected)
                collected = b""
        await stream.write(collected)
