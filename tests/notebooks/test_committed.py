"""Every committed lesson, as it lies there: nothing is executed."""

from __future__ import annotations

import re

import pytest

from course_lib.commands.notebook import problems, read
from course_lib.commands.places import ROOT, notebooks
from tests.notebooks.checks import (
    alt_problems,
    compared,
    exercises,
    link_problems,
    text_link_problems,
    unsolved_problems,
)

LEAST = 15
"""Cells of a lesson that strict nbval compares, at least."""

lesson = pytest.mark.parametrize("path", notebooks(), ids=lambda path: path.stem)


def test_lessons_are_numbered_without_a_gap():
    numbers = list(dict.fromkeys(path.stem[:2] for path in notebooks()))
    assert numbers == [f"{index:02}" for index in range(len(numbers))]
    assert all(re.fullmatch(r"\d\d[b-z]?_[a-z0-9_]+", path.stem) for path in notebooks())
    codes = [path.stem.partition("_")[0] for path in notebooks()]
    assert len(codes) == len(set(codes))


@lesson
def test_is_in_its_committed_form(path):
    assert problems(read(path), path.read_text(encoding="utf-8")) == []


@lesson
def test_enough_is_compared(path):
    assert compared(read(path)) >= LEAST


@lesson
def test_links_lead_somewhere(path):
    assert link_problems(read(path), path) == []


@lesson
def test_pictures_have_words(path):
    assert alt_problems(read(path)) == []


@lesson
def test_exercises_start_unsolved(path):
    notebook = read(path)
    assert len(exercises(notebook)) >= 1
    assert unsolved_problems(notebook) == []


@pytest.mark.parametrize(
    "path", [ROOT / "README.md", *sorted((ROOT / "notebooks").glob("*.md"))], ids=lambda path: path.name
)
def test_links_of_the_pages_around_them_lead_somewhere(path):
    assert text_link_problems(path) == []
