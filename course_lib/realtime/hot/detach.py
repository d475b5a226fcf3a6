"""From tornado to a bare asyncio protocol, in the middle of a connection.

Tornado is at its best where a connection begins: it parses the first request, finds the handler for it and lets the
handler check who is asking. What costs is everything after that: a stream with futures, a listener added to and removed
from the loop for every read, a coroutine for every message. A connection that will carry thousands of messages does not
need any of it. So the handler answers for the beginning, and then gives the socket away:

    class Echo(tornado.web.RequestHandler):
        async def get(self):
            ...                                  # check the origin, refuse who is not welcome
            await detach(self, EchoProtocol)     # from here on the loop calls EchoProtocol directly

Four things have to be right when it changes hands. Tornado must let go of the socket, not close it (it gets a duplicate
to close instead). Bytes that tornado has read already must come first. Whatever tornado still has to send must be sent
before. And when the server stops, somebody must remember that this connection exists: `Detached` does.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import weakref
from collections.abc import Callable
from typing import TypeVar, cast

import tornado.web

from course_lib.realtime.hot.wire import connect

__all__ = ["Detached", "detach"]

_GRACE = 0.5  # seconds that connections have to end in order when the server closes
_TURN = 0.01

P = TypeVar("P", bound=asyncio.Protocol)


class Detached:
    """The connections of an application that tornado no longer knows, so that closing the server closes them too."""

    def __init__(self) -> None:
        self._transports: weakref.WeakSet[asyncio.Transport] = weakref.WeakSet()

    @classmethod
    def of(cls, application: tornado.web.Application) -> Detached:
        """The application's own; made, and put on its list of things to close, when first asked for."""
        found = application.settings.get("detached")
        if not isinstance(found, cls):
            found = application.settings["detached"] = cls()
            application.settings.setdefault("closing", []).append(found.close)
        return found

    def __len__(self) -> int:
        return len(self._open())

    def __repr__(self) -> str:
        return f"<Detached: {len(self)} connections>"

    def add(self, transport: asyncio.Transport) -> None:
        """Remember a connection until it ends."""
        self._transports.add(transport)

    async def close(self) -> None:
        """End every connection, at most half a second later. Twice is fine.

        A protocol with a method ``going_away()`` is asked to end its connection in its own way; any other is closed.
        Who has not gone after that is cut off.
        """
        for transport in self._open():
            if not transport.is_closing():
                getattr(transport.get_protocol(), "going_away", transport.close)()
        await asyncio.sleep(0)
        for _ in range(round(_GRACE / _TURN)):
            if not self._open():
                break
            await asyncio.sleep(_TURN)
        for transport in self._open():
            transport.abort()
        await asyncio.sleep(0)

    def abandon(self) -> None:
        """Hang up on everyone when the loop is gone, from any thread: the transports can do nothing any more."""
        for transport in self._open():
            with contextlib.suppress(OSError):  # the client was faster
                transport.get_extra_info("socket").shutdown(socket.SHUT_RDWR)

    def _open(self) -> list[asyncio.Transport]:
        # a transport that is over may still be here: the loop's own reference cycles keep it until the next collection
        return [one for one in list(self._transports) if not one.is_closing() or one.get_write_buffer_size()]


async def detach(handler: tornado.web.RequestHandler, factory: Callable[[], P]) -> P | None:
    """Take a handler's connection away from tornado and give it to a protocol.

    Tornado answers no further request on it, and logs none. The protocol's ``connection_made`` is called with the
    transport, then its ``data_received`` with what tornado had read beyond the request, if anything, then with what
    comes from the socket. Nothing is sent: an answer to the request is the protocol's business.

    Args:
        handler: from one of its methods, before it has written anything with ``finish`` or ``flush``. Its connection is
            plain TCP: what TLS has read ahead could not be handed on.
        factory: makes the protocol.

    Returns:
        The protocol, connected; None if the client has gone meanwhile.
    """
    stream = handler.detach()
    with contextlib.suppress(OSError):  # tornado's StreamClosedError is one
        if stream.writing():
            await stream.write(b"")  # done when all before it is sent: "100 Continue", at most
    if stream.closed():
        return None
    read = bytes(stream._read_buffer)  # the public way reads the socket too, and takes its end for a close
    taken = stream.socket.dup()
    stream.close()
    protocol: P | None = None
    try:
        protocol = factory()
        first = _First(protocol, read, Detached.of(handler.application))
        await connect(first, taken)
    except OSError:
        taken.close()
        return None
    except BaseException:
        taken.close()
        raise
    return protocol


class _First(asyncio.Protocol):
    """Stands in until the transport is there, so that nothing is read before the protocol has what was read earlier."""

    def __init__(self, protocol: asyncio.Protocol, read: bytes, detached: Detached) -> None:
        self._protocol = protocol
        self._read = read
        self._detached = detached

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        made = cast("asyncio.Transport", transport)
        made.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        made.set_protocol(self._protocol)
        self._detached.add(made)
        self._protocol.connection_made(made)
        if self._read and not made.is_closing():
            self._protocol.data_received(self._read)
