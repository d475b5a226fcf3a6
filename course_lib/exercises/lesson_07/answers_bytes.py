"""Solutions and wrong answers of 07-2 and 07-3: the handshake's answer, and a frame.

A solution's source is shown to the learner, so it uses only names that the notebook's first cell imports. Each wrong
answer says in its docstring what its author believed.
"""

# mypy: disable-error-code="no-untyped-def, no-untyped-call"

from __future__ import annotations

import base64
import hashlib

__all__ = [
    "accept",
    "accept_decoded_first",
    "accept_hex",
    "accept_key_only",
    "accept_other_order",
    "frame_keeps_fin",
    "frame_little_endian",
    "frame_loses_the_rest",
    "frame_masked_as_it_is",
    "frame_one_mask_byte",
    "frame_short_only",
    "frame_takes_what_is_there",
    "read_frame",
]

GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def accept(key):
    digest = hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()
    return base64.b64encode(digest).decode()


def accept_key_only(key):
    """The hash of the key is enough."""
    return base64.b64encode(hashlib.sha1(key.encode()).digest()).decode()


def accept_hex(key):
    """A digest is a text of hex digits."""
    return base64.b64encode(hashlib.sha1((key + GUID).encode()).hexdigest().encode()).decode()


def accept_decoded_first(key):
    """The key is base64, so it is decoded first."""
    return base64.b64encode(hashlib.sha1(base64.b64decode(key) + GUID.encode()).digest()).decode()


def accept_other_order(key):
    """The constant comes first, as a salt."""
    return base64.b64encode(hashlib.sha1((GUID + key).encode()).digest()).decode()


def read_frame(data):
    if len(data) < 2:
        return None
    length, at = data[1] & 0x7F, 2
    if length >= 126:
        size = 2 if length == 126 else 8
        if len(data) < at + size:
            return None
        length = int.from_bytes(data[at : at + size], "big")
        at += size
    key = b""
    if data[1] & 0x80:
        key = data[at : at + 4]
        at += 4
    if len(data) < at + length:
        return None
    payload = data[at : at + length]
    if key:
        payload = bytes(byte ^ key[i % 4] for i, byte in enumerate(payload))
    return data[0] & 0x0F, payload, data[at + length :]


def frame_short_only(data):
    """The second byte is the length."""
    if len(data) < 2:
        return None
    length, masked = data[1] & 0x7F, data[1] & 0x80
    at = 6 if masked else 2
    if len(data) < at + length:
        return None
    key = data[2:6] if masked else bytes(4)
    payload = bytes(byte ^ key[i % 4] for i, byte in enumerate(data[at : at + length]))
    return data[0] & 0x0F, payload, data[at + length :]


def frame_little_endian(data):
    """Machines count from the low byte."""
    if len(data) >= 4 and data[1] & 0x7F == 126:
        data = data[:2] + data[3:4] + data[2:3] + data[4:]
    return read_frame(data)


def frame_keeps_fin(data):
    """The first byte is the opcode."""
    found = read_frame(data)
    return found and (data[0], *found[1:])


def frame_masked_as_it_is(data):
    """The mask is the library's affair."""
    found = read_frame(data)
    if found is None:
        return None
    end = len(data) - len(found[2])
    return found[0], data[end - len(found[1]) : end], found[2]


def frame_one_mask_byte(data):
    """The key's first byte is the mask."""
    found = read_frame(data)
    if found is None or not data[1] & 0x80:
        return found
    end = len(data) - len(found[2])
    start = end - len(found[1])
    return found[0], bytes(byte ^ data[start - 4] for byte in data[start:end]), found[2]


def frame_takes_what_is_there(data):
    """What came is the message."""
    if len(data) < 2:
        return None
    return read_frame(data) or (data[0] & 0x0F, data[2:], b"")


def frame_loses_the_rest(data):
    """One read, one frame."""
    found = read_frame(data)
    return found and (found[0], found[1], b"")
