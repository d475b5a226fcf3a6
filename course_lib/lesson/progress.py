"""What a learner has done so far: one JSON file that no crash, no second kernel and no stray edit can lose.

The rules:

1. A change takes the lock, reads the file again, changes one entry, writes a new file beside the old one and puts it in
   its place with `os.replace`. Two kernels can write at once and neither loses the other's entries; a reader sees the
   old file or the new one, never half of one.
2. A file that cannot be read as progress is renamed to ``progress.json.damaged-1`` (``-2``, …) and never overwritten.
3. A folder that cannot be written to stops no lesson: progress then lives in memory, and one sentence says so.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeAlias

from course_lib.lesson.filelock import locked, patiently

__all__ = ["Entry", "Progress"]

Entry: TypeAlias = Mapping[str, Any]
"""What is kept about one question or exercise: a JSON object, with ``"at"``, the time of the last change."""

_FORMAT = 1


def _now() -> datetime:
    return datetime.now(UTC)


class Progress:
    """The entries, by key; a key is ``"<lesson>/<sort>/<id>"``, for example ``"01/exercise/01-2"``.

    Args:
        folder: where ``progress.json`` lives; made when first needed.
        warn: is told a sentence when something about the file is wrong.
        now: the time, for the ``"at"`` of entries.
    """

    def __init__(
        self, folder: Path, *, warn: Callable[[str], None] = print, now: Callable[[], datetime] = _now
    ) -> None:
        self.path = folder / "progress.json"
        self._warn = warn
        self._now = now
        self._lock = threading.RLock()
        self._memory: dict[str, Entry] | None = None

    def __repr__(self) -> str:
        where = "memory only" if self._memory is not None else str(self.path)
        return f"<Progress in {where}>"

    def entries(self, prefix: str = "") -> dict[str, Entry]:
        """Every entry whose key begins with `prefix`, as it is on disk now."""
        with self._lock:
            found = self._look() if self._memory is None else self._memory
            return {key: MappingProxyType(dict(entry)) for key, entry in found.items() if key.startswith(prefix)}

    def get(self, key: str) -> Entry:
        """One entry; empty when there is none."""
        return self.entries(key).get(key, MappingProxyType({}))

    def put(self, key: str, **values: Any) -> None:
        """Set values in one entry, keeping its others, and stamp it with the time."""
        self.update(key, lambda entry: values)

    def update(self, key: str, values: Callable[[Entry], Mapping[str, Any]]) -> None:
        """As `put`, with values that follow from the entry as it is: nobody else changes it in between."""

        def change(entries: dict[str, Entry]) -> None:
            entry = entries.get(key, {})
            entries[key] = {**entry, **values(entry), "at": self._now().isoformat(timespec="seconds")}

        self._change(change)

    def drop(self, prefix: str) -> None:
        """Forget every entry whose key begins with `prefix`; the empty prefix forgets all."""

        def change(entries: dict[str, Entry]) -> None:
            for key in [key for key in entries if key.startswith(prefix)]:
                del entries[key]

        self._change(change)

    def _change(self, change: Callable[[dict[str, Entry]], None]) -> None:
        with self._lock:
            if self._memory is None:
                try:
                    self._change_file(change)
                except OSError as error:
                    self._go_without_file(error)
            if self._memory is not None:
                change(self._memory)

    def _look(self) -> dict[str, Entry]:
        try:
            try:
                return self._parsed()
            except ValueError:  # look again with the lock: another kernel may be putting it right this moment
                with self._locked():
                    return self._read()
        except OSError as error:
            self._go_without_file(error)
            return {}

    def _go_without_file(self, error: OSError) -> None:
        try:
            self._memory = self._parsed()
        except (OSError, ValueError):
            self._memory = {}
        self._warn(
            f"Your progress cannot be kept in {self.path} ({error.strerror or error}). "
            "The lessons work all the same; it is remembered until this kernel stops."
        )

    def _change_file(self, change: Callable[[dict[str, Entry]], None]) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self._locked():
            entries = self._read()
            change(entries)
            self._write(entries)

    def _locked(self) -> contextlib.AbstractContextManager[None]:
        return locked(self.path.with_name("progress.lock"))

    def _parsed(self) -> dict[str, Entry]:
        try:
            return _parse(patiently(self.path.read_bytes))
        except FileNotFoundError:
            return {}

    def _read(self) -> dict[str, Entry]:
        try:
            return self._parsed()
        except ValueError as error:
            self._set_aside(str(error))
            return {}

    def _set_aside(self, why: str) -> None:
        number = 1
        while (aside := self.path.with_name(f"{self.path.name}.damaged-{number}")).exists():
            number += 1
        patiently(lambda: self.path.rename(aside))
        self._warn(f"The file with your progress could not be read ({why}). It is kept as {aside}; a new one begins.")

    def _write(self, entries: Mapping[str, Entry]) -> None:
        text = json.dumps({"progress": _FORMAT, "entries": entries}, indent=1, ensure_ascii=False, sort_keys=True)
        handle, name = tempfile.mkstemp(prefix="progress-", suffix=".tmp", dir=self.path.parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text + "\n")
                file.flush()
                os.fsync(file.fileno())
            patiently(lambda: Path(name).replace(self.path))
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


def _parse(raw: bytes) -> dict[str, Entry]:
    """The entries in the file's bytes.

    Raises:
        ValueError: it is not a progress file of this format.
    """
    try:
        data = json.loads(raw.decode("utf-8"))
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    if not isinstance(data, dict) or data.get("progress") != _FORMAT:
        raise ValueError(f'expected a JSON object with "progress": {_FORMAT}')
    entries = data.get("entries")
    if not isinstance(entries, dict) or not all(isinstance(entry, dict) for entry in entries.values()):
        raise ValueError('expected an object of objects under "entries"')
    return entries
