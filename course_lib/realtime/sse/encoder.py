"""The encoder of ``text/event-stream``: one event, as bytes that every parser reads back as the same event.

What the format cannot say is refused rather than written and read as something else: a line end in an `event` or an
`id` would begin a line of its own, and with it a field that whoever named the event could choose (the weakness that is
called header injection elsewhere). Data may have line ends: each begins another `data` line. But the format has only
one of them, so CR and CRLF in data arrive as LF.
"""

from __future__ import annotations

from typing import Final

__all__ = ["CONTENT_TYPE", "comment", "encode"]

CONTENT_TYPE: Final = "text/event-stream"
"""The media type. No charset: it is always UTF-8 (HTML standard 9.2.5)."""


def encode(data: str | None, *, event: str = "", id: str | int | None = None, retry: int | None = None) -> bytes:
    """One event, with the empty line that ends it.

    Args:
        data: the text; None for none: such an event is not fired, but its `id` and `retry` count.
        event: its name; "" for none, which is "message".
        id: what a reconnection sends back as `Last-Event-ID`; "" makes it forget the one before, None leaves it alone.
        retry: milliseconds to wait before a reconnection.

    Raises:
        ValueError: a line end in `event` or `id`, a NUL in `id`, a negative `retry`, half a surrogate pair anywhere.
        TypeError: a value of the wrong type.
    """
    lines = []
    if retry is not None:
        lines.append(f"retry: {_whole('retry', retry)}\n")
    if event:
        lines.append(f"event: {_line('event', event)}\n")
    if id is not None:
        lines.append(f"id: {id if type(id) is int else _id(id)}\n")
    if data is not None:
        lines.append(f"data: {_text('data', data)}".replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\ndata: "))
        lines.append("\n")
    lines.append("\n")
    return _bytes("".join(lines))


def comment(text: str = "") -> bytes:
    """A line that clients ignore: a heartbeat, so that proxies (and the server itself) see that the stream lives.

    Raises:
        ValueError: a line end in `text`, or half a surrogate pair.
        TypeError: `text` is no string.
    """
    return _bytes(f":{_line('a comment', text)}\n\n")


def _text(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"expected {name} to be a string, got {value!r}")
    return value


def _line(name: str, value: object) -> str:
    text = _text(name, value)
    if "\n" in text or "\r" in text:
        raise ValueError(f"expected {name} without line ends, got {text!r}")
    return text


def _id(value: object) -> str:
    text = _line("id", value)
    if "\0" in text:
        raise ValueError(f"expected id without NUL, which makes clients ignore it, got {text!r}")
    return text


def _whole(name: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"expected {name} to be a whole number, got {value!r}")
    if value < 0:
        raise ValueError(f"expected {name} of 0 milliseconds or more, got {value}")
    return value


def _bytes(text: str) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ValueError(f"expected text, got half a surrogate pair: {text[error.start]!r}") from None
