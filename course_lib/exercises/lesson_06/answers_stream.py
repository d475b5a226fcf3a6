"""Solutions and wrong answers of 06-2, 06-3 and 06-4: events as bytes, bytes as lines, lines as events.

A solution's source is shown to the learner, so it uses only names that the notebook's first cell imports. The wrong
answers keep the solutions' parameters; each carries in its docstring what its author believed. All of it is written as
a learner writes in a cell, so without types.
"""

# mypy: disable-error-code="no-untyped-def, no-untyped-call, var-annotated"

from __future__ import annotations

import codecs
import json
import re

__all__ = [
    "BytesAsTheyCome",
    "ChunkIsLines",
    "EagerLines",
    "Lines",
    "NewlineOnly",
    "PatientLines",
    "UnicodeLines",
    "any_digits",
    "as_json",
    "dispatch_always",
    "encode",
    "first_line_only",
    "flush_at_the_end",
    "forget_the_id",
    "id_as_it_comes",
    "id_made_harmless",
    "keep_the_type",
    "newline_only",
    "one_newline",
    "read",
    "strip_everything",
    "unicode_lines",
]


# -- 06-2: an event as bytes


def encode(data, id=""):
    if any(bad in id for bad in "\r\n\0"):
        raise ValueError(f"expected an id without a line end or NUL, got {id!r}")
    lines = re.split("\r\n|\r|\n", data)
    fields = [f"data: {line}" for line in lines]
    if id:
        fields.insert(0, f"id: {id}")
    return ("\n".join(fields) + "\n\n").encode()


def first_line_only(data, id=""):
    """Believes that data is one value, and a value may hold anything."""
    encode("", id)
    return (f"id: {id}\n" if id else "").encode() + f"data: {data}\n\n".encode()


def newline_only(data, id=""):
    """Believes that a line ends where "\\n" is, and nowhere else."""
    encode("", id)
    fields = [f"data: {line}" for line in data.split("\n")]
    if id:
        fields.insert(0, f"id: {id}")
    return ("\n".join(fields) + "\n\n").encode()


def unicode_lines(data, id=""):
    """Believes that `splitlines` splits where the format does."""
    encode("", id)
    fields = [f"data: {line}" for line in data.splitlines()]
    if id:
        fields.insert(0, f"id: {id}")
    return ("\n".join(fields) + "\n\n").encode()


def one_newline(data, id=""):
    """Believes that the end of the last line ends the event."""
    return encode(data, id)[:-1]


def id_as_it_comes(data, id=""):
    """Believes that an id is nobody's input."""
    return f"id: {id}\n".encode() * bool(id) + encode(data)


def id_made_harmless(data, id=""):
    """Believes that a bad id is best repaired in silence."""
    return encode(data, re.sub("[\r\n\0]", "", id))


def as_json(data, id=""):
    """Believes that whatever is sent has to be JSON."""
    return encode(json.dumps(data), id)


# -- 06-3: bytes as lines


class Lines:
    def __init__(self):
        self.decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.begun = ""  # a line whose end has not come yet
        self.after_cr = False  # the last character was CR: a LF now is the same line's end

    def feed(self, chunk):
        text = self.decoder.decode(chunk)
        if self.after_cr and text.startswith("\n"):
            text = text[1:]
            self.after_cr = False
        if text:
            self.after_cr = text.endswith("\r")
        *lines, self.begun = re.split("\r\n|\r|\n", self.begun + text)
        return lines


class UnicodeLines(Lines):
    """Believes that `splitlines` splits where the format does."""

    def feed(self, chunk):
        text = self.decoder.decode(chunk)
        if self.after_cr and text.startswith("\n"):
            text = text[1:]
            self.after_cr = False
        if text:
            self.after_cr = text.endswith("\r")
        *lines, self.begun = (self.begun + text + "|").splitlines()
        self.begun = self.begun[:-1]
        return lines


class NewlineOnly(Lines):
    """Believes that lines end in LF, and that a CR before it can be taken off."""

    def feed(self, chunk):
        *lines, self.begun = (self.begun + self.decoder.decode(chunk)).split("\n")
        return [line.removesuffix("\r") for line in lines]


class BytesAsTheyCome(Lines):
    """Believes that a chunk is whole characters."""

    def feed(self, chunk):
        return Lines.feed(self, chunk.decode("utf-8", "replace").encode())


class ChunkIsLines(Lines):
    """Believes that what is written in one piece is read in one piece."""

    def feed(self, chunk):
        *lines, begun = re.split("\r\n|\r|\n", self.decoder.decode(chunk))
        return [*lines, begun] if begun else lines


class EagerLines(Lines):
    """Believes that a CR and a LF are one line end only if they come together."""

    def feed(self, chunk):
        *lines, self.begun = re.split("\r\n|\r|\n", self.begun + self.decoder.decode(chunk))
        return lines


class PatientLines(Lines):
    """Believes that after a CR one has to wait and see whether a LF comes."""

    def feed(self, chunk):
        text = self.begun + self.decoder.decode(chunk)
        held = "\r" if text.endswith("\r") else ""
        *lines, begun = re.split("\r\n|\r|\n", text.removesuffix("\r"))
        self.begun = begun + held
        return lines


# -- 06-4: lines as events


def read(lines):
    events, retry = [], None
    data, kind, last_id = "", "", ""
    for line in lines:
        if line == "":
            if data:
                events.append((kind or "message", data.removesuffix("\n"), last_id))
            data, kind = "", ""
            continue
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            data += value + "\n"
        elif name == "event":
            kind = value
        elif name == "id" and "\0" not in value:
            last_id = value
        elif name == "retry" and value.isascii() and value.isdigit():
            retry = int(value)
    return events, retry


def dispatch_always(lines):
    """Believes that every empty line is an event."""
    events, retry = [], None
    data, kind, last_id = "", "", ""
    for line in lines:
        if line == "":
            events.append((kind or "message", data.removesuffix("\n"), last_id))
            data, kind = "", ""
            continue
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            data += value + "\n"
        elif name == "event":
            kind = value
        elif name == "id" and "\0" not in value:
            last_id = value
        elif name == "retry" and value.isascii() and value.isdigit():
            retry = int(value)
    return events, retry


def forget_the_id(lines):
    """Believes that an id belongs to its event, and goes with it."""
    found, retry = [], None
    for part in "\n".join(lines).split("\n\n"):
        events, said = read([*part.split("\n"), ""])
        found += events
        retry = said if said is not None else retry
    return found, retry


def keep_the_type(lines):
    """Believes that `event:` switches the type until further notice."""
    kind, filled, data = "", [], False
    for line in lines:
        if line.startswith("event:"):
            kind = line
        if line == "" and data and kind:
            filled.append(kind)
        data = line.startswith("data") or (data and line != "")
        filled.append(line)
    return read(filled)


def strip_everything(lines):
    """Believes that spaces after the colon are decoration, all of them."""
    return read([re.sub("^([^:]+): +", r"\1:", line) for line in lines])


def any_digits(lines):
    """Believes that `isdigit` means 0 to 9."""
    events, retry = read([line for line in lines if not line.startswith("retry")])
    for line in lines:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "retry" and value.isdigit():
            retry = int(value)
    return events, retry


def flush_at_the_end(lines):
    """Believes that what has begun when the stream ends is an event as well."""
    return read([*lines, ""])
