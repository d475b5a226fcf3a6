"""The recorded programs, on the real clock and on the virtual one.

``COURSE_LOOP_REPEATS`` says how often each runs on the real clock (default 1).
"""

from __future__ import annotations

import os
from typing import Any

import pytest

from course_lib.eventloop.programs import ProgramError, run_program
from tests.eventloop.fixtures import DIFFERING, PROGRAMS, RANDOM, expected, seen

REPEATS = int(os.environ.get("COURSE_LOOP_REPEATS", "1"))
GAPS = 3
"""Programs marked so need timers less than 30 ms late: on a busy machine they may try again."""


def name(program: dict[str, Any]) -> str:
    return str(program["id"])


def test_all_programs_are_there() -> None:
    assert len(PROGRAMS) == 42
    assert len(RANDOM) == 80


@pytest.mark.parametrize("program", PROGRAMS, ids=name)
def test_order_and_place_on_the_real_clock(program: dict[str, Any]) -> None:
    for _ in range(REPEATS):
        for left in reversed(range(GAPS if program["timing"] == "gaps" else 1)):
            rows = seen(program, run_program(program))
            if rows == expected(program) or not left:
                break
        assert rows == expected(program)


@pytest.mark.parametrize("program", [*PROGRAMS, *RANDOM], ids=name)
def test_order_and_place_on_the_virtual_clock(program: dict[str, Any]) -> None:
    assert seen(program, run_program(program, clock="virtual")) == expected(program)


VERSIONS = [
    pytest.param(program, version, orders["orders"], id=f"{program['id']}-{version}")
    for program in DIFFERING
    for orders in program["by_version"]
    for version in orders["nodes"]
]


@pytest.mark.parametrize(("program", "version", "orders"), VERSIONS)
def test_other_versions_of_node(program: dict[str, Any], version: str, orders: list[list[str]]) -> None:
    major = {"19": "18"}.get(version.split(".")[0], version.split(".")[0])
    assert [label for label, _, _ in run_program(program, clock="virtual", node=major)] in orders


def test_every_kind_of_difference_is_covered() -> None:
    assert {program["why"] for program in DIFFERING} == {
        "unref-timer-at-exit",
        "drain-between-callbacks",
        "esm-main-before-loop",
        "readFile-trips",
        "throw-leftover-ticks",
    }


@pytest.mark.parametrize(
    ("program", "message"),
    [
        (7, "expected a program with a body, got 7"),
        ({"id": "x"}, "expected a program with a body"),
        ({"body": [], "mode": "js"}, "expected mode"),
        ({"body": [["jump"]]}, r"expected a statement of this module's text, got \['jump'\]"),
    ],
)
def test_what_is_no_program(program: Any, message: str) -> None:
    with pytest.raises(ProgramError, match=message):
        run_program(program, clock="virtual")
