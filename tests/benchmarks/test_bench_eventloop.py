"""The benchmark runs and prints its table; how fast a machine is, is no test."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

spec = importlib.util.spec_from_file_location("bench_eventloop", Path(__file__).with_name("bench_eventloop.py"))
assert spec is not None
assert spec.loader is not None
bench = importlib.util.module_from_spec(spec)
spec.loader.exec_module(bench)


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "COUNT", 300)


@pytest.mark.parametrize("name", bench.CONTESTANTS)
def test_each_contestant_runs(name: str) -> None:
    assert bench.CONTESTANTS[name]() > 0


def test_the_table_names_every_ratio() -> None:
    text = bench.report({name: [1e6, 2e6, 4e6] for name in bench.CONTESTANTS})
    for ratio, *_ in bench.RATIOS:
        assert ratio in text
    assert "1.00 - 1.00" in text
