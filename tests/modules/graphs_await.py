"""Top-level await, and the two kinds of modules together; each rule twice."""

from __future__ import annotations

from tests.modules.pairs import twice

twice(
    "tla-siblings",
    "siblings start in order and wait at the same time; the importer waits for all",
    """
    --- main.mjs.py
    from . import s1, s2, s3
    log("parent")
    --- s1.mjs.py
    log("s1 start")
    await Promise(lambda resolve, _: set_timeout(resolve, 150))
    log("s1 end")
    --- s2.mjs.py
    log("s2 start")
    await Promise(lambda resolve, _: set_timeout(resolve, 20))
    log("s2 end")
    --- s3.mjs.py
    log("s3")
    """,
    """
    --- main.mjs
    import "./s1.mjs"
    import "./s2.mjs"
    import "./s3.mjs"
    console.log("parent")
    --- s1.mjs
    console.log("s1 start")
    await new Promise(resolve => setTimeout(resolve, 150))
    console.log("s1 end")
    --- s2.mjs
    console.log("s2 start")
    await new Promise(resolve => setTimeout(resolve, 20))
    console.log("s2 end")
    --- s3.mjs
    console.log("s3")
    """,
)
twice(
    "tla-microtasks",
    "how many microtasks a graph that awaits takes, counted",
    """
    --- main.mjs.py
    from . import a, b
    log("main")
    next_tick(log, "tick")
    await Promise.resolve()
    log("main after await")
    next_tick(log, "tick 2")
    Promise.resolve().then(lambda _: log("promise 2"))
    --- count.mjs.py
    def count(n):
        log("count", n)
        if n < 8:
            queue_microtask(lambda: count(n + 1))
    export(count)
    --- a.mjs.py
    from .count import count
    count(0)
    log("a start")
    await Promise.resolve()
    log("a end")
    --- b.mjs.py
    from . import c
    log("b start")
    await Promise.resolve()
    await Promise.resolve()
    log("b end")
    --- c.mjs.py
    log("c start")
    await Promise.resolve()
    log("c end")
    """,
    """
    --- main.mjs
    import "./a.mjs"
    import "./b.mjs"
    console.log("main")
    process.nextTick(console.log, "tick")
    await Promise.resolve()
    console.log("main after await")
    process.nextTick(console.log, "tick 2")
    Promise.resolve().then(() => console.log("promise 2"))
    --- count.mjs
    export function count(n) {
        console.log("count", n)
        if (n < 8) queueMicrotask(() => count(n + 1))
    }
    --- a.mjs
    import { count } from "./count.mjs"
    count(0)
    console.log("a start")
    await Promise.resolve()
    console.log("a end")
    --- b.mjs
    import "./c.mjs"
    console.log("b start")
    await Promise.resolve()
    await Promise.resolve()
    console.log("b end")
    --- c.mjs
    console.log("c start")
    await Promise.resolve()
    console.log("c end")
    """,
)
twice(
    "tla-diamond",
    "a diamond over a module that awaits: each once, in the order in which they were reached",
    """
    --- main.mjs.py
    from .left import left
    from .right import right
    log("main", left, right)
    --- left.mjs.py
    from .base import base
    log("left")
    left = "l" + base
    export(left)
    --- right.mjs.py
    from .base import base
    log("right")
    right = "r" + base
    export(right)
    --- base.mjs.py
    log("base start")
    base = await Promise.resolve("b")
    log("base end")
    export(base)
    """,
    """
    --- main.mjs
    import { left } from "./left.mjs"
    import { right } from "./right.mjs"
    console.log("main", left, right)
    --- left.mjs
    import { base } from "./base.mjs"
    console.log("left")
    export const left = "l" + base
    --- right.mjs
    import { base } from "./base.mjs"
    console.log("right")
    export const right = "r" + base
    --- base.mjs
    console.log("base start")
    export const base = await Promise.resolve("b")
    console.log("base end")
    """,
)
twice(
    "tla-cycle",
    "a cycle whose modules await still ends",
    """
    --- main.mjs.py
    from .a import a
    log("main", a)
    --- a.mjs.py
    from .b import b
    log("a start", b)
    await Promise.resolve()
    a = "a" + b
    export(a)
    log("a end")
    --- b.mjs.py
    from .a import a
    log("b start")
    await Promise.resolve()
    try:
        a
    except NameError as error:
        log(error)
    b = "b"
    export(b)
    log("b end")
    """,
    """
    --- main.mjs
    import { a } from "./a.mjs"
    console.log("main", a)
    --- a.mjs
    import { b } from "./b.mjs"
    console.log("a start", b)
    await Promise.resolve()
    export const a = "a" + b
    console.log("a end")
    --- b.mjs
    import { a } from "./a.mjs"
    console.log("b start")
    await Promise.resolve()
    try {
        a
    } catch (error) {
        console.log(error.message)
    }
    export const b = "b"
    console.log("b end")
    """,
)
twice(
    "tla-deadlock",
    "awaiting import() of a module that waits for oneself never ends: exit code 13",
    """
    --- main.mjs.py
    from . import a
    log("never")
    --- a.mjs.py
    log("a start")
    await import_("./main.mjs.py")
    log("never")
    """,
    """
    --- main.mjs
    import "./a.mjs"
    console.log("never")
    --- a.mjs
    console.log("a start")
    await import("./main.mjs")
    console.log("never")
    """,
    ours="NeverFinished",
    node="Warning: Detected unsettled top-level await",
)
twice(
    "tla-rejected",
    "a rejection at the top level fails the module and its importers; siblings that had begun go on",
    """
    --- main.mjs.py
    from . import bad, slow
    log("never")
    --- bad.mjs.py
    log("bad start")
    await Promise.resolve()
    raise RuntimeError("bad is broken")
    --- slow.mjs.py
    log("slow start")
    await Promise.resolve()
    log("slow end")
    """,
    """
    --- main.mjs
    import "./bad.mjs"
    import "./slow.mjs"
    console.log("never")
    --- bad.mjs
    console.log("bad start")
    await Promise.resolve()
    throw new Error("bad is broken")
    --- slow.mjs
    console.log("slow start")
    await Promise.resolve()
    console.log("slow end")
    """,
    ours="RuntimeError",
    node="Error: bad is broken",
)
twice(
    "tla-dynamic",
    "import() of a module that awaits: once, for two who ask",
    """
    --- main.mjs.py
    one = import_("./slow.mjs.py").then(lambda ns: log("first", ns.n))
    two = import_("./slow.mjs.py").then(lambda ns: log("second", ns.n))
    await Promise.all([one, two])
    log("both")
    --- slow.mjs.py
    log("slow start")
    n = await Promise(lambda resolve, _: set_timeout(lambda: resolve(7), 20))
    log("slow end")
    export(n)
    """,
    """
    --- main.mjs
    const one = import("./slow.mjs").then(ns => console.log("first", ns.n))
    const two = import("./slow.mjs").then(ns => console.log("second", ns.n))
    await Promise.all([one, two])
    console.log("both")
    --- slow.mjs
    console.log("slow start")
    export const n = await new Promise(resolve => setTimeout(() => resolve(7), 20))
    console.log("slow end")
    """,
)
twice(
    "mixed-default",
    "importing CommonJS: the exports are the default, seen names are copies",
    """
    --- main.mjs.py
    from .old import default as old, n, inc
    from . import old as whole
    inc()
    log(n, old.n, whole.n, whole.default.n)
    log(" ".join(whole))
    --- old.cjs.py
    log("old runs")
    exports.n = 0
    def inc():
        exports.n += 1
    exports.inc = inc
    """,
    """
    --- main.mjs
    import old, { n, inc } from "./old.cjs"
    import * as whole from "./old.cjs"
    inc()
    console.log(n, old.n, whole.n, whole.default.n)
    console.log(Object.keys(whole).join(" "))
    --- old.cjs
    console.log("old runs")
    exports.n = 0
    exports.inc = () => { exports.n += 1 }
    """,
)
twice(
    "mixed-computed-name",
    "a computed export name cannot be seen: an error before anything runs",
    """
    --- main.mjs.py
    log("never")
    from .old import d
    --- old.cjs.py
    log("never")
    key = "d"
    exports[key] = 1
    """,
    """
    --- main.mjs
    console.log("never")
    import { d } from "./old.cjs"
    --- old.cjs
    console.log("never")
    const key = "d"
    exports[key] = 1
    """,
    ours="LinkError",
    node="Named export 'd' not found",
)
twice(
    "mixed-seen-names",
    "the shapes that can be seen in the text",
    """
    --- main.mjs.py
    from . import old, literal, passed
    log(" ".join(old))
    log(" ".join(literal))
    log(" ".join(passed), passed.a)
    --- old.cjs.py
    exports.a = 1
    exports["b"] = 2
    module.exports.c = 3
    if False:
        exports.never = 4
    key = "hidden"
    exports[key] = 5
    --- literal.cjs.py
    module.exports = {"x": 1, "y": 2}
    --- passed.cjs.py
    module.exports = require("./old.cjs.py")
    """,
    """
    --- main.mjs
    import * as old from "./old.cjs"
    import * as literal from "./literal.cjs"
    import * as passed from "./passed.cjs"
    console.log(Object.keys(old).join(" "))
    console.log(Object.keys(literal).join(" "))
    console.log(Object.keys(passed).join(" "), passed.a)
    --- old.cjs
    exports.a = 1
    exports["b"] = 2
    module.exports.c = 3
    if (false) exports.never = 4
    const key = "hidden"
    exports[key] = 5
    --- literal.cjs
    const x = 1, y = 2
    module.exports = { x, y }
    --- passed.cjs
    module.exports = require("./old.cjs")
    """,
)
twice(
    "mixed-order",
    "a CommonJS file in an ES graph runs in its turn, in a microtask: promises before ticks",
    """
    --- main.mjs.py
    from . import a, old, b
    log("main")
    --- a.mjs.py
    log("a")
    --- old.cjs.py
    next_tick(log, "tick")
    Promise.resolve().then(lambda _: log("promise"))
    log("old")
    --- b.mjs.py
    log("b")
    """,
    """
    --- main.mjs
    import "./a.mjs"
    import "./old.cjs"
    import "./b.mjs"
    console.log("main")
    --- a.mjs
    console.log("a")
    --- old.cjs
    process.nextTick(console.log, "tick")
    Promise.resolve().then(() => console.log("promise"))
    console.log("old")
    --- b.mjs
    console.log("b")
    """,
)
twice(
    "mixed-require-esm",
    "require of an ES module: its namespace, live (Node 20.19+, 22.12+)",
    """
    --- main.cjs.py
    log("main")
    counter = require("./counter.mjs.py")
    counter.inc()
    log(counter.n, "same" if require("./counter.mjs.py") is counter else "different")
    --- counter.mjs.py
    from . import dependency
    log("counter runs")
    n = 0
    def inc():
        global n
        n += 1
    export(n, inc)
    --- dependency.mjs.py
    log("dependency runs")
    """,
    """
    --- main.cjs
    console.log("main")
    const counter = require("./counter.mjs")
    counter.inc()
    console.log(counter.n, require("./counter.mjs") === counter ? "same" : "different")
    --- counter.mjs
    import "./dependency.mjs"
    console.log("counter runs")
    export let n = 0
    export function inc() { n += 1 }
    --- dependency.mjs
    console.log("dependency runs")
    """,
)
twice(
    "mixed-require-await",
    "require of an ES module that awaits, directly or not, is refused; nothing of it runs",
    """
    --- main.cjs.py
    try:
        require("./outer.mjs.py")
    except ImportError as error:
        log(error.code)
    import_("./outer.mjs.py").then(lambda ns: log(ns.n))
    --- outer.mjs.py
    from .inner import n
    log("outer runs")
    export(n)
    --- inner.mjs.py
    log("inner runs")
    n = await Promise.resolve(1)
    export(n)
    """,
    """
    --- main.cjs
    try {
        require("./outer.mjs")
    } catch (error) {
        console.log(error.code)
    }
    import("./outer.mjs").then(ns => console.log(ns.n))
    --- outer.mjs
    export { n } from "./inner.mjs"
    console.log("outer runs")
    --- inner.mjs
    console.log("inner runs")
    export const n = await Promise.resolve(1)
    """,
)
twice(
    "mixed-require-cycle",
    "an ES module imports CommonJS that requires the ES module back",
    """
    --- main.mjs.py
    from . import old
    n = 1
    export(n)
    log("main")
    --- old.cjs.py
    log("old")
    try:
        require("./main.mjs.py")
    except ImportError as error:
        log(error.code)
    """,
    """
    --- main.mjs
    import "./old.cjs"
    export const n = 1
    console.log("main")
    --- old.cjs
    console.log("old")
    try {
        require("./main.mjs")
    } catch (error) {
        console.log(error.code)
    }
    """,
)
twice(
    "mixed-failure",
    "CommonJS that fails in an ES graph: the importer keeps the error, require runs it again",
    """
    --- main.mjs.py
    errors = []
    for i in range(2):
        try:
            await import_("./bad.cjs.py")
        except Exception as error:
            errors.append(error)
            log(error)
    log("same" if errors[0] is errors[1] else "different")
    --- bad.cjs.py
    log("bad runs")
    raise RuntimeError("no luck")
    """,
    """
    --- main.mjs
    const errors = []
    for (let i = 0; i < 2; i++) {
        try {
            await import("./bad.cjs")
        } catch (error) {
            errors.push(error)
            console.log(error.message)
        }
    }
    console.log(errors[0] === errors[1] ? "same" : "different")
    --- bad.cjs
    console.log("bad runs")
    throw new Error("no luck")
    """,
)
twice(
    "mixed-one-cache",
    "imported and required, a CommonJS file runs once",
    """
    --- main.mjs.py
    from .old import default as old
    from .user import default as user
    log("same" if user.old is old else "different")
    --- user.cjs.py
    exports.old = require("./old.cjs.py")
    --- old.cjs.py
    log("old runs")
    exports.n = 1
    """,
    """
    --- main.mjs
    import old from "./old.cjs"
    import user from "./user.cjs"
    console.log(user.old === old ? "same" : "different")
    --- user.cjs
    exports.old = require("./old.cjs")
    --- old.cjs
    console.log("old runs")
    exports.n = 1
    """,
)
twice(
    "mixed-import-in-cjs",
    "import() works in CommonJS, and is asynchronous",
    """
    --- main.cjs.py
    import_("./new.mjs.py").then(lambda ns: log("got", ns.n))
    log("main")
    next_tick(log, "tick")
    Promise.resolve().then(lambda _: log("promise"))
    --- new.mjs.py
    log("new runs")
    n = 1
    export(n)
    """,
    """
    --- main.cjs
    import("./new.mjs").then(ns => console.log("got", ns.n))
    console.log("main")
    process.nextTick(console.log, "tick")
    Promise.resolve().then(() => console.log("promise"))
    --- new.mjs
    console.log("new runs")
    export const n = 1
    """,
)
twice(
    "mixed-no-require",
    "an ES module has no require, no exports, no __filename, but import.meta",
    """
    --- main.mjs.py
    def there(look):
        try:
            look()
            return "yes"
        except NameError:
            return "no"
    log(there(lambda: require), there(lambda: exports), there(lambda: module), there(lambda: __filename))
    log(import_meta.filename.replace("\\\\", "/").split("/")[-1].split(".")[0], import_meta.url[:5])
    --- other.mjs.py
    log("never")
    """,
    """
    --- main.mjs
    function there(look) {
        try {
            look()
            return "yes"
        } catch (error) {
            return "no"
        }
    }
    console.log(there(() => require), there(() => exports), there(() => module), there(() => __filename))
    console.log(import.meta.filename.replaceAll("\\\\", "/").split("/").at(-1).split(".")[0],
                import.meta.url.slice(0, 5))
    --- other.mjs
    console.log("never")
    """,
)
twice(
    "import-cost",
    "how many microtasks import() takes (Node 24; Node 20 takes turns of the loop instead)",
    """
    --- main.mjs.py
    from .clock import clock
    for name in ["d0", "d0", "d1", "d1", "d2", "wide", "known", "bad", "bad", "waits", "waits", "nowhere"]:
        await Promise.resolve()
        clock.restart()
        promise = import_("./" + name + ".mjs.py")
        log(name, "asked")
        try:
            await promise
        except Exception:
            log("failed")
        log(name, "settled", clock.since())
    clock.stop()
    --- clock.mjs.py
    class clock:
        ticks = start = 0
        running = True
        def since():
            return clock.ticks - clock.start
        def restart():
            clock.start = clock.ticks
        def stop():
            clock.running = False
    def tick():
        clock.ticks += 1
        if clock.running:
            queue_microtask(tick)
    queue_microtask(tick)
    export(clock)
    --- d0.mjs.py
    from .clock import clock
    log("d0 runs")
    --- d1.mjs.py
    from . import d0, e1
    log("d1 runs")
    --- e1.mjs.py
    log("e1 runs")
    --- d2.mjs.py
    from . import e2
    from .clock import clock
    log("d2 runs", clock.since())
    --- e2.mjs.py
    from . import f2
    log("e2 runs")
    --- f2.mjs.py
    log("f2 runs")
    --- wide.mjs.py
    from . import x, y
    from .clock import clock
    log("wide runs", clock.since())
    --- x.mjs.py
    log("x runs")
    --- y.mjs.py
    log("y runs")
    --- known.mjs.py
    from . import x
    log("known runs")
    --- bad.mjs.py
    log("bad runs")
    raise RuntimeError("bad")
    --- waits.mjs.py
    from .clock import clock
    log("waits runs", clock.since())
    await Promise.resolve()
    log("waits goes on", clock.since())
    """,
    """
    --- main.mjs
    import { clock } from "./clock.mjs"
    for (const name of ["d0", "d0", "d1", "d1", "d2", "wide", "known", "bad", "bad", "waits", "waits", "nowhere"]) {
        await Promise.resolve()
        clock.restart()
        const promise = import("./" + name + ".mjs")
        console.log(name, "asked")
        try {
            await promise
        } catch {
            console.log("failed")
        }
        console.log(name, "settled", clock.since())
    }
    clock.stop()
    --- clock.mjs
    export const clock = {
        ticks: 0,
        start: 0,
        running: true,
        since: () => clock.ticks - clock.start,
        restart: () => { clock.start = clock.ticks },
        stop: () => { clock.running = false },
    }
    function tick() {
        clock.ticks += 1
        if (clock.running) queueMicrotask(tick)
    }
    queueMicrotask(tick)
    --- d0.mjs
    import { clock } from "./clock.mjs"
    console.log("d0 runs")
    --- d1.mjs
    import "./d0.mjs"
    import "./e1.mjs"
    console.log("d1 runs")
    --- e1.mjs
    console.log("e1 runs")
    --- d2.mjs
    import "./e2.mjs"
    import { clock } from "./clock.mjs"
    console.log("d2 runs", clock.since())
    --- e2.mjs
    import "./f2.mjs"
    console.log("e2 runs")
    --- f2.mjs
    console.log("f2 runs")
    --- wide.mjs
    import "./x.mjs"
    import "./y.mjs"
    import { clock } from "./clock.mjs"
    console.log("wide runs", clock.since())
    --- x.mjs
    console.log("x runs")
    --- y.mjs
    console.log("y runs")
    --- known.mjs
    import "./x.mjs"
    console.log("known runs")
    --- bad.mjs
    console.log("bad runs")
    throw new Error("bad")
    --- waits.mjs
    import { clock } from "./clock.mjs"
    console.log("waits runs", clock.since())
    await Promise.resolve()
    console.log("waits goes on", clock.since())
    """,
)
twice(
    "tla-cycle-root",
    "who imports one module of a cycle waits for the whole cycle",
    """
    --- main.mjs.py
    from . import a, c
    log("main")
    --- a.mjs.py
    from . import b
    log("a start")
    await Promise.resolve()
    await Promise.resolve()
    log("a end")
    --- b.mjs.py
    from . import a
    log("b start")
    await Promise.resolve()
    log("b end")
    --- c.mjs.py
    from . import b
    log("c")
    """,
    """
    --- main.mjs
    import "./a.mjs"
    import "./c.mjs"
    console.log("main")
    --- a.mjs
    import "./b.mjs"
    console.log("a start")
    await Promise.resolve()
    await Promise.resolve()
    console.log("a end")
    --- b.mjs
    import "./a.mjs"
    console.log("b start")
    await Promise.resolve()
    console.log("b end")
    --- c.mjs
    import "./b.mjs"
    console.log("c")
    """,
)
twice(
    "cycle-error",
    "a failure in a cycle fails all of it, and whoever asks for any of it",
    """
    --- main.mjs.py
    errors = []
    for name in ["a", "b", "c"]:
        try:
            await import_("./" + name + ".mjs.py")
        except Exception as error:
            errors.append(error)
    log(len(errors), "same" if errors[0] is errors[1] and errors[1] is errors[2] else "different")
    --- a.mjs.py
    from . import b
    log("a runs")
    raise RuntimeError("a fails")
    --- b.mjs.py
    from . import a
    log("b runs")
    --- c.mjs.py
    from . import b
    log("never")
    """,
    """
    --- main.mjs
    const errors = []
    for (const name of ["a", "b", "c"]) {
        try {
            await import("./" + name + ".mjs")
        } catch (error) {
            errors.push(error)
        }
    }
    console.log(errors.length, errors[0] === errors[1] && errors[1] === errors[2] ? "same" : "different")
    --- a.mjs
    import "./b.mjs"
    console.log("a runs")
    throw new Error("a fails")
    --- b.mjs
    import "./a.mjs"
    console.log("b runs")
    --- c.mjs
    import "./b.mjs"
    console.log("never")
    """,
)
