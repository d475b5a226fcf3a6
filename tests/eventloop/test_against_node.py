"""Random programs, in real Node and in this loop: the same lines in the same order.

``COURSE_LOOP_PROGRAMS`` says how many (default 200; thousands are fine), ``COURSE_LOOP_SEED`` which (a number; ``new``
for others each time). A difference that real Node does not repeat is chance, and the program is set aside; only few may
be. A difference that it repeats fails the test with the seed and the smallest program found that still shows it.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from course_lib import node
from course_lib.eventloop.programs import run_program
from tests.eventloop.generator import Generator, Program, certain, smaller
from tests.eventloop.javascript import javascript

COUNT = int(os.environ.get("COURSE_LOOP_PROGRAMS", "200"))
ASKED = os.environ.get("COURSE_LOOP_SEED", "24")
SEED = random.SystemRandom().randrange(10**6) if ASKED == "new" else int(ASKED)
SHOWN = 8000


def in_node(program: Program, folder: Path) -> list[str]:
    """The lines real Node prints."""
    name = program["id"].replace(" ", "-")
    path = folder / f"{name}.{'mjs' if program['mode'] == 'esm' else 'cjs'}"
    path.write_text(javascript(program), encoding="utf-8")
    done = subprocess.run(
        [str(node.find()), str(path)], capture_output=True, text=True, encoding="utf-8", timeout=20, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def in_loop(program: Program, clock: str = "virtual") -> list[str]:
    """The lines this loop logs."""
    return [label for label, _, _ in run_program(program, clock=clock)]


def differs(program: Program, folder: Path, times: int = 3) -> bool:
    """True when Node says so many times the same, and something else than this loop."""
    try:
        ours = in_loop(program)
        theirs = [in_node(program, folder) for _ in range(times)]
    except Exception:
        return False  # on the way to a smaller program, some make no sense
    return all(lines == theirs[0] != ours for lines in theirs) and certain(program)


def smallest(program: Program, folder: Path) -> Program:
    """A program that still differs and cannot lose a statement."""
    shrinking = True
    while shrinking:
        shrinking = False
        for less in smaller(program):
            if differs(less, folder):
                program, shrinking = less, True
                break
    return program


@pytest.fixture(scope="module")
def programs() -> list[Program]:
    """Programs whose order is certain."""
    generator = Generator(SEED)
    made = [generator.program() for _ in range(COUNT)]
    kept = [program for program in made if certain(program)]
    assert len(kept) >= 0.9 * len(made), f"seed {SEED}: expected certain programs, got {len(made) - len(kept)} others"
    return kept


def test_random_programs_run_as_in_node(programs: list[Program], tmp_path: Path) -> None:
    with ThreadPoolExecutor(2) as two:
        theirs = list(two.map(lambda program: in_node(program, tmp_path), programs))
    different = [program for program, lines in zip(programs, theirs, strict=True) if lines != in_loop(program)]
    for program in different:
        if differs(program, tmp_path, times=10):
            least = smallest(program, tmp_path)
            pytest.fail(
                f"seed {SEED}: {json.dumps(least)[:SHOWN]}\nNode: {in_node(least, tmp_path)}\nours: {in_loop(least)}"
            )
    assert len(different) <= 0.03 * len(programs), f"seed {SEED}: {len(different)} programs had no certain order"


def test_the_real_clock_gives_the_same_order_as_the_virtual_one(programs: list[Program]) -> None:
    few = programs[: max(20, COUNT // 10)]
    different = [program["id"] for program in few if in_loop(program, "real") != in_loop(program)]
    assert len(different) <= 0.1 * len(few), different
