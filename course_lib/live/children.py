"""A Python process of our own, started with ``python -m``: for what is measured, and for what may not share our GIL.

Not multiprocessing: with the spawn method it can't call a function that was defined in a notebook's cell, and fork
copies a kernel with all its threads. A module has a name, so another process can find it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping

from course_lib.live import registry
from course_lib.live.process import Process
from course_lib.live.python import environment
from course_lib.live.supervised import Supervised

__all__ = ["Child", "ChildFailed"]


class ChildFailed(RuntimeError):  # noqa: N818 -- what happened, not a suffix
    """A child ended, or said something else, before it was ready. The message shows its stderr."""


class Child(Supervised):
    """A running ``python -m module``, ready when the constructor returns.

    The child prints one line of JSON when it is ready (`parent.ready`) and ends when its stdin does (`parent.gone`), so
    it can't outlive us. What it prints afterwards is in `lines` and `stderr`, the last megabyte of each. The stop
    button does not reach it.

    Args:
        module: the module to run, for example ``"course_lib.eventloop.blocked_server"``.
        args: its command-line arguments.
        name: for errors and `repr`; what ran under this name is stopped first.
        timeout: seconds until it must be ready.
        env: variables added to our environment.

    Raises:
        ChildFailed: it ended before it was ready, or its first line was not a JSON object.
        TimeoutError: it was not ready in time; it has been ended.
    """

    def __init__(
        self,
        module: str,
        *args: str,
        name: str | None = None,
        timeout: float = 15,
        env: Mapping[str, str] | None = None,
    ) -> None:
        self.module = module
        self.name = registry.make_room(name, "child")
        self._process = Process(
            [sys.executable, "-m", module, *args],
            name=module,
            env=environment(env),
            stdin="held",
            own_group=True,
            keep="last",
        )
        try:
            self.ready = self._wait_until_ready(timeout)
            """The facts of its ready line."""
        except BaseException:
            self._process.kill()
            raise
        registry.add(self.name, self)

    def __repr__(self) -> str:
        return f"<Child {self.name!r}, python -m {self.module}: {self._process.state}>"

    @property
    def port(self) -> int:
        """The port of its ready line.

        Raises:
            KeyError: the ready line names none.
        """
        return int(str(self.ready["port"]))

    @property
    def lines(self) -> list[str]:
        """The lines it has printed since it was ready, as many as were kept."""
        kept = [line.text for line in self._process.stdout.lines]
        return kept if self._process.stdout.dropped else kept[1:]

    def wait(self, timeout: float | None = 30) -> bool:
        """Wait until it has ended by itself; False when `timeout` seconds passed before that."""
        return self._process.wait(timeout)

    def wait_for_line(self, start: str, timeout: float = 10) -> str:
        """The first line of its stdout that starts with `start`.

        Raises:
            TimeoutError: there was none in time, or it ended without one.
        """
        line = self._process.stdout.wait_for(lambda text: text.startswith(start), timeout)
        if line is None:
            raise TimeoutError(f"expected a line that starts with {start!r} from {self!r} within {timeout:g} seconds")
        return line.text

    def stop(self) -> None:
        """End it: its stdin closes, then SIGTERM, then SIGKILL. Twice is fine."""
        try:
            self._process.stop()
        finally:
            registry.remove(self)

    def _wait_until_ready(self, timeout: float) -> dict[str, object]:
        line = self._process.stdout.wait_for(lambda text: True, timeout)
        if line is None and not self._process.stdout.closed:
            raise TimeoutError(f"expected python -m {self.module} to be ready within {timeout:g} seconds")
        if line is None:
            self._process.wait(2.0)
            said = self._process.stderr.tail(20) or "    (nothing on stderr)"
            code = self._process.exit_code
            raise ChildFailed(
                f"expected python -m {self.module} to say that it is ready, but it ended with exit code {code}:\n{said}"
            )
        try:
            said_facts = json.loads(line.text)
        except ValueError:
            said_facts = None
        if not isinstance(said_facts, dict):
            raise ChildFailed(f"expected one line of JSON from python -m {self.module}, got {line.text[:80]!r}")
        return said_facts
