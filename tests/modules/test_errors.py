"""Bad input: each a clear error that names the chain of importers, and nothing half loaded stays."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from course_lib import eventloop, modules

ENDLESS = [
    "while True:\n    pass",
    "for _ in iter(int, 1):\n    pass",
    "def f():\n    while 1:\n        f\nf()",
]


def failed(files, main="main.py", **options):
    done = modules.run(files, main, on=eventloop, **options)
    assert done.error is not None
    return done


def names(loader):
    return sorted(loader.context.name(path) for path in loader.esm.registry)


def test_a_missing_file_lists_what_was_tried_and_who_asked():
    done = failed({"main.py": 'require("./a")', "a.py": 'require("./lib/b")', "lib/b.py": 'require("./nowhere")'})
    assert isinstance(done.error, modules.ModuleNotFound)
    assert done.error.code == "MODULE_NOT_FOUND"
    assert done.error.chain == ("lib/b.py", "a.py", "main.py")
    assert "tried lib/nowhere, lib/nowhere.py, lib/nowhere.json" in str(done.error)
    assert str(done.error).endswith("imported by lib/b.py\n  imported by a.py\n  imported by main.py")
    assert done.loader.cache == {}


def test_a_missing_import_names_the_line_and_leaves_no_module():
    done = failed({"main.py": "from .a import n", "a.py": "# a\nfrom .nowhere import n\nexport(n)"})
    assert isinstance(done.error, modules.ModuleNotFound)
    assert done.error.code == "ERR_MODULE_NOT_FOUND"
    assert done.error.chain == ("a.py, line 2", "main.py")
    assert names(done.loader) == []


def test_a_missing_name_names_both_modules():
    done = failed({"main.py": "from .a import n\nlog(n)", "a.py": "log('never')\nm = 1\nexport(m)"})
    assert isinstance(done.error, modules.LinkError)
    assert "main.py, line 1" in str(done.error)
    assert "'./a' (a.py) does not provide an export named 'n'" in str(done.error)
    assert done.output == []
    assert names(done.loader) == []


def test_a_failed_import_is_tried_again(tmp_path):
    (tmp_path / "main.py").write_text(
        "for i in range(2):\n"
        "    try:\n"
        "        ns = await import_('./a.py')\n"
        "        log(ns.n)\n"
        "    except ImportError as error:\n"
        "        log(type(error).__name__)\n"
        "        mend()\n",
        encoding="utf-8",
    )
    (tmp_path / "a.py").write_text("from .b import n\nexport(n)", encoding="utf-8")
    (tmp_path / "b.py").write_text("m = 1\nexport(m)", encoding="utf-8")
    loader = modules.Loader(tmp_path, on=eventloop)
    loader.context.builtins["mend"] = lambda: (tmp_path / "b.py").write_text("n = 1\nexport(n)", encoding="utf-8")
    assert loader.run("main.py").output == ["LinkError", "1"]


def test_what_was_there_before_a_failed_import_stays():
    files = {
        "main.py": "from .a import n\ntry:\n    await import_('./bad')\nexcept ImportError:\n    log('caught')\n"
        "log((await import_('./a')).n)",
        "a.py": "log('a runs')\nn = 1\nexport(n)",
        "bad.py": "from .a import n\nfrom .new import m\nfrom .nowhere import k",
        "new.py": "m = 1\nexport(m)",
    }
    done = modules.run(files, on=eventloop)
    assert done.output == ["a runs", "caught", "1"]
    assert names(done.loader) == ["a.py", "main.py"]


@pytest.mark.parametrize("statement", ['require("./empty")', "from . import empty"])
def test_a_directory_without_an_entry(statement):
    done = failed({"main.py": statement, "empty/readme.txt": ""})
    assert isinstance(done.error, modules.ModuleNotFound)
    words = "no package.json" if "require" in statement else "Directory import './empty' is not supported"
    assert words in str(done.error)
    assert done.error.chain[-1].startswith("main.py")


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("n = 1\nx = = 2", 2, "invalid syntax"),
        ("n = 1\nbreak", 2, "'break' outside loop"),
        ("n = 1\nexport(n)\nexport(n)", 3, "Duplicate export of 'n' (the first is in line 2)"),
        ("export(n)", 1, "Export 'n' is not defined"),
        ("n = 1\nexport(n + 1)", 2, "expected names, as in export(n, inc)"),
        ("n = 1\nexport(m=n + 1)", 2, "expected a name, as in export(count=n)"),
        ("export_default(1, 2)", 1, "expected export_default(one expression)"),
        ("export_all(1)", 1, 'expected export_all("./file")'),
        ("from .b import *", 1, "import * needs a name"),
        ("if True:\n    from .b import n", 2, "only stand at the top level"),
        ("n = 1\ndef f():\n    export(n)", 3, "only stand at the top level"),
        ("from .b import n\nfrom .b import n", 2, "'n' has already been declared"),
        ("from .b import n\ndef f():\n    global n\n    return (n := 1)", 4, "cannot assign to the import"),
        ("n = 1\0", 1, "null bytes"),
    ],
)
def test_a_syntax_error_has_file_line_and_chain(text, line, words):
    done = failed({"main.py": "from . import a\nlog('never')", "a.mjs.py": text, "b.py": "n = 1\nexport(n)"})
    assert isinstance(done.error, modules.ModuleSyntaxError)
    assert (done.error.file, done.error.line, done.error.chain) == ("a.mjs.py", line, ("main.py",))
    assert words in done.error.reason
    assert f"a.mjs.py, line {line}: " in str(done.error)
    assert done.output == []
    assert names(done.loader) == []


@pytest.mark.parametrize(
    ("text", "line"), [("x = = 1", 1), ("x = 1\nawait x", 2), ("x = 1\nfrom .b import n", 2), ('{"a": }', 1)]
)
def test_a_syntax_error_in_commonjs_leaves_the_cache(text, line):
    name = "a.json" if text.startswith("{") else "a.cjs.py"
    done = failed({"main.py": f'log("before")\nrequire("./{name}")', name: text, "b.py": ""})
    assert isinstance(done.error, modules.ModuleSyntaxError)
    assert (done.error.file, done.error.line, done.error.chain) == (name, line, ("main.py",))
    assert done.output == ["before"]
    assert done.loader.cache == {}


def test_an_endless_wait_names_who_waits():
    done = failed({"main.py": "from . import a", "a.mjs.py": 'log("a")\nawait import_("./main.py")'})
    assert isinstance(done.error, modules.NeverFinished)
    assert "unsettled top-level await in a.mjs.py" in str(done.error)
    assert "import_('./main.py') is not settled" in str(done.error)
    assert done.error.chain == ("main.py",)
    assert done.run.exit in (0, 13)


@pytest.mark.parametrize("body", ENDLESS)
@pytest.mark.parametrize("how", ['require("./a.cjs.py")', "from . import a", "await import_('./a.mjs.py')"])
def test_an_endless_module_is_stopped(body, how):
    name = "a.cjs.py" if "cjs" in how else "a.mjs.py"
    done = failed({"main.py": how, name: body}, limit=0.05)
    assert isinstance(done.error, modules.NeverFinished)
    assert f"{name} was still running after 0.05 seconds" in str(done.error)
    assert done.error.chain == ("main.py",)
    assert done.loader.cache == {}


def test_a_function_called_later_has_no_limit():
    clock = iter(range(10**9))
    files = {"main.py": "def f():\n    return sum(1 for _ in range(10)) and [i for i in range(9)]\nexports.f = f"}
    with modules.folder_of(files) as folder:
        loader = modules.Loader(folder, limit=50, clock=lambda: float(next(clock)))
        loader.load("main.py")
        for _ in range(2000):
            loader.cache[next(iter(loader.cache))].exports.f()


@pytest.mark.parametrize(
    ("name", "statement"),
    [
        ("lib/a.cjs.py", 'require("../../secret")'),
        ("lib/a.cjs.py", f"require({(Path(__file__).anchor + 'secret')!r})"),
        ("lib/a.mjs.py", "from ...secret import n"),
        ("lib/a.mjs.py", "await import_('../../secret.py')"),
    ],
)
def test_a_path_out_of_the_folder_is_refused(name, statement):
    done = failed({"main.mjs.py": f"await import_('./{name}')", name: statement}, "main.mjs.py")
    assert isinstance(done.error, modules.OutsideFolder)
    assert "leads out of the program's folder" in str(done.error)
    assert done.error.chain[-1] == "main.mjs.py"
    assert done.error.chain[0].startswith(name)


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_link_out_of_the_folder_is_refused(tmp_path):
    (tmp_path / "secret.py").write_text("exports.n = 1", encoding="utf-8")
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "main.py").write_text('require("./a")', encoding="utf-8")
    (inside / "a.py").symlink_to(tmp_path / "secret.py")
    assert isinstance(modules.Loader(inside).run("main.py").error, modules.OutsideFolder)


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_link_inside_is_the_file_it_leads_to(tmp_path):
    (tmp_path / "a.py").write_text("log('a runs')", encoding="utf-8")
    (tmp_path / "b.py").symlink_to(tmp_path / "a.py")
    (tmp_path / "main.py").write_text('log(require("./a") is require("./b"))', encoding="utf-8")
    assert modules.Loader(tmp_path).run("main.py").output == ["a runs", "True"]


def test_a_main_file_that_is_not_there():
    with pytest.raises(modules.ModuleNotFound, match=r"'nowhere\.py'"):
        modules.run({"main.py": ""}, "nowhere.py", check=True)
    with pytest.raises(modules.OutsideFolder):
        modules.run({"main.py": ""}, "../main.py", check=True)


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(NotADirectoryError, match="expected a folder that exists"):
        modules.Loader(tmp_path / "nowhere")
    with pytest.raises(ValueError, match="inside the program's folder"):
        modules.run({"../a.py": ""})


@pytest.mark.parametrize("wrong", ["1", "''", "None"])
def test_a_specifier_that_is_none(wrong):
    done = failed({"main.py": f"require({wrong})"})
    assert isinstance(done.error, TypeError)
    assert "expected a path or a package's name" in str(done.error)


def test_a_file_that_is_no_text(tmp_path):
    (tmp_path / "main.py").write_text('require("./a")', encoding="utf-8")
    (tmp_path / "a.py").write_bytes(b"\xff\xfe")
    with pytest.raises(modules.LoadError, match=r"a\.py: expected UTF-8"):
        modules.Loader(tmp_path).load("main.py")


def test_a_broken_package_json():
    done = failed({"main.py": 'require("./lib")', "lib/package.json": "{"})
    assert "lib/package.json" in str(done.error)


@pytest.mark.parametrize("source", ["await x", 'import_("./a")'])
def test_without_a_loop_waiting_is_refused(source):
    with pytest.raises(RuntimeError, match=r"event loop.*on=eventloop"):
        modules.run({"main.mjs.py": source, "a.py": ""}, "main.mjs.py", check=True)
