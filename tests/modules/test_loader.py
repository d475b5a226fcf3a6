"""What the comparison with Node does not reach: records, namespaces, notation, the graph and its pictures."""

from __future__ import annotations

import pytest

from course_lib import eventloop, modules, show
from course_lib.modules.context import Loop
from course_lib.modules.graph import cycles
from course_lib.modules.scope import Scope

CYCLE = {
    "main.py": 'log("m")\na = require("./a")\nlog(a.n)',
    "a.py": "exports.n = 1\nb = require('./b')\nlog(b.x)\nexports.late = 2",
    "b.py": "a = require('./a')\nlog(a.n, a.late)\nexports.x = 1",
}
SHOP = {
    "main.py": "from .a import f\nfrom . import util\nf()\nlog(util.cut)\nfrom .old import q\nlog(q)",
    "a.py": "from .b import h\nfrom .c import k\ndef f():\n    return h()\ndef g():\n    return k()\nexport(f, g)",
    "b.py": "from .a import f\ndef h():\n    pass\ndef unused():\n    return f\nexport(h, unused)",
    "c.py": "def k(): pass\nexport(k)\nbig = 'x'\nexport(big)\nloud = log('c runs')\nexport(loud)",
    "util.py": "def cut(): pass\ndef paste(): pass\nexport(cut, paste)",
    "old.py": "def q(): pass\nexports.q = q\nexports.r = 2",
}


def test_the_loop_fits_what_is_asked_of_one():
    loop: Loop = eventloop
    assert callable(loop.Promise)


def test_synchronous_graphs_need_no_loop():
    done = modules.run({"main.py": "from .a import n\nlog(n)", "a.py": "n = 1\nexport(n)"})
    assert (done.output, done.error, done.ran, done.kind) == (["1"], None, ["a.py", "main.py"], "esm")
    assert done.exports("a.py").n == 1
    assert modules.run(CYCLE).exports("b.py").x == 1


def test_the_record_steps_through_a_cycle():
    record = modules.run(CYCLE).record
    steps = [(one.lane, one.label) for one in record.where(kind="start")]
    assert steps == [
        ("load", "main.py"), ("run", "main.py"), ("load", "a.py"), ("run", "a.py"), ("load", "b.py"), ("run", "b.py"),
        ("run", "a.py"), ("run", "main.py"),
    ]  # fmt: skip
    stopped = record.where(kind="wait", lane="stopped").labels()
    assert stopped == ["main.py", "a.py"]
    assert record.where(kind="output").labels() == ["m", "1 undefined", "1", "1"]
    cached = record.where(kind="cached")
    assert [(one.label, one.detail["by"], one.detail["partial"]) for one in cached] == [("a.py", "b.py", True)]
    tried = record.where(kind="resolve")[0].detail["tried"]
    assert tried == (("a", ""), ("a.py", "file"))
    assert show.frame(record, 6).svg("step 6")
    assert len(modules.run(CYCLE).warnings) == 1


def test_the_record_of_a_graph_that_waits():
    files = {
        "main.py": "from . import a, b\nlog('main')",
        "a.mjs.py": "log('a1')\nawait Promise.resolve()\nlog('a2')",
        "b.mjs.py": "log('b')",
    }
    done = modules.run(files, on=eventloop)
    record = done.record
    assert [one.label for one in record.where(kind="start", lane="link")] == ["a.mjs.py", "b.mjs.py", "main.py"]
    assert record.where(kind="wait", lane="awaiting").labels() == ["a.mjs.py"]
    assert record.where(kind="drop", lane="awaiting").labels() == ["a.mjs.py"]
    assert [one.label for one in record.where(kind="start", lane="run")] == [
        "a.mjs.py", "b.mjs.py", "a.mjs.py", "main.py",
    ]  # fmt: skip
    linked = record.where(kind="linked")
    assert [(one.lane, one.label, one.detail["to"]) for one in linked] == [
        ("main.py", "a", "a.mjs.py"), ("main.py", "b", "b.mjs.py"),
    ]  # fmt: skip
    bars = done.timeline
    assert bars.lanes == ("main.py", "a.mjs.py", "b.mjs.py")
    assert [one.label for one in bars.where(lane="a.mjs.py")] == ["load", "link", "run", "run"]
    assert show.gantt(bars).table.rows


def test_only_a_half_loaded_module_is_warned_about():
    files = {
        "main.py": 'require("./a")\nlog(require("./a").nothing, require("./a")["nothing"])',
        "a.py": "exports.n = 1",
    }
    done = modules.run(files)
    assert (done.output, done.warnings) == (["undefined undefined"], [])


def test_a_module_that_fails_is_no_child():
    files = {
        "main.py": "try:\n    require('./a')\nexcept ValueError:\n    log(len(module.children), module.loaded)",
        "a.py": "raise ValueError",
    }
    done = modules.run(files)
    assert done.output == ["0 False"]
    assert next(iter(done.loader.cache.values())).loaded


def test_a_failure_is_in_the_record():
    done = modules.run({"main.py": 'require("./a")', "a.py": "raise ValueError('no')"})
    assert isinstance(done.error, ValueError)
    assert done.record.where(kind="failed").labels() == ["ValueError: no", "ValueError: no"]


def test_the_loop_and_the_modules_log_the_same_lines():
    files = {
        "main.py": "from .a import n\nset_timeout(lambda: log('timer', n), 0)",
        "a.py": "n = 1\nexport(n)\nlog('a')",
    }
    done = modules.run(files, on=eventloop)
    assert done.run.output == done.output == ["a", "timer 1"]
    assert done.record.where(kind="output")[1].lane == "callback"


def test_options_go_to_the_loop():
    files = {"main.mjs.py": "await Promise(lambda resolve, _: set_timeout(resolve, 5_000))\nlog('soon')"}
    assert modules.run(files, "main.mjs.py", on=eventloop, loop={"clock": "virtual"}).output == ["soon"]


def test_class_bodies_see_imports_their_own_names_and_the_dead_zone():
    files = {
        "main.py": "from .a import n, Base\n"
        "class A(Base):\n    n = n\n    m = n + 1\n    @staticmethod\n    def f(k=n):\n        return k + n\n"
        "log(A.n, A.m, A.f(), A().kind)\n"
        "def make(own):\n    class B:\n        mine = own\n        both = [own, n, len([n for n in 'ab'])]\n"
        "    return B\n"
        "log(make(5).mine, make(5).both)\n"
        "try:\n    class C:\n        x = later\nexcept NameError as error:\n    log(error)\nlater = 1\n"
        "class D:\n    x = later\nlog(D.x)",
        "a.py": "n = 1\nclass Base:\n    kind = 'base'\nexport(n, Base)",
    }
    done = modules.run(files, check=True)
    assert done.output == [
        "1 2 2 base", "5 [5, 1, 2]", "Cannot access 'later' before initialization", "1",
    ]  # fmt: skip


def test_a_function_may_shadow_an_import():
    files = {
        "main.py": "from .a import n\ndef f(n):\n    n += 1\n    return n\ndef g():\n    n = 7\n    return n\n"
        "log(f(1), g(), [n for n in (3,)], (lambda n: n)(4), n)",
        "a.py": "n = 1\nexport(n)",
    }
    assert modules.run(files, check=True).output == ["2 7 [3] 4 1"]


def test_deleting_an_import_is_refused():
    files = {
        "main.py": "from .a import n\ndef f():\n    global n\n    del n\ntry:\n    f()\nexcept TypeError as error:\n"
        "    log(error)",
        "a.py": "n = 1\nexport(n)",
    }
    assert modules.run(files, check=True).output == ["Assignment to constant variable."]


def test_functions_with_computed_defaults_are_not_hoisted():
    done = modules.run({"main.mjs.py": "f()\nx = 1\ndef f(a=x):\n    return a"}, "main.mjs.py")
    assert str(done.error) == "Cannot access 'f' before initialization"


def test_python_imports_are_pythons_own():
    files = {
        "main.py": "import math\nfrom json import dumps\nfrom .a import n\nlog(math.floor(2.5), dumps([n]))",
        "a.py": "import json\nn = 1\nexport(n)",
    }
    assert modules.run(files, check=True).output == ["2 [1]"]


def test_the_folder_is_hidden_in_what_is_logged():
    assert modules.run({"main.py": "log(__filename)"}, check=True).output == ["/program/main.py"]


def test_namespace_and_exports_are_what_they_say():
    done = modules.run(
        {
            "main.py": "from . import a\nfrom . import old\nlog(a, a.nothing, old.default)",
            "a.py": "n = 1\nexport(n)",
            "old.cjs.py": "exports.f = len\nexports.n = 1",
        }
    )
    assert done.output == ["[Module: a.py] { n } undefined { f: [Function: len], n: 1 }"]
    space = done.exports("a.py")
    assert dir(space) == list(space) == ["n"]
    assert len(space) == 1
    assert "n" in space
    with pytest.raises(AttributeError):
        space.__wrapped__  # noqa: B018
    assert not hasattr(modules.undefined, "_repr_html_")
    odd = modules.run({"main.py": "module.exports = {'self': 1, 2: 3}"}).exports("main.py")
    assert (odd.self, odd["2"]) == (1, 3)
    exports = modules.Exports(a=1)
    assert exports["a"] == 1
    assert exports.b is exports["b"] is modules.undefined
    del exports["a"]
    assert not len(exports)
    assert exports
    with pytest.raises(TypeError):
        modules.undefined()
    with pytest.raises(TypeError, match="reading 'x'"):
        modules.undefined.x  # noqa: B018


def test_reprs_show_state():
    done = modules.run(CYCLE)
    shown = [
        repr(one)
        for one in (done.loader, done.loader.commonjs, done.loader.esm, done.loader.require, done.loader.context)
    ]
    assert shown[1:4] == ["<CommonJS: 3 modules in the cache>", "<ESM: 0 modules>", "<require of [outside]>"]
    assert repr(next(iter(done.loader.cache.values()))) == "<Module main.py: loaded>"
    assert repr(Scope({"x"})) == "{}"


def test_a_loader_may_be_used_by_hand():
    with modules.folder_of(CYCLE) as folder:
        loader = modules.Loader(folder)
        a = loader.require("./a")
        assert loader.require("./a.py") is a
        assert list(loader.cache) == [str(folder / "a.py"), str(folder / "b.py")]
        del loader.cache[loader.require.resolve("./a")]
        assert loader.require("./a") is not a
        assert loader.output == ["1 undefined", "1", "1"]


# The graph


def test_the_graph_is_read_without_running():
    graph = modules.graph(
        {
            **SHOP,
            "lazy.py": "n = 1\nexport(n)",
            "c.py": SHOP["c.py"] + "\nif 0:\n    import_('./lazy')\nimport_('./' + 'x')\nimport_('./no')",
        }
    )
    assert [one.name for one in graph.nodes] == [
        "main.py",
        "a.py",
        "b.py",
        "c.py",
        "lazy.py",
        "./no",
        "util.py",
        "old.py",
    ]
    assert graph.cycles == (("a.py", "b.py"),)
    assert graph.circular == [("a.py", "b.py"), ("b.py", "a.py")]
    assert graph.unknown == (("c.py", 9),)
    assert graph.order == ["b.py", "c.py", "a.py", "util.py", "old.py", "main.py"]
    assert ("main.py", "a.py", "f") in graph.arrows
    assert graph.hints["./no"] == "missing"
    assert graph.hints["old.py"].startswith("commonjs, ")


def test_the_order_of_the_graph_is_the_order_of_the_run():
    assert modules.graph(SHOP).order == modules.run(SHOP).ran


@pytest.mark.parametrize(
    ("pairs", "found"),
    [
        ([("a", "b"), ("b", "c")], ()),
        ([("a", "a")], (("a",),)),
        ([("a", "b"), ("b", "a"), ("c", "d"), ("d", "c")], (("a", "b"), ("c", "d"))),
        ([("a", "b"), ("b", "c"), ("c", "a"), ("c", "d")], (("a", "b", "c"),)),
    ],
)
def test_cycles(pairs, found):
    assert cycles(["a", "b", "c", "d"], pairs) == found


# What nobody uses


def test_unused_exports_of_es_modules():
    shaken = modules.shake(SHOP)
    assert shaken.unused == ["a.py: g", "b.py: unused", "c.py: k", "c.py: big", "util.py: paste", "old.py: r"]
    sizes = {f"{one.module}: {one.name}": one.size for one in shaken.uses}
    assert sizes["a.py: g"] == len("def g():\n    return k()\n")
    assert shaken.dropped == sum(sizes[name] for name in shaken.unused)
    assert shaken.total == sum(len(text) for text in SHOP.values())
    why = {f"{one.module}: {one.name}": one.why for one in shaken.uses}
    assert why["c.py: loud"] == "its definition runs code"
    assert why["b.py: h"] == "used by a.py"


@pytest.mark.parametrize(
    ("user", "unused"),
    [
        ('a = require("./a")\nlog(a.n)', ["a.py: m"]),
        ('log(require("./a").n)', ["a.py: m"]),
        ('a = require("./a")\nlog(a)', []),
        ('log(require("./a"))', []),
        ('log(require("./a").n)\nrequire("./" + "a")', []),
        ('a = require("./a")\nlog(a["n"])', []),
    ],
)
def test_unused_exports_of_commonjs_are_a_guess(user, unused):
    assert modules.shake({"main.py": user, "a.py": "exports.n = 1\nexports.m = 2"}).unused == unused


def test_what_is_passed_on_counts_only_when_it_is_taken():
    files = {
        "main.py": "from .hub import n\nlog(n)",
        "hub.py": "from .a import n, m\nexport(n, m)\nexport_all('./b')",
        "a.py": "n = 1\nm = 2\nexport(n, m)",
        "b.py": "k = 3\nexport(k)",
    }
    assert modules.shake(files).unused == ["hub.py: m", "a.py: m", "b.py: k"]
    assert modules.shake({**files, "main.py": "from . import hub\nlog(hub)"}).unused == []


def test_the_scan_sees_shapes_only():
    text = "exports.a = 1\nexports['b'] = 2\nmodule.exports.c = 3\nsetattr(exports, 'd', 4)\nk = 'e'\nexports[k] = 5\n"
    assert modules.scan(text, "a.py") == ("a", "b", "c", "d")
    assert modules.scan("module.exports = {'a': 1, **x, 'b': 2}", "a.py") == ("a",)
