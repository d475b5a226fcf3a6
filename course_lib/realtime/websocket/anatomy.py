"""What every bit of a frame means: the bytes of one, taken apart for a reader."""

from __future__ import annotations

from dataclasses import dataclass

from course_lib.realtime.websocket import closecodes
from course_lib.realtime.websocket.frames import Opcode, mask
from course_lib.realtime.websocket.rules import MOST_CONTROL

__all__ = ["Part", "explain"]

_OPCODES = {
    Opcode.CONTINUATION: "continuation: more of the message that began before",
    Opcode.TEXT: "text: a message in UTF-8 begins",
    Opcode.BINARY: "binary: a message of any bytes begins",
    Opcode.CLOSE: "close: the last frame of this side",
    Opcode.PING: "ping: are you there? The answer is a pong with the same payload",
    Opcode.PONG: "pong: yes, I am here",
}


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a frame.

    Attributes:
        at: the offset of its first byte in the frame.
        raw: the byte or bytes it is in; a close frame's code and reason without their mask.
        bits: its own bits, when it is less than a byte; else "".
        name: the RFC's name of it.
        meaning: what it says here, in words.
    """

    at: int
    raw: bytes
    bits: str
    name: str
    meaning: str

    def __str__(self) -> str:
        shown = self.raw[:8].hex(" ") + (" …" if len(self.raw) > 8 else "")
        return f"{self.at:>3}  {self.bits or shown:<25}  {self.name}: {self.meaning}"


def explain(data: bytes) -> list[Part]:
    """The parts of the frame that `data` begins with, in order; broken rules are named, never raised.

    When the frame is not complete, the last part says so. Bytes behind the frame are left out.
    """
    if len(data) < 2:
        return [_missing(data, 0, 2)]
    parts = [*_first_byte(data[:1]), *_second_byte(data[1:2], control=data[0] & 8 == 8)]
    masked, length, at = data[1] >> 7, data[1] & 0x7F, 2
    if length >= 126:
        size = 2 if length == 126 else 8
        raw = data[at : at + size]
        if len(raw) < size:
            return [*parts, _missing(raw, at, size)]
        length = int.from_bytes(raw, "big")
        too_long = ", which is not allowed: the first bit must be 0" if length >> 63 else ""
        parts.append(Part(at, raw, "", "extended payload length", f"{length} bytes of payload{too_long}"))
        at += size
    key = data[at : at + 4] if masked else b""
    if masked:
        if len(key) < 4:
            return [*parts, _missing(key, at, 4)]
        parts.append(Part(at, key, "", "masking key", "byte i of the payload is XORed with byte i mod 4 of this key"))
        at += 4
    body = data[at : at + length]
    if len(body) < length:
        return [*parts, _missing(body, at, length)]
    return [*parts, *_payload(data[0] & 15, body, key, at)]


def _first_byte(raw: bytes) -> list[Part]:
    bits = f"{raw[0]:08b}"
    opcode = raw[0] & 15
    fin = "the last frame of its message" if bits[0] == "1" else "more frames of this message follow"
    if bits[0] == "0" and opcode >= 8:
        fin = "not the last, which is not allowed: a control frame is never in pieces"
    rsv = "no extension is used" if bits[1:4] == "000" else "not allowed: no extension was agreed on"
    return [
        Part(0, raw, bits[0], "FIN", fin),
        Part(0, raw, bits[1:4], "RSV1, RSV2, RSV3", rsv),
        Part(0, raw, bits[4:], "opcode", _OPCODES.get(opcode, f"{opcode}, which is reserved: not allowed")),  # type: ignore[call-overload]
    ]


def _second_byte(raw: bytes, *, control: bool) -> list[Part]:
    bits = f"{raw[0]:08b}"
    length = raw[0] & 0x7F
    masked = "masked, so a client sent it" if bits[0] == "1" else "not masked, so a server sent it"
    says = {126: "126: the next 2 bytes are the length", 127: "127: the next 8 bytes are the length"}
    words = says.get(length, f"{length} byte{'' if length == 1 else 's'} of payload")
    if control and length > MOST_CONTROL:
        words += f", which is not allowed: a control frame carries at most {MOST_CONTROL}"
    return [Part(1, raw, bits[0], "MASK", masked), Part(1, raw, bits[1:], "payload length", words)]


def _payload(opcode: int, body: bytes, key: bytes, at: int) -> list[Part]:
    payload = mask(key, body) if key else body
    parts = [Part(at, body, "", "masked payload", _words(payload))] if key and body else []
    if opcode == Opcode.CLOSE:
        return [*parts, *_close(payload, at)]
    if not body:
        return [Part(at, b"", "", "payload", "empty")]
    return parts or [Part(at, body, "", "payload", _words(payload))]


def _close(payload: bytes, at: int) -> list[Part]:
    try:
        code, reason = closecodes.read(payload)
    except closecodes.InvalidClose as error:
        return [Part(at, payload, "", "close", f"not allowed: {error}")]
    if not payload:
        return [Part(at, payload, "", "close", "no code and no reason")]
    return [
        Part(at, payload[:2], "", "close code", f"{code}: {closecodes.meaning(code)}"),
        Part(at + 2, payload[2:], "", "close reason", repr(reason) if reason else "none"),
    ]


def _words(payload: bytes) -> str:
    """The payload as text when it is text, else as bytes; both in part when it is long."""
    try:
        shown = repr(payload[:60].decode())
    except UnicodeDecodeError:
        shown = payload[:20].hex(" ")
    return shown + ("" if len(payload) <= 20 or (len(payload) <= 60 and shown[0] in "'\"") else " …")


def _missing(raw: bytes, at: int, size: int) -> Part:
    return Part(at, raw, "", "incomplete", f"{size - len(raw)} more bytes needed")
