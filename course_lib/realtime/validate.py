"""What a client sent, made sure of: a value, or a status and a sentence that says what was expected.

All of it comes from strangers. The size is looked at before the content, the content before its meaning; nothing here
raises anything but `Refused`, whatever the bytes are.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, Final

from course_lib.realtime.limits import Limits

__all__ = [
    "MAX_CURSOR", "Post", "Refused", "cursor_of", "last_event_id_of", "message_of", "post_of", "room_of", "timeout_of",
]  # fmt: skip

MAX_CURSOR: Final = 2**53 - 1
"""The largest whole number that a page's JavaScript can count to (``Number.MAX_SAFE_INTEGER``)."""

_DIGITS: Final = re.compile(r"[0-9]{1,20}")  # not str.isdigit or int(): they take "٣", "²", "+7" and "1_000"
_SECONDS: Final = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,6})?")
_ROOM: Final = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_JSON: Final = re.compile(
    r'application/(?:[\w.+-]+\+)?json\s*(?:;\s*charset\s*=\s*"?utf-?8"?\s*)?;?\s*', re.ASCII | re.I
)


class Refused(Exception):  # noqa: N818 -- what happened, not a suffix
    """A request that gets no more than an answer.

    Attributes:
        status: the HTTP status: 400 (malformed), 413 (too large) or 415 (not JSON).
        sentence: what was expected and what came.
    """

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence


@dataclass(frozen=True)
class Post:
    """The body of ``POST /messages``.

    Attributes:
        message: the text.
        room: the room it is for; "" when none was named.
    """

    message: str
    room: str = ""


def post_of(body: bytes, content_type: str | None, limits: Limits) -> Post:
    """The message in the body of a request: ``{"message": "text"}``, perhaps with a "room".

    Args:
        body: as it came.
        content_type: the header; None when there is none.
        limits: `max_body` counts.

    Raises:
        Refused: 413 for a body that is too large, 415 for one that does not say it is JSON in UTF-8, 400 for the rest.
    """
    if len(body) > limits.max_body:
        raise Refused(413, f"expected a body of at most {limits.max_body:,} bytes, got {len(body):,}")
    # asked for, not assumed: a form on a stranger's page can send text, but not this type
    if not _JSON.fullmatch((content_type or "").strip()):
        raise Refused(415, f"expected Content-Type: application/json in UTF-8, got {_short(content_type)}")
    given = _object(body)
    message = given.get("message")
    if not isinstance(message, str):
        raise Refused(400, f'expected {{"message": "text"}}, got {_short(given)}')
    _sendable(message)
    return Post(message, room_of(given["room"]) if "room" in given else "")


def message_of(body: bytes, content_type: str | None, limits: Limits) -> str:
    """The text alone of what `post_of` reads."""
    return post_of(body, content_type, limits).message


def room_of(name: object) -> str:
    """The name of a room: 1 to 64 ASCII letters, digits, "_", "." or "-".

    Raises:
        Refused: 400.
    """
    if not isinstance(name, str) or not _ROOM.fullmatch(name):
        raise Refused(400, f"expected a room of 1 to 64 letters, digits, '_', '.' or '-', got {_short(name)}")
    return name


def cursor_of(text: str | None) -> int | None:
    """The id of the last message a client has seen, from its query; None when it named none.

    Raises:
        Refused: 400 for anything but a whole number in 0…2^53-1.
    """
    return None if text is None else _id(text, "a cursor")


def last_event_id_of(text: str | None) -> int | None:
    """The same from a `Last-Event-ID` header, where "" also means none (HTML standard 9.2.2).

    Raises:
        Refused: 400.
    """
    return None if not text else _id(text, "a Last-Event-ID")


def timeout_of(text: str | None, limits: Limits) -> float:
    """How many seconds a long poll waits: what the client asks for, at most `limits.poll_timeout`.

    Raises:
        Refused: 400 for anything but a decimal number of 0 or more.
    """
    if text is None:
        return limits.poll_timeout
    if not _SECONDS.fullmatch(text):
        raise Refused(400, f"expected a timeout in seconds, such as 2.5, got {_short(text)}")
    return min(float(text), limits.poll_timeout)


def _id(text: str, what: str) -> int:
    number = int(text) if _DIGITS.fullmatch(text) else -1
    if not 0 <= number <= MAX_CURSOR:
        raise Refused(400, f"expected {what}: a whole number in 0…{MAX_CURSOR}, got {_short(text)}")
    return number


def _object(body: bytes) -> dict[str, Any]:
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refused(400, f"expected UTF-8, got the byte {body[error.start]:#04x} at {error.start}") from None
    try:
        given = json.loads(text, parse_constant=_no_constant, object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:  # too deep is as malformed as too short
        words = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise Refused(400, f"expected a JSON object, got {_short(text)} ({words[:80]})") from None
    if not isinstance(given, dict):
        raise Refused(400, f"expected a JSON object, got {_short(given)}")
    return given


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):  # whoever checked before us may have read the other one
        raise ValueError("a name twice in one object")
    return found


def _sendable(text: str) -> None:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:  # JSON can say "\ud800", but no frame or event can carry it
        raise Refused(400, f"expected text, got half a surrogate pair at character {error.start}") from None


def _short(value: object) -> str:
    words = ascii(value)
    return words if len(words) <= 60 else f"{words[:57]}..."
