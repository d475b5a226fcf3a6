"""The solutions and wrong answers of 08-5 and 08-6: bytes on the wire, and which transport to take.

A solution's source is shown to the learner, so it uses only names that the notebook's first cell imports. Each wrong
answer says in its docstring what its author believed. All of it is written as a learner writes in a cell, so without
types.
"""

# mypy: disable-error-code="no-untyped-def, no-untyped-call"

from __future__ import annotations

import json

__all__ = [
    "always_two_bytes",
    "any_word_is_a_websocket",
    "characters",
    "choose",
    "masked_both_ways",
    "never_masked",
    "no_chunks",
    "no_heads",
    "on_the_wire",
    "polls_when_in_doubt",
    "the_fastest",
    "the_way_is_clear",
]


def on_the_wire(text, number, heads):
    size = len(text.encode())
    head = 2 if size < 126 else 4 if size < 65_536 else 10
    event = len(f"id: {number}\ndata: {text}\n\n".encode())
    body = json.dumps({"messages": [{"id": number, "message": text}], "cursor": number, "missed": False})
    return {
        "poll": heads + len(body),
        "event": len(f"{event:x}") + 2 + event + 2,
        "frame down": head + size,
        "frame up": head + 4 + size,
    }


def characters(text, number, heads):
    """Believes that a character is a byte."""
    return on_the_wire("x" * len(text), number, heads)


def never_masked(text, number, heads):
    """Believes that a frame is a frame, whoever sends it."""
    sizes = on_the_wire(text, number, heads)
    return {**sizes, "frame up": sizes["frame down"]}


def masked_both_ways(text, number, heads):
    """Believes that a server masks, too."""
    sizes = on_the_wire(text, number, heads)
    return {**sizes, "frame down": sizes["frame up"]}


def always_two_bytes(text, number, heads):
    """Believes that a frame's head has two bytes, always."""
    size = len(text.encode())
    return {**on_the_wire(text, number, heads), "frame down": 2 + size, "frame up": 6 + size}


def no_chunks(text, number, heads):
    """Believes that an event is written into the connection as it is."""
    event = len(f"id: {number}\ndata: {text}\n\n".encode())
    return {**on_the_wire(text, number, heads), "event": event}


def no_heads(text, number, heads):
    """Believes that only bodies count."""
    sizes = on_the_wire(text, number, heads)
    return {**sizes, "poll": sizes["poll"] - heads}


def choose(up, binary, upgrade, streaming):
    if upgrade and (up > 1 or binary):
        return "websocket"
    if streaming:
        return "sse"
    return "websocket" if upgrade else "long polling"


def the_fastest(up, binary, upgrade, streaming):
    """Believes that the fastest is the best wherever it works."""
    return "websocket" if upgrade else "sse" if streaming else "long polling"


def any_word_is_a_websocket(up, binary, upgrade, streaming):
    """Believes that a client that says anything needs a WebSocket."""
    if upgrade and (up > 0 or binary):
        return "websocket"
    return choose(0, binary, upgrade, streaming)


def the_way_is_clear(up, binary, upgrade, streaming):
    """Believes that what works on one's own machine works everywhere."""
    return "websocket" if up > 1 or binary else "sse"


def polls_when_in_doubt(up, binary, upgrade, streaming):
    """Believes that what passes everywhere is best where anything is in the way."""
    if not (upgrade and streaming):
        return "long polling"
    return choose(up, binary, upgrade, streaming)
