"""ES modules, each rule twice."""

from __future__ import annotations

from tests.modules.pairs import twice

twice(
    "esm-order",
    "imports run first, in post-order, however far down they stand",
    """
    --- main.mjs.py
    log("main starts")
    from .b import b
    from .a import a
    log("main", a, b)
    --- a.mjs.py
    from .c import c
    log("a")
    a = "a" + c
    export(a)
    --- b.mjs.py
    log("b")
    from .c import c
    b = "b" + c
    export(b)
    --- c.mjs.py
    log("c")
    c = "c"
    export(c)
    """,
    """
    --- main.mjs
    console.log("main starts")
    import { b } from "./b.mjs"
    import { a } from "./a.mjs"
    console.log("main", a, b)
    --- a.mjs
    import { c } from "./c.mjs"
    console.log("a")
    export const a = "a" + c
    --- b.mjs
    console.log("b")
    import { c } from "./c.mjs"
    export const b = "b" + c
    --- c.mjs
    console.log("c")
    export const c = "c"
    """,
)
twice(
    "esm-live",
    "a binding is live: at top level, in functions, through a namespace",
    """
    --- main.mjs.py
    from .counter import n, inc
    from . import counter
    def look():
        return n
    log(n, look(), counter.n)
    inc()
    log(n, look(), counter.n)
    --- counter.mjs.py
    n = 0
    def inc():
        global n
        n += 1
    export(n, inc)
    """,
    """
    --- main.mjs
    import { n, inc } from "./counter.mjs"
    import * as counter from "./counter.mjs"
    const look = () => n
    console.log(n, look(), counter.n)
    inc()
    console.log(n, look(), counter.n)
    --- counter.mjs
    export let n = 0
    export function inc() { n += 1 }
    """,
)
twice(
    "esm-read-only",
    "an import cannot be assigned to, here, in a function, or on the namespace",
    """
    --- main.mjs.py
    from .counter import n
    from . import counter
    def change():
        global n
        n += 1
    def top():
        counter.n = 5
    def new():
        counter.other = 5
    try:
        n = 5
    except TypeError as error:
        log(error)
    for attempt in (change, top, new):
        try:
            attempt()
        except TypeError as error:
            log(error)
    log(n)
    --- counter.mjs.py
    n = 0
    export(n)
    """,
    """
    --- main.mjs
    import { n } from "./counter.mjs"
    import * as counter from "./counter.mjs"
    function change() { n += 1 }
    function top() { counter.n = 5 }
    function fresh() { counter.other = 5 }
    try { n = 5 } catch (error) { console.log(error.message) }
    for (const attempt of [change, top, fresh]) {
        try { attempt() } catch (error) { console.log(error.message) }
    }
    console.log(n)
    --- counter.mjs
    export let n = 0
    """,
)
twice(
    "esm-dead-zone",
    "in a cycle a value that is not there yet raises; a function is there",
    """
    --- main.mjs.py
    from .b import seen
    value = "ready"
    def hoisted():
        return "hoisted works"
    export(value, hoisted)
    log(seen)
    --- b.mjs.py
    from .main import value, hoisted
    log(hoisted())
    try:
        log(value)
    except NameError as error:
        log(error)
    def later():
        return value
    seen = "b is done"
    export(seen)
    """,
    """
    --- main.mjs
    import { seen } from "./b.mjs"
    export const value = "ready"
    export function hoisted() { return "hoisted works" }
    console.log(seen)
    --- b.mjs
    import { value, hoisted } from "./main.mjs"
    console.log(hoisted())
    try {
        console.log(value)
    } catch (error) {
        console.log(error.message)
    }
    const later = () => value
    export const seen = "b is done"
    """,
)
twice(
    "esm-dead-zone-uncaught",
    "the dead zone ends the program when nobody catches it",
    """
    --- main.mjs.py
    from .b import b
    a = "a"
    export(a)
    log("never")
    --- b.mjs.py
    from .main import a
    log("b")
    b = a
    export(b)
    """,
    """
    --- main.mjs
    import { b } from "./b.mjs"
    export const a = "a"
    console.log("never")
    --- b.mjs
    import { a } from "./main.mjs"
    console.log("b")
    export const b = a
    """,
    ours="DeadZoneError",
    node="ReferenceError: Cannot access 'a' before initialization",
)
twice(
    "esm-own-dead-zone",
    "a module's own variable is in the dead zone until its line has run",
    """
    --- main.mjs.py
    def look():
        return x
    try:
        look()
    except NameError as error:
        log(error)
    try:
        look_for_nothing()
    except NameError:
        log("not defined")
    x = 1
    log(look())
    from .a import n
    --- a.mjs.py
    n = 1
    export(n)
    """,
    """
    --- main.mjs
    function look() { return x }
    try {
        look()
    } catch (error) {
        console.log(error.message)
    }
    try {
        look_for_nothing()
    } catch (error) {
        console.log("not defined")
    }
    let x = 1
    console.log(look())
    import { n } from "./a.mjs"
    --- a.mjs
    export const n = 1
    """,
)
twice(
    "esm-cycle-live",
    "two modules that need each other's functions get on well",
    """
    --- main.mjs.py
    from .even import even
    log(even(4), even(7))
    --- even.mjs.py
    from .odd import odd
    def even(n):
        return "even" if n == 0 else odd(n - 1)
    export(even)
    log("even runs")
    --- odd.mjs.py
    from .even import even
    def odd(n):
        return "odd" if n == 0 else even(n - 1)
    export(odd)
    log("odd runs")
    """,
    """
    --- main.mjs
    import { even } from "./even.mjs"
    console.log(even(4), even(7))
    --- even.mjs
    import { odd } from "./odd.mjs"
    export function even(n) { return n === 0 ? "even" : odd(n - 1) }
    console.log("even runs")
    --- odd.mjs
    import { even } from "./even.mjs"
    export function odd(n) { return n === 0 ? "odd" : even(n - 1) }
    console.log("odd runs")
    """,
)
twice(
    "esm-missing-file",
    "a missing file anywhere fails before anything runs",
    """
    --- main.mjs.py
    log("never")
    from .a import n
    --- a.mjs.py
    log("never")
    from .nowhere import n
    export(n)
    """,
    """
    --- main.mjs
    console.log("never")
    import { n } from "./a.mjs"
    --- a.mjs
    console.log("never")
    export { n } from "./nowhere.mjs"
    """,
    ours="ModuleNotFound",
    node="code: 'ERR_MODULE_NOT_FOUND'",
)
twice(
    "esm-missing-name",
    "a name nobody exports fails before anything runs",
    """
    --- main.mjs.py
    log("never")
    from .a import n, m
    --- a.mjs.py
    log("never")
    n = 1
    export(n)
    """,
    """
    --- main.mjs
    console.log("never")
    import { n, m } from "./a.mjs"
    --- a.mjs
    console.log("never")
    export const n = 1
    """,
    ours="LinkError",
    node="does not provide an export named 'm'",
)
twice(
    "esm-circular-name",
    "a name that is passed round in a circle is no name",
    """
    --- main.mjs.py
    from .a import x
    log("never")
    --- a.mjs.py
    from .b import x
    export(x)
    --- b.mjs.py
    from .a import x
    export(x)
    """,
    """
    --- main.mjs
    import { x } from "./a.mjs"
    console.log("never")
    --- a.mjs
    export { x } from "./b.mjs"
    --- b.mjs
    export { x } from "./a.mjs"
    """,
    ours="LinkError",
    node="SyntaxError: Detected cycle while resolving name 'x'",
)
twice(
    "esm-directory",
    "a directory is no module",
    """
    --- main.mjs.py
    from . import lib
    log("never")
    --- lib/index.py
    log("never")
    """,
    """
    --- main.mjs
    import * as lib from "./lib"
    console.log("never")
    --- lib/index.js
    console.log("never")
    """,
    ours="ModuleNotFound",
    node="code: 'ERR_UNSUPPORTED_DIR_IMPORT'",
)
twice(
    "esm-syntax",
    "a syntax error anywhere fails before anything runs",
    """
    --- main.mjs.py
    log("never")
    from .a import n
    --- a.mjs.py
    n = = 1
    export(n)
    """,
    """
    --- main.mjs
    console.log("never")
    import { n } from "./a.mjs"
    --- a.mjs
    export const n = = 1
    """,
    ours="ModuleSyntaxError",
    node="SyntaxError",
)
twice(
    "esm-export-twice",
    "one name, one export",
    """
    --- main.mjs.py
    log("never")
    a = b = 1
    export(n=a)
    export(n=b)
    """,
    """
    --- main.mjs
    console.log("never")
    const a = 1, b = 1
    export { a as n }
    export { b as n }
    """,
    ours="ModuleSyntaxError",
    node="SyntaxError: Duplicate export of 'n'",
)
twice(
    "esm-export-undefined",
    "what is exported must exist",
    """
    --- main.mjs.py
    log("never")
    export(n)
    """,
    """
    --- main.mjs
    console.log("never")
    export { n }
    """,
    ours="ModuleSyntaxError",
    node="SyntaxError: Export 'n' is not defined in module",
)
twice(
    "esm-names",
    "renaming, default exports, namespaces",
    """
    --- main.mjs.py
    from .a import default as it, count as c, Thing
    from . import a
    log(it, c, Thing().name, a.default, a.missing)
    log(" ".join(a))
    --- a.mjs.py
    n = 1
    export(count=n)
    @export
    class Thing:
        name = "thing"
    export_default(n + 1)
    n = 5
    """,
    """
    --- main.mjs
    import it, { count as c, Thing } from "./a.mjs"
    import * as a from "./a.mjs"
    console.log(it, c, new Thing().name, a.default, a.missing)
    console.log(Object.keys(a).join(" "))
    --- a.mjs
    let n = 1
    export { n as count }
    export class Thing { name = "thing" }
    export default n + 1
    n = 5
    """,
)
twice(
    "esm-default-function",
    "a default function is hoisted",
    """
    --- main.mjs.py
    from .a import default as f
    log(f())
    --- a.mjs.py
    from .b import log_it
    log_it()
    @export_default
    def f():
        return "f"
    --- b.mjs.py
    from .a import default as f
    @export
    def log_it():
        log("b calls", f())
    """,
    """
    --- main.mjs
    import f from "./a.mjs"
    console.log(f())
    --- a.mjs
    import { log_it } from "./b.mjs"
    log_it()
    export default function f() { return "f" }
    --- b.mjs
    import f from "./a.mjs"
    export function log_it() { console.log("b calls", f()) }
    """,
)
twice(
    "esm-reexport",
    "names passed on stay live; a star passes all but the default, own names win",
    """
    --- main.mjs.py
    from .hub import n, inc, own, default as it
    from . import hub
    inc()
    log(n, own, it, " ".join(hub))
    --- hub.mjs.py
    from .counter import inc
    export(inc)
    export_all("./counter")
    own = "hub's"
    export(own)
    export_default("hub default")
    --- counter.mjs.py
    n = 0
    own = "counter's"
    def inc():
        global n
        n += 1
    export(n, inc, own)
    export_default("counter default")
    """,
    """
    --- main.mjs
    import it, { n, inc, own } from "./hub.mjs"
    import * as hub from "./hub.mjs"
    inc()
    console.log(n, own, it, Object.keys(hub).join(" "))
    --- hub.mjs
    export { inc } from "./counter.mjs"
    export * from "./counter.mjs"
    export const own = "hub's"
    export default "hub default"
    --- counter.mjs
    export let n = 0
    export const own = "counter's"
    export function inc() { n += 1 }
    export default "counter default"
    """,
)
twice(
    "esm-ambiguous",
    "two stars with the same name: no error until somebody asks for it",
    """
    --- main.mjs.py
    from . import hub
    log(" ".join(hub), hub.x)
    import_("./asks.mjs.py").then(None, lambda error: log("asked: error"))
    --- hub.mjs.py
    export_all("./a")
    export_all("./b")
    --- a.mjs.py
    x = "a"
    a = 1
    export(x, a)
    --- b.mjs.py
    x = "b"
    b = 1
    export(x, b)
    --- asks.mjs.py
    from .hub import x
    log("never")
    """,
    """
    --- main.mjs
    import * as hub from "./hub.mjs"
    console.log(Object.keys(hub).join(" "), hub.x)
    import("./asks.mjs").then(null, error => console.log("asked: error"))
    --- hub.mjs
    export * from "./a.mjs"
    export * from "./b.mjs"
    --- a.mjs
    export const x = "a"
    export const a = 1
    --- b.mjs
    export const x = "b"
    export const b = 1
    --- asks.mjs
    import { x } from "./hub.mjs"
    console.log("never")
    """,
)
twice(
    "esm-once",
    "two paths to one file: one module, one namespace, also through import()",
    """
    --- main.mjs.py
    from . import a
    from .lib import b
    import_("./lib/../a.mjs.py").then(lambda other: log("same" if other is a and b.a is a else "different"))
    --- a.mjs.py
    log("a runs")
    n = 1
    export(n)
    --- lib.mjs.py
    from . import a
    from .sub import b
    export(b)
    --- sub.mjs.py
    from .deep.c import a
    class b:
        a = a
    export(b)
    --- deep/c.mjs.py
    from .. import a
    export(a)
    """,
    """
    --- main.mjs
    import * as a from "./a.mjs"
    import { b } from "./lib.mjs"
    import("./lib/../a.mjs").then(other => console.log(other === a && b.a === a ? "same" : "different"))
    --- a.mjs
    console.log("a runs")
    export const n = 1
    --- lib.mjs
    import * as a from "./a.mjs"
    export { b } from "./sub.mjs"
    --- sub.mjs
    import { a } from "./deep/c.mjs"
    export const b = { a }
    --- deep/c.mjs
    export * as a from "../a.mjs"
    """,
)
twice(
    "esm-error-cached",
    "a module that failed keeps its error: the same one again, no second run",
    """
    --- main.mjs.py
    errors = []
    for i in range(2):
        try:
            await import_("./bad.mjs.py")
        except Exception as error:
            errors.append(error)
    log("same" if errors[0] is errors[1] else "different", errors[0])
    try:
        await import_("./needs.mjs.py")
    except Exception as error:
        log("same" if error is errors[0] else "different")
    --- needs.mjs.py
    from . import bad
    log("never")
    --- bad.mjs.py
    log("bad runs")
    raise RuntimeError("no luck")
    """,
    """
    --- main.mjs
    const errors = []
    for (let i = 0; i < 2; i++) {
        try {
            await import("./bad.mjs")
        } catch (error) {
            errors.push(error)
        }
    }
    console.log(errors[0] === errors[1] ? "same" : "different", errors[0].message)
    try {
        await import("./needs.mjs")
    } catch (error) {
        console.log(error === errors[0] ? "same" : "different")
    }
    --- needs.mjs
    import * as bad from "./bad.mjs"
    console.log("never")
    --- bad.mjs
    console.log("bad runs")
    throw new Error("no luck")
    """,
)
twice(
    "esm-error-spreads",
    "who imports a failing module does not run; what ran before has run",
    """
    --- main.mjs.py
    from . import good, middle, after
    log("never")
    --- good.mjs.py
    log("good runs")
    --- middle.mjs.py
    from . import bad
    log("never")
    --- after.mjs.py
    log("never")
    --- bad.mjs.py
    log("bad runs")
    raise RuntimeError("bad is broken")
    """,
    """
    --- main.mjs
    import "./good.mjs"
    import "./middle.mjs"
    import "./after.mjs"
    console.log("never")
    --- good.mjs
    console.log("good runs")
    --- middle.mjs
    import "./bad.mjs"
    console.log("never")
    --- after.mjs
    console.log("never")
    --- bad.mjs
    console.log("bad runs")
    throw new Error("bad is broken")
    """,
    ours="RuntimeError",
    node="Error: bad is broken",
)
twice(
    "esm-dynamic",
    "import() is asynchronous; path and place are free",
    """
    --- main.mjs.py
    def load(name):
        return import_("./parts/" + name + ".mjs.py")
    load("one").then(lambda ns: log("one:", ns.n))
    log("sync")
    next_tick(log, "tick")
    Promise.resolve().then(lambda _: log("promise"))
    --- parts/one.mjs.py
    log("one runs")
    n = 1
    export(n)
    """,
    """
    --- main.mjs
    const load = name => import(`./parts/${name}.mjs`)
    load("one").then(ns => console.log("one:", ns.n))
    console.log("sync")
    process.nextTick(console.log, "tick")
    Promise.resolve().then(() => console.log("promise"))
    --- parts/one.mjs
    console.log("one runs")
    export const n = 1
    """,
)
twice(
    "esm-dynamic-missing",
    "import() of a missing file rejects; the program goes on",
    """
    --- main.mjs.py
    try:
        await import_("./nowhere.mjs.py")
    except ImportError as error:
        log(error.code)
    log("on")
    --- other.mjs.py
    log("never")
    """,
    """
    --- main.mjs
    try {
        await import("./nowhere.mjs")
    } catch (error) {
        console.log(error.code)
    }
    console.log("on")
    --- other.mjs
    console.log("never")
    """,
)
twice(
    "esm-ticks",
    "the body of an ES module runs in a microtask: promises before ticks",
    """
    --- main.mjs.py
    from . import a
    next_tick(log, "tick main")
    Promise.resolve().then(lambda _: log("promise main"))
    log("main")
    --- a.mjs.py
    next_tick(log, "tick a")
    Promise.resolve().then(lambda _: log("promise a"))
    log("a")
    """,
    """
    --- main.mjs
    import "./a.mjs"
    process.nextTick(console.log, "tick main")
    Promise.resolve().then(() => console.log("promise main"))
    console.log("main")
    --- a.mjs
    process.nextTick(console.log, "tick a")
    Promise.resolve().then(() => console.log("promise a"))
    console.log("a")
    """,
)
twice(
    "esm-import-twice",
    "the same names under two specifiers, and a star beside them",
    """
    --- main.mjs.py
    from .a import n
    from .a import n as again
    from .a import more
    log(n, again, more)
    --- a.mjs.py
    log("a runs")
    n = 1
    more = 2
    export(n, more)
    """,
    """
    --- main.mjs
    import { n } from "./a.mjs"
    import { n as again } from "./a.mjs"
    import { more } from "./a.mjs"
    console.log(n, again, more)
    --- a.mjs
    console.log("a runs")
    export const n = 1
    export const more = 2
    """,
)
twice(
    "esm-declared-twice",
    "an import and a function of one name",
    """
    --- main.mjs.py
    from .a import n
    def n():
        pass
    log("never")
    --- a.mjs.py
    n = 1
    export(n)
    """,
    """
    --- main.mjs
    import { n } from "./a.mjs"
    function n() {}
    console.log("never")
    --- a.mjs
    export const n = 1
    """,
    ours="ModuleSyntaxError",
    node="SyntaxError: Identifier 'n' has already been declared",
)
twice(
    "esm-package-type",
    'package.json\'s "type" decides for plain suffixes',
    """
    --- main.mjs.py
    from .new.a import n
    from .old.b import default as m
    log(n, m.m)
    --- new/package.json
    {"type": "module"}
    --- new/a.py
    n = "plain file, ES module"
    log("a runs")
    export(n)
    --- old/package.json
    {"type": "commonjs"}
    --- old/b.py
    exports.m = "plain file, CommonJS"
    """,
    """
    --- main.mjs
    import { n } from "./new/a.js"
    import m from "./old/b.js"
    console.log(n, m.m)
    --- new/package.json
    {"type": "module"}
    --- new/a.js
    console.log("a runs")
    export const n = "plain file, ES module"
    --- old/package.json
    {"type": "commonjs"}
    --- old/b.js
    exports.m = "plain file, CommonJS"
    """,
)
twice(
    "esm-detected",
    "without a suffix and without a type, the syntax shows it (Node 20.19+, 22.7+)",
    """
    --- main.cjs.py
    import_("./a.py").then(lambda ns: log(ns.n))
    --- a.py
    from .b import n
    export(n)
    --- b.py
    n = "detected"
    export(n)
    """,
    """
    --- main.cjs
    import("./a.js").then(ns => console.log(ns.n))
    --- a.js
    export { n } from "./b.js"
    --- b.js
    export const n = "detected"
    """,
)
twice(
    "esm-star-no-default",
    "a star never passes the default on",
    """
    --- main.mjs.py
    from . import hub
    log(" ".join(hub), hub.default)
    import_("./asks.mjs.py").then(None, lambda error: log("asked: error"))
    --- hub.mjs.py
    export_all("./a")
    --- a.mjs.py
    n = 1
    export(n)
    export_default("a's")
    --- asks.mjs.py
    from .hub import default as it
    log("never", it)
    """,
    """
    --- main.mjs
    import * as hub from "./hub.mjs"
    console.log(Object.keys(hub).join(" "), hub.default)
    import("./asks.mjs").then(null, error => console.log("asked: error"))
    --- hub.mjs
    export * from "./a.mjs"
    --- a.mjs
    export const n = 1
    export default "a's"
    --- asks.mjs
    import it from "./hub.mjs"
    console.log("never", it)
    """,
)
