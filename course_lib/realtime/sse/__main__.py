"""``python3 -m course_lib.realtime.sse FILE… [--chunk N]``: what an EventSource makes of a stream.

Reads raw ``text/event-stream`` bodies, N bytes at a time (0: whole), and prints one JSON line per file: ``{"events":
[{"type", "data", "lastEventId"}…], "last_event_id": text, "retry_ms": number or null}``.

With ``--encode`` the other way round: JSON events, one a line, from files or from stdin (``{"data": text}`` with
"event", "id" and "retry" if wanted), and the stream on stdout.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Final

from course_lib.realtime.sse.encoder import encode
from course_lib.realtime.sse.parser import Event, Parser, TooLong

__all__ = ["main"]

_FIELDS: Final = {"data", "event", "id", "retry"}


class BadLine(ValueError):  # noqa: N818 -- what it is, not a suffix
    """A line that is no event in JSON; says which and why."""


def pieces(stream: BinaryIO, chunk: int) -> Iterator[bytes]:
    """The bytes of a file, `chunk` at a time; in one piece when it is 0."""
    if chunk == 0:
        yield stream.read()
    else:
        yield from iter(lambda: stream.read(chunk), b"")


def parsed(path: Path, chunk: int) -> dict[str, object]:
    """What is printed for one file.

    Raises:
        OSError: it cannot be read.
        TooLong: a line or an event of it is longer than the parser takes.
    """
    parser = Parser()
    events: list[Event] = []
    with path.open("rb") as stream:
        for piece in pieces(stream, chunk):
            events += parser.feed(piece)
    if parser.error:
        raise TooLong(f"{path}: {parser.error}")
    shown = [{"type": one.type, "data": one.data, "lastEventId": one.last_event_id} for one in events]
    return {"events": shown, "last_event_id": parser.last_event_id, "retry_ms": parser.retry_ms}


def encoded(lines: Iterable[bytes], name: str) -> Iterator[bytes]:
    """The stream that a file of JSON events says; empty lines are passed over.

    Raises:
        BadLine: a line is no event.
    """
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield _event(_json(line))
            except (ValueError, TypeError) as error:
                raise BadLine(f"{name}, line {number}: {error}") from None


def _json(line: bytes) -> object:
    try:
        return json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError):
        raise ValueError(f"expected JSON in UTF-8, got {line.strip()!r:.60}") from None


def _event(given: object) -> bytes:
    if not isinstance(given, dict) or not isinstance(given.get("data"), str):
        raise TypeError(f'expected {{"data": "text"}}, perhaps with "event", "id" and "retry", got {given!r:.60}')
    if unknown := given.keys() - _FIELDS:
        raise ValueError(f"expected the names data, event, id and retry, got {sorted(unknown)[0]!r}")
    known = {name: value for name, value in given.items() if value is not None}
    return encode(**known)


def _parse_files(files: Sequence[Path], chunk: int) -> None:
    for path in files:
        print(json.dumps(parsed(path, chunk)), flush=True)


def _encode_files(files: Sequence[Path]) -> None:
    out = sys.stdout.buffer
    for path in files:
        with path.open("rb") as lines:
            out.writelines(encoded(lines, str(path)))
    if not files:
        out.writelines(encoded(sys.stdin.buffer, "stdin"))
    out.flush()


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; 2 when a file cannot be read or a line is bad."""
    parser = argparse.ArgumentParser(
        prog="python3 -m course_lib.realtime.sse", description="Read or write SSE streams."
    )
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="raw streams; with --encode, JSON events")
    parser.add_argument("--chunk", type=int, default=0, metavar="N", help="bytes fed at a time; 0 (default): whole")
    parser.add_argument("--encode", action="store_true", help="write a stream from JSON events, one a line")
    options = parser.parse_args(arguments)
    if options.chunk < 0:
        parser.error(f"expected --chunk 0 or more, got {options.chunk}")
    if not options.files and not options.encode:
        parser.error("expected a file to read")
    try:
        if options.encode:
            _encode_files(options.files)
        else:
            _parse_files(options.files, options.chunk)
    except OSError as error:
        print(f"expected a file that can be read: {error}", file=sys.stderr)
        return 2
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
