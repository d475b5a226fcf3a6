"""Exercises 07-2 and 07-3: what the server answers to a key, and the first frame in some bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from course_lib.exercises.lesson_07 import answers_bytes as answers
from course_lib.lesson import Exercise, Trial, WrongAnswer
from course_lib.realtime.websocket import Opcode, accept_key, encode_frame

__all__ = ["ACCEPT", "FRAME"]

_KEY = bytes.fromhex("37fa213d")  # the RFC's own example, section 5.7


def _judge_accept(accept: Callable[[str], Any]) -> Iterator[Trial]:
    rfc = "dGhlIHNhbXBsZSBub25jZQ=="
    yield Trial(
        f"accept({rfc!r}), the example of RFC 6455, section 1.3",
        "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
        lambda: accept(rfc),
        _because_accept,
    )
    for key in ("AAAAAAAAAAAAAAAAAAAAAA==", "x3JJHMbDL1EzLkh9GBhXDw=="):
        yield Trial(f"accept({key!r})", accept_key(key), lambda key=key: accept(key))  # type: ignore[misc]


def _because_accept(got: Any) -> str | None:
    if isinstance(got, bytes):
        return "That is bytes; a header is text: `.decode()`."
    reasons = {
        answers.accept_key_only: "The constant is missing: key and GUID are hashed together.",
        answers.accept_hex: "`hexdigest` writes the 20 bytes as 40 letters. Base64 wants the bytes: `digest`.",
        answers.accept_decoded_first: "The key is taken as it stands in the header, as text, not decoded.",
        answers.accept_other_order: "The key comes first, then the GUID.",
    }
    return next((says for wrong, says in reasons.items() if got == wrong("dGhlIHNhbXBsZSBub25jZQ==")), None)  # type: ignore[no-untyped-call]


ACCEPT = Exercise(
    "07-2",
    "The answer to a key",
    "Write `accept(key)`: the value of `Sec-WebSocket-Accept` for a `Sec-WebSocket-Key`. Both are text. The recipe:"
    " key and the constant `258EAFA5-E914-47DA-95CA-C5AB0DC85B11` in one text; its SHA-1 (20 bytes); that in base64.",
    _judge_accept,
    [
        "`hashlib.sha1(…)` takes bytes; `.digest()` gives bytes.",
        "`base64.b64encode(…)` gives bytes; `.decode()` makes text of them.",
    ],
    answers.accept,
    [
        WrongAnswer("the hash of the key is enough", answers.accept_key_only, "The constant is missing"),
        WrongAnswer("a digest is hex digits", answers.accept_hex, "`digest`"),
        WrongAnswer("base64 is decoded first", answers.accept_decoded_first, "not decoded"),
        WrongAnswer("the constant is a salt, and comes first", answers.accept_other_order, "The key comes first"),
    ],
)


def _judge_frame(read_frame: Callable[[bytes], Any]) -> Iterator[Trial]:
    def trial(given: str, data: bytes, expected: object, because: Any) -> Trial:
        return Trial(given, expected, lambda: _plain(read_frame(data)), because)

    hello = encode_frame(Opcode.TEXT, b"Hello")
    masked = encode_frame(Opcode.TEXT, b"Hello", key=_KEY)
    yield trial(
        "81 05 48 65 6c 6c 6f, a server's `Hello`",
        hello,
        (1, b"Hello", b""),
        lambda got: (
            "The opcode is the lower four bits of the first byte; the first bit is FIN."
            if isinstance(got, tuple) and got[:1] == (0x81,)
            else None
        ),
    )
    yield trial(
        "81 85 37 fa 21 3d 7f 9f 4d 51 58, a client's `Hello`",
        masked,
        (1, b"Hello", b""),
        lambda got: (
            "Byte i of the payload has to be XORed with byte i mod 4 of the key."
            if isinstance(got, tuple) and len(got) == 3 and len(got[1]) == 5
            else "The four bytes behind the length are the key, when the second byte's first bit is set."
        ),
    )
    yield trial(
        "only the first 9 of those 11 bytes",
        masked[:9],
        None,
        "Half a frame is no frame: TCP brings bytes in pieces of any size. Return None, and wait for more.",
    )
    yield trial(
        "two frames in one piece: `Hello`, and a ping",
        hello + encode_frame(Opcode.PING),
        (1, b"Hello", b"\x89\x00"),
        "What stands behind the frame belongs to the next one: return it, or it is lost.",
    )
    for size in (125, 126, 300, 65_535, 65_536):
        data = encode_frame(Opcode.BINARY, bytes(size), key=_KEY)
        yield Trial(
            f"a masked frame of {size:,} bytes, and one byte behind it: the sizes of payload and rest",
            (size, 1),
            lambda data=data: _sizes(read_frame(data + b"!")),  # type: ignore[misc]
            "125 is the largest length in seven bits. 126 says that the next 2 bytes are the length, 127 the next 8,"
            " the highest byte first.",
        )
    yield trial(
        "the first 3 bytes of a frame of 300 bytes",
        encode_frame(Opcode.BINARY, bytes(300))[:3],
        None,
        "Not even the length is complete: return None.",
    )
    for few in (0, 1):
        yield trial(
            "only the first byte of a frame" if few else "no byte at all",
            hello[:few],
            None,
            "A head has two bytes at least: with fewer, return None.",
        )


def _sizes(found: Any) -> object:
    return (len(found[1]), len(found[2])) if isinstance(found, (tuple, list)) and len(found) == 3 else "no frame"


def _plain(found: object) -> object:
    if isinstance(found, (tuple, list)):
        return tuple(bytes(part) if isinstance(part, (bytearray, memoryview)) else part for part in found)
    return found


FRAME = Exercise(
    "07-3",
    "The first frame",
    "Write `read_frame(data)`. `data` is what has come so far. Return `(opcode, payload, rest)` of the frame it begins"
    " with: the opcode as a number, the payload unmasked, and the bytes behind the frame. Return `None` when the frame"
    " is not complete. The rules need not be checked here.",
    _judge_frame,
    [
        "Walk through with an index `at`: 2 bytes, then perhaps 2 or 8 for the length, then perhaps 4 for the key.",
        "`int.from_bytes(data[at : at + size], 'big')` is the long length.",
        "`bytes(byte ^ key[i % 4] for i, byte in enumerate(payload))` takes the mask off. It puts it on as well.",
    ],
    answers.read_frame,
    [
        WrongAnswer("the first byte is the opcode", answers.frame_keeps_fin, "FIN"),
        WrongAnswer("the library unmasks", answers.frame_masked_as_it_is, "XORed"),
        WrongAnswer("one byte of the key is enough", answers.frame_one_mask_byte, "i mod 4"),
        WrongAnswer("what came is the message", answers.frame_takes_what_is_there, "Half a frame"),
        WrongAnswer("one read, one frame", answers.frame_loses_the_rest, "the next one"),
        WrongAnswer("the second byte is the length", answers.frame_short_only, "126 says"),
        WrongAnswer("the low byte first", answers.frame_little_endian, "the highest byte first"),
    ],
)
