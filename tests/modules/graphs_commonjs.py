"""CommonJS, each rule twice."""

from __future__ import annotations

from tests.modules.pairs import twice

twice(
    "cjs-once",
    "a module runs once, everybody gets the same object",
    """
    --- main.cjs.py
    log("main")
    a = require("./a")
    b = require("./a.py")
    log("same" if a is b else "different", a.n)
    --- a.py
    log("a runs")
    exports.n = 1
    """,
    """
    --- main.cjs
    console.log("main")
    const a = require("./a")
    const b = require("./a.js")
    console.log(a === b ? "same" : "different", a.n)
    --- a.js
    console.log("a runs")
    exports.n = 1
    """,
)
twice(
    "cjs-copy",
    "taking a value out copies it; the object shows the change",
    """
    --- main.cjs.py
    counter = require("./counter")
    n, inc = counter.n, counter.inc
    inc()
    log(n, counter.n)
    --- counter.py
    exports.n = 0
    def inc():
        exports.n += 1
    exports.inc = inc
    """,
    """
    --- main.cjs
    const counter = require("./counter")
    const { n, inc } = counter
    inc()
    console.log(n, counter.n)
    --- counter.js
    exports.n = 0
    exports.inc = () => { exports.n += 1 }
    """,
)
twice(
    "cjs-local-state",
    "a module's own variable is not its export",
    """
    --- main.cjs.py
    counter = require("./counter")
    counter.inc()
    counter.inc()
    log(counter.n, counter.get())
    --- counter.py
    n = 0
    def inc():
        nonlocal n
        n += 1
    module.exports = {"n": n, "inc": inc, "get": lambda: n}
    """,
    """
    --- main.cjs
    const counter = require("./counter")
    counter.inc()
    counter.inc()
    console.log(counter.n, counter.get())
    --- counter.js
    let n = 0
    module.exports = { n, inc() { n += 1 }, get: () => n }
    """,
)
twice(
    "cjs-cycle",
    "in a cycle the second gets what the first has exported so far",
    """
    --- main.cjs.py
    log("main starts")
    a = require("./a")
    b = require("./b")
    log("in main", a.done, b.done)
    --- a.py
    log("a starts")
    exports.done = "no"
    b = require("./b")
    log("in a", b.done)
    exports.done = "yes"
    log("a ends")
    --- b.py
    log("b starts")
    exports.done = "no"
    a = require("./a")
    log("in b", a.done, a.later)
    exports.done = "yes"
    log("b ends")
    """,
    """
    --- main.cjs
    console.log("main starts")
    const a = require("./a")
    const b = require("./b")
    console.log("in main", a.done, b.done)
    --- a.js
    console.log("a starts")
    exports.done = "no"
    const b = require("./b")
    console.log("in a", b.done)
    exports.done = "yes"
    console.log("a ends")
    --- b.js
    console.log("b starts")
    exports.done = "no"
    const a = require("./a")
    console.log("in b", a.done, a.later)
    exports.done = "yes"
    console.log("b ends")
    """,
    node="Accessing non-existent property 'later' of module exports inside circular dependency",
)
twice(
    "cjs-cycle-replaced",
    "module.exports = … after the cycle leaves the partner with the old object",
    """
    --- main.cjs.py
    a = require("./a")
    b = require("./b")
    log(a.name, b.seen())
    --- a.py
    b = require("./b")
    module.exports = {"name": "new a"}
    --- b.py
    a = require("./a")
    exports.seen = lambda: a.name
    """,
    """
    --- main.cjs
    const a = require("./a")
    const b = require("./b")
    console.log(a.name, b.seen())
    --- a.js
    const b = require("./b")
    module.exports = { name: "new a" }
    --- b.js
    const a = require("./a")
    exports.seen = () => a.name
    """,
)
twice(
    "cjs-cycle-late",
    "reading a partner's export later, in a function, works",
    """
    --- main.cjs.py
    log(require("./a").run())
    --- a.py
    b = require("./b")
    exports.name = "a"
    exports.run = lambda: b.who()
    --- b.py
    a = require("./a")
    exports.who = lambda: "b sees " + a.name
    """,
    """
    --- main.cjs
    console.log(require("./a").run())
    --- a.js
    const b = require("./b")
    exports.name = "a"
    exports.run = () => b.who()
    --- b.js
    const a = require("./a")
    exports.who = () => "b sees " + a.name
    """,
)
twice(
    "cjs-cycle-three",
    "a cycle of three, entered in the middle",
    """
    --- main.cjs.py
    b = require("./b")
    log(b.end)
    --- a.py
    exports.a = "a"
    log("a sees b:", require("./b").early, require("./b").end)
    --- b.py
    exports.early = "b early"
    log("b sees c:", require("./c").c)
    exports.end = "b end"
    --- c.py
    log("c sees a:", require("./a").a)
    exports.c = "c"
    """,
    """
    --- main.cjs
    const b = require("./b")
    console.log(b.end)
    --- a.js
    exports.a = "a"
    console.log("a sees b:", require("./b").early, require("./b").end)
    --- b.js
    exports.early = "b early"
    console.log("b sees c:", require("./c").c)
    exports.end = "b end"
    --- c.js
    console.log("c sees a:", require("./a").a)
    exports.c = "c"
    """,
)
twice(
    "cjs-require-itself",
    "a module that requires itself gets its own partial exports",
    """
    --- main.cjs.py
    log(require("./a").end)
    --- a.py
    exports.n = 1
    me = require("./a")
    log("same" if me is exports else "different", me.n, me.end)
    exports.end = 2
    """,
    """
    --- main.cjs
    console.log(require("./a").end)
    --- a.js
    exports.n = 1
    const me = require("./a")
    console.log(me === exports ? "same" : "different", me.n, me.end)
    exports.end = 2
    """,
)
twice(
    "cjs-replace",
    "module.exports may be anything; exports = … changes nothing",
    """
    --- main.cjs.py
    greet = require("./greet")
    lost = require("./lost")
    log(greet("you"), lost.n)
    --- greet.py
    module.exports = lambda name: "hello " + name
    --- lost.py
    exports = {"n": 1}
    """,
    """
    --- main.cjs
    const greet = require("./greet")
    const lost = require("./lost")
    console.log(greet("you"), lost.n)
    --- greet.js
    module.exports = name => "hello " + name
    --- lost.js
    exports = { n: 1 }
    """,
)
twice(
    "cjs-fails-again",
    "a module that fails leaves the cache and runs again",
    """
    --- main.cjs.py
    for _ in range(2):
        try:
            require("./bad")
        except Exception as error:
            log(error, "cached" if require.resolve("./bad") in require.cache else "not cached")
    --- bad.py
    log("bad runs")
    raise RuntimeError("no luck")
    """,
    """
    --- main.cjs
    for (let i = 0; i < 2; i++) {
        try {
            require("./bad")
        } catch (error) {
            console.log(error.message, require.resolve("./bad") in require.cache ? "cached" : "not cached")
        }
    }
    --- bad.js
    console.log("bad runs")
    throw new Error("no luck")
    """,
)
twice(
    "cjs-failure-keeps-finished",
    "what a failing module had required stays; the modules on the way fail with it",
    """
    --- main.cjs.py
    for name in ["./middle", "./middle"]:
        try:
            require(name)
        except Exception as error:
            log("caught", error)
    log(require("./good").n)
    --- middle.py
    log("middle runs")
    require("./good")
    require("./bad")
    --- good.py
    log("good runs")
    exports.n = 1
    --- bad.py
    log("bad runs")
    raise RuntimeError("bad")
    """,
    """
    --- main.cjs
    for (const name of ["./middle", "./middle"]) {
        try {
            require(name)
        } catch (error) {
            console.log("caught", error.message)
        }
    }
    console.log(require("./good").n)
    --- middle.js
    console.log("middle runs")
    require("./good")
    require("./bad")
    --- good.js
    console.log("good runs")
    exports.n = 1
    --- bad.js
    console.log("bad runs")
    throw new Error("bad")
    """,
)
twice(
    "cjs-fails-in-cycle",
    "a failure in a cycle: the partner that had finished stays, with the exports of a module that is gone",
    """
    --- main.cjs.py
    try:
        require("./a")
    except Exception as error:
        log(error)
    b = require("./b")
    log(b.a.n, b.a.late, "same" if require.cache[require.resolve("./b")].exports is b else "different")
    log("a cached" if require.resolve("./a") in require.cache else "a gone")
    --- a.py
    exports.n = 1
    require("./b")
    raise RuntimeError("a fails")
    --- b.py
    log("b runs")
    exports.a = require("./a")
    """,
    """
    --- main.cjs
    try {
        require("./a")
    } catch (error) {
        console.log(error.message)
    }
    const b = require("./b")
    console.log(b.a.n, b.a.late, require.cache[require.resolve("./b")].exports === b ? "same" : "different")
    console.log(require.resolve("./a") in require.cache ? "a cached" : "a gone")
    --- a.js
    exports.n = 1
    require("./b")
    throw new Error("a fails")
    --- b.js
    console.log("b runs")
    exports.a = require("./a")
    """,
)
twice(
    "cjs-delete",
    "a deleted cache entry lets the file run again: a second object",
    """
    --- main.cjs.py
    first = require("./a")
    del require.cache[require.resolve("./a")]
    second = require("./a")
    log("same" if first is second else "different")
    --- a.py
    log("a runs")
    """,
    """
    --- main.cjs
    const first = require("./a")
    delete require.cache[require.resolve("./a")]
    const second = require("./a")
    console.log(first === second ? "same" : "different")
    --- a.js
    console.log("a runs")
    """,
)
twice(
    "cjs-computed",
    "paths may be computed, and require may stand anywhere",
    """
    --- main.cjs.py
    for name in ["one", "two"]:
        log(require("./parts/" + name).n)
    if False:
        require("./never")
    def later():
        return require("./parts/three").n
    log("before")
    log(later())
    --- parts/one.py
    exports.n = 1
    --- parts/two.py
    exports.n = 2
    --- parts/three.py
    log("three runs")
    exports.n = 3
    """,
    """
    --- main.cjs
    for (const name of ["one", "two"]) console.log(require("./parts/" + name).n)
    if (false) require("./never")
    const later = () => require("./parts/three").n
    console.log("before")
    console.log(later())
    --- parts/one.js
    exports.n = 1
    --- parts/two.js
    exports.n = 2
    --- parts/three.js
    console.log("three runs")
    exports.n = 3
    """,
)
twice(
    "cjs-resolution",
    "the file itself, then .js, then .json, then the directory",
    """
    --- main.cjs.py
    log(require("./thing").from_)
    log(require("./thing/").from_)
    log(require("./data").from_)
    log(require("./pack").from_)
    log(require("./lib").from_)
    log(require("tool").from_)
    --- thing.py
    exports.from_ = "thing file"
    --- thing/index.py
    exports.from_ = "thing directory"
    --- data.json
    {"from_": "data json"}
    --- pack/package.json
    {"main": "./inner/start"}
    --- pack/inner/start.py
    exports.from_ = "package main"
    --- lib/index.py
    exports.from_ = require("..").up + " from lib"
    --- index.py
    exports.up = "up"
    --- node_modules/tool/index.py
    exports.from_ = "tool"
    """,
    """
    --- main.cjs
    console.log(require("./thing").from_)
    console.log(require("./thing/").from_)
    console.log(require("./data").from_)
    console.log(require("./pack").from_)
    console.log(require("./lib").from_)
    console.log(require("tool").from_)
    --- thing.js
    exports.from_ = "thing file"
    --- thing/index.js
    exports.from_ = "thing directory"
    --- data.json
    {"from_": "data json"}
    --- pack/package.json
    {"main": "./inner/start"}
    --- pack/inner/start.js
    exports.from_ = "package main"
    --- lib/index.js
    exports.from_ = require("..").up + " from lib"
    --- index.js
    exports.up = "up"
    --- node_modules/tool/index.js
    exports.from_ = "tool"
    """,
)
twice(
    "cjs-no-guess",
    "require does not try .mjs or .cjs",
    """
    --- main.cjs.py
    for name in ["./a", "./b"]:
        try:
            require(name)
        except ImportError as error:
            log(error.code)
    --- a.mjs.py
    log("a")
    --- b.cjs.py
    log("b")
    """,
    """
    --- main.cjs
    for (const name of ["./a", "./b"]) {
        try {
            require(name)
        } catch (error) {
            console.log(error.code)
        }
    }
    --- a.mjs
    console.log("a")
    --- b.cjs
    console.log("b")
    """,
)
twice(
    "cjs-missing",
    "a missing file fails at the require line: what stands before it has run",
    """
    --- main.cjs.py
    log("main")
    require("./middle")
    log("never")
    --- middle.py
    log("middle")
    require("./nowhere")
    """,
    """
    --- main.cjs
    console.log("main")
    require("./middle")
    console.log("never")
    --- middle.js
    console.log("middle")
    require("./nowhere")
    """,
    ours="ModuleNotFound",
    node="code: 'MODULE_NOT_FOUND'",
)
twice(
    "cjs-no-entry",
    "a directory without an entry",
    """
    --- main.cjs.py
    try:
        require("./empty")
    except ImportError as error:
        log(error.code)
    --- empty/readme.txt
    nothing
    """,
    """
    --- main.cjs
    try {
        require("./empty")
    } catch (error) {
        console.log(error.code)
    }
    --- empty/readme.txt
    nothing
    """,
)
twice(
    "cjs-syntax",
    "a file that cannot be parsed fails when it is required; it is not cached",
    """
    --- main.cjs.py
    log("main")
    for _ in range(2):
        try:
            require("./bad")
        except ImportError as error:
            log("caught", "cached" if require.resolve("./bad") in require.cache else "not cached")
    --- bad.py
    log("never")
    x = = 1
    """,
    """
    --- main.cjs
    console.log("main")
    for (let i = 0; i < 2; i++) {
        try {
            require("./bad")
        } catch (error) {
            console.log("caught", require.resolve("./bad") in require.cache ? "cached" : "not cached")
        }
    }
    --- bad.js
    console.log("never")
    let x = = 1
    """,
)
twice(
    "cjs-module-object",
    "what a module knows about itself",
    """
    --- main.cjs.py
    a = require("./lib/a")
    log("main" if require.main is module else "not main", module.id, len(module.children))
    log(a.facts)
    log("this is exports" if exports is module.exports else "no")
    log(__filename.replace("\\\\", "/").split("/")[-1].split(".")[0])
    --- lib/a.py
    facts = ["main" if require.main is module else "not main", "loaded" if module.loaded else "loading"]
    facts.append(__dirname.replace("\\\\", "/").split("/")[-1])
    facts.append("parent main" if module.parent is require.main else "?")
    exports.facts = " ".join(facts)
    """,
    """
    --- main.cjs
    const a = require("./lib/a")
    console.log(require.main === module ? "main" : "not main", module.id, module.children.length)
    console.log(a.facts)
    console.log(this === module.exports ? "this is exports" : "no")
    console.log(__filename.replaceAll("\\\\", "/").split("/").at(-1).split(".")[0])
    --- lib/a.js
    const facts = [require.main === module ? "main" : "not main", module.loaded ? "loaded" : "loading"]
    facts.push(__dirname.replaceAll("\\\\", "/").split("/").at(-1))
    facts.push(module.parent === require.main ? "parent main" : "?")
    exports.facts = facts.join(" ")
    """,
)
twice(
    "cjs-return",
    "a module is a function body: it may return",
    """
    --- main.cjs.py
    log(require("./a").n)
    return
    log("never")
    --- a.py
    exports.n = 1
    if exports.n:
        return
    exports.n = 2
    """,
    """
    --- main.cjs
    console.log(require("./a").n)
    return
    console.log("never")
    --- a.js
    exports.n = 1
    if (exports.n) return
    exports.n = 2
    """,
)
twice(
    "cjs-tick-first",
    "CommonJS main: ticks before promises",
    """
    --- main.cjs.py
    require("./a")
    Promise.resolve().then(lambda _: log("promise main"))
    next_tick(log, "tick main")
    log("main")
    --- a.py
    Promise.resolve().then(lambda _: log("promise a"))
    next_tick(log, "tick a")
    log("a")
    """,
    """
    --- main.cjs
    require("./a")
    Promise.resolve().then(() => console.log("promise main"))
    process.nextTick(console.log, "tick main")
    console.log("main")
    --- a.js
    Promise.resolve().then(() => console.log("promise a"))
    process.nextTick(console.log, "tick a")
    console.log("a")
    """,
)
twice(
    "cjs-uncaught",
    "what nobody catches ends the program",
    """
    --- main.cjs.py
    log("main")
    require("./a")
    log("never")
    --- a.py
    log("a")
    raise RuntimeError("a is broken")
    """,
    """
    --- main.cjs
    console.log("main")
    require("./a")
    console.log("never")
    --- a.js
    console.log("a")
    throw new Error("a is broken")
    """,
    ours="RuntimeError",
    node="Error: a is broken",
)
twice(
    "cjs-import-statement",
    "CommonJS has no import declarations",
    """
    --- main.cjs.py
    log("never")
    from .a import n
    --- a.py
    exports.n = 1
    """,
    """
    --- main.cjs
    console.log("never")
    import { n } from "./a.js"
    --- a.js
    exports.n = 1
    """,
    ours="ModuleSyntaxError",
    node="SyntaxError: Cannot use import statement outside a module",
)
