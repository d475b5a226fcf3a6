"""The cases of the Autobahn test suite for an echo server, as a table.

The suite (github.com/crossbario/autobahn-testsuite) is what WebSocket servers are measured with; these are its cases by
their numbers: 1 framing, 2 pings and pongs, 3 reserved bits, 4 opcodes, 5 fragments, 6 UTF-8, 7 the closing handshake,
9 limits (sizes cut to ours), 10 a long message in many frames. Its sections 12 and 13, compression, are not used here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from course_lib.realtime.websocket.frames import encode_frame

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
KEY = bytes.fromhex("37fa213d")
MAX_MESSAGE = 65_536


@dataclass(frozen=True)
class Frame:
    """A frame to send; any byte of its head may break a rule."""

    opcode: int
    payload: bytes = b""
    fin: bool = True
    rsv: int = 0

    def encoded(self, key: bytes | None) -> bytes:
        return encode_frame(self.opcode, self.payload, fin=self.fin, rsv=self.rsv, key=key)


@dataclass(frozen=True)
class Case:
    """What is sent, what an echo server answers, and how it ends.

    Attributes:
        number: the suite's.
        what: in words.
        sends: the frames.
        answers: (opcode, payload) of each frame that comes back, but for the close frame.
        ends: the close code of the server's close frame; 1005 for one without a code.
        chop: bytes sent at once; 0: all.
    """

    number: str
    what: str
    sends: tuple[Frame, ...]
    answers: tuple[tuple[int, bytes], ...] = ()
    ends: int = 1000
    chop: int = 0

    def chunks(self, key: bytes | None) -> list[bytes]:
        data = b"".join(frame.encoded(key) for frame in self.sends)
        size = self.chop or len(data)
        return [data[at : at + size] for at in range(0, len(data), size)]


BYE = Frame(CLOSE, (1000).to_bytes(2, "big"))


def echoed(
    number: str, what: str, *sends: Frame, answers: Sequence[tuple[int, bytes]] | None = None, chop: int = 0
) -> Case:
    """Nothing wrong: every message comes back, then we close."""
    back = [(one.opcode, one.payload) for one in sends if one.fin] if answers is None else answers
    return Case(number, what, (*sends, BYE), tuple(back), 1000, chop)


def failed(
    number: str, what: str, *sends: Frame, code: int = 1002, answers: Sequence[tuple[int, bytes]] = (), chop: int = 0
) -> Case:
    """Something wrong: what came before is answered, then the server closes."""
    return Case(number, what, sends, tuple(answers), code, chop)


def pieces(opcode: int, payload: bytes, size: int) -> tuple[Frame, ...]:
    """A message in frames of at most `size` bytes."""
    cuts = [payload[at : at + size] for at in range(0, len(payload), size)]
    last = len(cuts) - 1
    return tuple(Frame(opcode if not at else CONTINUATION, cut, fin=at == last) for at, cut in enumerate(cuts))


def framing() -> Iterator[Case]:
    lengths = (0, 125, 126, 127, 128, 65_535, 65_536)
    for section, opcode, fill, name in ((1, TEXT, b"*", "text"), (2, BINARY, b"\xfe", "binary")):
        for at, length in enumerate(lengths, start=1):
            yield echoed(f"1.{section}.{at}", f"{name} of {length} bytes", Frame(opcode, fill * length))
        yield echoed(f"1.{section}.8", f"{name} of 65536 bytes, 997 at once", Frame(opcode, fill * 65_536), chop=997)


def pings() -> Iterator[Case]:
    def ping(payload: bytes) -> tuple[Frame, tuple[int, bytes]]:
        return Frame(PING, payload), (PONG, payload)

    for number, what, payload in (
        ("2.1", "no payload", b""),
        ("2.2", "text", b"Hello, world!"),
        ("2.3", "bytes that are no text", b"\x00\xff\xfe\xfd\xfc\xfb\x00\xff"),
        ("2.4", "125 bytes", b"\xfe" * 125),
    ):
        sent, back = ping(payload)
        yield echoed(number, f"ping, {what}", sent, answers=[back])
    yield failed("2.5", "ping of 126 bytes", Frame(PING, b"\xfe" * 126))
    yield echoed("2.6", "ping of 125 bytes in octets", ping(b"\xfe" * 125)[0], answers=[(PONG, b"\xfe" * 125)], chop=1)
    yield echoed("2.7", "pong nobody asked for", Frame(PONG), answers=())
    yield echoed("2.8", "pong nobody asked for, with payload", Frame(PONG, b"unasked"), answers=())
    yield echoed(
        "2.9", "pong nobody asked for, ping", Frame(PONG, b"unasked"), ping(b"asked")[0], answers=[(PONG, b"asked")]
    )
    ten = [ping(b"payload-%d" % number) for number in range(10)]
    for number, chop in (("2.10", 0), ("2.11", 1)):
        yield echoed(number, "ten pings", *(sent for sent, _ in ten), answers=[back for _, back in ten], chop=chop)


HELLO = Frame(TEXT, b"Hello, world!")
HELLO_BACK = (TEXT, b"Hello, world!")


def reserved_bits() -> Iterator[Case]:
    yield failed("3.1", "text with RSV 1", Frame(TEXT, HELLO.payload, rsv=1))
    for number, rsv, chop in (("3.2", 2, 0), ("3.3", 3, 19), ("3.4", 4, 1)):
        bad = Frame(TEXT, HELLO.payload, rsv=rsv)
        yield failed(
            number, f"text, text with RSV {rsv}, ping", HELLO, bad, Frame(PING), answers=[HELLO_BACK], chop=chop
        )
    yield failed("3.5", "binary with RSV 5", Frame(BINARY, b"\x00\xff" * 4, rsv=5))
    yield failed("3.6", "ping with RSV 6", Frame(PING, b"Hello", rsv=6))
    yield failed("3.7", "close with RSV 7", Frame(CLOSE, rsv=7))


def opcodes() -> Iterator[Case]:
    for section, first in ((1, 3), (2, 11)):
        yield failed(f"4.{section}.1", f"opcode {first}", Frame(first))
        yield failed(f"4.{section}.2", f"opcode {first + 1} with payload", Frame(first + 1, b"reserved"))
        for at, payload, chop in ((3, b"", 0), (4, b"reserved", 0), (5, b"reserved", 1)):
            bad = Frame(first + at - 1, payload)
            what = f"text, opcode {bad.opcode}, ping"
            yield failed(f"4.{section}.{at}", what, HELLO, bad, Frame(PING), answers=[HELLO_BACK], chop=chop)


def fragments() -> Iterator[Case]:
    one, two = Frame(TEXT, b"fragment1", fin=False), Frame(CONTINUATION, b"fragment2")
    whole, ping = (TEXT, b"fragment1fragment2"), Frame(PING, b"ping payload")
    pong = (PONG, b"ping payload")
    for number, opcode in (("5.1", PING), ("5.2", PONG)):
        yield failed(number, "a control frame in two", Frame(opcode, b"1", fin=False), Frame(CONTINUATION, b"2"))
    for number, chop in (("5.3", 0), ("5.4", 15), ("5.5", 1)):
        yield echoed(number, "text in two", one, two, answers=[whole], chop=chop)
    for number, chop in (("5.6", 0), ("5.7", 15), ("5.8", 1)):
        yield echoed(number, "text in two, a ping between", one, ping, two, answers=[pong, whole], chop=chop)
    orphan = b"non-continuation payload"
    for fin, numbers in ((True, ("5.9", "5.10", "5.11")), (False, ("5.12", "5.13", "5.14"))):
        for number, chop in zip(numbers, (0, 30, 1), strict=True):
            yield failed(
                number, f"a continuation of nothing, FIN {fin:d}", Frame(CONTINUATION, orphan, fin), HELLO, chop=chop
            )
    again = Frame(CONTINUATION, b"fragment3", fin=False)
    yield failed("5.15", "text in two, a continuation of nothing, text", one, two, again, HELLO, answers=[whole])
    for number, fin in (("5.16", False), ("5.17", True)):
        lost = (
            Frame(CONTINUATION, b"fragment1", fin),
            Frame(TEXT, b"fragment2", fin=False),
            Frame(CONTINUATION, b"f3"),
        )
        yield failed(number, f"twice: a continuation of nothing (FIN {fin:d}), text in two", *lost, *lost)
    yield failed("5.18", "text in two, the second no continuation", one, Frame(TEXT, b"fragment2"))
    five = pieces(TEXT, b"fragment1fragment2fragment3fragment4fragment5", 9)
    for number, chop in (("5.19", 0), ("5.20", 15)):
        yield echoed(
            *(number, "text in five, two pings between"),
            *(*five[:2], Frame(PING, b"pongme 1!"), *five[2:4], Frame(PING, b"pongme 2!"), five[4]),
            answers=[(PONG, b"pongme 1!"), (PONG, b"pongme 2!"), (TEXT, b"".join(piece.payload for piece in five))],
            chop=chop,
        )


KOSME = "\u03ba\u1f79\u03c3\u03bc\u03b5".encode()  # 2, 3, 2, 2 and 2 bytes
VALID_TEXTS = (
    *(KOSME, "Hello-µ@ßöäüàá-UTF-8!!".encode()),
    *(chr(code).encode() for code in (0x00, 0x7F, 0x80, 0x7FF, 0x800, 0xFFFF, 0x10000, 0x10FFFF)),  # 6.6.2, 6.7, 6.9
    *(chr(code).encode() for code in (0xD7FF, 0xE000, 0xFFFD)),  # 6.11
    *(chr(plane << 16 | end).encode() for plane in range(17) for end in (0xFFFE, 0xFFFF)),  # 6.22: "no characters"
    *(chr(code).encode() for code in range(0xFFF9, 0xFFFE)),  # 6.23
)
_SURROGATES = (0xD800, 0xDB7F, 0xDB80, 0xDBFF, 0xDC00, 0xDF80, 0xDFFF)


def _surrogate(code: int) -> bytes:
    return chr(code).encode("utf-8", "surrogatepass")


INVALID_TEXTS = (
    *(KOSME + bad + b"edited" for bad in (b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xc0", b"\xff")),  # 6.3, 6.4
    *(KOSME[:cut] for cut in range(1, len(KOSME)) if cut not in (2, 5, 7, 9)),  # 6.6: ends within a character
    *(b"\xf8\x88\x80\x80\x80", b"\xfc\x84\x80\x80\x80\x80", b"\xf7\xbf\xbf\xbf", b"\xfb\xbf\xbf\xbf\xbf"),  # 6.8, 6.10
    *(b"\xfd\xbf\xbf\xbf\xbf\xbf", b"\xf4\x90\x80\x80"),  # 6.10, 6.11.5
    *(b"\x80", b"\xbf", b"\x80\xbf", b"\x80\xbf\x80", bytes(range(0x80, 0xC0))),  # 6.12: only continuations
    *(bytes((start, 0x20)) for start in (*range(0xC0, 0xFE),)),  # 6.13: only beginnings
    *(b"\xc0", b"\xe0\x80", b"\xf0\x80\x80", b"\xf8\x80\x80\x80", b"\xdf", b"\xef\xbf", b"\xf7\xbf\xbf"),  # 6.14
    b"\xc3(\xa9",  # a character with ASCII in the middle
    *(b"\xdf\xef\xbf", b"\xfe", b"\xff", b"\xfe\xfe\xff\xff"),  # 6.15, 6.16
    *(b"\xc0\xaf", b"\xe0\x80\xaf", b"\xf0\x80\x80\xaf", b"\xf8\x80\x80\x80\xaf"),  # 6.17: too long for "/"
    *(b"\xc1\xbf", b"\xe0\x9f\xbf", b"\xf0\x8f\xbf\xbf"),  # 6.18
    *(b"\xc0\x80", b"\xe0\x80\x80", b"\xf0\x80\x80\x80"),  # 6.19: too long for NUL
    *(_surrogate(code) for code in _SURROGATES),  # 6.20
    *(_surrogate(high) + _surrogate(low) for high in _SURROGATES[:4] for low in _SURROGATES[4:]),  # 6.21
)


def utf8() -> Iterator[Case]:
    yield echoed("6.1.1", "text of no bytes", Frame(TEXT))
    empty = Frame(TEXT, fin=False), Frame(CONTINUATION, fin=False), Frame(CONTINUATION)
    yield echoed("6.1.2", "text of no bytes in three", *empty, answers=[(TEXT, b"")])
    middle = Frame(CONTINUATION, b"middle frame payload", fin=False)
    yield echoed("6.1.3", "empty, something, empty", empty[0], middle, empty[2], answers=[(TEXT, middle.payload)])
    for at, text in enumerate(VALID_TEXTS, start=1):
        what = ascii(text.decode())
        yield echoed(f"6.2.{at}", f"{what} in one", Frame(TEXT, text))
        yield echoed(f"6.2.{at}.octets", f"{what}, an octet a frame", *pieces(TEXT, text, 1), answers=[(TEXT, text)])
    for at, text in enumerate(INVALID_TEXTS, start=1):
        yield failed(f"6.3.{at}", f"{text.hex(' ')} in one", Frame(TEXT, text), code=1007)
        yield failed(f"6.3.{at}.octets", f"{text.hex(' ')}, an octet a frame", *pieces(TEXT, text, 1), code=1007)
        yield failed(f"6.3.{at}.chopped", f"{text.hex(' ')} in one, chopped", Frame(TEXT, text), code=1007, chop=1)


def closes() -> Iterator[Case]:
    after = Frame(PING, b"after"), Frame(TEXT, b"after")
    yield echoed("7.1.1", "text, close", HELLO)
    yield Case("7.1.2", "close twice", (BYE, BYE))
    yield Case("7.1.3", "close, ping", (BYE, after[0]))
    yield Case("7.1.4", "close, text", (BYE, after[1]))
    yield Case(
        "7.1.5", "half a text, close, the other half", (Frame(TEXT, b"1", fin=False), BYE, Frame(CONTINUATION, b"2"))
    )
    big = Frame(TEXT, b"BAsd7&jh23" * 6_000)
    yield Case("7.1.6", "a long text, close, ping", (big, BYE, after[0]), ((TEXT, big.payload),))
    yield Case("7.3.1", "close without a code", (Frame(CLOSE),), ends=1005)
    yield failed("7.3.2", "close with one byte", Frame(CLOSE, b"a"))
    for number, words in (("7.3.3", b""), ("7.3.4", b"Hello, world!"), ("7.3.5", b"*" * 123)):
        yield Case(number, f"close with a reason of {len(words)} bytes", (Frame(CLOSE, BYE.payload + words),))
    yield failed("7.3.6", "close with a reason of 124 bytes", Frame(CLOSE, BYE.payload + b"*" * 124))
    yield failed(
        "7.5.1", "close with a reason that is not UTF-8", Frame(CLOSE, BYE.payload + INVALID_TEXTS[0]), code=1007
    )
    good = (1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999)
    for at, code in enumerate(good, start=1):
        yield Case(f"7.7.{at}", f"close {code}", (Frame(CLOSE, code.to_bytes(2, "big")),), ends=code)
    bad = (0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535)
    for at, code in enumerate(bad, start=1):
        yield failed(f"7.9.{at}", f"close {code}", Frame(CLOSE, code.to_bytes(2, "big")))


def limits() -> Iterator[Case]:
    for section, opcode in ((1, TEXT), (2, BINARY)):
        for at, size in enumerate((1_024, 4_096, 16_384, 65_536), start=1):
            yield echoed(f"9.{section}.{at}", f"{size} bytes", Frame(opcode, b"*" * size))
    for section, opcode in ((3, TEXT), (4, BINARY)):
        for at, size in enumerate((64, 256, 1_024, 4_096, 16_384), start=1):
            frames = pieces(opcode, b"*" * 65_536, size)
            yield echoed(
                f"9.{section}.{at}", f"65536 bytes, {size} a frame", *frames, answers=[(opcode, b"*" * 65_536)]
            )
    for section, opcode in ((5, TEXT), (6, BINARY)):
        for at, size in enumerate((64, 128, 256, 512, 1_024, 2_048), start=1):
            yield echoed(f"9.{section}.{at}", f"65536 bytes, {size} at once", Frame(opcode, b"*" * 65_536), chop=size)
    for section, opcode in ((7, TEXT), (8, BINARY)):
        for at, size in enumerate((0, 16, 64, 256, 1_024), start=1):
            yield echoed(f"9.{section}.{at}", f"100 messages of {size} bytes", *([Frame(opcode, b"*" * size)] * 100))
    yield failed("9.9.1", "one byte too many", Frame(BINARY, b"*" * (MAX_MESSAGE + 1)), code=1009)
    many = pieces(TEXT, b"*" * (MAX_MESSAGE + 1), 4_096)
    yield failed("9.9.2", "one byte too many, in the last of many frames", *many, code=1009)
    long = pieces(TEXT, b"*" * 65_536, 1_300)
    yield echoed("10.1.1", "65536 bytes, 1300 a frame", *long, answers=[(TEXT, b"*" * 65_536)])


CASES: tuple[Case, ...] = (
    *(*framing(), *pings(), *reserved_bits(), *opcodes(), *fragments(), *utf8(), *closes(), *limits()),
)
