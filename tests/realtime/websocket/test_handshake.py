"""From HTTP to a WebSocket: the RFC's own example, and every way to refuse one."""

from __future__ import annotations

import pytest

from course_lib.realtime.websocket.handshake import (
    Refused,
    accept_key,
    check_request,
    check_response,
    new_key,
    request,
    response,
)

KEY = "dGhlIHNhbXBsZSBub25jZQ=="  # section 1.3
ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
HEADERS = {
    "Host": "server.example.com",
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Key": KEY,
    "Sec-WebSocket-Version": "13",
}
BROKEN = {
    "no upgrade": ({"Upgrade": ""}, 426),
    "another upgrade": ({"Upgrade": "h2c"}, 426),
    "no host": ({"Host": ""}, 400),
    "no connection": ({"Connection": ""}, 400),
    "connection without it": ({"Connection": "keep-alive"}, 400),
    "old version": ({"Sec-WebSocket-Version": "8"}, 426),
    "no version": ({"Sec-WebSocket-Version": ""}, 426),
    "no key": ({"Sec-WebSocket-Key": ""}, 400),
    "short key": ({"Sec-WebSocket-Key": "dGhlIHNhbXBsZQ=="}, 400),
    "long key": ({"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZTE="}, 400),
    "no base64": ({"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=!"}, 400),
    "two keys": ({"Sec-WebSocket-Key": f"{KEY},{KEY}"}, 400),
    "no ASCII": ({"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZé=="}, 400),
}


def test_the_example_of_the_rfc():
    assert accept_key(KEY) == ACCEPT
    assert check_request("GET", HEADERS) == KEY
    assert f"\r\nSec-WebSocket-Accept: {ACCEPT}\r\n".encode() in response(KEY)
    assert response(KEY).startswith(b"HTTP/1.1 101 Switching Protocols\r\n")
    assert response(KEY).endswith(b"\r\n\r\n")


def test_case_and_company_do_not_matter():
    headers = {name.upper(): value for name, value in HEADERS.items()}
    assert check_request("GET", {**headers, "UPGRADE": "h2c, WebSocket", "CONNECTION": "keep-alive, upgrade"}) == KEY


@pytest.mark.parametrize(("change", "status"), BROKEN.values(), ids=BROKEN)
def test_a_broken_rule_is_refused(change, status):
    with pytest.raises(Refused, match="expected") as refused:
        check_request("GET", {**HEADERS, **change})
    assert refused.value.status == status
    assert refused.value.sentence == str(refused.value)


def test_only_get_over_http_1_1():
    with pytest.raises(Refused, match="expected GET, got POST") as refused:
        check_request("POST", HEADERS)
    assert (refused.value.status, refused.value.headers) == (405, {"Allow": "GET"})
    with pytest.raises(Refused, match=r"got HTTP/1\.0"):
        check_request("GET", HEADERS, version="HTTP/1.0")


def test_a_wrong_version_is_told_the_right_one():
    with pytest.raises(Refused) as refused:
        check_request("GET", {**HEADERS, "Sec-WebSocket-Version": "14"})
    assert refused.value.headers == {"Sec-WebSocket-Version": "13"}


def test_what_a_client_asks_is_what_a_server_takes():
    key = new_key(bytes(range(16)))
    asked = request("localhost:8080", "/echo", key, [("Origin", "http://localhost")])
    line, *lines = asked.decode().rstrip().split("\r\n")
    assert line == "GET /echo HTTP/1.1"
    headers = dict(one.split(": ", 1) for one in lines)
    assert check_request("GET", headers) == key
    assert headers["Origin"] == "http://localhost"
    check_response(response(key), key)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"101 Switching Protocols", b"200 OK"),
        (b"HTTP/1.1", b"HTTP/1.0"),
        (b"HTTP/1.1 101", b"HTTP/1.1 \xb2"),
        (b"HTTP/1.1 101", b"SSH-2.0"),
        (b"Upgrade: websocket", b"Upgrade: h2c"),
        (b"Connection: Upgrade", b"Connection: close"),
        (ACCEPT.encode(), accept_key("another").encode()),
        (b"Connection:", b"Sec-WebSocket-Extensions: permessage-deflate\r\nConnection:"),
        (b"Connection:", b"Sec-WebSocket-Protocol: chat\r\nConnection:"),
    ],
)
def test_a_client_looks_at_the_answer(old, new):
    answer = response(KEY)
    assert old in answer
    with pytest.raises(Refused, match="expected"):
        check_response(answer.replace(old, new), KEY)


def test_a_nonce_has_16_bytes():
    with pytest.raises(ValueError, match="16 bytes, got 15"):
        new_key(bytes(15))


def test_no_header_is_smuggled_in():
    with pytest.raises(ValueError, match="line breaks"):
        request("localhost", "/echo HTTP/1.1\r\nX: y", KEY)
