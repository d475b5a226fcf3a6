"""Where Node's versions differ, as options."""

from __future__ import annotations

from dataclasses import dataclass, replace

__all__ = ["VERSIONS", "NodeRules"]


@dataclass(frozen=True, slots=True)
class NodeRules:
    """The rules that changed between Node's versions; the defaults are Node 24's (22.18 and later 22 agree).

    Attributes:
        file_trips: trips through the thread pool that one `read_file` takes: 4 (open, fstat, read, close), or 1 from
            26.8.
        unref_timer_at_exit: due timers run once more before the loop asks whether it is alive (20 and later).
        drain_between_callbacks: ticks and microtasks run after each timer and immediate; before 11 once per phase.
        check_drains_leftovers: ticks that a failed callback left run before the next immediate (until 26.5).
        esm_main_in_poll: an ES-module main program runs inside the poll phase (before 22.18 and 24.3).
    """

    file_trips: int = 4
    unref_timer_at_exit: bool = True
    drain_between_callbacks: bool = True
    check_drains_leftovers: bool = True
    esm_main_in_poll: bool = False

    def __post_init__(self) -> None:
        if self.file_trips not in (1, 4):
            raise ValueError(f"expected file_trips 1 or 4, got {self.file_trips!r}")

    @classmethod
    def of(cls, version: str) -> NodeRules:
        """The rules of a major version: ``"10"``, ``"18"``, ``"20"``, ``"22"`` (22.18 on), ``"24"`` (24.3 on), ``"26"``
        (26.8 on).

        Raises:
            ValueError: another version.
        """
        if version not in VERSIONS:
            raise ValueError(f"expected a Node version out of {', '.join(VERSIONS)}, got {version!r}")
        return VERSIONS[version]

    def but(self, **changes: bool | int | None) -> NodeRules:
        """The same rules with some changed; ``None`` leaves one as it is."""
        wanted = {name: value for name, value in changes.items() if value is not None}
        return replace(self, **wanted) if wanted else self  # type: ignore[arg-type]


VERSIONS = {
    "10": NodeRules(
        unref_timer_at_exit=False, drain_between_callbacks=False, check_drains_leftovers=False, esm_main_in_poll=True
    ),
    "18": NodeRules(unref_timer_at_exit=False, esm_main_in_poll=True),
    "20": NodeRules(esm_main_in_poll=True),
    "22": NodeRules(),
    "24": NodeRules(),
    "26": NodeRules(file_trips=1, check_drains_leftovers=False),
}
"""The rules of each major version."""
