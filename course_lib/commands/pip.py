"""Install a lock with pip, counted package by package; say in a sentence what went wrong. Standard library only."""

from __future__ import annotations

import os
import queue
import re
import subprocess
import threading
from pathlib import Path
from typing import IO

from course_lib.commands.places import shown
from course_lib.commands.progress import Progress

__all__ = ["PipError", "advice", "install", "pins"]

_OPTIONS = ["--no-input", "--disable-pip-version-check", "--progress-bar", "off", "--retries", "2", "--timeout", "20"]
_POLL = 0.25
_TAKEN = re.compile(
    r"(?:Collecting|Ignoring|Processing|Requirement already satisfied:) (?:\S*[/\\])?"
    r"([A-Za-z0-9._-]+?)(?=-\d|[^\w.-]|$)"
)
"""How pip begins the line about one package: from the index, not for this machine, from a folder, already there."""


class PipError(Exception):
    """pip ended with an error; the message is what it wrote."""


def pins(lock: Path) -> dict[str, list[tuple[str, str]]]:
    """What a lock pins: name → [(version, marker)], one entry a marker; the marker is "" where there is none."""
    found: dict[str, list[tuple[str, str]]] = {}
    for line in lock.read_text(encoding="utf-8").splitlines():
        if match := re.match(r"([A-Za-z0-9._-]+)==([^\s;]+)(?:\s*;\s*(.*))?$", line):
            found.setdefault(match[1], []).append((match[2], match[3] or ""))
    return found


def install(python: Path, lock: Path, site_packages: Path) -> None:
    """Run ``pip install -r lock`` and show how far it is: first what is fetched, then what is put in place.

    Raises:
        PipError: pip failed.
    """
    command = [str(python), "-m", "pip", "install", *_OPTIONS, "-r", str(lock)]
    process = subprocess.Popen(
        command,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},  # otherwise its lines come in blocks, long after the fact
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    assert process.stdout is not None
    lines: queue.Queue[str | None] = queue.Queue()
    reader = threading.Thread(target=_pump, args=(process.stdout, lines), name="pip-output", daemon=True)
    reader.start()
    try:
        said = _follow(lines, sum(map(len, pins(lock).values())), site_packages)
        code = process.wait()
    except BaseException:
        process.terminate()
        raise
    finally:
        process.wait()
        reader.join()
        process.stdout.close()
    if code:
        raise PipError("".join(said))


def _pump(stream: IO[str], lines: queue.Queue[str | None]) -> None:
    for line in stream:
        lines.put(line)
    lines.put(None)


def _follow(lines: queue.Queue[str | None], total: int, site_packages: Path) -> list[str]:
    said: list[str] = []
    with Progress("Fetching packages", total) as fetching:
        fetched, placing = 0, 0
        while (line := lines.get()) is not None:
            said.append(line)
            if match := _TAKEN.match(line):
                fetched += 1
                fetching.step(min(fetched, total), match[1])
            elif line.startswith("Installing collected packages:"):
                placing = line.count(",") + 1
                break
        fetching.close()
    if placing:
        before = _count(site_packages)
        with Progress("Installing packages", placing) as progress:
            while True:
                try:
                    line = lines.get(timeout=_POLL)
                except queue.Empty:
                    progress.step(min(max(_count(site_packages) - before, 0), placing))
                    continue
                if line is None:
                    break
                said.append(line)
            progress.step(placing)
    return said


def _count(site_packages: Path) -> int:
    return sum(1 for _ in site_packages.glob("*.dist-info"))


def advice(said: str, venv: Path) -> str:
    """One sentence that says what to do about an installation that ended with this output."""
    again = "then start again"
    if re.search(r"No space left|Errno 28|ENOSPC|not enough space", said):
        return f"The disk is full: free about 900 MB, {again}."
    if re.search(r"Permission denied|Errno 13|PermissionError|Read-only file system|Access is denied", said):
        return f"This user may not write to {shown(venv)}: copy the course to a folder of your own, {again}."
    if re.search(
        r"name resolution|NewConnectionError|ConnectionError|ConnectTimeout|ProxyError|Max retries|SSLError", said
    ):
        return f"pip cannot reach its package index: check the network, the proxy, or pip's index-url, {again}."
    if match := re.search(r"No matching distribution found for (\S+)", said):
        return (
            f"pip's index has no {match[1]} for this Python: check the network and pip's index-url, or use Python 3.11,"
            f" 3.12 or 3.13, {again}."
        )
    last = [line for line in said.splitlines() if line.strip()]
    errors = [line for line in last if "error" in line.lower()] or last[-1:] or ["it said nothing"]
    return f"The installation failed ({errors[0].strip()[:300]}): delete {shown(venv)}, {again}."
