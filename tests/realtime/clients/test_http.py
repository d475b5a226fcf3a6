"""One GET: bodies that end, break off, stall and flood; redirections; TLS."""

from __future__ import annotations

import asyncio
import ssl
from typing import Any

import pytest
from tornado.httputil import HTTPHeaders, ResponseStartLine

from course_lib.realtime.clients import http
from course_lib.realtime.clients.http import Answer, get
from tests.realtime.clients.scripted import STREAM, Scripted, Visit, answer, run, until

WHOLE = answer(200, b"whole", X_Kind="some")
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nwhole\r\n"


async def fetched(server: Scripted, path: str = "/", most: int = 100, **options: Any) -> bytes:
    async with get(server.url + path, {"X-Mine": "yes"}, **options) as found:
        assert repr(found).startswith(f"<Answer: status {found.status}, ")
        return await found.read(most)


@pytest.mark.parametrize("body", [WHOLE, CHUNKED + b"0\r\n\r\n", STREAM + b"whole", b"HTTP/1.0 200 OK\r\n\r\nwhole"])
def test_a_whole_body(body: bytes) -> None:
    async def test() -> None:
        async with Scripted(body) as server:
            assert await fetched(server, "/a?b=c") == b"whole"
            request = server.requests[0]
            assert (request.target, request.headers["x-mine"]) == ("/a?b=c", b"yes")
            assert request.headers["host"] == server.url.removeprefix("http://").encode()

    run(test())


def test_status_and_headers_are_there_before_the_body() -> None:
    async def test() -> None:
        go = asyncio.Event()

        async def slow(visit: Visit) -> None:
            await visit.say(WHOLE[:-3])
            await go.wait()
            await visit.say(WHOLE[-3:])

        async with Scripted(slow) as server, get(server.url, {}) as found:
            assert (found.status, found.headers["X-Kind"], repr(found)) == (200, "some", "<Answer: status 200, open>")
            assert await found.piece() == b"wh"
            go.set()
            assert [await found.piece(), await found.piece()] == [b"ole", None]
            assert repr(found) == "<Answer: status 200, complete>"

    run(test())


@pytest.mark.parametrize("stay", [False, True], ids=["closes", "stays"])
@pytest.mark.parametrize("body", [WHOLE, CHUNKED + b"0\r\n\r\n", answer(204)])
def test_a_body_ends_whether_or_not_the_server_hangs_up(body: bytes, stay: bool) -> None:
    async def test() -> None:
        async def say(visit: Visit) -> None:
            await visit.say(body)
            if stay:
                await visit.hung_up()

        async with Scripted(say) as server:
            assert await fetched(server) in (b"whole", b"")

    run(test())


@pytest.mark.parametrize(
    ("cut", "says"),
    [
        (WHOLE[:-1], "the end of the body, but the connection closed before it"),
        (CHUNKED, "the end of the body, but the connection closed before it"),
        (CHUNKED + b"zz\r\n", "the end of the body, but the connection closed before it"),
        (WHOLE[:30], "an HTTP response, but the connection closed"),
        (b"", "an HTTP response, but the connection closed"),
        (b"nonsense\r\n\r\n", "an HTTP response, but the connection closed"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "the end of the body, but the connection closed before it"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000 + b"\r\n\r\n", "an HTTP response, but the connection closed"),
    ],
)
def test_what_breaks_off_or_is_no_http_is_an_error(cut: bytes, says: str) -> None:
    async def test() -> None:
        async with Scripted(cut) as server:
            with pytest.raises(ConnectionError, match=f"^expected {says}$"):
                await fetched(server)

    run(test())


def test_more_than_is_wanted_is_an_error() -> None:
    async def test() -> None:
        async with Scripted(WHOLE, WHOLE) as server:
            assert await fetched(server, most=5) == b"whole"
            with pytest.raises(ConnectionError, match=r"^expected a body of at most 4 bytes, got more$"):
                await fetched(server, most=4)

    run(test())


def test_early_hints_are_no_answer() -> None:
    async def test() -> None:
        hints = b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"
        async with Scripted(hints + WHOLE) as server, get(server.url, {}) as found:
            assert (found.status, "Link" in found.headers) == (200, False)
            assert await found.read(100) == b"whole"

    run(test())


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirections_are_followed(status: int) -> None:
    async def test() -> None:
        async with Scripted(answer(status, Location="b?c"), WHOLE) as server:
            assert await fetched(server, "/x/a") == b"whole"
            assert [one.target for one in server.requests] == ["/x/a", "/x/b?c"]
            assert server.requests[1].headers["x-mine"] == b"yes"

    run(test())


@pytest.mark.parametrize(
    "moved", [answer(300, Location="/b"), answer(304, Location="/b"), answer(201, Location="/b"), answer(302)]
)
def test_no_other_answer_is_a_redirection(moved: bytes) -> None:
    async def test() -> None:
        async with Scripted(moved) as server:
            assert await fetched(server) == b""
            assert len(server.requests) == 1

    run(test())


def test_redirections_are_followed_twenty_times() -> None:
    async def test() -> None:
        moved = answer(307, Location="/")
        async with Scripted(*[moved] * 20, WHOLE) as server:
            assert await fetched(server) == b"whole"
        async with Scripted(*[moved] * 30) as server:
            with pytest.raises(ConnectionError, match="expected at most 20 redirections, got more"):
                await fetched(server)
            assert len(server.requests) == 21
        for elsewhere in ("ftp://x/", "http://x:99999/", "http:// x/"):
            async with Scripted(answer(307, Location=elsewhere)) as server:
                with pytest.raises(ConnectionError, match="redirected: expected a URL that begins with http://"):
                    await fetched(server)

    run(test())


def test_leaving_the_block_hangs_up_even_on_a_flood() -> None:
    async def test() -> None:
        gone = asyncio.Event()

        async def flood(visit: Visit) -> None:
            await visit.say(STREAM)
            try:
                while True:
                    await visit.say(b"x" * 65_536)
            finally:
                gone.set()

        async with Scripted(flood) as server:
            async with get(server.url, {}) as found:
                await until(found._pieces.full)
            assert found._reading is not None
            assert found._reading.done()
            await gone.wait()
            await found.close()

    run(test())


class Stream:
    """As much of a connection as an answer needs that is never read."""

    def close(self) -> None:
        pass


def test_leaving_the_block_does_not_make_room_for_all_that_has_come() -> None:
    async def test() -> None:
        found = Answer(Stream(), None)  # type: ignore[arg-type]

        async def pour() -> None:
            for _ in range(1000):
                await found.data_received(b"x")

        found._reading = asyncio.create_task(pour())
        await until(found._pieces.full)
        await found.close()
        assert found._pieces.qsize() <= 1

    run(test())


def test_a_head_that_comes_when_nobody_waits_any_more_is_passed_over() -> None:
    async def test() -> None:
        found = Answer(Stream(), None)  # type: ignore[arg-type]
        found._head.cancel()
        found.headers_received(ResponseStartLine("HTTP/1.1", 200, "OK"), HTTPHeaders())
        await found.close()
        found = Answer(Stream(), None)  # type: ignore[arg-type]
        found._head.set_exception(ConnectionError("too late"))
        await found.close()

    run(test())


def test_an_attempt_can_be_given_up() -> None:
    async def test() -> None:
        async with Scripted() as server:
            asking = asyncio.create_task(fetched(server))
            await until(lambda: len(server.requests) == 1)
            asking.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asking
            asking = asyncio.create_task(fetched(server))
            await asyncio.sleep(0)
            asking.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asking

    run(test())


def test_https_is_tls_with_certificates_looked_at() -> None:
    async def test() -> None:
        async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            assert (await reader.read(3))[0] == 0x16  # a TLS handshake begins
            writer.write(b"HTTP/1.1 400 this is plain HTTP\r\n\r\n")
            writer.close()

        server = await asyncio.start_server(plain, "127.0.0.1", 0)
        async with server:
            with pytest.raises(ssl.SSLError):
                async with get(f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/", {}):
                    pass

    run(test())


@pytest.mark.parametrize(
    ("url", "host", "port", "secure"),
    [
        ("http://x.example/", "x.example", 80, False),
        ("https://x.example", "x.example", 443, True),
        ("https://x.example:8443", "x.example", 8443, True),
        ("http://user:word@[::1]:8000/", "::1", 8000, False),
    ],
)
def test_where_it_connects(monkeypatch: pytest.MonkeyPatch, url: str, host: str, port: int, secure: bool) -> None:
    class Client:
        async def connect(self, *where: Any, ssl_options: ssl.SSLContext | None) -> None:
            assert where == (host, port)
            if secure:
                assert ssl_options is not None
                assert ssl_options.verify_mode is ssl.CERT_REQUIRED
                assert ssl_options.check_hostname
            else:
                assert ssl_options is None
            raise ConnectionRefusedError

    async def test() -> None:
        with pytest.raises(ConnectionRefusedError):
            async with get(url, {}):
                pass

    monkeypatch.setattr(http, "TCPClient", Client)
    run(test())


def test_a_host_that_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    class Client:
        async def connect(self, *where: Any, ssl_options: object) -> None:
            await asyncio.Event().wait()

    async def test() -> None:
        with pytest.raises(TimeoutError, match=r"^expected a connection within 0.01 seconds$"):
            async with get("http://localhost/", {}):
                pass

    monkeypatch.setattr(http, "TCPClient", Client)
    monkeypatch.setattr(http, "_CONNECT", 0.01)
    run(test())
