"""Random event streams that are rich in what parsers get wrong, and the standard's text as slow, plain Python."""

from __future__ import annotations

import re

from hypothesis import strategies as st

from course_lib.realtime.sse import Event

PIECES = [
    *(b"\n", b"\r", b"\r\n", b"\n\n", b"\r\r", b":", b" ", b"\t", b"\0", b"\xef\xbb\xbf", b"\x0b", b"\x0c", b"\x1c"),
    *(b"data", b"data:", b"data: ", b"data:x", b"event:", b"event: name", b"id", b"id:", b"id: 7", b"id: 8\0"),
    *(
        b"retry:",
        b"retry: 10",
        b"retry:3x",
        b"retry:-1",
        "retry:²".encode(),
        "retry:٣".encode(),
        b"retry: 1 ",
        b"Data:x",
    ),
    *(
        "\u2028".encode(),
        "\u0085".encode(),
        "ä€😀".encode(),
        "ä€😀".encode()[:-1],
        b"\xff",
        b"\xc3",
        b"\xe2\x80",
        b"\xed\xa0",
    ),
    *(b"\xf0\x9f", b": comment", b"x", b"\ndata: whole\n\n"),
]
STREAMS = st.lists(st.sampled_from(PIECES) | st.binary(max_size=4), max_size=40).map(b"".join)


def by_the_book(stream: bytes) -> tuple[list[Event], str, int | None]:
    """The events, the last event id and the reconnection time of a stream that is there as a whole.

    HTML standard 9.2.5: decode, then cut into lines. 9.2.6: sentence by sentence. None of the tricks of the parser.
    """
    text = stream.decode("utf-8", "replace")
    if text[:1] == "\ufeff":
        text = text[1:]
    lines = re.split("\r\n|\r|\n", text)[:-1]  # what follows the last line end is no line
    events: list[Event] = []
    data = event_type = id_buffer = last_event_id = ""
    retry = None
    for line in lines:
        if line == "":
            last_event_id = id_buffer
            if data != "":
                events.append(Event(event_type or "message", data[:-1] if data[-1] == "\n" else data, last_event_id))
            data = event_type = ""
            continue
        if line[0] == ":":
            continue
        name, value = line.split(":", 1) if ":" in line else (line, "")
        if value[:1] == " ":
            value = value[1:]
        if name == "event":
            event_type = value
        elif name == "data":
            data += value + "\n"
        elif name == "id" and "\0" not in value:
            id_buffer = value
        elif name == "retry" and value and set(value) <= set("0123456789"):
            retry = int(value)
    return events, last_event_id, retry
