"""Solutions of lesson 08b, and the wrong answers that follow from what people believe about speed.

A solution's source is shown to the learner, so it uses only names that the notebook's first cell imports. The wrong
answers keep the solutions' parameters; each carries in its docstring what its author believed. All of it is written as
a learner writes in a cell, so without types.
"""

# mypy: disable-error-code="no-untyped-def, no-untyped-call, var-annotated, arg-type, union-attr"

from __future__ import annotations

from course_lib.realtime.websocket import Opcode, encode_frame, mask
from course_lib.realtime.websocket.closecodes import payload_of
from course_lib.realtime.websocket.frames import read_head
from course_lib.realtime.websocket.rules import is_text

__all__ = [
    "Broadcaster",
    "BrokenText",
    "Echo",
    "EncodesForEach",
    "FirstOfThePacket",
    "ForgetsTheRest",
    "LateLimit",
    "LoopsOverTheLiving",
    "PacketIsMessage",
    "Patient",
    "StopsAtTheSlowOne",
    "all_of_it",
    "as_bytes",
    "busiest",
    "by_cumulative",
    "by_percent",
    "byte_by_byte",
    "key_too_long",
    "linear",
    "no_zeros",
    "product",
    "speed_up",
    "unmask",
    "where",
]


# -- 08b-1: the fault, mended


class Echo:
    def __init__(self, transport, limit):
        self.transport = transport
        self.limit = limit
        self.begun = b""

    def data_received(self, data):
        self.begun += data
        while (head := read_head(self.begun)) is not None:
            if head.length > self.limit:
                self.refuse(1009)
                return
            end = head.size + head.length
            if len(self.begun) < end:
                return
            payload = mask(head.key, self.begun[head.size : end])
            if head.opcode == Opcode.TEXT and not is_text(payload):
                self.refuse(1007)
                return
            self.transport.write(encode_frame(head.opcode, payload))
            self.begun = self.begun[end:]

    def refuse(self, code):
        self.transport.write(encode_frame(Opcode.CLOSE, payload_of(code)))
        self.transport.close()


class PacketIsMessage(Echo):
    """Believes that what one side sends in one piece the other gets in one piece."""

    def data_received(self, data):
        self.begun = b""
        Echo.data_received(self, data)


class FirstOfThePacket(Echo):
    """Believes that a packet holds one message at most."""

    def data_received(self, data):
        self.begun += data
        head = read_head(self.begun)
        if head is not None and len(self.begun) >= head.size + head.length:
            whole, self.begun = self.begun, b""
            Echo.data_received(self, whole[: head.size + head.length])
            self.begun = whole[head.size + head.length :]


class ForgetsTheRest(Echo):
    """Believes that the buffer is empty once a message is answered."""

    def data_received(self, data):
        whole = self.begun + data
        self.begun = b""
        Echo.data_received(self, whole)
        head = read_head(whole)
        if head is not None and len(whole) >= head.size + head.length:
            self.begun = b""


class LateLimit(Echo):
    """Believes that a limit is for messages that have come."""

    def data_received(self, data):
        whole = self.begun + data
        head = read_head(whole)
        if head is not None and head.length > self.limit and len(whole) < head.size + head.length:
            self.begun = whole
        else:
            Echo.data_received(self, data)


class BrokenText(Echo):
    """Believes that an echo need not look at what it echoes."""

    def refuse(self, code):
        if code != 1007:
            Echo.refuse(self, code)
            return
        head = read_head(self.begun)
        end = head.size + head.length
        payload = mask(head.key, self.begun[head.size : end])
        self.transport.write(encode_frame(head.opcode, payload))
        self.begun = self.begun[end:]


# -- 08b-2: the mask as one number


def unmask(key, data):
    size = len(data)
    keys = (key * (size // 4 + 1))[:size]
    number = int.from_bytes(data, "little") ^ int.from_bytes(keys, "little")
    return number.to_bytes(size, "little")


def byte_by_byte(key, data):
    """Right, and thinks that one loop is as good as another."""
    return bytes(byte ^ key[at % 4] for at, byte in enumerate(data))


def as_bytes(key, data):
    """Believes that payloads come in fours."""
    keys = key * (len(data) // 4)
    number = int.from_bytes(data, "little") ^ int.from_bytes(keys, "little")
    return number.to_bytes(len(data), "little")


def key_too_long(key, data):
    """Believes that a key that is a little too long does no harm."""
    keys = key * -(-len(data) // 4)
    number = int.from_bytes(data, "big") ^ int.from_bytes(keys, "big")
    return number.to_bytes(len(keys), "big")[: len(data)]


def no_zeros(key, data):
    """Believes that a number knows how many bytes it was."""
    number = int.from_bytes(unmask(key, data), "big")
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


# -- 08b-3: Amdahl


def speed_up(share, times):
    return 1 / (1 - share + share / times)


def product(share, times):
    """Believes that a tenth made ten times as fast makes the whole as fast again."""
    return max(1, share * times)


def linear(share, times):
    """Believes that the average of the speed-ups is the speed-up."""
    return 1 - share + share * times


def all_of_it(share, times):
    """Gives the bound for every case."""
    return 1 / (1 - share)


# -- 08b-4: reading a profile


def where(rows):
    name, _, own, _ = max(rows, key=lambda row: row[2])
    total = sum(row[2] for row in rows)
    return name, total / (total - own)


def by_cumulative(rows):
    """Believes that the first line of the report is the culprit."""
    return max(rows, key=lambda row: row[3])[0], where(rows)[1]


def busiest(rows):
    """Believes that what is called most costs most."""
    return max(rows, key=lambda row: row[1])[0], where(rows)[1]


def by_percent(rows):
    """Believes that a part of 40 % gone makes the whole 1.4 times as fast."""
    name, _, own, _ = max(rows, key=lambda row: row[2])
    return name, 1 + own / sum(row[2] for row in rows)


# -- 08b-5: encode once, send to all, and wait for nobody


class Broadcaster:
    def __init__(self, encode, most):
        self.encode = encode
        self.most = most
        self.members = set()

    def join(self, transport):
        self.members.add(transport)

    def leave(self, transport):
        self.members.discard(transport)

    def publish(self, text):
        frame = self.encode(text)
        for transport in list(self.members):
            if transport.get_write_buffer_size() > self.most:
                self.leave(transport)
                transport.abort()
            else:
                transport.write(frame)


class EncodesForEach(Broadcaster):
    """Believes that an encoder costs nothing."""

    def publish(self, text):
        for transport in list(self.members):
            if transport.get_write_buffer_size() > self.most:
                self.leave(transport)
                transport.abort()
            else:
                transport.write(self.encode(text))


class Patient(Broadcaster):
    """Believes that `write` waits, or that the kernel takes everything."""

    def publish(self, text):
        frame = self.encode(text)
        for transport in list(self.members):
            transport.write(frame)


class StopsAtTheSlowOne(Broadcaster):
    """Believes that a slow member ends the message."""

    def publish(self, text):
        frame = self.encode(text)
        for transport in sorted(self.members, key=lambda one: -one.get_write_buffer_size()):
            if transport.get_write_buffer_size() > self.most:
                self.leave(transport)
                transport.abort()
                return
            transport.write(frame)


class LoopsOverTheLiving(Broadcaster):
    """Believes that a set may change while one walks over it."""

    def publish(self, text):
        frame = self.encode(text)
        for transport in self.members:
            if transport.get_write_buffer_size() > self.most:
                self.leave(transport)
                transport.abort()
            else:
                transport.write(frame)
