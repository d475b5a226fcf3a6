"""The same graph of files twice: what our loaders log is what real Node logs."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor

import pytest

import tests.modules.graphs_await
import tests.modules.graphs_commonjs
import tests.modules.graphs_esm  # noqa: F401 -- each adds its programs to the list
from course_lib import eventloop, modules, node
from tests.modules.pairs import GRAPHS, Graph


@pytest.fixture(scope="module")
def real(request):
    """Every program that is to be tested on real Node, two at a time; the future of each by its name."""
    asked = [item.callspec.params for item in request.session.items if hasattr(item, "callspec")]
    graphs = [one["graph"] for one in asked if isinstance(one.get("graph"), Graph)]

    def on_node(graph: Graph) -> node.NodeRun:
        files = dict(graph.javascript)
        main = next(iter(files))
        source = files.pop(main)
        return node.run(source, module="esm" if main.endswith(".mjs") else "commonjs", files=files)

    with ThreadPoolExecutor(2) as pool:
        started: dict[str, Future[node.NodeRun]] = {graph.name: pool.submit(on_node, graph) for graph in graphs}
        yield started


@pytest.mark.parametrize("graph", GRAPHS, ids=lambda graph: graph.name)
def test_logs_what_node_logs(graph, real):
    ours = modules.run(graph.python, graph.main, on=eventloop)
    theirs = real[graph.name].result()
    assert ours.output == theirs.lines
    assert type(ours.error).__name__ == (graph.ours or "NoneType")
    assert (theirs.exit_code != 0) == bool(graph.ours)
    assert graph.node in theirs.stderr


def test_there_are_enough_programs_and_each_is_its_own():
    assert len(GRAPHS) >= 40
    assert len({graph.name for graph in GRAPHS}) == len(GRAPHS)
    for graph in GRAPHS:
        there = {name.replace(".js", ".py") if not name.endswith(".json") else name for name in graph.javascript}
        there = {name + ".py" if name.endswith((".cjs", ".mjs")) else name for name in there}
        assert there == set(graph.python)
